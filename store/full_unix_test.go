//go:build unix

package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

// limitFiles lets no file of this process grow beyond a size: as a full disk does,
// and without a disk of our own.
func limitFiles(t testing.TB, bytes uint64) {
	t.Helper()
	var limit syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit.Cur = min(bytes, limit.Max)
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
}

// tooLarge reports whether an error names a file and the limit it ran into. bbolt
// does not wrap what stopped it, so only the text can say.
func tooLarge(err error, file string) bool {
	return err != nil && strings.Contains(err.Error(), file) && strings.Contains(err.Error(), syscall.EFBIG.Error())
}

// TestFullDisk runs out of room in each step of a round: the error names the file,
// readers keep the old numbers, and the same step works once there is room.
func TestFullDisk(t *testing.T) {
	alone(t, func(t *testing.T) {
		signal.Ignore(syscall.SIGXFSZ)
		db := open(t, newPath(t))
		round(t, db, 1, detailed(work(1, 1, own)))
		big := detailed(work(1, 2, own)) // replaces a record: written once more by finish
		big.Detail.Subject = strings.Repeat("x", 1<<20)
		small := detailed(work(3, 2, own))
		copied := newPath(t)
		steps := []struct {
			name string
			do   func() error
		}{
			{"plan", func() error { return db.Save(goal, []store.Work{big, small}, []store.Selector{selector(own, 2)}) }},
			{"ask", func() error {
				return db.Ask(goal, []store.Asked{{Term: strings.Repeat("y", 30_000)}, {Term: strings.Repeat("z", 30_000)}})
			}},
			{"finish", func() error {
				return db.Finish(goal, store.Round{Complete: []string{""}, Selectors: []store.Selector{selector(own, 2)}})
			}},
			{"backup", func() error { return db.Backup(copied) }},
		}
		for _, step := range steps {
			size, err := db.SizeBytes()
			must(t, err)
			before := db.Snapshot()
			wantWork := workOf(t, db)
			limitFiles(t, uint64(size)/2) // even what is free in the file can't all be written
			for range 3 {
				err := step.do()
				if !tooLarge(err, "headway.db") {
					t.Errorf("%s: error %v", step.name, err)
				}
				if db.Snapshot() != before {
					t.Errorf("%s: a snapshot was published", step.name)
				}
				if diff := cmp.Diff(wantWork, workOf(t, db)); diff != "" {
					t.Errorf("%s: work before and after:\n%s", step.name, diff)
				}
			}
			limitFiles(t, ^uint64(0))
			if err := step.do(); err != nil {
				t.Errorf("%s, with room again: %v", step.name, err)
			}
		}
		if files, _ := os.ReadDir(filepath.Dir(copied)); len(files) != 1 {
			t.Errorf("files left: %v", files)
		}
		want := read(db.Snapshot())
		if c := db.Snapshot().Change(1); c == nil || len(c.Subject) != 1<<20 {
			t.Error("the change is lost")
		}
		if diff := cmp.Diff(want, read(reopen(t, db).Snapshot())); diff != "" {
			t.Errorf("before closing and after:\n%s", diff)
		}
	})
}

// TestFullDiskAtFirst has no room even for a new database, then some.
func TestFullDiskAtFirst(t *testing.T) {
	alone(t, func(t *testing.T) {
		signal.Ignore(syscall.SIGXFSZ)
		path := newPath(t)
		for _, bytes := range []uint64{1, 5000, 20_000} {
			limitFiles(t, bytes)
			_, err := store.Open(path, store.Options{Gerrit: gerrit})
			if !tooLarge(err, path) {
				t.Errorf("%d bytes: %v", bytes, err)
			}
			if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 0 {
				t.Errorf("%d bytes: files left: %v", bytes, files)
			}
		}
		limitFiles(t, ^uint64(0))
		open(t, path)
	})
}

// TestMigrateWithoutRoom can't write the new file: the old one stays in its place, and
// is migrated once there is room.
func TestMigrateWithoutRoom(t *testing.T) {
	alone(t, func(t *testing.T) {
		signal.Ignore(syscall.SIGXFSZ)
		path, before := storedFile(t, 1, nil)
		limitFiles(t, 20_000)
		_, err := store.Open(path, store.Options{Gerrit: gerrit})
		limitFiles(t, ^uint64(0))
		if want := fmt.Sprintf("it takes up to %d bytes of room in %s", len(before), filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
		after, err := os.ReadFile(path)
		must(t, err)
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 || string(after) != string(before) {
			t.Errorf("files left: %v", files)
		}
		open(t, path)
	})
}

// TestNoPermission runs as a user who may not write: root may always.
func TestNoPermission(t *testing.T) {
	alone(t, func(t *testing.T) {
		if os.Geteuid() == 0 {
			must(t, syscall.Setgid(65534))
			must(t, syscall.Setuid(65534))
		}
		db := open(t, newPath(t))
		round(t, db, 1, detailed(work(1, 1, own)))
		must(t, db.Close())
		path, dir := db.Path(), filepath.Dir(db.Path())
		refused := func(name string, err error) {
			t.Helper()
			if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", name, err)
			}
		}
		opened := func(readOnly bool) error {
			db, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: readOnly})
			if err == nil {
				err = db.Close()
			}
			return err
		}

		must(t, os.Chmod(path, 0o400))
		must(t, opened(true))
		err := opened(false)
		refused("read-only file", err)
		if want := "open database " + path + ": permission denied: this user must be allowed to read and write the file"; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("text: %v", err)
		}
		must(t, os.Chmod(path, 0))
		refused("unreadable file", opened(true))

		must(t, os.Chmod(path, 0o600))
		must(t, os.Chmod(dir, 0o500))
		defer os.Chmod(dir, 0o700)
		must(t, opened(false))
		db = open(t, path)
		refused("backup into a read-only directory", db.Backup(filepath.Join(dir, "copy.db")))
		must(t, db.Close())
		refused("compact in a read-only directory", store.Compact(path))
		must(t, opened(true))
		path = filepath.Join(dir, "new.db")
		refused("new file in a read-only directory", opened(false))
	})
}

// TestCompactKeepsOwner compacts as root, where the tests run as root, what another
// user's server has to open afterwards.
func TestCompactKeepsOwner(t *testing.T) {
	db := open(t, newPath(t))
	must(t, db.Close())
	if os.Geteuid() == 0 {
		must(t, os.Chown(db.Path(), 65534, 65534))
	}
	owner := func() uint32 {
		info, err := os.Stat(db.Path())
		must(t, err)
		return info.Sys().(*syscall.Stat_t).Uid
	}
	before := owner()
	must(t, store.Compact(db.Path()))
	if after := owner(); after != before {
		t.Errorf("owner %d became %d", before, after)
	}
}
