package collector

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// maxTerms is how many numbers one query names: 5 KB of URL, under the 8 KB that
// a proxy before Gerrit allows, and well under Gerrit's 1,024 terms.
const maxTerms = 300

// departures finds out what a selector no longer matches. A row that comes back
// from a query that excludes the selector is evidence: the change left. Absence
// alone never is: Gerrit's two sub-indexes can both miss a change at the instant
// of its merge, and a listing leaves out what it can't format.
func (r *round) departures(ctx context.Context, s *selector) {
	d := departures{round: r, selector: s}
	find := d.leavers
	if s.full {
		find = d.absentees
	}
	if s.err = find(ctx); s.err != nil {
		return
	}
	if s.err = d.recheck(ctx); s.err != nil {
		return
	}
	for _, w := range d.left {
		r.queue(w)
	}
	for _, n := range d.dropped {
		r.drop(n)
	}
	s.members = d.members
}

// departures collects what one selector lost; it counts only if the search for it
// was complete.
type departures struct {
	*round
	*selector
	left    []store.Work       // moved out, with evidence
	members []store.Membership // missing, gone or found again
	dropped []int              // queued, but no longer listed and never published
}

// leavers asks whether any open change moved out of the selector since the last
// listing: one request for 300 of them. Merged and abandoned ones are seen by the
// next full listing.
func (d *departures) leavers(ctx context.Context) error {
	var open []store.Member
	for m := range d.snap.Members(d.goal.Name, []store.Query{d.query}) {
		if m.Departed == nil && m.Status == store.StatusNew && !d.claimed(m.Change.Number) {
			open = append(open, m)
		}
	}
	_, err := d.evidence(ctx, open, d.after)
	return err
}

// absentees compares a full listing with what is stored.
func (d *departures) absentees(ctx context.Context) error {
	tracked := 0
	var absent []store.Member
	for m := range d.snap.Members(d.goal.Name, []store.Query{d.query}) {
		if m.Departed != nil {
			continue
		}
		tracked++
		if n := m.Change.Number; !d.claimed(n) && !d.bad[n] {
			absent = append(absent, m)
		}
	}
	rest, err := d.evidence(ctx, absent, time.Time{})
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(rest, func(m store.Member) bool { return m.Missing != nil })
	if err := d.breaker(len(fresh), tracked); err != nil {
		return err
	}
	for _, m := range fresh {
		exists, err := d.client.Exists(ctx, m.Change.Project, m.Change.Number)
		if err != nil {
			return err
		}
		if !exists {
			m.Missing = &store.Missing{Since: d.start}
			d.members = append(d.members, m.Membership)
		}
	}
	for n, w := range d.work {
		if w.Member.Project == d.query.Project && w.Member.Departed == nil && !d.claimed(n) && !d.bad[n] {
			d.dropped = append(d.dropped, n)
		}
	}
	return nil
}

// breaker refuses to believe that very many changes went missing at once: that is
// how a lost index, a changed permission or a broken query looks. An operator can.
func (d *departures) breaker(missing, tracked int) error {
	if missing == 0 || d.opts.AcceptMissing {
		return nil
	}
	most := max(5, tracked*2/100)
	if len(d.rows) > 0 && missing <= most {
		return nil
	}
	d.Blocked = missing
	return fmt.Errorf("%d of %d changes are missing from the listing at once: nothing was changed; if that is true, run headway poll --accept-missing", missing, tracked)
}

// claimed tells whether a selector of this round lists the change: this one, or
// another that it moved to.
func (d *departures) claimed(n int) bool {
	for _, s := range d.selectors {
		if _, ok := s.rows[n]; ok {
			return true
		}
	}
	return false
}

// evidence asks for suspects without the selector, queues those that come back as
// left and returns the rest.
func (d *departures) evidence(ctx context.Context, suspects []store.Member, after time.Time) (rest []store.Member, err error) {
	for chunk := range slices.Chunk(suspects, maxTerms) {
		listing, err := d.client.List(ctx, fmt.Sprintf("(%s) -(%s)", anyOf(chunk), d.query.Text), after)
		if err != nil {
			return nil, err
		}
		came := map[int]store.Change{}
		for _, c := range listing.Changes {
			came[c.Number] = listed(c)
		}
		for _, m := range chunk {
			if row, ok := came[m.Change.Number]; ok {
				d.left = append(d.left, d.departed(m, row))
			} else {
				rest = append(rest, m)
			}
		}
	}
	return rest, nil
}

// anyOf is a query for changes by number.
func anyOf(members []store.Member) string {
	var b strings.Builder
	for i, m := range members {
		if i > 0 {
			b.WriteString(" OR ")
		}
		b.WriteString("change:")
		b.WriteString(strconv.Itoa(m.Change.Number))
	}
	return b.String()
}

// departed is the work for a change that left: its new facts are wanted too, for
// they tell when.
func (d *departures) departed(m store.Member, row store.Change) store.Work {
	w := store.Work{Row: row, Member: m.Membership, Reason: store.ReasonLeft}
	w.Member.Missing, w.Member.Quarantined = nil, ""
	w.Member.Departed = &store.Departure{At: d.start, Seen: d.start, Topic: row.Topic}
	if !m.Detailed.IsZero() && !moved(m.Change, row) {
		w.Detail = m.Change
		date(&w)
	}
	return w
}

// date gives a departure the time of the topic change that caused it, where the
// details tell; a topic set by push leaves no message.
func date(w *store.Work) {
	left := w.Member.Departed
	if left == nil || left.Gone || w.Detail == nil {
		return
	}
	for _, m := range slices.Backward(w.Detail.Messages) {
		if m.Kind == store.MessageTopic {
			if m.To == left.Topic && m.To != m.From {
				left.At = m.Time
			}
			return
		}
	}
}

// recheck asks again for the changes that were missing once, when enough time has
// passed: the second 404 makes them gone.
func (d *departures) recheck(ctx context.Context) error {
	for m := range d.snap.Members(d.goal.Name, []store.Query{d.query}) {
		if m.Missing == nil || d.start.Sub(m.Missing.Since) < d.goal.GoneAfter || d.claimed(m.Change.Number) || d.leaving(m.Change.Number) {
			continue
		}
		exists, err := d.client.Exists(ctx, m.Change.Project, m.Change.Number)
		if err != nil {
			return err
		}
		if !exists {
			m.Departed = &store.Departure{Gone: true, At: m.Missing.Since, Seen: d.start}
			d.poll.Gone++
		}
		m.Missing = nil
		d.members = append(d.members, m.Membership)
	}
	return nil
}

func (d *departures) leaving(n int) bool {
	return slices.ContainsFunc(d.left, func(w store.Work) bool { return w.Row.Number == n })
}

// drop takes work off the list for good.
func (r *round) drop(n int) {
	delete(r.work, n)
	delete(r.dirty, n)
	r.dropped = append(r.dropped, n)
}
