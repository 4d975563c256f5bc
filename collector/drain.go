package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

const (
	// batch is how many changes one request of details asks for: about 90 KB of
	// gzip and a second of a cold server's time.
	batch = 25

	// maxPoison is how many changes one round gives up before it takes the
	// trouble for an outage and stops asking.
	maxPoison = 10
)

// drain fetches the details of all undrained work of the listed selectors, staging
// each batch as it comes. A change whose details can't be had, twice, the second
// time alone, is given up: its listing row's facts hold and nothing else waits for
// it. The error is the store's or the context's; what Gerrit did stays in the
// selectors.
func (r *round) drain(ctx context.Context) error {
	todo := r.todo()
	d := drain{round: r}
	for numbers := range slices.Chunk(todo, batch) {
		if err := d.fetch(ctx, numbers); err != nil {
			return d.stop(ctx, err)
		}
		if err := r.save(); err != nil {
			return err
		}
	}
	for _, n := range d.suspects {
		if err := d.alone(ctx, n); err != nil {
			return d.stop(ctx, err)
		}
		if err := r.save(); err != nil {
			return err
		}
	}
	return nil
}

// todo lists the numbers to fetch, newest first: what is moving now matters most
// when a long backfill is watched.
func (r *round) todo() []int {
	var numbers []int
	for n, w := range r.work {
		if s := r.selectors[w.Member.Project]; s != nil && s.err == nil && !w.Drained() {
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, func(a, b int) int { return cmp.Compare(b, a) })
	return numbers
}

// drain is the state of one round's fetching.
type drain struct {
	*round
	suspects []int // failed once; to be tried alone
	poisoned int   // given up in this round
}

// stop ends fetching early: the selectors whose work is left stay incomplete and
// say why. What was fetched is kept for the next round.
func (d *drain) stop(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := d.save(); err != nil {
		return err
	}
	for _, w := range d.work {
		if s := d.selectors[w.Member.Project]; s != nil && s.err == nil && !w.Drained() {
			s.err = err
		}
	}
	return nil
}

// fetch asks for some changes at once and halves the batch where the answer as a
// whole can't be had. An error means that there is no point in going on.
func (d *drain) fetch(ctx context.Context, numbers []int) error {
	details, err := d.client.Details(ctx, numbers)
	switch {
	case err != nil && !poisonous(err):
		return err
	case err != nil && len(numbers) == 1:
		d.suspect(numbers[0], err)
		return nil
	case err != nil:
		half := len(numbers) / 2
		if err := d.fetch(ctx, numbers[:half]); err != nil {
			return err
		}
		return d.fetch(ctx, numbers[half:])
	}
	d.take(details)
	return nil
}

// poisonous tells an error that one change of a batch can cause, so that a smaller
// batch may go through, from one that says the server is not there: Gerrit's own
// 500 (a change whose commit is missing in git), a deadline, an answer that is too
// long or can't be read.
func poisonous(err error) bool {
	var e *gerrit.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case http.StatusInternalServerError, http.StatusRequestTimeout:
		return e.ContentType == "text/plain"
	case http.StatusOK:
		return e.ContentType == "application/json"
	}
	return e.BadRequest() || e.TooLong()
}

// take stages the changes that came and suspects those that did not.
func (d *drain) take(details *gerrit.Details) {
	for _, c := range details.Changes {
		w := d.work[c.Number]
		if w == nil {
			continue
		}
		full := detailed(c, d.start)
		w.Detail, w.Error = &full, ""
		date(w)
		d.dirty[c.Number] = true
	}
	for _, b := range details.Bad {
		if d.work[b.Number] != nil {
			d.suspect(b.Number, b.Err)
		}
	}
	for _, n := range details.Missing {
		d.suspect(n, fmt.Errorf("change %d: listed, but left out of the answer to a query for its details", n))
	}
}

func (d *drain) suspect(n int, err error) {
	w := d.work[n]
	if w.Drained() || slices.Contains(d.suspects, n) {
		return
	}
	w.Tries++
	w.Error = err.Error()
	d.dirty[n] = true
	d.suspects = append(d.suspects, n)
}

// alone gives a suspect its second try and gives it up if that fails too.
func (d *drain) alone(ctx context.Context, n int) error {
	details, err := d.client.Details(ctx, []int{n})
	if err != nil && !poisonous(err) {
		return err
	}
	if err == nil {
		d.take(details)
	}
	w := d.work[n]
	if w.Drained() {
		return nil
	}
	if d.poisoned++; d.poisoned > maxPoison {
		return fmt.Errorf("more than %d changes whose details can't be had; the last: %s", maxPoison, w.Error)
	}
	w.Tries++
	w.GiveUp = true
	w.Member.Quarantined = w.Error
	d.dirty[n] = true
	d.log.Warn("change quarantined", "goal", d.goal.Name, "change", n, "err", w.Error)
	return nil
}
