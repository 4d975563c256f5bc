package reverts

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
	"github.com/eventlet-removal/headway/store"
)

// Project is what the changes of one project say that they revert. Nothing reverts a
// change of another project, so no more is needed but for Asks.
type Project struct {
	changes []*store.Change // members and references, by number
	names   names
	ids     map[string][]*store.Change // changes by Change-Id, where somebody refers to it; by number
}

// Find reads the changes of one project, members and references, which come by number.
func Find(changes []*store.Change) *Project {
	p := &Project{changes: changes, names: find(changes), ids: map[string][]*store.Change{}}
	p.askForIDs()
	if len(p.ids) > 0 {
		for _, c := range changes {
			if _, ok := p.ids[c.ChangeID]; ok {
				p.ids[c.ChangeID] = append(p.ids[c.ChangeID], c)
			}
		}
	}
	return p
}

// askForIDs asks for the Change-Ids that reverts name, and for those of what they
// name: a revert on a stable branch may name the commit of the development branch.
func (p *Project) askForIDs() {
	for _, c := range p.changes {
		if t := p.change(c.RevertOf); t != nil {
			p.ids[t.ChangeID] = nil
		}
		for _, t := range p.names.by[c.Number] {
			if t.ChangeID != "" {
				p.ids[t.ChangeID] = nil
			}
			for _, r := range p.names.commits[t.Commit] {
				p.ids[r.ChangeID] = nil
			}
		}
	}
}

// change is a change of the project, nil if it has none with this number.
func (p *Project) change(number int) *store.Change {
	if number == 0 {
		return nil
	}
	i, ok := slices.BinarySearchFunc(p.changes, number, func(c *store.Change, n int) int { return cmp.Compare(c.Number, n) })
	if !ok {
		return nil
	}
	return p.changes[i]
}

// undoing is what a change says it reverts, in whatever state it is itself.
type undoing struct {
	here    []int // changes on its own branch
	there   []int // merged changes of other branches, of which its own has none: it was cut after the merge
	unknown bool  // it names something that nobody knows: see isRevert
}

// Facts are what reverts need to know of changes besides their records.
type Facts struct {
	Counted   func(number int) bool // whether a change is a member that did not depart
	Elsewhere func(Ask) bool        // whether another project has what is asked for
}

// Ties are what the reverts of one project take back.
type Ties struct {
	*Project
	Facts
	undoes  map[int]undoing
	reverts []revert     // merged ones that revert something merged, oldest first
	undone  map[int]bool // merged changes that are reverted
	turns   func() map[int][]timeline.Turn
}

// Tie resolves what every revert reverts.
func (p *Project) Tie(facts Facts) *Ties {
	t := &Ties{Project: p, Facts: facts, undoes: map[int]undoing{}}
	for _, c := range p.changes {
		var u undoing
		if c.RevertOf != 0 {
			if target := p.change(c.RevertOf); target != nil {
				t.undo(&u, c, target)
			} else if !facts.Elsewhere(Ask{Number: c.RevertOf}) {
				u.unknown = true
			}
		}
		for _, name := range p.names.by[c.Number] {
			switch {
			case name.ChangeID != "":
				t.undoID(&u, c, name.ChangeID)
			case len(p.names.commits[name.Commit]) > 0:
				t.undo(&u, c, OnBranch(p.names.commits[name.Commit], c.Branch))
			case !p.names.twice[name.Commit] && !facts.Elsewhere(Ask{Commit: name.Commit}):
				u.unknown = true
			}
		}
		if len(u.here) > 0 || len(u.there) > 0 || u.unknown {
			u.here, u.there = distinct(u.here), distinct(u.there)
			t.undoes[c.Number] = u
		}
	}
	t.reverts = t.mergedReverts()
	t.undone = undone(t.reverts)
	t.turns = sync.OnceValue(func() map[int][]timeline.Turn { return turnsOf(t.reverts) }) // most readers want no history
	t.Facts = Facts{}                                                                      // of no use any more
	return t
}

// Undoes are the changes that a change says it reverts, whatever its own state.
func (t *Ties) Undoes(number int) []int {
	u := t.undoes[number]
	return slices.Concat(u.here, u.there)
}

// Undone reports whether a merged change is reverted: taken back by another, or one
// that takes back.
func (t *Ties) Undone(number int) bool { return t.undone[number] }

// Turns are when a merged change became reverted, and back, oldest first.
func (t *Ties) Turns(number int) []timeline.Turn { return t.turns()[number] }

// undo notes what revert r means by t of its project: t itself if it is on r's
// branch, else the change with its Change-Id there.
func (t *Ties) undo(u *undoing, r, target *store.Change) {
	switch {
	case target == r:
	case target.Branch == r.Branch:
		u.here = append(u.here, target.Number)
	default:
		t.undoID(u, r, target.ChangeID)
	}
}

// undoID notes what revert r means by a Change-Id: the newest change on its branch
// that merged before, else one of another branch, else what is known and did not
// merge, on which a revert has no effect. One of another project is known, and not
// what r could take out: that is ordinary work.
func (t *Ties) undoID(u *undoing, r *store.Change, id string) {
	var here, there, open *store.Change
	for _, c := range t.ids[id] {
		switch {
		case c == r:
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
		u.unknown = u.unknown || !t.Elsewhere(Ask{ChangeID: id})
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
func (t *Ties) effect(number int) (here, there []int) {
	c, u := t.change(number), t.undoes[number]
	if c.Status != store.StatusMerged {
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(u.here), func(n int) bool { return !mergedBefore(t.change(n), c) }), u.there
}

// revert is a merged change that takes merged work out.
type revert struct {
	change  *store.Change
	at      time.Time // when it merged
	targets []int     // merged changes of its branch
	carries bool      // it brings back work that is not the goal's otherwise
}

// mergedReverts lists the reverts that count, oldest first.
func (t *Ties) mergedReverts() []revert {
	var reverts []revert
	known := map[int]bool{}
	for _, number := range slices.Sorted(maps.Keys(t.undoes)) {
		here, there := t.effect(number)
		if len(here)+len(there) > 0 {
			c := t.change(number)
			reverts = append(reverts, revert{c, timeline.MergedAt(c), here, t.carries(number, known)})
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
func (t *Ties) carries(number int, known map[int]bool) bool {
	if is, ok := known[number]; ok {
		return is
	}
	known[number] = false
	here, there := t.effect(number)
	targets := slices.Concat(here, there)
	for _, n := range targets {
		here, there := t.effect(n)
		if !t.isRevert(n) {
			return false
		}
		for _, o := range slices.Concat(here, there) {
			if t.Counted(o) || t.isRevert(o) && !t.carries(o, known) {
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
func (t *Ties) isRevert(number int) bool {
	here, there := t.effect(number)
	return len(here)+len(there) > 0 || t.undoes[number].unknown
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

// OnBranch prefers the change on a branch, else takes the first; nil if there is none.
func OnBranch(changes []*store.Change, branch string) *store.Change {
	for _, c := range changes {
		if c.Branch == branch {
			return c
		}
	}
	if len(changes) > 0 {
		return changes[0]
	}
	return nil
}
