package store

import (
	"bytes"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/record"
)

// putStaging writes work as it is staged.
func (db *DB) putStaging(b *bbolt.Bucket, s *record.Staging) error {
	data, err := db.tables.EncodeStaging(s)
	if err != nil {
		return err
	}
	return b.Put(record.Key(s.Row.Number), data)
}

// staged returns the bytes of an entry's details, nil if there are none.
func staged(tx *bbolt.Tx, e *record.Staging) []byte {
	switch e.Place {
	case record.InPlace, record.AsIs:
		return tx.Bucket(bucketChanges).Get(record.Key(e.Row.Number))
	case record.Inside:
		return e.Bytes
	}
	return nil
}

// Work returns what a goal still has to fetch or to publish, by number, with the
// details that are staged.
func (db *DB) Work(goal string) ([]Work, error) {
	var work []Work
	db.writing.Lock()
	defer db.writing.Unlock()
	err := db.view(func(tx *bbolt.Tx) error {
		return eachRecord(readGoalBucket(tx, goal, bucketWork), db.tables.DecodeStaging, func(e *record.Staging) (err error) {
			if data := staged(tx, e); data != nil {
				e.Detail, err = db.tables.DecodeChange(record.Key(e.Row.Number), data)
			}
			if err != nil || e.Staged && e.Detail == nil { // it has to be fetched again
				e.Work.Staged, e.Work.Detail = false, nil
			}
			work = append(work, e.Work)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read work of goal %q: %w", goal, err)
	}
	return work, nil
}

// Save writes a goal's work and how far its selectors are, in one transaction. Work
// replaces what was saved under the same number: first queued, later with its
// details staged or its failure noted. Work that is Staged already keeps the details
// that the store has. Change records and memberships stay as they
// were; readers see the selectors' progress at once.
func (db *DB) Save(goal string, work []Work, selectors []Selector) error {
	more := 0 // undrained work that was not there before
	selectors, err := reread(selectors)
	if err != nil {
		return fmt.Errorf("save work of goal %q: %w", goal, err)
	}
	err = db.step(goal, func(tx *bbolt.Tx) error {
		more = 0
		b, err := goalBucket(tx, goal, bucketWork)
		if err != nil {
			return err
		}
		b.FillPercent = filled
		tx.Bucket(bucketChanges).FillPercent = filled
		for _, w := range work {
			delta, err := db.putWork(tx, b, w)
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

// filled is how full the pages of records are made: most are written once and in
// order.
const filled = 0.9

// putWork writes one item and returns by how much the undrained work grew: -1, 0 or 1.
func (db *DB) putWork(tx *bbolt.Tx, b *bbolt.Bucket, w Work) (more int, err error) {
	n := w.Row.Number
	if n <= 0 || w.Member.Number != n || w.Detail != nil && w.Detail.Number != n {
		return 0, errors.New("row, membership and details must name the same change")
	}
	e, key := &record.Staging{Work: w}, record.Key(n)
	old := &record.Staging{}
	if data := b.Get(key); data != nil {
		if old, err = db.tables.DecodeStaging(key, data); err != nil {
			return 0, err
		}
		if !old.Drained() {
			more--
		}
	}
	switch {
	case w.Staged && old.Staged:
		e.Place, e.Bytes = old.Place, bytes.Clone(old.Bytes)
	case w.Detail != nil:
		err = db.stage(tx, e, old)
	case w.Staged:
		err = errors.New("nothing is staged")
	}
	if err != nil {
		return 0, err
	}
	if err := unstage(tx, old, e.Place); err != nil {
		return 0, err
	}
	if !e.Work.Drained() {
		more++
	}
	return more, db.putStaging(b, e)
}

// stage writes the details of work where Finish will want them: in changes, if there
// is nothing yet that readers or another goal's work need.
func (db *DB) stage(tx *bbolt.Tx, e, old *record.Staging) error {
	data, err := db.tables.EncodeChange(e.Detail)
	if err != nil {
		return err
	}
	key, changes := record.Key(e.Row.Number), tx.Bucket(bucketChanges)
	there := changes.Get(key)
	switch {
	case there == nil || old.Place == record.InPlace:
		e.Place = record.InPlace
		return changes.Put(key, data)
	case bytes.Equal(there, data) && db.Snapshot().Change(e.Row.Number) != nil:
		e.Place = record.AsIs
	default:
		e.Place, e.Bytes = record.Inside, data
	}
	return nil
}

// unstage takes back what work staged in changes, unless it stays there.
func unstage(tx *bbolt.Tx, old *record.Staging, place uint64) error {
	if old.Place != record.InPlace || place == record.InPlace {
		return nil
	}
	return tx.Bucket(bucketChanges).Delete(record.Key(old.Row.Number))
}

// displace moves what another goal staged in changes into its work, where it will find
// it: this goal publishes the change first.
func (db *DB) displace(tx *bbolt.Tx, goal string, key []byte) error {
	data := bytes.Clone(tx.Bucket(bucketChanges).Get(key))
	if data == nil {
		return nil
	}
	goals := tx.Bucket(bucketGoals)
	return goals.ForEachBucket(func(name []byte) error {
		b := readGoalBucket(tx, string(name), bucketWork)
		if string(name) == goal || b == nil || b.Get(key) == nil {
			return nil
		}
		e, err := db.tables.DecodeStaging(key, b.Get(key))
		if err != nil || e.Place != record.InPlace {
			return err
		}
		e.Place, e.Bytes = record.Inside, data
		return db.putStaging(b, e)
	})
}
