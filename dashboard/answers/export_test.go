package answers

// Kept returns how many answers are kept and their bytes, counted anew, and whether
// the cache has counted the same.
func (c *Cache) Kept() (answers int, bytes int64, same bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var regulars int64
	for key, el := range c.shelf.entries {
		e := el.Value.(*entry)
		n := int64(overhead + len(key) + len(e.at.key))
		if e.answer != nil {
			answers++
			n += int64(len(e.answer.plain) + len(e.answer.packed))
			for name, values := range e.answer.header {
				for _, v := range values {
					n += int64(len(name) + len(v))
				}
			}
		}
		bytes += n
		if e.regular {
			regulars += n
		}
	}
	return answers, bytes, bytes == c.shelf.bytes && regulars == c.shelf.regulars && len(c.shelf.entries) == c.shelf.once.Len()+c.shelf.regular.Len()
}

// Lent is how many bytes readers have not taken yet.
func (c *Cache) Lent() int64 {
	c.loans.mu.Lock()
	defer c.loans.mu.Unlock()
	return c.loans.bytes
}

// AtOnce and MaxWaiting are how many answers are made at once, and wait.
var AtOnce = atOnce

const (
	MaxWaiting   = maxWaiting
	MaxLent      = maxLent
	MaxRegulars  = maxRegulars
	Patience     = patience
	Recent       = recent
	LookInterval = lookInterval
	Bridge       = bridge
	Breath       = breath
	MaxPause     = maxPause
)

// AcceptsGzip reads an Accept-Encoding.
var AcceptsGzip = acceptsGzip
