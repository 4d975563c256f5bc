package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
)

func TestBackup(t *testing.T) {
	db := open(t, newPath(t))
	terms := everything(t, db)
	path := filepath.Join(t.TempDir(), "copy.db")
	for range 2 { // the second replaces the first
		round(t, db, 1, detailed(work(1, 1, own)))
		want := read(db.Snapshot(), terms...)
		must(t, db.Backup(path))
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode() != 0o600 {
			t.Errorf("mode %v", info.Mode())
		}
		restored := open(t, path)
		if diff := cmp.Diff(want, read(restored.Snapshot(), terms...)); diff != "" {
			t.Errorf("database and backup:\n%s", diff)
		}
		round(t, restored, 2, detailed(work(2, 2, own)))
		must(t, restored.Close())
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("files left: %v", files)
	}

	must(t, db.Close())
	reader, err := store.Open(db.Path(), store.Options{ReadOnly: true})
	must(t, err)
	defer reader.Close()
	path = newPath(t)
	must(t, reader.Backup(path))
	if diff := cmp.Diff(read(reader.Snapshot(), terms...), read(open(t, path).Snapshot(), terms...)); diff != "" {
		t.Errorf("read-only database and backup:\n%s", diff)
	}
}

// TestBackupWhileServing makes copies while rounds are written. Each round gives
// all changes one subject, so a copy of two moments would show.
func TestBackupWhileServing(t *testing.T) {
	db := open(t, newPath(t))
	db.Bolt().NoSync = true
	write := func(minute int) error {
		var done []store.Work
		for n := range 30 {
			w := detailed(work(n+1, minute, own))
			w.Detail.Subject = strings.Repeat("x", 20_000) // so that a copy takes a while
			done = append(done, w)
		}
		return errors.Join(db.Save(goal, done, nil),
			db.Finish(goal, store.Round{Complete: []string{""}, Poll: store.Poll{Requests: minute}}))
	}
	must(t, write(1))
	stop, writer := make(chan struct{}), sync.WaitGroup{}
	writer.Go(func() {
		for minute := 2; ; minute++ {
			select {
			case <-stop:
				return
			default:
				if err := write(minute); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	path, last := newPath(t), 0
	for range 10 {
		atLeast := db.Snapshot().Polls()[0].Requests
		must(t, db.Backup(path))
		copied := open(t, path)
		s := copied.Snapshot()
		minute := s.Polls()[0].Requests
		if minute < max(atLeast, last) {
			t.Errorf("the copy has round %d, %d was published before", minute, atLeast)
		}
		last = minute
		for c := range s.Changes() {
			if !c.Updated.Equal(at(minute)) {
				t.Fatalf("the copy has round %d, and change %d of %v", minute, c.Number, c.Updated)
			}
		}
		must(t, copied.Close())
	}
	close(stop)
	writer.Wait()
}

func TestBackupRefuses(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		err  error
	}{
		{"text", func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("diary"), 0o600)) }, store.ErrForeign},
		{"empty file", func(t *testing.T, path string) { must(t, os.WriteFile(path, nil, 0o600)) }, store.ErrForeign},
		{"directory", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, store.ErrForeign},
		{"another program's bbolt file", func(t *testing.T, path string) {
			edit(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("raft")); return err })
		}, store.ErrForeign},
		{"another Gerrit's database", func(t *testing.T, path string) {
			db, err := store.Open(path, store.Options{Gerrit: "https://gerrit.example.net"})
			must(t, err)
			must(t, db.Close())
		}, store.ErrOtherDatabase},
		{"another database of the same Gerrit", func(t *testing.T, path string) { must(t, open(t, path).Close()) }, store.ErrOtherDatabase},
		{"a file without identity", func(t *testing.T, path string) {
			must(t, open(t, path).Close())
			edit(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("identity")) })
		}, store.ErrDamaged},
		{"a database in use", func(t *testing.T, path string) { open(t, path) }, store.ErrLocked},
		{"itself, by a link", func(t *testing.T, path string) {
			must(t, os.Symlink(filepath.Join(filepath.Dir(path), "headway.db"), path))
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := open(t, newPath(t))
			path := filepath.Join(filepath.Dir(db.Path()), "copy")
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			err := db.Backup(path)
			if err == nil || tt.err != nil && !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			} else if !strings.Contains(err.Error(), "back up database "+db.Path()+" to ") {
				t.Errorf("text: %v", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was touched")
			}
		})
	}
}

