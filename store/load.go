package store

import (
	"fmt"
	"time"

	"github.com/benbjohnson/immutable"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/record"
)

// load reads everything that snapshots show into the first one. A change that can't be
// read is left out, and its members are unreadable; anything else is an error.
func (db *DB) load(tx *bbolt.Tx) (*Snapshot, error) {
	t, err := loadTables(tx)
	if err != nil {
		return nil, err
	}
	db.tables = t
	gerrit, err := metaText(tx, keyGerrit)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{revision: uint64(tx.ID()), gerrit: gerrit, goals: map[string]*goalState{}}
	hidden := map[int]bool{} // staged, not published
	err = tx.Bucket(bucketGoals).ForEachBucket(func(name []byte) error {
		g, err := loadGoal(t, tx, string(name), hidden)
		s.goals[string(name)] = g
		return err
	})
	if err != nil {
		return nil, err
	}
	if s.changes, err = loadChanges(t, tx, hidden); err != nil {
		return nil, err
	}
	for _, g := range s.goals {
		for it := g.members.Iterator(); !it.Done(); {
			if n, _, _ := it.Next(); s.Change(n) == nil {
				g.unreadable = append(g.unreadable, n)
			}
		}
	}
	err = each(tx.Bucket(bucketPolls), pollKey, func(p *Poll) { s.polls = s.polls.with(*p) })
	return s, err
}

func loadChanges(t *record.Tables, tx *bbolt.Tx, hidden map[int]bool) (*immutable.SortedMap[int, *Change], error) {
	changes := immutable.NewSortedMapBuilder[int, *Change](nil)
	err := tx.Bucket(bucketChanges).ForEach(func(k, sealed []byte) error {
		if len(k) != 8 || sealed == nil {
			return fmt.Errorf("change under %x", k)
		}
		if hidden[record.Number(k)] {
			return nil
		}
		if c, err := t.DecodeChange(k, sealed); err == nil {
			changes.Set(c.Number, c)
		}
		return nil
	})
	return changes.Map(), err
}

// loadGoal reads a goal, and notes which changes are staged in changes.
func loadGoal(t *record.Tables, tx *bbolt.Tx, name string, hidden map[int]bool) (*goalState, error) {
	g := &goalState{selectors: map[string]Selector{}}
	members := immutable.NewSortedMapBuilder[int, Membership](nil)
	err := eachRecord(readGoalBucket(tx, name, bucketMembers), t.DecodeMembership, func(m Membership) error {
		members.Set(m.Number, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	g.members = members.Map()
	err = each(readGoalBucket(tx, name, bucketSelectors), selectorKey, func(s *Selector) { g.selectors[s.Project] = *s })
	if err != nil {
		return nil, err
	}
	asked := immutable.NewSortedMapBuilder[string, time.Time](nil)
	err = each(readGoalBucket(tx, name, bucketAsked), askedKey, func(a *Asked) { asked.Set(a.Term, a.At) })
	if err != nil {
		return nil, err
	}
	g.asked = asked.Map()
	err = eachRecord(readGoalBucket(tx, name, bucketWork), t.DecodeStaging, func(e *record.Staging) error {
		if !e.Drained() {
			g.pending++
		}
		if e.Place == record.InPlace {
			hidden[e.Row.Number] = true
		}
		return nil
	})
	return g, err
}
