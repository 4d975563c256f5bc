package store

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/files"
	"github.com/eventlet-removal/headway/store/record"
)

// DefaultTimeout is how long Open waits for another process to let go of the
// file: long enough for a poll from cron to end its transaction, short enough for
// somebody who waits at a terminal.
const DefaultTimeout = 2 * time.Second

// Options say how to open a database.
type Options struct {
	Gerrit   string        // base URL of the Gerrit it belongs to; "" accepts any, and makes no file
	ReadOnly bool          // the file must exist and is not changed; still waits for a writer's lock
	Timeout  time.Duration // wait for the lock; 0: DefaultTimeout

	// Moved says that the Gerrit the database was made from moved to the address
	// given in Gerrit: the database follows it there from now on.
	Moved bool
}

// DB is an open database. One goroutine may write (collector); any may read
// snapshots.
type DB struct {
	bolt    *bbolt.DB
	path    string
	file    os.FileInfo // of path when it was opened
	writing sync.Mutex  // one round step at a time; guards the next snapshot being built, and tables
	copying sync.Mutex  // one Backup at a time: all write the same temporary file
	current atomic.Pointer[Snapshot]
	tables  *record.Tables
	kept    string // the file as it was before a migration; "" if there was none
}

// Open opens the database at path, creating it with mode 0600 unless ReadOnly,
// and publishes its first snapshot. An older schema is migrated, see Migrated. A file
// that is locked, foreign, empty, damaged, newer or made from another Gerrit is refused
// with an error such as ErrLocked, and left as it is.
func Open(path string, o Options) (*DB, error) {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	db := &DB{path: path}
	if err := db.open(o); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, remedied(err))
	}
	return db, nil
}

func (db *DB) open(o Options) error {
	if exists, err := usable(db.path); err != nil {
		return err
	} else if !exists && (o.ReadOnly || o.Gerrit == "") {
		return ErrNotFound
	} else if !exists {
		if err := create(db.path, o.Gerrit); err != nil {
			return err
		}
	}
	sound := o
	if o.Moved {
		sound.Gerrit = ""
	}
	b, kept, err := openMigrated(db.path, sound)
	if err != nil {
		return err
	}
	db.bolt, db.kept = b, kept
	if db.file, err = os.Stat(db.path); err != nil {
		b.Close()
		return files.Bare(err)
	}
	if o.Moved {
		move := func(tx *bbolt.Tx) error { return putMeta(tx, keyGerrit, o.Gerrit) }
		if err := contained(func() error { return b.Update(move) }); err != nil {
			b.Close()
			return fmt.Errorf("follow Gerrit to %s: %w", o.Gerrit, err)
		}
	}
	s, err := db.read()
	if err != nil {
		b.Close()
		return err
	}
	db.current.Store(s)
	return nil
}

// read loads a snapshot of all that is in the file.
func (db *DB) read() (*Snapshot, error) {
	var s *Snapshot
	err := db.view(func(tx *bbolt.Tx) (err error) {
		if s, err = db.load(tx); err != nil {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return err
	})
	return s, err
}

// view runs one reading transaction.
func (db *DB) view(f func(*bbolt.Tx) error) error {
	return contained(func() error { return db.bolt.View(f) })
}

// update runs one writing transaction. When it fails, the published snapshot is
// made to agree with the file again: a commit whose last sync failed may have
// reached the file all the same, and the next transaction builds on it.
func (db *DB) update(f func(*bbolt.Tx) error) error {
	if err := db.InPlace(); err != nil {
		return remedied(err)
	}
	err := contained(func() error { return db.bolt.Update(f) })
	if err == nil {
		return nil
	}
	return errors.Join(err, db.reload())
}

// InPlace returns ErrDisplaced, with the file's name, if the file was removed or another
// one has its name now. Nothing is written then: it would end with the process. Readers
// keep the last snapshot, Backup still copies what is open, and all goes on as soon as
// the file is back.
func (db *DB) InPlace() error {
	named, err := os.Stat(db.path)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %s: %w", ErrDisplaced, db.path, files.Bare(err))
	case !os.SameFile(db.file, named):
		return fmt.Errorf("%w: %s is another file now", ErrDisplaced, db.path)
	}
	return nil
}

// reload publishes what the file holds if that is not what was published last.
func (db *DB) reload() error {
	same := true
	err := db.view(func(tx *bbolt.Tx) error {
		same = uint64(tx.ID()) == db.Snapshot().revision
		return nil
	})
	if err != nil || same {
		return nil // closed, or nothing happened
	}
	s, err := db.read()
	if err != nil {
		return fmt.Errorf("read back after the error: %w", err)
	}
	db.current.Store(s)
	return nil
}

// Close waits for readers of the file and releases it. Snapshots stay readable.
func (db *DB) Close() error {
	db.writing.Lock()
	defer db.writing.Unlock()
	return db.bolt.Close()
}

// Snapshot returns the newest published snapshot; never nil.
func (db *DB) Snapshot() *Snapshot { return db.current.Load() }

// Path is the file's name as it was opened.
func (db *DB) Path() string { return db.path }

// Migrated names the file as it was before Open brought it up to date; "" if there was
// no need. What was removed for privacy since is still in there, and in older backups.
func (db *DB) Migrated() string { return db.kept }

// SizeBytes is the size of the file, in bytes.
func (db *DB) SizeBytes() (int64, error) {
	info, err := os.Stat(db.path)
	if err != nil {
		return 0, fmt.Errorf("size of database: %w", err)
	}
	return info.Size(), nil
}
