package gerrit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate is the one way to a host: one request at a time, not before its moment, and
// none while the server wants none.
type gate struct {
	slot    chan struct{}
	limiter *rate.Limiter

	mu     sync.Mutex
	closed time.Time // until then; zero: open
}

// close lets nobody through before a time.
func (g *gate) close(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = until
}

// closedUntil returns the time before which nobody gets through; zero if it is past.
func (g *gate) closedUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !time.Now().Before(g.closed) {
		return time.Time{}
	}
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
