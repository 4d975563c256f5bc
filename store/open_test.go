package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/record"
)

func TestOpenNew(t *testing.T) {
	db := open(t, newPath(t))
	info, err := os.Stat(db.Path())
	must(t, err)
	if mode := info.Mode(); mode != 0o600 {
		t.Errorf("mode %v, want 0600", mode)
	}
	if size, err := db.SizeBytes(); err != nil || size != info.Size() {
		t.Errorf("size %d, %v, want %d", size, err, info.Size())
	}
	want := contents{Gerrit: gerrit, Selectors: []store.Selector{{Query: own.Text}, {Project: octavia.Project, Query: octavia.Text}}}
	if diff := cmp.Diff(want, read(db.Snapshot())); diff != "" {
		t.Errorf("want and got:\n%s", diff)
	}
	if files, _ := os.ReadDir(filepath.Dir(db.Path())); len(files) != 1 {
		t.Errorf("files left: %v", files)
	}
}

// TestOpenRefuses makes each kind of file that must not be used. All errors name
// the file and say what to do; none of the files is touched.
func TestOpenRefuses(t *testing.T) {
	write := func(data string) func(testing.TB, string) {
		return func(t testing.TB, path string) { must(t, os.WriteFile(path, []byte(data), 0o600)) }
	}
	ours := func(change func(*bbolt.Tx) error) func(testing.TB, string) {
		return func(t testing.TB, path string) {
			db := open(t, path)
			round(t, db, 1, detailed(work(1, 1, own)))
			must(t, db.Close())
			edit(t, path, change)
		}
	}
	meta := func(key string, value []byte) func(testing.TB, string) {
		return ours(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte(key), value) })
	}
	version := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	tests := []struct {
		name string
		make func(testing.TB, string)
		err  error
		text string // of the remedy
	}{
		{"directory", func(t testing.TB, path string) { must(t, os.Mkdir(path, 0o700)) }, store.ErrForeign, "it is a directory: move it away"},
		{"empty", write(""), store.ErrForeign, "empty: move it away"},
		{"short text", write("hello\n"), store.ErrForeign, "move it away"},
		{"long text", write(strings.Repeat("hello world ", 10_000)), store.ErrForeign, "move it away"},
		{"zeros", write(strings.Repeat("\x00", 1<<16)), store.ErrForeign, "move it away"},
		{"another program's bbolt file", func(t testing.TB, path string) {
			edit(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("raft")); return err })
		}, store.ErrForeign, "move it away"},
		{"bbolt file without a bucket", func(t testing.TB, path string) {
			edit(t, path, func(*bbolt.Tx) error { return nil })
		}, store.ErrForeign, "move it away"},
		{"bucket of another kind", func(t testing.TB, path string) {
			edit(t, path, func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucket([]byte("meta"))
				return errors.Join(err, b.Put([]byte("schema"), []byte("one")))
			})
		}, store.ErrForeign, "move it away"},
		{"schema 0", meta("schema", version(0)), store.ErrForeign, "move it away"},
		{"newer schema", meta("schema", version(store.Schema+1)), store.ErrTooNew, "upgrade headway"},
		{"other Gerrit", meta("gerrit", record.Seal([]byte("gerrit"), []byte("https://gerrit.example.net/"))), store.ErrOtherGerrit,
			"https://gerrit.example.net/, the configuration names https://review.example.org/: if that Gerrit moved to this address, run headway poll --accept-moved once; if not, name your configuration with --config.file, or another file"},
		{"bucket missing", ours(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("polls")) }), store.ErrDamaged, "restore a backup"},
		{"unknown bucket", ours(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("pollz")); return err }), store.ErrDamaged, "restore a backup"},
		{"goal under another's name", ours(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("goals")).Bucket([]byte(goal)).Put([]byte("name"), record.Seal([]byte("name"), []byte("other")))
		}), store.ErrDamaged, "restore a backup"},
		{"membership without its checksum", ours(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("goals")).Bucket([]byte(goal)).Bucket([]byte("members")).Put(version(1), []byte("{}"))
		}), store.ErrDamaged, "restore a backup"},
		{"membership under another's key", ours(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("goals")).Bucket([]byte(goal)).Bucket([]byte("members"))
			return b.Put(version(2), bytes.Clone(b.Get(version(1))))
		}), store.ErrDamaged, "restore a backup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := newPath(t)
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			for _, readOnly := range []bool{false, true} {
				db, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: readOnly})
				if err == nil {
					db.Close()
					t.Fatal("it was opened")
				}
				if !errors.Is(err, tt.err) || !strings.Contains(err.Error(), "open database "+path+": ") || !strings.Contains(err.Error(), tt.text) {
					t.Errorf("read-only %v: %v", readOnly, err)
				}
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was touched")
			}
			if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
				t.Errorf("files left: %v", files)
			}
		})
	}
}

// edit changes a bbolt file as another program would.
func edit(t testing.TB, path string, change func(*bbolt.Tx) error) {
	t.Helper()
	b, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, b.Update(change))
	must(t, b.Close())
}

