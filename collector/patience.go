package collector

import (
	"context"
	"errors"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

// patience is how many of a request's timeouts a round spends on requests that fail. What
// succeeds is bounded by the work there is; what fails would not be: a batch of details is
// halved until it is known which of its changes can't be had, and each try may take a
// whole timeout. To find one such change in a batch takes up to 21 of them, three tries at
// each of six sizes and three more at the change itself, so that one fits in a round.
const patience = 25

var errPatience = errors.New("too much of this poll went into requests that failed: the rest is for the next")

// patient gives a context for the requests of a round. It ends, by errPatience, when too
// much time went into requests that failed.
func (c *Collector) patient(ctx context.Context) (asking context.Context, done func()) {
	asking, cancel := context.WithCancelCause(ctx)
	c.traffic.mu.Lock()
	defer c.traffic.mu.Unlock()
	c.traffic.failing, c.traffic.most = 0, patience*c.cfg.Gerrit.Timeout
	c.traffic.exhausted = func() { cancel(errPatience) }
	return asking, func() { cancel(nil) }
}

// failed counts the time of a request that brought nothing; the lock is held.
func (t *traffic) failed(r gerrit.Request) {
	const answered = 400 // below it
	if r.Code > 0 && r.Code < answered {
		return
	}
	if t.failing += r.Duration; t.failing >= t.most && t.exhausted != nil {
		t.exhausted()
	}
}

// interrupted returns the error of a context that the caller ended. That a round's
// patience is at its end interrupts nothing: what was had is kept.
func interrupted(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errPatience) {
		return nil
	}
	return ctx.Err()
}

// blame gives selectors that were cut off the reason for it.
func (r *round) blame(ctx context.Context) {
	cause := context.Cause(ctx)
	if !errors.Is(cause, errPatience) {
		return
	}
	for _, s := range r.selectors {
		if errors.Is(s.err, context.Canceled) {
			s.err = cause
		}
	}
}
