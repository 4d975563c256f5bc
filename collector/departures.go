package collector

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// absentees compares a full listing with what is stored. A row that comes back
// from a query without the selector is evidence: the change left. Absence alone
// never is: Gerrit's two sub-indexes can both miss a change at the instant of its
// merge, and a listing leaves out what it can't format. What was gone may answer
// again under another topic, where no listing shows it: then it left instead.
func (r *round) absentees(ctx context.Context, s *selector) error {
	tracked := 0
	var absent []store.Member
	for m := range r.members(s.query) {
		if m.Departed != nil && !m.Departed.Gone {
			continue
		}
		if m.Departed == nil {
			tracked++
		}
		if n := m.Change.Number; !r.listed(n) {
			absent = append(absent, m)
		}
	}
	rest, err := r.evidence(ctx, s, absent)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(rest, func(m store.Member) bool { return m.Missing != nil || m.Departed != nil })
	if err := r.breaker(ctx, s, len(fresh), tracked); err != nil {
		return err
	}
	for _, m := range fresh {
		exists, err := r.client.Exists(ctx, m.Change.Project, m.Change.Number)
		if err != nil {
			return err
		}
		if !exists {
			m.Missing = &store.Missing{Since: r.start}
			m.Quarantined = "" // no wonder that its details could not be had
			s.members = append(s.members, m.Membership)
		}
	}
	return nil
}

// breaker refuses to believe that very many changes went missing at once: that is
// how a lost index, a changed permission or a broken query looks. An operator can,
// unless Gerrit shows us nothing at all: then nothing is known.
func (r *round) breaker(ctx context.Context, s *selector, missing, tracked int) error {
	most := max(5, tracked*2/100)
	if missing == 0 || len(s.rows) > 0 && missing <= most {
		return nil
	}
	if err := r.seesAnything(ctx); err != nil {
		return fmt.Errorf("%d of %d changes are missing from the listing at once: nothing was changed: %w", missing, tracked, err)
	}
	if r.opts.AcceptMissing {
		return nil
	}
	s.blocked = missing
	return fmt.Errorf("%d of %d changes are missing from the listing at once: nothing was changed; if that is true, run headway poll --accept-missing", missing, tracked)
}

// seesAnything is nil if Gerrit shows us any change, of this goal or not. It is asked
// once a round, and only if no selector lists anything.
func (r *round) seesAnything(ctx context.Context) error {
	for _, s := range r.selectors {
		if len(s.rows) > 0 {
			return nil
		}
	}
	if r.hidden == nil {
		sees, err := r.client.Sees(ctx)
		if err != nil {
			return err
		}
		hidden := !sees
		r.hidden = &hidden
	}
	if *r.hidden {
		return r.client.Hidden()
	}
	return nil
}

// listed reports whether a selector of this round lists the change: its own, or
// another that it moved to.
func (r *round) listed(n int) bool {
	for _, s := range r.selectors {
		if _, ok := s.rows[n]; ok {
			return true
		}
	}
	return false
}

// evidence asks for the absent members of a selector without it: those that come
// back left, the rest may be missing.
func (r *round) evidence(ctx context.Context, s *selector, absent []store.Member) (rest []store.Member, err error) {
	byNumber := map[int]store.Member{}
	var numbers []int
	for _, m := range absent {
		byNumber[m.Change.Number] = m
		numbers = append(numbers, m.Change.Number)
	}
	rows, err := r.outside(ctx, numbers, time.Time{})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if m, ok := byNumber[row.Number]; ok {
			s.left = append(s.left, r.departed(m, row))
			delete(byNumber, row.Number)
		}
	}
	return slices.DeleteFunc(absent, func(m store.Member) bool {
		_, here := byNumber[m.Change.Number]
		return !here
	}), nil
}

