// Package backports tells which changes are backports: those on a branch that matches a
// pattern, and those that no pattern tells, cherry-picks, on a development branch, of a
// development member of the same project that is not abandoned. It is pure, and a part of
// progress's policy: package progress alone imports it.
package backports

import "github.com/eventlet-removal/headway/store"

// Copies finds among the members of one project, which come by number, the cherry-picks on
// branches that no pattern matches.
func (b Patterns) Copies(members []*store.Member) map[int]bool {
	f := finder{dev: map[int]*store.Change{}, copies: map[int]bool{}}
	for _, m := range members {
		if b.Match(m.Branch) {
			continue
		}
		f.members = append(f.members, m)
		if m.Departed == nil && m.Status != store.StatusAbandoned {
			f.dev[m.Change.Number] = m.Change
		}
	}
	f.byPick()
	f.byID()
	return f.copies
}

type finder struct {
	members []*store.Member       // on development branches
	dev     map[int]*store.Change // those that may be an original
	copies  map[int]bool
}

// byPick follows cherry_pick_of. A copy of a copy is a copy. Picking onto an
// existing change gives that an older number than its original, and two changes
// can even name each other: then the lowest number of the ring is the original.
func (f *finder) byPick() {
	first := firstOfRings(f.dev)
	for _, m := range f.members {
		if f.dev[m.CherryPickOf] != nil && !first[m.Change.Number] {
			f.copies[m.Change.Number] = true
		}
	}
}

// firstOfRings finds the lowest number of each ring of picks, each pick followed once.
func firstOfRings(dev map[int]*store.Change) map[int]bool {
	original := func(n int) int { // that it was picked from, or 0
		if o := dev[dev[n].CherryPickOf]; o != nil {
			return o.Number
		}
		return 0
	}
	first := map[int]bool{}
	walk := map[int]int{} // number -> the start of the walk that came by
	for start, c := range dev {
		if c.CherryPickOf == 0 {
			continue
		}
		n := start
		for n != 0 && walk[n] == 0 {
			walk[n] = start
			n = original(n)
		}
		if n == 0 || walk[n] != start {
			continue
		}
		lowest := n
		for o := original(n); o != n; o = original(o) {
			lowest = min(lowest, o)
		}
		first[lowest] = true
	}
	return first
}

// byID takes a later number with the Change-Id of a development member as its
// copy, unless cherry_pick_of has already said which of them is the original.
func (f *finder) byID() {
	originals := make(map[string]bool, len(f.dev))
	for _, m := range f.members { // by number, so the original comes first
		if m.ChangeID == "" || f.copies[m.Change.Number] {
			continue
		}
		if originals[m.ChangeID] {
			f.copies[m.Change.Number] = true
		} else if f.dev[m.Change.Number] != nil {
			originals[m.ChangeID] = true
		}
	}
}
