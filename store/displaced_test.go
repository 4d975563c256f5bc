package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

// TestDisplaced takes the file away from under an open database: nothing is written that
// would be lost, readers keep what they had, a copy can still be made, and with the file
// back the same step works.
func TestDisplaced(t *testing.T) {
	for _, c := range []struct {
		name    string
		instead func(t *testing.T, path string) // put where the file was
		want    string
	}{
		{"removed", func(*testing.T, string) {}, "no such file"},
		{"replaced", func(t *testing.T, path string) { must(t, open(t, path).Close()) }, "is another file now"},
		{"a directory", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, "is another file now"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, newPath(t))
			round(t, db, 1, detailed(work(1, 1, own)))
			before, aside := db.Snapshot(), db.Path()+".aside"
			must(t, os.Rename(db.Path(), aside))
			c.instead(t, db.Path())

			for name, step := range map[string]func() error{
				"save":   func() error { return db.Save(goal, []store.Work{detailed(work(2, 2, own))}, nil) },
				"ask":    func() error { return db.Ask(goal, []store.Asked{{Term: "revertof:1"}}) },
				"finish": func() error { return db.Finish(goal, store.Round{}) },
			} {
				err := step()
				if !errors.Is(err, store.ErrDisplaced) || !strings.Contains(err.Error(), db.Path()) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "copy what is still open") {
					t.Errorf("%s: %v", name, err)
				}
			}
			if err := db.InPlace(); !errors.Is(err, store.ErrDisplaced) {
				t.Errorf("in place: %v", err)
			}
			if db.Snapshot() != before {
				t.Error("a snapshot was published")
			}
			copied := filepath.Join(t.TempDir(), "rescued.db")
			for range 2 { // the second replaces the first
				must(t, db.Backup(copied))
			}
			if diff := cmp.Diff(read(before), read(open(t, copied).Snapshot())); diff != "" {
				t.Errorf("database and rescued copy:\n%s", diff)
			}

			must(t, os.RemoveAll(db.Path()))
			must(t, os.Rename(aside, db.Path()))
			must(t, db.InPlace())
			round(t, db, 2, detailed(work(2, 2, own)))
			if reopen(t, db).Snapshot().Change(2) == nil {
				t.Error("what was written with the file back is lost")
			}
		})
	}
}

// TestBackupErrorsNameTheAct fails copies in each of their steps that can be made to.
func TestBackupErrorsNameTheAct(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		want    string
	}{
		{"a directory there", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, "look at what is there: "},
		{"something else there", func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("a letter"), 0o600)) }, "it is kept: "},
		{"no directory", func(t *testing.T, path string) { must(t, os.Remove(filepath.Dir(path))) }, "make the copy: "},
		{"an unfinished one that stays", func(t *testing.T, path string) {
			must(t, os.MkdirAll(filepath.Join(path+".partial", "full"), 0o700))
		}, "clear away an unfinished one: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, path := open(t, newPath(t)), newPath(t)
			c.prepare(t, path)
			want := "back up database " + db.Path() + " to " + path + ": " + c.want
			if err := db.Backup(path); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}
