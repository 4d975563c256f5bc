package answers

import (
	"context"
	"time"
)

// lookInterval is how often it is looked whether the version has moved on. A reader
// who comes sooner sets the work going instead.
const lookInterval = 250 * time.Millisecond

// Run makes the answers again that readers come back to, whenever the version has
// moved on, one after the other. It returns nil when ctx is cancelled.
func (c *Cache) Run(ctx context.Context) error {
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.makeAgain(ctx)
		}
	}
}

func (c *Cache) makeAgain(ctx context.Context) {
	for {
		at, count, ok := c.nextAgain()
		if !ok {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-c.fly(at, count, c.regulars):
		}
	}
}

// nextAgain takes the next address that is to be made again.
func (c *Cache) nextAgain() (at address, count uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	if len(c.again) == 0 {
		return address{}, 0, false
	}
	at, c.again = c.again[0], c.again[1:]
	return at, c.count, true
}
