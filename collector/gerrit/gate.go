package gerrit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxClosed is how long a gate stays closed, whatever the server asks for. A
// Retry-After may be a mistake, or be long out of date: one of a year would else last
// until somebody restarts us. A request an hour is no load for any server.
const maxClosed = time.Hour

// gate is the one way to a host: one request at a time, not before its moment, and
// none while the server wants none.
type gate struct {
	slot    chan struct{}
	limiter *rate.Limiter

	mu     sync.Mutex
	closed pause // zero: open
}

// pause is what a server asks for and what we grant it. Both times have a monotonic
// reading, so that a clock that is set does not make it longer.
type pause struct {
	asked time.Time
	again time.Time // when we ask again, at the latest maxClosed after the answer
}

func newPause(asked time.Duration) pause {
	now := time.Now()
	return pause{asked: now.Add(asked), again: now.Add(min(asked, maxClosed))}
}

// over reports whether we may ask.
func (p pause) over() bool { return time.Until(p.again) <= 0 }

// name notes the pause in an error, by the wall clock as it is now.
func (p pause) name(e *Error) {
	wall := time.Now().Round(0)
	e.Until, e.Again = wall.Add(time.Until(p.asked)), wall.Add(time.Until(p.again))
}

// close lets nobody through until a pause is over.
func (g *gate) close(p pause) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = p
}

// pause returns the pause for which the gate is closed, or was.
func (g *gate) pause() pause {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.closed
}

// gates holds the gate of each host for the whole process: a server that we poll
// for several goals is still asked one thing at a time. Hosts come from the
// configuration, so the map stays small.
var gates = struct {
	sync.Mutex
	of map[string]*gate
}{of: make(map[string]*gate)}

// gateTo returns the gate of a host. If its users want different rates, the slowest
// holds for all.
func gateTo(host string, perSecond float64) *gate {
	gates.Lock()
	defer gates.Unlock()
	limit := rate.Limit(perSecond)
	g := gates.of[host]
	if g == nil {
		g = &gate{slot: make(chan struct{}, 1), limiter: rate.NewLimiter(limit, 1)}
		gates.of[host] = g
	}
	if limit < g.limiter.Limit() {
		g.limiter.SetLimit(limit)
	}
	return g
}

// enter waits for the turn; leave must be called after the request.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case g.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = func() { <-g.slot }
	if err := g.limiter.Wait(ctx); err != nil {
		leave()
		if ctx.Err() == nil { // Wait foresees that the deadline would pass
			err = context.DeadlineExceeded
		}
		return nil, err
	}
	return leave, nil
}
