package gerrit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// maxTries bounds what one poll asks of a server in trouble; the next poll
	// comes by itself.
	maxTries = 3

	// maxPause bounds every pause: a poll that sleeps for an hour looks like one that
	// hangs. If a Retry-After asks for a longer one, the request fails at once and the
	// gate is closed, see maxClosed.
	maxPause = 2 * time.Minute
)

// pauses are the waits between tries: exponential with jitter, and never shorter
// than the server asked for.
type pauses struct {
	*backoff.ExponentialBackOff
	asked time.Duration // by the last answer's Retry-After
}

func newPauses(first time.Duration) *pauses {
	steps := backoff.NewExponentialBackOff()
	steps.InitialInterval = first
	steps.Multiplier = 2
	steps.MaxInterval = maxPause
	return &pauses{ExponentialBackOff: steps}
}

// NextBackOff implements backoff.BackOff.
func (p *pauses) NextBackOff() time.Duration {
	return min(max(p.ExponentialBackOff.NextBackOff(), p.asked), maxPause)
}

// retry calls attempt until it succeeds, fails for good or has been called
// maxTries times. The last failure names the number of tries; if ctx ends during
// a pause, the error is the context's, beside the failure it waited to repeat.
func retry(ctx context.Context, first time.Duration, attempt func(ctx context.Context, p *pauses) ([]byte, *Error)) ([]byte, error) {
	waits, tries := newPauses(first), 0
	var last *Error
	body, err := backoff.Retry(ctx, func() ([]byte, error) {
		waits.asked = 0
		body, failed := attempt(context.WithValue(ctx, retryKey{}, tries > 0), waits)
		tries++
		if failed == nil {
			return body, nil
		}
		last = failed
		if !failed.Temporary() || !failed.Until.IsZero() {
			return nil, backoff.Permanent(failed)
		}
		return nil, failed
	}, backoff.WithBackOff(waits), backoff.WithMaxTries(maxTries), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return body, nil
	}
	last.Tries = tries
	if ended := ctx.Err(); ended != nil && last.Err != nil {
		last.Err = fmt.Errorf("%w, after: %v", ended, last.Err)
	} else if ended != nil {
		last.Err = ended
	}
	return nil, last
}

// retryKey marks the context of a request that repeats another.
type retryKey struct{}

func isRetry(ctx context.Context) bool {
	again, _ := ctx.Value(retryKey{}).(bool)
	return again
}

// retryAfter reads the header, in seconds or as a date. A date is compared with
// the server's own clock where it sent it.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	const fits = 31 // bits of seconds that a Duration holds; beyond, ParseUint gives the most
	if seconds, err := strconv.ParseUint(text, 10, fits); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}
