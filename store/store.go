package store

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Errors of Open that a caller may branch on. Their wrappers name the file and
// say what to do.
var (
	ErrLocked      = errors.New("the database is in use by another process")
	ErrNotFound    = errors.New("there is no database")
	ErrForeign     = errors.New("not a headway database")
	ErrTooNew      = errors.New("the database was written by a newer headway")
	ErrOtherGerrit = errors.New("the database was made from another Gerrit")
)

// DefaultTimeout is how long Open waits for another process to let go of the
// file: long enough for a poll from cron to end its transaction, short enough for
// somebody who waits at a terminal.
const DefaultTimeout = 2 * time.Second

// Options say how to open a database.
type Options struct {
	Gerrit   string        // base URL of the Gerrit it belongs to; "" accepts any (only with ReadOnly)
	ReadOnly bool          // the file must exist and is not changed; still waits for a writer's lock
	Timeout  time.Duration // wait for the lock; 0: DefaultTimeout
}

// DB is an open database. One goroutine may write (collector); any may read
// snapshots.
type DB struct {
	bolt    *bbolt.DB
	path    string
	writing sync.Mutex // one round step at a time; guards the next snapshot being built
	current atomic.Pointer[Snapshot]
}

// Open opens the database at path, creating it with mode 0600 unless ReadOnly,
// and publishes its first snapshot. A file that is locked, foreign, damaged,
// newer or made from another Gerrit is refused and left as it is.
func Open(path string, o Options) (*DB, error) {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if err := sizeable(path, o.ReadOnly); err != nil {
		return nil, err
	}
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: o.Timeout, ReadOnly: o.ReadOnly})
	if err != nil {
		return nil, openError(path, err)
	}
	db := &DB{bolt: b, path: path}
	if err := db.prepare(o); err != nil {
		b.Close()
		return nil, err
	}
	return db, nil
}

// sizeable refuses what bbolt would turn into an empty database or a hang: a
// missing file when only reading, a directory, and a file that was cut to nothing
// but is not ours to fill when only reading.
func sizeable(path string, readOnly bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && readOnly:
		return fmt.Errorf("open database %s: %w: run headway poll or headway serve first, or name another file with --storage.path", path, ErrNotFound)
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("open database: %w", err)
	case info.IsDir():
		return fmt.Errorf("open database %s: %w: it is a directory; name a file with --storage.path", path, ErrForeign)
	case info.Size() == 0 && readOnly:
		return fmt.Errorf("open database %s: %w: the file is empty", path, ErrForeign)
	}
	return nil
}

func openError(path string, err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("open database %s: %w: stop it, or read the running server with --url", path, ErrLocked)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch),
		errors.Is(err, bolterrors.ErrChecksum), strings.Contains(err.Error(), "file size too small"):
		return foreign(path, err.Error())
	}
	return fmt.Errorf("open database %s: %w", path, err)
}

func foreign(path, why string) error {
	return fmt.Errorf("open database %s: %w (%s): restore a backup, move the file away, or name another with --storage.path", path, ErrForeign, why)
}

// prepare checks or creates the schema and reads everything into the first
// snapshot. Damaged pages make bbolt panic or fault; both become an error here,
// where the file can still be refused.
func (db *DB) prepare(o Options) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = foreign(db.path, fmt.Sprintf("damaged: %v", p))
		}
	}()
	if !o.ReadOnly {
		if err := db.bolt.Update(func(tx *bbolt.Tx) error { return initialize(tx, o.Gerrit) }); err != nil {
			return db.located(err)
		}
	}
	return db.bolt.View(func(tx *bbolt.Tx) error {
		if err := check(tx, o.Gerrit); err != nil {
			return db.located(err)
		}
		s, err := load(tx)
		if err != nil {
			return foreign(db.path, err.Error())
		}
		db.current.Store(s)
		return nil
	})
}

// located adds the file and the remedy to an error of the schema check.
func (db *DB) located(err error) error {
	switch {
	case errors.Is(err, ErrForeign):
		return foreign(db.path, "it holds other data")
	case errors.Is(err, ErrTooNew):
		return fmt.Errorf("open database %s: %w: upgrade headway, or restore the backup made before the upgrade", db.path, err)
	case errors.Is(err, ErrOtherGerrit):
		return fmt.Errorf("open database %s: %w: name another file with --storage.path", db.path, err)
	}
	return fmt.Errorf("open database %s: %w", db.path, err)
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

// SizeBytes is the size of the file, in bytes.
func (db *DB) SizeBytes() (int64, error) {
	info, err := os.Stat(db.path)
	if err != nil {
		return 0, fmt.Errorf("size of database: %w", err)
	}
	return info.Size(), nil
}

// sameGerrit compares two base URLs as people write them: scheme, the host's case
// and a final slash make no other server.
func sameGerrit(a, b string) bool {
	return gerritKey(a) == gerritKey(b)
}

func gerritKey(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	return strings.ToLower(u.Host) + strings.TrimRight(u.Path, "/")
}
