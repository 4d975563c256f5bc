package answers

import "sync/atomic"

// Counts are what became of the requests so far, and what is kept now.
type Counts struct {
	Kept    uint64 // answered with what was kept
	Made    uint64 // had their answer made, or waited for one that was being made
	Refused uint64 // there was no room; those of Made whose answer could not be had are among them
	Bytes   int64  // of what is kept
}

type counts struct{ kept, made, refused atomic.Uint64 }

// Counts counts the requests.
func (c *Cache) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Counts{c.counts.kept.Load(), c.counts.made.Load(), c.counts.refused.Load(), c.shelf.bytes}
}
