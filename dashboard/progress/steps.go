package progress

import (
	"cmp"
	"slices"
	"time"
)

// Step is a change that went from one state into another; "" is outside of the set: it
// had not come yet, or had departed.
type Step struct {
	At       time.Time
	From, To State
	Change   *Change // of the Result
}

// Steps are all that the development changes of a scope went through up to the result's
// day, oldest first, at one time by number. It is nil while the scope is loading.
func (r *Result) Steps(s Scope) []Step {
	if n := r.NumbersOf(s); n == nil || n.Loading != nil {
		return nil
	}
	var steps []Step
	for c, moments := range r.pasts(s) {
		if c.Backport {
			continue
		}
		was := State("")
		for _, m := range moments {
			if r.Past() && !m.At.Before(r.view.until) {
				break
			}
			if m.State != was { // else it was created outside the set
				steps = append(steps, Step{m.At, was, m.State, c})
			}
			was = m.State
		}
	}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Change.Change.Number, b.Change.Change.Number))
	})
	return steps
}
