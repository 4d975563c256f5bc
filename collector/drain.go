package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
)

const (
	// batchSize is how many changes one request of details asks for: about 90 KB of
	// gzip and a second of a cold server's time.
	batchSize = 25

	// maxQuarantined is how many changes one round quarantines. If there are more, it
	// takes the trouble for an outage and stops asking; the next round goes on.
	maxQuarantined = 10
)

var errTooMany = fmt.Errorf("more than %d changes whose details can't be had", maxQuarantined)

// drain fetches the details of all undrained work of the complete selectors and
// saves each batch as it comes. A change whose details can't be had, twice, the
// second time alone, is quarantined: its row's facts hold and nothing else waits for
// it. The error is the store's or the context's; what Gerrit did is in the selectors.
func (r *round) drain(ctx context.Context) error {
	f := fetcher{round: r, why: map[int]string{}}
	fresh, again := r.todo()
	var broken error
	for numbers := range slices.Chunk(fresh, batchSize) {
		if broken = f.fetch(ctx, numbers); broken != nil {
			break
		}
		if err := r.save(); err != nil {
			return err
		}
	}
	if broken != nil && !errors.Is(broken, errTooMany) {
		return f.stop(ctx, broken)
	}
	for _, n := range f.failed[:min(len(f.failed), maxQuarantined)] {
		if err := f.retryAlone(ctx, n); err != nil {
			return f.stop(ctx, err)
		}
		if err := r.save(); err != nil {
			return err
		}
	}
	if broken != nil {
		return f.stop(ctx, broken)
	}
	return f.retryQuarantined(ctx, again)
}

// todo returns the numbers to fetch, newest first: what is moving now matters most
// when a long backfill is watched. Those that were quarantined already, in a round
// that was not published, are apart.
func (r *round) todo() (fresh, again []int) {
	for n, w := range r.work {
		if s := r.selectors[w.Member.Selector]; s == nil || s.err != nil || w.Drained() {
			continue
		}
		if w.Tries < 2 {
			fresh = append(fresh, n)
		} else {
			again = append(again, n)
		}
	}
	newest := func(a, b int) int { return cmp.Compare(b, a) }
	slices.SortFunc(fresh, newest)
	slices.SortFunc(again, newest)
	return fresh, again
}

// fetcher is the state of one round's fetching.
type fetcher struct {
	round   *round
	failed  []int          // once; to be retried alone
	why     map[int]string // what failed last, in the words of its error: for the log
	dropped bool           // it was logged that the server does not know all options
}

// retryQuarantined tries once more what was quarantined before. If that fails too
// often, the rest stays quarantined without a request: very many broken changes must
// not keep a first backfill, which lists everything in each round, from ever being
// complete.
func (f *fetcher) retryQuarantined(ctx context.Context, again []int) error {
	failed := 0
	for _, n := range again {
		if failed == maxQuarantined {
			f.quarantine(n)
		} else if err := f.retryAlone(ctx, n); err != nil {
			return f.stop(ctx, err)
		} else if w := f.round.work[n]; w == nil || w.Quarantined {
			failed++
		}
		if err := f.round.save(); err != nil {
			return err
		}
	}
	return nil
}

// stop ends fetching early: the selectors whose work is left stay incomplete and
// say why. What was fetched is kept for the next round.
func (f *fetcher) stop(ctx context.Context, err error) error {
	if err := interrupted(ctx); err != nil {
		return err
	}
	if err := f.round.save(); err != nil {
		return err
	}
	for _, w := range f.round.work {
		if s := f.round.selectors[w.Member.Selector]; s != nil && s.err == nil && !w.Drained() {
			s.err = err
		}
	}
	return nil
}

// fetch asks for some changes at once and halves the batch where the answer as a
// whole can't be had. An error means that there is no point in going on.
func (f *fetcher) fetch(ctx context.Context, numbers []int) error {
	details, err := f.round.client.Details(ctx, numbers)
	switch {
	case err != nil && !f.mayBeOneChange(ctx, err):
		return err
	case err != nil && len(numbers) == 1:
		f.fail(numbers[0], err)
		return f.tooMany()
	case err != nil:
		half := len(numbers) / 2
		if err := f.fetch(ctx, numbers[:half]); err != nil {
			return err
		}
		return f.fetch(ctx, numbers[half:])
	}
	if rest := details.Missing; len(rest) > 1 && len(details.Changes) > 0 {
		// A server may have a smaller limit than our batch.
		details.Missing = nil
		f.take(details)
		return f.fetch(ctx, rest)
	}
	f.take(details)
	return f.tooMany()
}