// TestBackupKeepsWhatIsAhead restores an early copy, as after a lost disk, beside a
// backup that knows more.
func TestBackupKeepsWhatIsAhead(t *testing.T) {
	old, path, early := open(t, newPath(t)), newPath(t), newPath(t)
	must(t, old.Backup(early))
	for minute := range 3 {
		round(t, old, minute+1)
	}
	must(t, old.Backup(path))
	before, err := os.ReadFile(path)
	must(t, err)
	anew := open(t, early)
	for minute := range 2 {
		err := anew.Backup(path)
		want := fmt.Sprintf("back up database %s to %s: it is kept: it goes up to poll 3, the database only to poll %d: restore it, or move it away", anew.Path(), path, minute)
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Fatal("the file was touched")
		}
		round(t, anew, minute+1)
	}
	round(t, anew, 3)
	must(t, anew.Backup(path)) // as far as the copy
}

// TestBackupAfterCrash finds the half copy of a process that was killed.
func TestBackupAfterCrash(t *testing.T) {
	db, path := open(t, newPath(t)), newPath(t)
	must(t, os.WriteFile(path+".partial", []byte("half"), 0o644))
	must(t, db.Backup(path))
	must(t, open(t, path).Close())
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("files left: %v", files)
	}
}

func TestCompact(t *testing.T) {
	db := open(t, newPath(t))
	terms := everything(t, db)
	big := make([]store.Work, 2000)
	for i := range big {
		big[i] = detailed(work(i+1000, 1, octavia))
	}
	must(t, db.Save(goal, big, nil))
	for i := range big {
		big[i].Detail, big[i].Quarantined = nil, true
	}
	must(t, db.Save(goal, big, nil))
	dropped := make([]int, len(big))
	for i := range big {
		dropped[i] = big[i].Row.Number
	}
	must(t, db.Finish(goal, store.Round{Dropped: dropped}))
	want := read(db.Snapshot(), terms...)
	before, err := db.SizeBytes()
	must(t, err)

	if err := store.Compact(db.Path()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("while in use: %v", err)
	}
	must(t, db.Close())
	link := filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink(db.Path(), link))
	must(t, store.Compact(link))

	if files, _ := os.ReadDir(filepath.Dir(db.Path())); len(files) != 1 {
		t.Errorf("files left: %v", files)
	}
	info, err := os.Lstat(link)
	must(t, err)
	if info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	info, err = os.Stat(db.Path())
	must(t, err)
	if info.Mode() != 0o600 || info.Size() > before/4 {
		t.Errorf("mode %v, %d bytes after %d", info.Mode(), info.Size(), before)
	}
	db = open(t, db.Path())
	if diff := cmp.Diff(want, read(db.Snapshot(), terms...)); diff != "" {
		t.Errorf("before and after:\n%s", diff)
	}
	must(t, db.Finish(goal, store.Round{}))
	if got, want := db.Snapshot().Polls()[0].ID, want.Polls[0].ID+1; got != want {
		t.Errorf("the next poll has id %d, want %d", got, want)
	}
}

func TestCompactRefuses(t *testing.T) {
	missing := newPath(t)
	if err := store.Compact(missing); !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), missing) {
		t.Errorf("missing: %v", err)
	}
	text := newPath(t)
	must(t, os.WriteFile(text, []byte("diary"), 0o600))
	if err := store.Compact(text); !errors.Is(err, store.ErrForeign) {
		t.Errorf("text: %v", err)
	}
	if data, _ := os.ReadFile(text); string(data) != "diary" {
		t.Error("the file was touched")
	}
}
