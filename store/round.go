package store

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/benbjohnson/immutable"
	"go.etcd.io/bbolt"
)

// Drained reports whether the work needs no more requests: its details are staged,
// or it was quarantined.
func (w *Work) Drained() bool { return w.Detail != nil || w.Quarantined }

// Work returns what a goal still has to fetch or to publish, by number.
func (db *DB) Work(goal string) ([]Work, error) {
	var work []Work
	err := db.view(func(tx *bbolt.Tx) error {
		return each(readGoalBucket(tx, goal, bucketWork), workKey, func(w *Work) { work = append(work, *w) })
	})
	if err != nil {
		return nil, fmt.Errorf("read work of goal %q: %w", goal, err)
	}
	return work, nil
}

// Save writes a goal's work and how far its selectors are, in one transaction. Work
// replaces what was saved under the same number: first queued, later with its
// details staged or its failure noted. Change records and memberships stay as they
// were; readers see the selectors' progress at once.
func (db *DB) Save(goal string, work []Work, selectors []Selector) error {
	more := 0 // undrained work that was not there before
	selectors, err := reread(selectors)
	if err != nil {
		return fmt.Errorf("save work of goal %q: %w", goal, err)
	}
	err = db.step(goal, func(tx *bbolt.Tx) error {
		b, err := goalBucket(tx, goal, bucketWork)
		if err != nil {
			return err
		}
		for _, w := range work {
			delta, err := putWork(b, w)
			if err != nil {
				return fmt.Errorf("change %d: %w", w.Row.Number, err)
			}
			more += delta
		}
		return putSelectors(tx, goal, selectors)
	}, func(_ *Snapshot, g *goalState) {
		g.pending += more
		g.move(selectors)
	})
	if err != nil {
		return fmt.Errorf("save work of goal %q: %w", goal, err)
	}
	return nil
}

// putWork writes one item and returns by how much the undrained work grew: -1, 0 or 1.
func putWork(b *bbolt.Bucket, w Work) (more int, err error) {
	n := w.Row.Number
	if n <= 0 || w.Member.Number != n || w.Detail != nil && w.Detail.Number != n {
		return 0, errors.New("row, membership and details must name the same change")
	}
	key := workKey(&w)
	if data := b.Get(key); data != nil {
		var old Work
		if err := json.Unmarshal(data, &old); err != nil {
			return 0, err
		}
		if !old.Drained() {
			more--
		}
	}
	if !w.Drained() {
		more++
	}
	return more, put(b, key, w)
}

// Ask notes questions about changes outside a goal's selectors as asked. What was
// found comes as Work.
func (db *DB) Ask(goal string, asked []Asked) error {
	if len(asked) == 0 {
		return nil
	}
	asked, err := reread(asked)
	if err != nil {
		return fmt.Errorf("note questions of goal %q: %w", goal, err)
	}
	err = db.step(goal, func(tx *bbolt.Tx) error {
		b, err := goalBucket(tx, goal, bucketAsked)
		if err != nil {
			return err
		}
		for _, a := range asked {
			if err := put(b, askedKey(&a), a); err != nil {
				return fmt.Errorf("%s: %w", a.Term, err)
			}
		}
		return nil
	}, func(_ *Snapshot, g *goalState) {
		for _, a := range asked {
			g.asked = g.asked.Set(a.Term, a.At)
		}
	})
	if err != nil {
		return fmt.Errorf("note questions of goal %q: %w", goal, err)
	}
	return nil
}

// Round is what a finished round adds beside the work it drained.
type Round struct {
	Selectors []Selector   // moved on; those named in Complete have their new AsOf
	Complete  []string     // Project of each selector whose work is now published
	Members   []Membership // changed without work: missing, gone
	Dropped   []int        // numbers whose work no configured selector asks for any more
	Poll      Poll         // its ID is given here
}

// Finish ends a round in one transaction: the drained work of the complete
// selectors becomes change records and memberships, the poll is logged, and one
// new snapshot is published. With no complete selector only the log and the
// selectors' errors change. Work of a complete selector that is not drained is an
// error, and nothing is written then.
func (db *DB) Finish(goal string, r Round) error {
	r, err := reread(r)
	if err != nil {
		return fmt.Errorf("finish round of goal %q: %w", goal, err)
	}
	f := finish{db: db, goal: goal, round: r}
	f.noteGaps()
	if err := db.step(goal, f.write, f.show); err != nil {
		return fmt.Errorf("finish round of goal %q: %w", goal, err)
	}
	return nil
}

// finish is one Finish: written first, then shown.
type finish struct {
	db      *DB
	goal    string
	round   Round
	changes []*Change
	members []Membership
	pending int
}

func (f *finish) write(tx *bbolt.Tx) error {
	f.members = slices.Clone(f.round.Members)
	if err := f.drain(tx); err != nil {
		return err
	}
	for _, c := range f.changes {
		if err := put(tx.Bucket(bucketChanges), changeKey(c), c); err != nil {
			return fmt.Errorf("change %d: %w", c.Number, err)
		}
	}
	if len(f.members) > 0 {
		b, err := goalBucket(tx, f.goal, bucketMembers)
		if err != nil {
			return err
		}
		for _, m := range f.members {
			if m.Number <= 0 {
				return fmt.Errorf("membership of change %d", m.Number)
			}
			if err := put(b, memberKey(&m), m); err != nil {
				return fmt.Errorf("membership of change %d: %w", m.Number, err)
			}
		}
	}
	if err := putSelectors(tx, f.goal, f.round.Selectors); err != nil {
		return err
	}
	return f.log(tx)
}

