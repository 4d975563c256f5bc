package store

import (
	"iter"
	"slices"

	"github.com/benbjohnson/immutable"
)

// Snapshot is everything the store knew when a round finished. It never changes
// and may be read from any goroutine without a lock; records reached through it
// are shared and must not be modified. A new Snapshot shares all records that did
// not change with the one before.
type Snapshot struct {
	revision uint64
	gerrit   string
	changes  *immutable.SortedMap[int, *Change]
	goals    map[string]*goalState
	polls    []Poll
}

// goalState is one goal's part of a Snapshot; immutable once published.
type goalState struct {
	members   *immutable.SortedMap[int, Membership]
	selectors map[string]Selector // by Selector.Project
	terms     *immutable.SortedMap[string, Reference]
	pending   int // work not drained
}

// Revision grows with each published Snapshot, across restarts too: it is the
// number of the transaction that wrote it. A restored or compacted file is an
// older or a new one and may start lower.
func (s *Snapshot) Revision() uint64 { return s.revision }

// Gerrit is the base URL the database was made from.
func (s *Snapshot) Gerrit() string { return s.gerrit }

// Change returns the change with this number, nil if the store has none.
func (s *Snapshot) Change(number int) *Change {
	c, _ := s.changes.Get(number)
	return c
}

// Changes walks all changes of all goals and all references, by number.
func (s *Snapshot) Changes() iter.Seq[*Change] {
	return func(yield func(*Change) bool) {
		for it := s.changes.Iterator(); !it.Done(); {
			if _, c, ok := it.Next(); !ok || !yield(c) {
				return
			}
		}
	}
}

// Members walks the changes that the given queries of a goal found, departed ones
// included, by number. Members that only other queries found (a former
// configuration's) are hidden.
func (s *Snapshot) Members(goal string, queries []Query) iter.Seq[Member] {
	return func(yield func(Member) bool) {
		g := s.goals[goal]
		if g == nil {
			return
		}
		for it := g.members.Iterator(); !it.Done(); {
			n, m, ok := it.Next()
			if !ok {
				return
			}
			if !slices.Contains(queries, Query{m.Project, m.Query}) {
				continue
			}
			if c, ok := s.changes.Get(n); ok && !yield(Member{m, c}) {
				return
			}
		}
	}
}

// Member returns the membership of one change in a goal, whatever query found it.
func (s *Snapshot) Member(goal string, number int) (Membership, bool) {
	if g := s.goals[goal]; g != nil {
		return g.members.Get(number)
	}
	return Membership{}, false
}

// Selector returns how far the store is with one query of a goal. For a query it
// has never heard of, or whose text has changed, all times are zero.
func (s *Snapshot) Selector(goal string, q Query) Selector {
	if g := s.goals[goal]; g != nil {
		if sel, ok := g.selectors[q.Project]; ok && sel.Query == q.Text {
			return sel
		}
	}
	return Selector{Project: q.Project, Query: q.Text}
}

// Reference returns what was asked about changes outside a goal's selectors under
// a term.
func (s *Snapshot) Reference(goal, term string) (Reference, bool) {
	if g := s.goals[goal]; g != nil {
		return g.terms.Get(term)
	}
	return Reference{}, false
}

// Pending is how many changes of a goal wait for their details to be fetched.
func (s *Snapshot) Pending(goal string) int {
	if g := s.goals[goal]; g != nil {
		return g.pending
	}
	return 0
}

// Polls returns the newest polls of all goals, newest first. The slice is shared.
func (s *Snapshot) Polls() []Poll { return s.polls }
