package store

import (
	"iter"
	"slices"
	"time"

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
	polls    pollLog
}

// goalState is one goal's part of a Snapshot; immutable once published.
type goalState struct {
	members   *immutable.SortedMap[int, Membership]
	selectors map[string]Selector // by Selector.Project
	asked     *immutable.SortedMap[string, time.Time]
	pending   int // work not drained

	// Members whose change could not be read when they were loaded or written, by
	// number. Any goal may have fetched it since.
	unreadable []int
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
	return s.members(goal, func(m Membership) bool {
		return !m.Reference && slices.Contains(queries, Query{m.Selector, m.Query})
	})
}

func (s *Snapshot) members(goal string, want func(Membership) bool) iter.Seq[Member] {
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
			if !want(m) {
				continue
			}
			c, ok := s.changes.Get(n)
			if !ok && m.Departed != nil && m.Departed.Gone {
				c, ok = &Change{Row: Row{Number: n, Project: m.In}}, true // Gerrit won't give it again
			}
			if ok && !yield(Member{m, c}) {
				return
			}
		}
	}
}

// Unreadable walks the members of some queries and the references of a goal whose
// change can't be read from the database, by number: that they exist and in which
// project (Membership.In) is all that is known. What is gone can't be fetched again: it
// is not among them but stays a member that is gone, without its past.
func (s *Snapshot) Unreadable(goal string, queries []Query) iter.Seq[Membership] {
	return func(yield func(Membership) bool) {
		g := s.goals[goal]
		if g == nil {
			return
		}
		for _, n := range g.unreadable {
			m, _ := g.members.Get(n)
			if s.Change(n) != nil { // fetched anew since
				continue
			}
			if m.Departed != nil && m.Departed.Gone || !m.Reference && !slices.Contains(queries, Query{m.Selector, m.Query}) {
				continue
			}
			if !yield(m) {
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

// Memberships are those of one change, by goal.
func (s *Snapshot) Memberships(number int) map[string]Membership {
	all := map[string]Membership{}
	for goal, g := range s.goals {
		if m, ok := g.members.Get(number); ok {
			all[goal] = m
		}
	}
	return all
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

// References walks the changes outside a goal's selectors that change its
// numbers, by number.
func (s *Snapshot) References(goal string) iter.Seq[Member] {
	return s.members(goal, func(m Membership) bool { return m.Reference })
}

// Outdated walks the members and references of a goal that are Outdated, references
// last, each by number.
func (s *Snapshot) Outdated(goal string, queries []Query) iter.Seq[Member] {
	return func(yield func(Member) bool) {
		for _, members := range []iter.Seq[Member]{s.Members(goal, queries), s.References(goal)} {
			for m := range members {
				if m.Outdated() && !yield(m) {
					return
				}
			}
		}
	}
}

// Outdated reports whether a change is to be fetched again, because an older headway
// kept less of its commit message. Of what is not in the set this is so of what
// merged only, and never where details can't be had.
func (m Member) Outdated() bool {
	outside := m.Reference || m.Departed != nil
	return m.Extraction < Extraction && !m.Detailed.IsZero() && m.Missing == nil && m.Quarantined == "" &&
		(!outside || m.Status == StatusMerged) && (m.Departed == nil || !m.Departed.Gone)
}

// Asked returns when a question about changes outside a goal's selectors was asked
// last; zero: never.
func (s *Snapshot) Asked(goal, term string) time.Time {
	var at time.Time
	if g := s.goals[goal]; g != nil {
		at, _ = g.asked.Get(term)
	}
	return at
}

// Pending is how many changes of a goal wait for their details to be fetched.
func (s *Snapshot) Pending(goal string) int {
	if g := s.goals[goal]; g != nil {
		return g.pending
	}
	return 0
}

// Polls returns the newest polls of all goals, newest first. The slice is shared.
func (s *Snapshot) Polls() []Poll { return s.polls.newest() }
