package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/benbjohnson/immutable"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/files"
	"github.com/eventlet-removal/headway/store/record"
)

// migrations lead from each schema to the next: the first from 1 to 2. Each fills a new
// file that is initialized by nobody yet. One that was released is never changed.
var migrations = []func(from *bbolt.Tx, to *bbolt.DB) error{migrate1}

// openMigrated opens the file at path, brings it up to date if it is an older one, and
// returns then under which name the old one is kept.
func openMigrated(path string, o Options) (b *bbolt.DB, kept string, err error) {
	if path, err = files.Target(path); err != nil {
		return nil, "", err
	}
	for {
		if b, err = openSound(path, o); err != nil {
			return nil, "", err
		}
		var have uint64
		err = contained(func() error {
			return b.View(func(tx *bbolt.Tx) (err error) {
				have, err = check(tx, "")
				return err
			})
		})
		switch {
		case err == nil && have == Schema:
			return b, kept, nil
		case err == nil && o.ReadOnly:
			err = fmt.Errorf("%w: schema %d, this one needs %d", ErrTooOld, have, Schema)
		case err == nil:
			if kept, err = migrate(b, path, have); err != nil {
				err = fmt.Errorf("migrate schema %d to %d: %w", have, have+1, err)
			}
		}
		b.Close()
		if err != nil {
			return nil, "", err
		}
	}
}

// migrate writes the next schema into a new file, which takes the place of the old one
// when it is whole. The old one stays as FILE.schema-N. After a crash all begins anew.
// The lock on the old file is held meanwhile.
func migrate(b *bbolt.DB, path string, have uint64) (kept string, err error) {
	kept = fmt.Sprintf("%s.schema-%d", path, have)
	if err := keepable(b, path, kept); err != nil {
		return "", err
	}
	need, err := roomFor(path)
	if err != nil {
		return "", err
	}
	err = install(path, func(temp string) error {
		to, err := bbolt.Open(temp, 0o600, &bbolt.Options{NoSync: true})
		if err != nil {
			return err
		}
		err = contained(func() error {
			return b.View(func(tx *bbolt.Tx) error { return migrations[have-1](tx, to) })
		})
		if err := errors.Join(err, to.Sync(), to.Close()); err != nil {
			return err
		}
		return keep(b, path, kept)
	})
	if files.NoRoom(err) {
		err = fmt.Errorf("it takes up to %d bytes of room in %s: %w", need, filepath.Dir(path), err)
	}
	return kept, err
}

// keepable refuses to write over a file that knows more than the one to be kept.
func keepable(b *bbolt.DB, path, kept string) error {
	exists, err := usable(kept)
	if err == nil && !exists {
		return nil
	}
	if same, err := files.Same(path, kept); err == nil && same {
		return nil // killed at the last step
	}
	var there *bbolt.DB
	if err == nil {
		there, err = openSound(kept, Options{ReadOnly: true, Timeout: DefaultTimeout})
	}
	if err == nil {
		err = errors.Join(continues(b, there), there.Close())
	}
	if err != nil { // not %w: the database itself is sound
		return fmt.Errorf("%s would be written over: move it away: %v", kept, err)
	}
	return nil
}

