package progress

import (
	"cmp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// undoing is what a change says it reverts, in whatever state it is itself.
type undoing struct {
	here    []int // changes on its own branch
	there   []int // merged changes of other branches, of which its own has none: it was cut after the merge
	unknown bool  // it names something that we don't know
}

func (u undoing) all() []int { return slices.Concat(u.here, u.there) }

// findReverts resolves what every revert reverts.
func (v *view) findReverts() map[int]undoing {
	undoes := map[int]undoing{}
	for _, c := range v.all {
		var u undoing
		if c.RevertOf != 0 {
			v.undo(&u, c, v.byNum[c.RevertOf])
		}
		for _, t := range v.names.sentences[c.Number] {
			if t.ChangeID == "" {
				v.undo(&u, c, pick(v.names.reverted[commit{c.Project, t.Commit}], c.Branch))
			} else {
				v.undo(&u, c, pick(v.withChangeID(c, t.ChangeID), c.Branch))
			}
		}
		if len(u.here) > 0 || len(u.there) > 0 || u.unknown {
			slices.Sort(u.here)
			slices.Sort(u.there)
			undoes[c.Number] = u
		}
	}
	return undoes
}

// undo notes what revert r means by t, nil if we don't know it: t itself if it is on
// r's branch, else the change with its Change-Id there.
func (v *view) undo(u *undoing, r, t *store.Change) {
	switch {
	case t == nil || t.Project != r.Project:
		u.unknown = true
		return
	case t == r:
		return
	case t.Branch != r.Branch:
		t = v.onBranch(r, t.ChangeID)
	}
	switch {
	case t == nil:
	case t.Branch == r.Branch && !slices.Contains(u.here, t.Number):
		u.here = append(u.here, t.Number)
	case t.Branch != r.Branch && !slices.Contains(u.there, t.Number):
		u.there = append(u.there, t.Number)
	}
}

// withChangeID are the changes of r's project with a Change-Id, without r.
func (v *view) withChangeID(r *store.Change, id string) []*store.Change {
	var found []*store.Change
	for _, c := range v.names.ids[id] {
		if c.Project == r.Project && c != r {
			found = append(found, c)
		}
	}
	return found
}

// onBranch is what r can mean by a Change-Id of another branch: the newest change
// on its own branch that merged before r, else one that merged elsewhere, else one
// that is on the branch and did not merge, else nil.
func (v *view) onBranch(r *store.Change, id string) *store.Change {
	var best *store.Change
	rank := func(c *store.Change) int {
		switch merged := mergedBefore(c, r); {
		case c == nil:
			return 0
		case c.Branch == r.Branch && merged:
			return 3
		case merged:
			return 2
		case c.Branch == r.Branch:
			return 1
		}
		return 0
	}
	for _, c := range v.withChangeID(r, id) {
		if rank(c) > 0 && rank(c) >= rank(best) {
			best = c
		}
	}
	return best
}

// mergedBefore reports whether a change merged, and not after a revert did: a
// revert does not take back what came later, as a reland with the same Change-Id.
func mergedBefore(c, revert *store.Change) bool {
	if c == nil || c.Status != store.StatusMerged {
		return false
	}
	return revert.Status != store.StatusMerged || c.Submitted.IsZero() || revert.Submitted.IsZero() || !c.Submitted.After(revert.Submitted)
}

// effect are the merged changes of its own branch that a change reverts, and those
// of others, if it merged.
func (v *view) effect(number int) (here, there []int) {
	c, u := v.byNum[number], v.undoes[number]
	if c.Status != store.StatusMerged {
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(u.here), func(t int) bool { return !mergedBefore(v.byNum[t], c) }), u.there
}

// revert is a merged change that takes merged work out.
type revert struct {
	change  *store.Change
	at      time.Time // when it merged
	targets []int     // merged changes of its branch
	carries bool      // it brings back work that is not the goal's otherwise
}

// mergedReverts lists the reverts that count, oldest first.
func (v *view) mergedReverts() []revert {
	var reverts []revert
	known := map[int]bool{}
	for _, c := range v.all {
		here, there := v.effect(c.Number)
		if len(here)+len(there) > 0 {
			reverts = append(reverts, revert{c, mergedAt(c), here, v.carries(c.Number, known)})
		}
	}
	slices.SortFunc(reverts, func(a, b revert) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.change.Number, b.change.Number))
	})
	return reverts
}

// carries reports whether a change is a revert of reverts that took out only work
// that is not a member's: it brings this work into the goal. What they took out may
// be such a carrier itself. What was found out before is in known; nothing carries
// itself.
func (v *view) carries(number int, known map[int]bool) bool {
	if is, ok := known[number]; ok {
		return is
	}
	known[number] = false
	here, there := v.effect(number)
	targets := slices.Concat(here, there)
	for _, t := range targets {
		here, there := v.effect(t)
		if !v.isRevert(t) {
			return false
		}
		for _, o := range slices.Concat(here, there) {
			if v.counted[o] || v.isRevert(o) && !v.carries(o, known) {
				return false
			}
		}
	}
	known[number] = len(targets) > 0
	return known[number]
}

// isRevert reports whether a merged change took something out, perhaps unknown.
func (v *view) isRevert(number int) bool {
	here, there := v.effect(number)
	return len(here)+len(there) > 0 || v.undoes[number].unknown
}

// undone are the changes in state reverted after the given reverts, which come
// oldest first. Read newest first, every revert is met after all that could undo
// it: one that was not undone makes its targets and itself reverted, unless it
// carries work; one that was is already reverted and leaves its targets alone.
func undone(reverts []revert) map[int]bool {
	reverted := map[int]bool{}
	target := map[int]bool{} // undone by a revert, as opposed to reverted because it is one
	for _, r := range slices.Backward(reverts) {
		if target[r.change.Number] {
			continue
		}
		if !r.carries {
			reverted[r.change.Number] = true
		}
		for _, t := range r.targets {
			reverted[t], target[t] = true, true
		}
	}
	return reverted
}
