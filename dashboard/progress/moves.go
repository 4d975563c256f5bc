package progress

import (
	"cmp"
	"slices"
	"time"
)

// Kind is how a change moved.
type Kind string

const (
	MovedNew       Kind = "new"       // it came into the set, and is in review
	MovedRestored  Kind = "restored"  // it was abandoned, and is in review again
	MovedMerged    Kind = "merged"    // also if it came into the set when it had merged already
	MovedReverted  Kind = "reverted"  // a later change took it back, or it is that later change
	MovedAbandoned Kind = "abandoned" //
	MovedLeft      Kind = "left"      // it departed, left or gone
)

// Move is what became of a change within a time.
type Move struct {
	Kind   Kind
	At     time.Time // when it came into the state it is in
	Change *Change   // of the Result
}

// Moves are the development changes of a scope that are in another state than they
// were at since, newest move first. A change moves once: from where it was to where
// it is. Turning from open to wip or back does not move it. It is nil while the scope is
// loading.
func (r *Result) Moves(s Scope, since time.Time) []Move {
	if n := r.NumbersOf(s); n == nil || n.Loading != nil {
		return nil
	}
	var moves []Move
	for c, moments := range r.pasts(s) {
		if c.Backport || len(moments) > 0 && moments[len(moments)-1].At.Before(since) {
			continue
		}
		if m, ok := r.view.move(c, moments, since); ok {
			moves = append(moves, m)
		}
	}
	slices.SortStableFunc(moves, func(a, b Move) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Change.Change.Number, a.Change.Change.Number))
	})
	return moves
}

// move compares where a change is on the view's day with where it was at since.
func (v *view) move(c *Change, moments []moment, since time.Time) (Move, bool) {
	was, is := State(""), State("")
	var at time.Time
	for _, m := range moments {
		switch {
		case v.until.Before(v.now) && !m.At.Before(v.until): // after the day
		case m.At.Before(since):
			was, is = m.State, m.State
		case m.State.InFlight() && is.InFlight():
			is = m.State
		default:
			is, at = m.State, m.At
		}
	}
	m := Move{At: at, Change: c}
	switch {
	case is == was, is.InFlight() && was.InFlight():
		return Move{}, false
	case is == "":
		m.Kind = MovedLeft
	case is == Merged:
		m.Kind = MovedMerged
	case is == Reverted:
		m.Kind = MovedReverted
	case is == Abandoned:
		m.Kind = MovedAbandoned
	case was == "":
		m.Kind = MovedNew
	default:
		m.Kind = MovedRestored
	}
	return m, true
}
