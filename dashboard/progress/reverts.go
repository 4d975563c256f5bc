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
	unknown bool  // it names something that nobody knows: see isRevert
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
		for _, t := range v.names.reverted.By(c) {
			switch {
			case t.ChangeID != "":
				v.undoID(&u, c, t.ChangeID)
			case !v.names.reverted.Ordinary(c, t):
				v.undo(&u, c, pick(v.names.reverted.Named(c, t), c.Branch))
			}
		}
		if len(u.here) > 0 || len(u.there) > 0 || u.unknown {
			u.here, u.there = distinct(u.here), distinct(u.there)
			undoes[c.Number] = u
		}
	}
	return undoes
}

// undo notes what revert r means by t, nil if we don't know it: t itself if it is on
// r's branch, else the change with its Change-Id there. One of another project is
// known, and not what r could take out: that is ordinary work.
func (v *view) undo(u *undoing, r, t *store.Change) {
	switch {
	case t == nil:
		u.unknown = true
	case t == r || t.Project != r.Project:
	case t.Branch == r.Branch:
		u.here = append(u.here, t.Number)
	default:
		v.undoID(u, r, t.ChangeID)
	}
}

// undoID notes what revert r means by a Change-Id: the newest change on its branch
// that merged before, else one of another branch, else what is known and did not
// merge, on which a revert has no effect.
func (v *view) undoID(u *undoing, r *store.Change, id string) {
	var here, there, open *store.Change
	foreign := false // some change of another project has it
	for _, c := range v.names.ids[id] {
		switch {
		case c == r:
		case c.Project != r.Project:
			foreign = true
		case !mergedBefore(c, r):
			open = c
		case c.Branch == r.Branch:
			here = c
		default:
			there = c
		}
	}
	switch {
	case here != nil:
		u.here = append(u.here, here.Number)
	case there != nil:
		u.there = append(u.there, there.Number)
	case open == nil:
		u.unknown = u.unknown || !foreign
	case open.Branch == r.Branch:
		u.here = append(u.here, open.Number)
	}
}

func distinct(numbers []int) []int {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// mergedBefore reports whether a change merged, and not after a revert did: a
// revert does not take back what came later, as a reland with the same Change-Id.
func mergedBefore(c, revert *store.Change) bool {
	if c.Status != store.StatusMerged {
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

// isRevert reports whether a merged change took something out. Of what nobody knows
// the contract says two things: a change that names it is ordinary work, and its
// revert carries the work. Both hold: the change is merged, and its revert brings
// back what it took out, because Gerrit's button wrote the sentence about something.
// What is known to be of another project, and an abbreviation that fits two, is not
// such a thing: a revert of ordinary work takes it out.
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
