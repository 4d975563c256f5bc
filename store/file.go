package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/eventlet-removal/headway/store/files"
	"github.com/eventlet-removal/headway/store/pages"
)

// Errors of Open, Backup, Compact and of writes that a caller may branch on. Their wrappers
// name the file and say what to do.
var (
	ErrLocked      = errors.New("the database is in use by another process")
	ErrNotFound    = errors.New("there is no database")
	ErrForeign     = errors.New("not a headway database")
	ErrDamaged     = errors.New("the database is damaged")
	ErrTooNew      = errors.New("the database was written by a newer headway")
	ErrTooOld      = errors.New("the database was written by an older headway")
	ErrOtherGerrit = errors.New("the database was made from another Gerrit")

	ErrOtherDatabase = errors.New("a copy of another database")
	ErrDisplaced     = errors.New("the database file was removed or replaced")
)

var remedies = []struct {
	err  error
	text string
}{
	{ErrLocked, "stop it; status, report, verify and export read a running server with --url"},
	{ErrNotFound, "run headway poll or headway serve first, or name another file with --storage.path"},
	{ErrForeign, "move it away, or name another file with --storage.path"},
	{ErrDamaged, "move it away and restore a backup"},
	{ErrTooNew, "upgrade headway, or restore the backup made before the upgrade"},
	{ErrTooOld, "run headway poll or headway serve once, which bring it up to date"},
	{ErrOtherGerrit, "if that Gerrit moved to this address, run headway poll --accept-moved once; if not, name your configuration with --config.file, or another file with --storage.path"},
	{ErrDisplaced, "put it back, or copy what is still open before headway is stopped"},
	{fs.ErrPermission, "this user must be allowed to read and write the file and its directory"},
	{fs.ErrNotExist, "make the directory first"},
}

// remedied adds what to do about an error of Open.
func remedied(err error) error {
	for _, r := range remedies {
		if errors.Is(err, r.err) {
			return fmt.Errorf("%w: %s", err, r.text)
		}
	}
	return err
}

// usable reports whether there is a file at path, and refuses what bbolt would hang
// on or fill. An empty file is refused too: create never leaves one, so it once
// held a database, and to start anew without a word would soon replace its last
// good backup.
func usable(path string) (exists bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, files.Bare(err)
	case info.IsDir():
		return false, fmt.Errorf("%w: it is a directory", ErrForeign)
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("%w: not a regular file", ErrForeign)
	case info.Size() == 0:
		return false, fmt.Errorf("%w: the file is empty", ErrForeign)
	}
	return true, nil
}

// create makes a database with an empty schema. It is put in its place whole, so
// that a crash leaves no half-made file there; a link, unlike a rename, never
// replaces the database that another process made meanwhile.
func create(path, gerrit string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("create: %w", files.Bare(err))
	}
	f.Close()
	defer os.Remove(f.Name())
	b, err := bbolt.Open(f.Name(), 0o600, nil)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := errors.Join(b.Update(func(tx *bbolt.Tx) error { return initialize(tx, gerrit, randomIdentity()) }), b.Close()); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	err = os.Link(f.Name(), path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(f.Name(), path) // some file systems know no links
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create: %w", err)
	}
	return files.SyncDir(path)
}

// openSound opens the file at path, after a look at all its pages through a
// read-only handle: to open for writing reads the list of free pages, and what is
// wrong there ends in lost records or a crash that can't be caught. The schema may
// be an older one.
func openSound(path string, o Options) (*bbolt.DB, error) {
	b, err := openBolt(path, true, o.Timeout)
	if err != nil {
		return nil, err
	}
	err = contained(func() error {
		return b.View(func(tx *bbolt.Tx) error {
			if err := checkPages(tx, path); err != nil {
				return err
			}
			_, err := check(tx, o.Gerrit)
			return err
		})
	})
	if err != nil {
		b.Close()
		return nil, err
	}
	if o.ReadOnly {
		return b, nil
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return openBolt(path, false, o.Timeout)
}

// openBolt opens and locks the file. While it waits for the lock, Compact in
// another process may put a new file in place of this one; what is written to the
// old one would be lost, so the new one is opened then.
func openBolt(path string, readOnly bool, timeout time.Duration) (*bbolt.DB, error) {
	var file *os.File
	o := &bbolt.Options{Timeout: timeout, ReadOnly: readOnly}
	o.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
		return file, err
	}
	for {
		var b *bbolt.DB
		err := contained(func() (err error) {
			b, err = bbolt.Open(path, 0o600, o)
			return err
		})
		if err != nil {
			if file != nil {
				file.Close() // after a panic it is still open, and locked
			}
			return nil, boltError(err)
		}
		opened, err1 := file.Stat()
		named, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(opened, named) {
			return b, nil
		}
		b.Close()
		if err := errors.Join(err1, err2); err != nil {
			return nil, files.Bare(err)
		}
	}
}

// checkPages looks at the file itself, not at what bbolt has in memory of it.
func checkPages(tx *bbolt.Tx, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return files.Bare(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return files.Bare(err)
	}
	if short := tx.Size() - info.Size(); short > 0 {
		return fmt.Errorf("%w: it is %d bytes too short", ErrDamaged, short)
	}
	size := uint64(tx.DB().Info().PageSize)
	if err := pages.Check(f, size, uint64(tx.Size())/size, uint64(tx.ID())); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// boltError returns an error of bbolt.Open in our words.
func boltError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrLocked
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch):
		return fmt.Errorf("%w: it holds something else, or is cut short", ErrForeign)
	case errors.Is(err, bolterrors.ErrChecksum):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case strings.Contains(err.Error(), "file size too small"):
		return fmt.Errorf("%w: it is cut short", ErrDamaged)
	}
	return files.Bare(err)
}

// contained runs f and makes an error of what bbolt does on damaged pages: it
// panics, or reads memory that is not there.
func contained(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	return f()
}