// leavers asks whether any open change moved out of all selectors since the last
// listing, and whether any open reference moved: one request for 300 of them.
// Changes that are merged or abandoned are compared by the next full listing.
func (r *round) leavers(ctx context.Context) error {
	open, after := map[int]store.Member{}, time.Time{}
	for _, q := range r.goal.Queries {
		s := r.selectors[q.Project]
		if s.err != nil || s.since.IsZero() {
			continue
		}
		if after.IsZero() || s.since.Before(after) {
			after = s.since
		}
		for m := range r.snap.Members(r.goal.Name, []store.Query{q}) {
			if n := m.Change.Number; !s.full && m.Departed == nil && m.Status == store.StatusNew && !r.listed(n) {
				open[n] = m
			}
		}
		for n, w := range r.work {
			if !s.full && w.Member.Selector == q.Project && w.Member.Departed == nil && !w.Member.Reference && !r.listed(n) {
				open[n] = carried(w)
			}
		}
	}
	references := r.openReferences()
	numbers := slices.Sorted(maps.Keys(open))
	for _, n := range references {
		if _, twice := open[n]; !twice {
			numbers = append(numbers, n)
		}
	}
	rows, err := r.outside(ctx, numbers, after)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if m, ok := open[row.Number]; ok {
			s := r.selectors[m.Selector]
			s.left = append(s.left, r.departed(m, row))
		} else if slices.Contains(references, row.Number) {
			r.wantReference(row)
		}
	}
	return nil
}

// carried is a change as a member that an earlier round listed and could not
// publish: it may have left since like any other, and also while it is closed,
// because no later listing compares it.
func carried(w *store.Work) store.Member {
	if w.Detail != nil {
		return store.Member{Membership: w.Member, Change: w.Detail}
	}
	return store.Member{Membership: w.Member, Change: &store.Change{Row: w.Row}}
}

// outside returns which of the numbered changes no selector of the goal matches,
// as listing rows; with after only those updated since.
func (r *round) outside(ctx context.Context, numbers []int, after time.Time) ([]store.Row, error) {
	var not strings.Builder
	for _, q := range r.goal.Queries {
		fmt.Fprintf(&not, " -(%s)", q.Text)
	}
	return r.any(ctx, query.Numbered("change", numbers), not.String(), after)
}

// departed is the work for a change that left: its new facts are wanted too, because
// they tell when.
func (r *round) departed(m store.Member, row store.Row) store.Work {
	w := store.Work{Row: row, Member: m.Membership, Reason: store.ReasonLeft}
	w.Member.Missing, w.Member.Quarantined = nil, ""
	if m.Departed != nil { // gone, and there again
		back := *m.Departed
		back.Back = r.start
		w.Member.Past = append(slices.Clip(m.Past), back)
	}
	w.Member.Departed = &store.Departure{At: r.start, Seen: r.start, Topic: row.Topic}
	known := m.Change
	if was := r.work[row.Number]; was != nil && was.Detail != nil {
		known = was.Detail // an earlier round saw it leave and could not publish that
	}
	if !known.Detailed.IsZero() && !moved(known.Row, row) {
		w.Detail = known
		date(&w)
	}
	return w
}

// date gives a departure the topic that the details tell, and if it is news the
// time of the topic change that caused it; a topic set by push leaves no message.
func date(w *store.Work) {
	left := w.Member.Departed
	if left == nil || left.Gone {
		return
	}
	left.Topic = w.Detail.Topic
	if w.Reason != store.ReasonLeft {
		return
	}
	for _, m := range slices.Backward(w.Detail.Messages) {
		if m.Kind == store.MessageTopic {
			if from, to := m.Topics(); to == left.Topic && to != from {
				left.At = m.Time.Time()
			}
			return
		}
	}
}

// recheck asks again for a selector's changes that were missing once, when enough
// time has passed: the second 404 makes them gone.
func (r *round) recheck(ctx context.Context, s *selector) error {
	for m := range r.members(s.query) {
		n := m.Change.Number
		leaving := slices.ContainsFunc(s.left, func(w store.Work) bool { return w.Row.Number == n })
		if m.Missing == nil || r.listed(n) || leaving {
			continue
		}
		if m.Missing.Since.After(r.start) { // the clock was set back
			m.Missing = &store.Missing{Since: r.start}
			s.members = append(s.members, m.Membership)
			continue
		}
		if r.start.Sub(m.Missing.Since) < r.goal.GoneAfter {
			continue
		}
		exists, err := r.client.Exists(ctx, m.Change.Project, n)
		if err != nil {
			return err
		}
		if !exists {
			m.Departed = &store.Departure{Gone: true, At: m.Missing.Since, Seen: r.start}
			r.drop(n) // what an earlier round wanted to know of it
		}
		m.Missing = nil
		s.members = append(s.members, m.Membership)
	}
	return nil
}
