package answers

import (
	"context"
	"time"
)

// lookInterval is how often it is looked whether the version has moved on. A reader
// who comes sooner wakes Run.
const lookInterval = 250 * time.Millisecond

// bridge is how long after the version moved on readers get an old answer, if the new
// one is being made: nobody has to wait for a poll. However often the version moves, no
// answer has been out of date for longer.
const bridge = 2 * time.Second

// Readers want the processor, too. Run rests when the version has moved on, since what
// moved it was work, and after each answer as long as that took, but not longer than
// maxPause, and not when there is so much to make that the bridge might be too short.
const breath, maxPause = 100 * time.Millisecond, 50 * time.Millisecond

// Run makes the answers again that readers come back to, whenever the version has
// moved on, one after the other. It returns nil when ctx is cancelled.
func (c *Cache) Run(ctx context.Context) error {
	c.run(true)
	defer c.run(false)
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.makeAgain(ctx)
		case <-c.moved:
			c.makeAgain(ctx)
		}
	}
}

func (c *Cache) run(running bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = running
}

func (c *Cache) makeAgain(ctx context.Context) {
	var of uint64 // the version that is being made
	var end time.Time
	var took time.Duration // of the answer before
	for {
		count, left := c.behind()
		if left == 0 {
			return
		}
		pause := min(took, maxPause)
		if count != of {
			of, end, pause = count, time.Now().Add(bridge), breath
		}
		if time.Until(end) < time.Duration(left)*took+pause {
			pause = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		at, count, ok := c.nextAgain()
		if !ok {
			return
		}
		start := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-c.fly(at, count, c.regulars):
		}
		took = time.Since(start)
	}
}

// behind returns the version, and for how many addresses the answers are to be made again.
func (c *Cache) behind() (count uint64, left int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	return c.count, len(c.again)
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