// keep gives the file a second name, or copies it where there are no links.
func keep(b *bbolt.DB, path, kept string) error {
	if same, err := files.Same(path, kept); err == nil && same {
		return nil
	}
	if err := os.Remove(kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if os.Link(path, kept) == nil {
		return nil
	}
	return backup(b, kept)
}

// roomFor returns how much the new file may take: it is smaller than the old one, by how
// much is not known before. Where there is less, it refuses to begin.
func roomFor(path string) (need int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	dir := filepath.Dir(path)
	if free, known := files.FreeBytes(dir); known && free < info.Size() {
		return 0, fmt.Errorf("it takes up to %d bytes of room in %s, there are %d", info.Size(), dir, free)
	}
	return info.Size(), nil
}

// migrate1 writes compact records with checksums in place of JSON, accounts once, and no
// e-mail addresses. A database without an identity gets one.
func migrate1(from *bbolt.Tx, to *bbolt.DB) error {
	identity, err := identityOf(from)
	if err != nil {
		return err
	}
	if identity == "" {
		identity = randomIdentity()
	}
	gerrit, err := metaText(from, keyGerrit)
	if err != nil {
		return err
	}
	if err := to.Update(func(tx *bbolt.Tx) error { return initialize(tx, gerrit, identity) }); err != nil {
		return err
	}
	db := &DB{bolt: to, tables: record.NewTables()}
	db.current.Store(&Snapshot{changes: immutable.NewSortedMap[int, *Change](nil)})
	projects := map[int]string{}
	changes := decoded(func(b *bbolt.Bucket, c *Change) error {
		c.Clean()
		c.Accounts = byID(c.Accounts)
		projects[c.Number] = c.Project
		data, err := db.tables.EncodeChange(c)
		if err != nil {
			return err
		}
		return b.Put(record.Key(c.Number), data)
	})
	err = db.copy(from.Bucket(bucketChanges), func(tx *bbolt.Tx, data []byte) error { return changes(tx.Bucket(bucketChanges), data) })
	if err != nil {
		return fmt.Errorf("changes: %w", err)
	}
	err = from.Bucket(bucketGoals).ForEachBucket(func(name []byte) error {
		if err := db.migrateGoal1(from, string(name), projects); err != nil {
			return fmt.Errorf("goal %q: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.migratePolls1(from.Bucket(bucketPolls))
}

func (db *DB) migrateGoal1(from *bbolt.Tx, goal string, projects map[int]string) error {
	for _, part := range []struct {
		bucket []byte
		write  func(*bbolt.Bucket, []byte) error
	}{
		{bucketMembers, decoded(func(b *bbolt.Bucket, m *Membership) error {
			m.Quarantined, m.In = WithoutAddresses(m.Quarantined), projects[m.Number]
			_, err := putMember(db.tables, b, m)
			return err
		})},
		{bucketSelectors, decoded(func(b *bbolt.Bucket, s *Selector) error {
			s.Error = WithoutAddresses(s.Error)
			for i := range s.Unread {
				s.Unread[i].Error = WithoutAddresses(s.Unread[i].Error)
			}
			return put(b, selectorKey(s), s)
		})},
		{bucketAsked, decoded(func(b *bbolt.Bucket, a *Asked) error { return put(b, askedKey(a), a) })},
		{bucketWork, decoded(func(b *bbolt.Bucket, w *Work) error {
			w.Clean()
			if w.Detail != nil {
				w.Detail.Accounts = byID(w.Detail.Accounts)
			}
			_, err := db.putWork(b.Tx(), b, *w)
			return err
		})},
	} {
		err := db.copy(readGoalBucket(from, goal, part.bucket), func(tx *bbolt.Tx, data []byte) error {
			b, err := goalBucket(tx, goal, part.bucket)
			if err != nil {
				return err
			}
			return part.write(b, data)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", part.bucket, err)
		}
	}
	return nil
}

// decoded reads the JSON of schema 1.
func decoded[T any](write func(*bbolt.Bucket, *T) error) func(*bbolt.Bucket, []byte) error {
	return func(b *bbolt.Bucket, data []byte) error {
		v := new(T)
		if err := json.Unmarshal(data, v); err != nil {
			return err
		}
		return write(b, v)
	}
}

func (db *DB) migratePolls1(from *bbolt.Bucket) error {
	write := decoded(func(b *bbolt.Bucket, p *Poll) error {
		p.Error = WithoutAddresses(p.Error)
		return put(b, pollKey(p), p)
	})
	err := db.copy(from, func(tx *bbolt.Tx, data []byte) error { return write(tx.Bucket(bucketPolls), data) })
	if err != nil {
		return fmt.Errorf("polls: %w", err)
	}
	return db.bolt.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketPolls).SetSequence(from.Sequence()) })
}

// copy calls write for each value of a bucket, in transactions of a bounded size.
func (db *DB) copy(from *bbolt.Bucket, write func(tx *bbolt.Tx, data []byte) error) error {
	if from == nil {
		return nil
	}
	const perCommit = 1000 // records
	cursor := from.Cursor()
	for k, data := cursor.First(); k != nil; {
		err := db.bolt.Update(func(tx *bbolt.Tx) error {
			tx.Bucket(bucketChanges).FillPercent = filled
			for range perCommit {
				if k == nil {
					break
				}
				if err := write(tx, data); err != nil {
					return fmt.Errorf("%x: %w", k, err)
				}
				k, data = cursor.Next()
			}
			return saveTables(tx, db.tables)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// byID are accounts by their own ids.
func byID(accounts map[int]Account) map[int]Account {
	for id, a := range accounts {
		a.ID = id
		accounts[id] = a
	}
	return accounts
}

// identityOf is a database's identity. One of before there were any has that of its
// first poll that found something, so that an old backup has the same: polls are
// dropped from the log, members stay. "" if there was none.
func identityOf(tx *bbolt.Tx) (string, error) {
	if meta := tx.Bucket(bucketMeta); meta.Get(keyIdentity) != nil || !bytes.Equal(meta.Get(keySchema), numberKey(1)) {
		return metaText(tx, keyIdentity)
	}
	const id = 1
	var first time.Time
	note := func(t time.Time) {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	err := tx.Bucket(bucketGoals).ForEachBucket(func(goal []byte) error {
		b := readGoalBucket(tx, string(goal), bucketMembers)
		if b == nil {
			return nil
		}
		return b.ForEach(func(_, data []byte) error {
			var m Membership
			err := json.Unmarshal(data, &m)
			note(m.Seen)
			return err
		})
	})
	if _, data := tx.Bucket(bucketPolls).Cursor().First(); err == nil && first.IsZero() && data != nil {
		var p Poll
		err = json.Unmarshal(data, &p)
		note(p.Start)
	}
	if err != nil || first.IsZero() {
		return "", err
	}
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(numberKey(id), uint64(first.UnixNano())))
	return hex.EncodeToString(sum[:16]), nil
}