// tooMany returns an error when too much of the fetching failed.
func (f *fetcher) tooMany() error {
	if len(f.failed) <= maxQuarantined {
		return nil
	}
	last := f.round.work[f.failed[len(f.failed)-1]]
	return fmt.Errorf("%w; the last: %s", errTooMany, last.Error)
}

// mayBeOneChange reports whether one change of a batch can cause the error, so that
// a smaller batch may go through: Gerrit's own 500 (a change whose commit is missing
// in git), a deadline, an answer that is too long or can't be read. An answer that did
// not come in time is such an error if the server answers something else. Other errors
// mean that the server is not there, or wants a pause.
func (f *fetcher) mayBeOneChange(ctx context.Context, err error) bool {
	var e *gerrit.Error
	switch {
	case !errors.As(err, &e) || !e.Until.IsZero():
		return false
	case e.AnswerTooLong():
		return true
	case e.Slow():
		_, err := f.round.client.Version(ctx)
		return err == nil
	}
	switch e.Status {
	case http.StatusInternalServerError, http.StatusRequestTimeout:
		return e.ContentType == "text/plain"
	case http.StatusOK:
		return e.ContentType == "application/json"
	}
	return e.BadRequest() || e.TooLong()
}

// take stages the changes that came and notes those that did not. Details older than
// the row that asked for them are a stale answer.
func (f *fetcher) take(details *gerrit.Details) {
	if details.Dropped != nil && !f.dropped {
		f.dropped = true
		f.round.log.Warn("the server does not know all options", "goal", f.round.goal.Name, "unknown", details.Dropped)
	}
	for _, c := range details.Changes {
		w := f.round.work[c.Number]
		if w == nil {
			continue
		}
		if c.Updated.Before(w.Row.Updated) {
			f.fail(c.Number, fmt.Errorf("change %d: its details, updated %s, are older than its row in the listing, updated %s",
				c.Number, c.Updated.UTC().Format(time.DateTime), w.Row.Updated.Format(time.DateTime)))
			continue
		}
		full := toChange(c, f.round.start)
		w.Detail, w.Staged, w.Error = &full, false, ""
		f.round.forget(c.Number)
		date(w)
		f.round.dirty[c.Number] = true
	}
	for _, b := range details.Bad {
		w := f.round.work[b.Number]
		if w == nil {
			continue
		}
		f.fail(b.Number, b.Err)
		if s := f.round.selectors[w.Member.Selector]; s != nil && s.err == nil && errors.Is(b.Err, gerrit.ErrTwoProjects) {
			s.err = b.Err
		}
	}
	for _, n := range details.Missing {
		f.fail(n, fmt.Errorf("change %d: left out of the answer to a query for its details", n))
	}
}

// fail notes that the details of a change could not be had.
func (f *fetcher) fail(n int, err error) {
	w := f.round.work[n]
	if w.Drained() {
		return
	}
	w.Error = store.WithoutAddresses(gerrit.Plain(err))
	f.why[n] = store.WithoutAddresses(err.Error())
	f.round.dirty[n] = true
	if !slices.Contains(f.failed, n) {
		w.Tries++
		f.failed = append(f.failed, n)
	}
}

// retryAlone gives a change its second try and quarantines it if that fails too.
func (f *fetcher) retryAlone(ctx context.Context, n int) error {
	if f.round.work[n].Drained() {
		return nil
	}
	details, err := f.round.client.Details(ctx, []int{n})
	if err != nil && !f.mayBeOneChange(ctx, err) {
		return err
	}
	if err != nil {
		f.fail(n, err)
	} else {
		f.take(details)
	}
	if !f.round.work[n].Drained() {
		f.quarantine(n)
	}
	return nil
}

// quarantine goes on without the details of a change: the facts of its row hold. If
// its row could not be read either there is nothing to hold, and it is noted as unread.
func (f *fetcher) quarantine(n int) {
	w := f.round.work[n]
	f.round.log.Warn("change quarantined", "goal", f.round.goal.Name, "change", n, "err", cmp.Or(f.why[n], w.Error))
	if w.Row.Status == "" {
		f.round.poll.Quarantined++
		f.round.note(w)
		f.round.drop(n)
		return
	}
	w.Tries = max(w.Tries+1, 2)
	w.Quarantined = true
	w.Member.Quarantined = w.Error
	f.round.dirty[n] = true
}
