package store

import (
	"time"

	"github.com/benbjohnson/immutable"
	"go.etcd.io/bbolt"
)

// load reads everything that snapshots show into the first one.
func load(tx *bbolt.Tx) (*Snapshot, error) {
	s := &Snapshot{
		revision: uint64(tx.ID()),
		gerrit:   string(tx.Bucket(bucketMeta).Get(keyGerrit)),
		goals:    map[string]*goalState{},
	}
	changes := immutable.NewSortedMapBuilder[int, *Change](nil)
	err := each(tx.Bucket(bucketChanges), changeKey, func(c *Change) {
		c.withoutAddresses()
		changes.Set(c.Number, c)
	})
	if err != nil {
		return nil, err
	}
	s.changes = changes.Map()
	err = tx.Bucket(bucketGoals).ForEachBucket(func(name []byte) error {
		g, err := loadGoal(tx, string(name))
		s.goals[string(name)] = g
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := each(tx.Bucket(bucketPolls), pollKey, func(p *Poll) {
		p.Error = WithoutAddresses(p.Error)
		s.polls = s.polls.with(*p)
	}); err != nil {
		return nil, err
	}
	return s, nil
}

func loadGoal(tx *bbolt.Tx, name string) (*goalState, error) {
	g := &goalState{selectors: map[string]Selector{}}
	members := immutable.NewSortedMapBuilder[int, Membership](nil)
	err := each(readGoalBucket(tx, name, bucketMembers), memberKey, func(m *Membership) {
		m.Quarantined = WithoutAddresses(m.Quarantined)
		members.Set(m.Number, *m)
	})
	if err != nil {
		return nil, err
	}
	g.members = members.Map()
	err = each(readGoalBucket(tx, name, bucketSelectors), selectorKey, func(s *Selector) {
		s.Error = WithoutAddresses(s.Error)
		g.selectors[s.Project] = *s
	})
	if err != nil {
		return nil, err
	}
	asked := immutable.NewSortedMapBuilder[string, time.Time](nil)
	err = each(readGoalBucket(tx, name, bucketAsked), askedKey, func(a *Asked) { asked.Set(a.Term, a.At) })
	if err != nil {
		return nil, err
	}
	g.asked = asked.Map()
	err = each(readGoalBucket(tx, name, bucketWork), workKey, func(w *Work) {
		if !w.Drained() {
			g.pending++
		}
	})
	return g, err
}