func TestOpenMissing(t *testing.T) {
	path := newPath(t)
	_, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: true})
	if !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), path+": there is no database: run headway poll") {
		t.Errorf("read-only: %v", err)
	}
	_, err = store.Open(path, store.Options{})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of any Gerrit: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was made: %v", err)
	}
	inside := filepath.Join(path, "sub", "headway.db")
	_, err = store.Open(inside, store.Options{Gerrit: gerrit})
	if err == nil || !strings.Contains(err.Error(), inside+": create: no such file or directory: make the directory first") {
		t.Errorf("missing directory: %v", err)
	}
}

func TestOpenLocked(t *testing.T) {
	tests := []struct {
		name           string
		holder, opener bool // read-only
		locked         bool
	}{
		{"writer, writer", false, false, true},
		{"writer, reader", false, true, true},
		{"reader, writer", true, false, true},
		{"reader, reader", true, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := newPath(t)
			must(t, open(t, path).Close())
			holder, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: tt.holder})
			must(t, err)
			defer holder.Close()
			db, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: tt.opener, Timeout: time.Millisecond})
			if err == nil {
				db.Close()
			}
			if errors.Is(err, store.ErrLocked) != tt.locked {
				t.Errorf("error %v, want locked: %v", err, tt.locked)
			}
			if tt.locked && !strings.Contains(err.Error(), path+": the database is in use by another process: stop it; status, report, verify and export read a running server with --url") {
				t.Errorf("text: %v", err)
			}
			must(t, holder.Close())
			must(t, open(t, path).Close())
		})
	}
}

func TestSameGerrit(t *testing.T) {
	tests := []struct {
		made, asked string
		same        bool
	}{
		{"https://review.example.org/", "https://review.example.org", true},
		{"https://review.example.org", "https://Review.Example.ORG//", true},
		{"https://review.example.org/", "http://review.example.org/", true},
		{"https://review.example.org/", "https://review.example.org:443/", true},
		{"http://review.example.org:80/", "https://review.example.org/", true},
		{"https://example.org/r", "https://example.org/r/", true},
		{"https://bot@review.example.org/", "https://review.example.org/", true},
		{"https://review.example.org/", "", true},
		{"https://review.example.org/", "https://review.example.com/", false},
		{"https://review.example.org/", "https://review.example.org:8443/", false},
		{"https://review.example.org/", "https://review.example.org:80/", false},
		{"https://example.org/r/", "https://example.org/", false},
		{"https://example.org/r/", "https://example.org/R/", false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s and %s", tt.made, tt.asked), func(t *testing.T) {
			path := newPath(t)
			db, err := store.Open(path, store.Options{Gerrit: tt.made})
			must(t, err)
			must(t, db.Close())
			db, err = store.Open(path, store.Options{Gerrit: tt.asked, ReadOnly: true})
			if err == nil {
				if got := db.Snapshot().Gerrit(); got != tt.made {
					t.Errorf("it belongs to %q now", got)
				}
				db.Close()
			}
			if same := !errors.Is(err, store.ErrOtherGerrit); same != tt.same {
				t.Errorf("error %v, want the same: %v", err, tt.same)
			}
		})
	}
}

// A database that follows its Gerrit to another address is the same one there.
func TestMoved(t *testing.T) {
	path, copied := newPath(t), newPath(t)
	db := open(t, path)
	round(t, db, 1, detailed(work(1, 1, own)))
	must(t, db.Backup(copied))
	must(t, db.Close())
	const moved = "https://gerrit.example.net/"
	db, err := store.Open(path, store.Options{Gerrit: moved, Moved: true})
	must(t, err)
	if s := db.Snapshot(); s.Gerrit() != moved || s.Change(1) == nil {
		t.Errorf("it follows %s and has change %v", s.Gerrit(), s.Change(1))
	}
	must(t, db.Close())
	if _, err := store.Open(path, store.Options{Gerrit: gerrit}); !errors.Is(err, store.ErrOtherGerrit) {
		t.Errorf("at the old address: %v", err)
	}
	db, err = store.Open(path, store.Options{Gerrit: moved})
	must(t, err)
	must(t, db.Backup(copied)) // of before it moved
	must(t, db.Close())
}

// TestOpenMoved follows the Gerrit of a database of any schema to a new address: first as
// it is, to compare, then on purpose.
func TestOpenMoved(t *testing.T) {
	const moved = "https://code.example.org/r/"
	for schema := 1; schema <= store.Schema; schema++ {
		path, _ := storedFile(t, schema, nil)
		db, err := store.Open(path, store.Options{})
		must(t, err)
		was, kept := db.Snapshot().Gerrit(), db.Migrated()
		must(t, db.Close())
		if was != gerrit || (kept != "") != (schema < store.Schema) {
			t.Errorf("schema %d: of %s, the old file is %q", schema, was, kept)
		}
		db, err = store.Open(path, store.Options{Gerrit: moved, Moved: true})
		must(t, err)
		if is := db.Snapshot().Gerrit(); is != moved {
			t.Errorf("schema %d: of %s", schema, is)
		}
		must(t, db.Close())
	}
}
