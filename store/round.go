package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/benbjohnson/immutable"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/record"
)

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
	f.changes, f.members, f.pending = nil, slices.Clone(f.round.Members), 0
	tx.Bucket(bucketChanges).FillPercent = filled
	if err := f.drain(tx); err != nil {
		return err
	}
	if err := f.putMembers(tx); err != nil {
		return err
	}
	if err := putSelectors(tx, f.goal, f.round.Selectors); err != nil {
		return err
	}
	return f.log(tx)
}

func (f *finish) putMembers(tx *bbolt.Tx) error {
	if len(f.members) == 0 {
		return nil
	}
	b, err := goalBucket(tx, f.goal, bucketMembers)
	if err != nil {
		return err
	}
	b.FillPercent = filled
	for i := range f.members {
		m := &f.members[i]
		if m.Number <= 0 {
			return fmt.Errorf("membership of change %d", m.Number)
		}
		if *m, err = putMember(f.db.tables, b, m); err != nil {
			return fmt.Errorf("membership of change %d: %w", m.Number, err)
		}
	}
	return nil
}

// putMember writes a membership and returns it as a reader of the file will get it.
func putMember(t *record.Tables, b *bbolt.Bucket, m *Membership) (written Membership, err error) {
	data, err := t.EncodeMembership(m)
	if err != nil {
		return written, err
	}
	if written, err = t.DecodeMembership(record.Key(m.Number), data); err != nil {
		return written, err
	}
	return written, b.Put(record.Key(m.Number), data)
}

// drain takes the finished work of the complete selectors off the list.
func (f *finish) drain(tx *bbolt.Tx) error {
	b, err := goalBucket(tx, f.goal, bucketWork)
	if err != nil {
		return err
	}
	for _, n := range f.round.Dropped {
		if err := f.drop(tx, b, n); err != nil {
			return fmt.Errorf("work on change %d: %w", n, err)
		}
	}
	var done [][]byte
	err = eachRecord(b, f.db.tables.DecodeStaging, func(e *record.Staging) error {
		switch {
		case !slices.Contains(f.round.Complete, e.Member.Selector):
			if !e.Drained() {
				f.pending++
			}
			return nil
		case !e.Drained():
			return fmt.Errorf("change %d is not drained", e.Row.Number)
		}
		done = append(done, record.Key(e.Row.Number))
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range done {
		if err := f.publish(tx, b, key); err != nil {
			return err
		}
	}
	return nil
}

func (f *finish) drop(tx *bbolt.Tx, b *bbolt.Bucket, n int) error {
	key := record.Key(n)
	if data := b.Get(key); data != nil {
		e, err := f.db.tables.DecodeStaging(key, data)
		if err != nil {
			return err
		}
		if err := unstage(tx, e, record.Nowhere); err != nil {
			return err
		}
	}
	return b.Delete(key)
}

// publish makes one drained work a change record and a membership.
func (f *finish) publish(tx *bbolt.Tx, b *bbolt.Bucket, key []byte) error {
	e, err := f.db.tables.DecodeStaging(key, b.Get(key))
	if err != nil {
		return err
	}
	data := bytes.Clone(staged(tx, e))
	if published := f.db.Snapshot().Change(e.Row.Number); e.Place == record.AsIs && published != nil {
		e.Detail = published
	} else if e.Staged {
		if e.Detail, err = f.db.tables.DecodeChange(key, data); err != nil {
			return err
		}
	}
	if err := b.Delete(key); err != nil {
		return fmt.Errorf("work on change %d: %w", e.Row.Number, err)
	}
	c := f.result(&e.Work)
	e.Member.In = c.Project
	f.members = append(f.members, e.Member)
	if c != e.Detail {
		if c == f.db.Snapshot().Change(c.Number) {
			return nil
		}
		if data, err = f.db.tables.EncodeChange(c); err != nil {
			return err
		}
		if c, err = f.db.tables.DecodeChange(key, data); err != nil {
			return err
		}
	}
	f.changes = append(f.changes, c)
	if c == e.Detail && e.Place != record.Inside {
		return nil // it stands there already
	}
	if err := f.keepDamaged(tx, key); err != nil {
		return err
	}
	if err := f.db.displace(tx, f.goal, key); err != nil {
		return err
	}
	if err := tx.Bucket(bucketChanges).Put(key, data); err != nil {
		return fmt.Errorf("change %d: %w", c.Number, err)
	}
	return nil
}

// keepDamaged keeps the bytes of a record that can't be read before it is replaced.
func (f *finish) keepDamaged(tx *bbolt.Tx, key []byte) error {
	was := bytes.Clone(tx.Bucket(bucketChanges).Get(key))
	if was == nil {
		return nil
	}
	if _, err := f.db.tables.DecodeChange(key, was); err == nil {
		return nil
	}
	return tx.Bucket(bucketDamaged).Put(key, was)
}

// result is the change record that finished work amounts to. Without details the
// listing row's facts hold, on top of the details of an earlier fetch. Another
// goal's round may have fetched the same change since; then its record stays, unless
// its time is yet to come by the clock of this round.
func (f *finish) result(w *Work) *Change {
	old := f.db.Snapshot().Change(w.Row.Number)
	now := f.round.Poll.Start
	switch {
	case w.Detail != nil && (old == nil || !newer(old, w.Detail) || old.Detailed.After(now)):
		return w.Detail
	case w.Detail != nil || old != nil && old.Updated.After(w.Row.Updated):
		return old
	case old != nil:
		return &Change{Row: w.Row, Detail: old.Detail}
	}
	return &Change{Row: w.Row}
}

// newer reports whether c was fetched after d and Gerrit had nothing newer then. Both
// clocks must say so: one that was set back would keep an old record for long.
func newer(c, d *Change) bool {
	return c.Detailed.After(d.Detailed) && !d.Updated.After(c.Updated)
}

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
	lost := slices.Clone(g.unreadable)
	for _, m := range f.members {
		if s.Change(m.Number) == nil {
			lost = append(lost, m.Number)
		}
	}
	slices.Sort(lost)
	g.unreadable = slices.Compact(lost)
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
		if err := write(tx); err != nil {
			return err
		}
		return saveTables(tx, db.tables)
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
