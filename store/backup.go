package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/files"
)

// partial ends the name of a copy that is still being written, beside the file it
// will become. The name is fixed, so that crashes leave one at most.
const partial = ".partial"

// Backup writes a copy of the database, as it is at this moment, to path. It may
// run while rounds are written and snapshots read, but a round that makes the file
// grow waits for it. The copy has mode 0600 and is put in its place whole; a file
// there is replaced only if it is a copy of this database, not in use and not ahead
// of it. To restore, open the copy: it continues the line.
func (db *DB) Backup(path string) error {
	db.copying.Lock()
	defer db.copying.Unlock()
	path, err := files.Target(path)
	if err == nil {
		err = db.replaceable(path)
	}
	if err == nil {
		err = backup(db.bolt, path)
	}
	if err != nil {
		return fmt.Errorf("back up database %s to %s: %w", db.path, path, err)
	}
	return nil
}

// replaceable refuses to write over anything but an earlier backup.
func (db *DB) replaceable(path string) error {
	exists, err := usable(path)
	if err != nil {
		return fmt.Errorf("look at what is there: %w", err)
	} else if !exists {
		return nil
	}
	// Not by the database's name: where that has been lost, a copy is what is wanted.
	if there, err := os.Stat(path); err != nil {
		return fmt.Errorf("look at what is there: %w", err)
	} else if os.SameFile(db.file, there) {
		return errors.New("it is the database itself: name another file")
	}
	b, err := openSound(path, Options{ReadOnly: true, Timeout: DefaultTimeout})
	if err != nil {
		return fmt.Errorf("it is kept: %w", err)
	}
	return errors.Join(continues(db.bolt, b), b.Close())
}

// continues refuses to replace a copy of another database, and one with polls that
// the database has not: it was restored, and its schedule would soon overwrite the
// only copy of what Gerrit keeps no more.
func continues(b, copied *bbolt.DB) error {
	ours, err1 := lineOf(b)
	theirs, err2 := lineOf(copied)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	switch {
	case ours.identity != theirs.identity:
		return fmt.Errorf("it is kept: %w: name another file for this one's copies, or move it away", ErrOtherDatabase)
	case theirs.poll > ours.poll:
		return fmt.Errorf("it is kept: it goes up to poll %d, the database only to poll %d: restore it, or move it away", theirs.poll, ours.poll)
	}
	return nil
}

// line is whose history a file holds, and how much of it.
type line struct {
	identity string
	poll     uint64 // ID of the newest poll, 0 if there is none
}

func lineOf(b *bbolt.DB) (l line, err error) {
	err = contained(func() error {
		return b.View(func(tx *bbolt.Tx) (err error) {
			l.poll = tx.Bucket(bucketPolls).Sequence()
			l.identity, err = identityOf(tx)
			return err
		})
	})
	return l, err
}

// Compact writes the database at path anew without its free pages, and replaces
// it. The file must not be in use; it is locked meanwhile.
func Compact(path string) error {
	if err := compact(path); err != nil {
		return fmt.Errorf("compact database %s: %w", path, remedied(err))
	}
	return nil
}

func compact(path string) error {
	path, err := files.Target(path)
	if err != nil {
		return err
	}
	if exists, err := usable(path); err != nil {
		return err
	} else if !exists {
		return ErrNotFound
	}
	// Not for writing, but for the lock: nobody else may have it open.
	src, err := openSound(path, Options{Timeout: DefaultTimeout})
	if err != nil {
		return err
	}
	defer src.Close()
	return install(path, func(temp string) error {
		dst, err := bbolt.Open(temp, 0o600, &bbolt.Options{NoSync: true})
		if err != nil {
			return err
		}
		const perCommit = 16 << 20 // bytes; bounds the memory it takes
		return errors.Join(bbolt.Compact(dst, src, perCommit), dst.Sync(), dst.Close())
	})
}

// backup copies a database without a check of what it replaces.
func backup(b *bbolt.DB, path string) error {
	return install(path, func(temp string) error {
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("make the copy: %w", err)
		}
		err = contained(func() error {
			return b.View(func(tx *bbolt.Tx) error {
				_, err := tx.WriteTo(f)
				return err
			})
		})
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("write the copy: %w", err)
		}
		return nil
	})
}

// install has a database written beside path, opens it once to see that it is
// sound, and puts it in its place.
func install(path string, write func(temp string) error) error {
	temp := path + partial
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear away an unfinished one: %w", err)
	}
	defer os.Remove(temp)
	if err := write(temp); err != nil {
		return err
	}
	b, err := openSound(temp, Options{ReadOnly: true, Timeout: DefaultTimeout})
	if err == nil {
		err = b.Close()
	}
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if err := files.KeepOwner(path, temp); err != nil {
		return fmt.Errorf("keep the owner: %w", err)
	}
	if err = os.Rename(temp, path); err == nil {
		err = files.SyncDir(path)
	}
	if err != nil {
		return fmt.Errorf("put in place: %w", err)
	}
	return nil
}