// drain takes the finished work of the complete selectors off the list.
func (f *finish) drain(tx *bbolt.Tx) error {
	b, err := goalBucket(tx, f.goal, bucketWork)
	if err != nil {
		return err
	}
	for _, n := range f.round.Dropped {
		if err := b.Delete(numberKey(uint64(n))); err != nil {
			return fmt.Errorf("work on change %d: %w", n, err)
		}
	}
	var done []Work
	err = each(b, workKey, func(w *Work) {
		if slices.Contains(f.round.Complete, w.Member.Selector) {
			w.withoutAddresses()
			done = append(done, *w)
		} else if !w.Drained() {
			f.pending++
		}
	})
	if err != nil {
		return err
	}
	for _, w := range done {
		if !w.Drained() {
			return fmt.Errorf("change %d is not drained", w.Row.Number)
		}
		if err := b.Delete(numberKey(uint64(w.Row.Number))); err != nil {
			return fmt.Errorf("work on change %d: %w", w.Row.Number, err)
		}
		f.changes = append(f.changes, f.result(&w))
		f.members = append(f.members, w.Member)
	}
	return nil
}

// result is the change record that finished work amounts to. Without details the
// listing row's facts hold, on top of the details of an earlier fetch. Another
// goal's round may have fetched the same change since; then its record stays, unless
// its time is yet to come by the clock of this round.
func (f *finish) result(w *Work) *Change {
	old := f.db.Snapshot().Change(w.Row.Number)
	now := f.round.Poll.Start
	switch {
	case w.Detail != nil && (old == nil || !old.newer(w.Detail) || old.Detailed.After(now)):
		return w.Detail
	case w.Detail != nil || old != nil && old.Updated.After(w.Row.Updated):
		return old
	case old != nil:
		return old.withRow(w.Row)
	}
	return &Change{Row: w.Row}
}

// newer reports whether c was fetched after d and Gerrit had nothing newer then. Both
// clocks must say so: one that was set back would keep an old record for long.
func (c *Change) newer(d *Change) bool {
	return c.Detailed.After(d.Detailed) && !d.Updated.After(c.Updated)
}

// withRow returns a copy with another listing row.
func (c *Change) withRow(row Row) *Change { return &Change{Row: row, Detail: c.Detail} }

// log appends the poll and drops the oldest ones over KeepPolls.
func (f *finish) log(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketPolls)
	id, err := b.NextSequence()
	if err != nil {
		return fmt.Errorf("number the poll: %w", err)
	}
	f.round.Poll.ID = id
	if err := put(b, pollKey(&f.round.Poll), f.round.Poll); err != nil {
		return err
	}
	for {
		oldest, _ := b.Cursor().First()
		if binary.BigEndian.Uint64(oldest)+KeepPolls > id {
			return nil
		}
		if err := b.Delete(oldest); err != nil {
			return fmt.Errorf("drop old poll: %w", err)
		}
	}
}

// show makes the written round part of the snapshot being built.
func (f *finish) show(s *Snapshot, g *goalState) {
	for _, c := range f.changes {
		s.changes = s.changes.Set(c.Number, c)
	}
	for _, m := range f.members {
		g.members = g.members.Set(m.Number, m)
	}
	g.pending = f.pending
	g.move(f.round.Selectors)
	s.polls = s.polls.with(f.round.Poll)
}

func putSelectors(tx *bbolt.Tx, goal string, selectors []Selector) error {
	if len(selectors) == 0 {
		return nil
	}
	b, err := goalBucket(tx, goal, bucketSelectors)
	if err != nil {
		return err
	}
	for _, s := range selectors {
		if err := put(b, selectorKey(&s), s); err != nil {
			return fmt.Errorf("selector %q: %w", cmp.Or(s.Project, goal), err)
		}
	}
	return nil
}

// step writes in one transaction and then publishes what it changed of a goal.
func (db *DB) step(goal string, write func(*bbolt.Tx) error, show func(*Snapshot, *goalState)) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	var id int
	err := db.update(func(tx *bbolt.Tx) error {
		id = tx.ID()
		return write(tx)
	})
	if err != nil {
		return err
	}
	db.publish(goal, uint64(id), show)
	return nil
}

// publish builds the next snapshot from the current one, sharing what did not
// change, and makes it the current one.
func (db *DB) publish(goal string, revision uint64, change func(*Snapshot, *goalState)) {
	next := *db.current.Load()
	next.revision = revision
	g := goalState{members: immutable.NewSortedMap[int, Membership](nil), asked: immutable.NewSortedMap[string, time.Time](nil)}
	if old := next.goals[goal]; old != nil {
		g = *old
	}
	next.goals = maps.Clone(next.goals)
	next.goals[goal] = &g
	change(&next, &g)
	db.current.Store(&next)
}

// move replaces selectors in a goal's state without touching the shared map.
func (g *goalState) move(selectors []Selector) {
	g.selectors = maps.Clone(g.selectors)
	if g.selectors == nil {
		g.selectors = map[string]Selector{}
	}
	for _, s := range selectors {
		g.selectors[s.Project] = s
	}
}
