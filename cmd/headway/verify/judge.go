package verify

import (
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// judge decides, from what Gerrit has, what is reverted and what is a backport. It
// is written without a look at package progress, which it checks.
func (r *recount) judge() {
	r.resetStates()
	r.undoes = map[int]undoing{}
	for _, n := range r.known() {
		if u := r.undoing(n); u.any() {
			r.undoes[n] = u
		}
	}
	undone := r.undone()
	var reverted []*found
	for n, f := range r.found {
		u := r.undoes[n]
		takes := len(u.here)+len(u.elsewhere) > 0 && !r.carries(n, nil)
		if f.state == progress.Merged && (undone[n] || takes) {
			reverted = append(reverted, f)
		}
	}
	for _, f := range reverted {
		f.state = progress.Reverted
	}
	r.judgeBackports()
}

// resetStates takes back what judge decided, before more is known.
func (r *recount) resetStates() {
	for _, f := range r.found {
		if f.state == progress.Reverted {
			f.state = progress.Merged
		}
	}
}

// undoing is what a merged change takes out.
type undoing struct {
	here      []int // merged changes of its branch
	elsewhere []int // merged changes of other branches, of which its own has no change: it was cut later
	unknown   bool  // something that nobody knows, as opposed to what is another project's or fits two
}

func (u undoing) any() bool { return len(u.here)+len(u.elsewhere) > 0 || u.unknown }

// undoing reads what a change reverts by revert_of and by its message.
func (r *recount) undoing(n int) (u undoing) {
	f := r.change(n)
	if f.state != progress.Merged {
		return u
	}
	var t text
	if r.texts[n] != nil {
		t = *r.texts[n]
	}
	u.unknown = t.unknown
	if f.RevertOf != 0 {
		t.numbers = append(slices.Clip(t.numbers), f.RevertOf)
	}
	for _, of := range t.numbers {
		switch c := r.change(of); {
		case c == nil:
			u.unknown = true
		case c.Project != f.Project: // ordinary work, and so is what reverts it
		case c.Branch != f.Branch:
			r.undoID(&u, f, c.ChangeID)
		case of != n && c.state == progress.Merged && !mergedLater(c, f):
			u.here = append(u.here, of)
		}
	}
	for _, id := range t.ids {
		if !r.undoID(&u, f, id) {
			u.unknown = true
		}
	}
	u.here, u.elsewhere = distinct(u.here), distinct(u.elsewhere)
	return u
}

// undoID adds the change that a revert means by a Change-Id: the last that merged on
// its branch, else on another. It reports whether there is any change with this
// Change-Id, merged or not, in whatever project.
func (r *recount) undoID(u *undoing, f *found, id string) (known bool) {
	here, elsewhere := 0, 0
	for _, n := range r.known() {
		c := r.change(n)
		if c.ChangeID != id || n == f.Number {
			continue
		}
		known = true
		switch {
		case c.Project != f.Project || c.state != progress.Merged || mergedLater(c, f):
		case c.Branch == f.Branch:
			here = n
		default:
			elsewhere = n
		}
	}
	switch {
	case here != 0:
		u.here = append(u.here, here)
	case elsewhere != 0:
		u.elsewhere = append(u.elsewhere, elsewhere)
	}
	return known
}

// mergedLater reports whether a change is known to have merged after a revert, which
// then does not mean it.
func mergedLater(c, revert *found) bool {
	return !c.Submitted.IsZero() && !revert.Submitted.IsZero() && c.Submitted.After(revert.Submitted.Time)
}

func distinct(numbers []int) []int {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// undone are the merged changes that an effective revert took back: one that was
// not taken back itself.
func (r *recount) undone() map[int]bool {
	by := map[int][]int{} // target -> its reverts
	for _, n := range r.known() {
		for _, t := range r.undoes[n].here {
			by[t] = append(by[t], n)
		}
	}
	undone, visited := map[int]bool{}, map[int]bool{}
	var visit func(n int) bool
	visit = func(n int) bool {
		if visited[n] {
			return undone[n]
		}
		visited[n] = true
		for _, revert := range by[n] {
			if !visit(revert) {
				undone[n] = true
			}
		}
		return undone[n]
	}
	for n := range by {
		visit(n)
	}
	return undone
}

// carries reports whether a change brings work back that no member stands for: it
// reverts nothing but reverts, and what each of these had taken out is unknown, or
// outside and not brought back from a member itself. Above are the changes whose
// question this is.
func (r *recount) carries(n int, above []int) bool {
	u := r.undoes[n]
	if slices.Contains(above, n) || len(u.here)+len(u.elsewhere) == 0 {
		return false
	}
	for _, revert := range slices.Concat(u.here, u.elsewhere) {
		took := r.undoes[revert]
		if !took.any() {
			return false
		}
		for _, original := range slices.Concat(took.here, took.elsewhere) {
			if r.found[original] != nil {
				return false
			}
			if r.undoes[original].any() && !r.carries(original, append(slices.Clip(above), n)) {
				return false
			}
		}
	}
	return true
}

// newest is the change that moved last of all related ones.
func (r *recount) newest(n int) *found {
	var newest *found
	for _, m := range r.related(n) {
		if f := r.change(m); f != nil && (newest == nil || f.Updated.After(newest.Updated.Time)) {
			newest = f
		}
	}
	return newest
}

// related are the changes that the state and class of a change depend on, itself
// first: its reverts, theirs, what it reverts, and its copies.
func (r *recount) related(n int) []int {
	related := map[int][]int{}
	join := func(a, b int) {
		if a != b && r.change(a) != nil && r.change(b) != nil {
			related[a], related[b] = append(related[a], b), append(related[b], a)
		}
	}
	ids := map[string]int{}
	for _, m := range r.known() {
		f, u := r.change(m), r.undoes[m]
		for _, o := range slices.Concat([]int{f.RevertOf, f.CherryPickOfChange}, u.here, u.elsewhere) {
			join(m, o)
		}
		if first, ok := ids[f.Project+" "+f.ChangeID]; ok {
			join(first, m)
		} else {
			ids[f.Project+" "+f.ChangeID] = m
		}
	}
	seen, all := map[int]bool{n: true}, []int{n}
	for i := 0; i < len(all); i++ {
		for _, o := range related[all[i]] {
			if !seen[o] {
				seen[o], all = true, append(all, o)
			}
		}
	}
	return all
}
