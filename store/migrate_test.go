package store_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
)

// migrationTests has a test for each migration, by the schema it starts from.
var migrationTests = map[int]func(t *testing.T){1: testMigrate1}

func TestMigrations(t *testing.T) {
	if store.Migrations != store.Schema-1 || len(migrationTests) != store.Migrations {
		t.Errorf("schema %d, %d migrations, %d tests of them", store.Schema, store.Migrations, len(migrationTests))
	}
	for from := 1; from < store.Schema; from++ {
		t.Run(fmt.Sprint(from), migrationTests[from])
	}
}

// storedFile puts the file of a schema, as it was released, into a directory of its
// own and changes it as the test likes.
func storedFile(t testing.TB, schema int, change func(*bbolt.Tx) error) (path string, data []byte) {
	t.Helper()
	file, _ := stored(schema)
	packed, err := os.Open(file)
	must(t, err)
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	must(t, err)
	data, err = io.ReadAll(unpacked)
	must(t, err)
	path = newPath(t)
	must(t, os.WriteFile(path, data, 0o600))
	if change != nil {
		edit(t, path, change)
		data, err = os.ReadFile(path)
		must(t, err)
	}
	return path, data
}

// edited puts JSON under a key of a bucket of the goal, or of the file.
func edited[T any](tx *bbolt.Tx, bucket string, key []byte, change func(*T)) error {
	b := tx.Bucket([]byte(bucket))
	if b == nil {
		b = tx.Bucket([]byte("goals")).Bucket([]byte(goal)).Bucket([]byte(bucket))
	}
	var v T
	if err := json.Unmarshal(b.Get(key), &v); err != nil {
		return err
	}
	change(&v)
	data, err := json.Marshal(v)
	return errors.Join(err, b.Put(key, data))
}

func testMigrate1(t *testing.T) {
	number := func(n byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, n} }

	t.Run("the old one stays", func(t *testing.T) {
		path, before := storedFile(t, 1, nil)
		db := open(t, path)
		if db.Migrated() != path+".schema-1" {
			t.Errorf("kept as %q", db.Migrated())
		}
		if kept, err := os.ReadFile(path + ".schema-1"); err != nil || !bytes.Equal(kept, before) {
			t.Errorf("the old file is not what it was: %v", err)
		}
		want := read(db.Snapshot(), storedTerm)
		db = reopen(t, db)
		if db.Migrated() != "" {
			t.Errorf("migrated again")
		}
		if diff := gocmp.Diff(want, read(db.Snapshot(), storedTerm)); diff != "" {
			t.Errorf("migrated and opened again:\n%s", diff)
		}
		info, err := os.Stat(path)
		must(t, err)
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 2 || info.Mode() != 0o600 {
			t.Errorf("files %v, mode %v", files, info.Mode())
		}
		if work := workOf(t, db); len(work) != 1 || work[0].Row.Number != 103 || work[0].Drained() {
			t.Errorf("work %+v", work)
		}
		round(t, db, 20, detailed(work(105, 20, own)))
		if got, want := db.Snapshot().Polls()[0].ID, want.Polls[0].ID+1; got != want {
			t.Errorf("the next poll has id %d, want %d", got, want)
		}
	})

	t.Run("through a link", func(t *testing.T) {
		path, _ := storedFile(t, 1, nil)
		link := filepath.Join(t.TempDir(), "link.db")
		must(t, os.Symlink(path, link))
		open(t, link)
		if _, err := os.Stat(path + ".schema-1"); err != nil {
			t.Error(err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link was replaced: %v", err)
		}
	})

	t.Run("staged details", func(t *testing.T) {
		path, _ := storedFile(t, 1, func(tx *bbolt.Tx) error {
			return edited(tx, "work", number(103), func(w *store.Work) {
				w.Detail = detailed(*w).Detail
				w.Detail.Subject = "by ada@example.org"
			})
		})
		db := open(t, path)
		list := workOf(t, db)
		if len(list) != 1 || !list[0].Staged || list[0].Detail.Subject != "by ada" {
			t.Fatalf("work %+v", list)
		}
		if c := db.Snapshot().Change(103); c != nil {
			t.Errorf("shown before its round is finished: %+v", c)
		}
	})

	t.Run("staged as it is published", func(t *testing.T) {
		path, _ := storedFile(t, 1, func(tx *bbolt.Tx) error {
			published := work(101, 3, own)
			published.Detail = &store.Change{Row: published.Row}
			record, err := json.Marshal(published.Detail)
			must(t, errors.Join(err, tx.Bucket([]byte("changes")).Put(number(101), record)))
			w, err := json.Marshal(published)
			return errors.Join(err, tx.Bucket([]byte("goals")).Bucket([]byte(goal)).Bucket([]byte("work")).Put(number(101), w))
		})
		db := open(t, path)
		list := workOf(t, db)
		if len(list) != 2 || list[0].Row.Number != 101 || !list[0].Staged {
			t.Fatalf("work %+v", list)
		}
		if diff := gocmp.Diff(db.Snapshot().Change(101), list[0].Detail); diff != "" {
			t.Errorf("published and staged:\n%s", diff)
		}
	})

	t.Run("addresses are cleaned", func(t *testing.T) {
		const address = "ada@example.org"
		path, _ := storedFile(t, 1, func(tx *bbolt.Tx) error {
			return errors.Join(
				edited(tx, "changes", number(101), func(c *store.Change) {
					c.Subject, c.DependsOn, c.RevertText = address, []string{address}, []string{address}
					c.Accounts = map[int]store.Account{7: {ID: 7, Name: address, Username: address}}
				}),
				edited(tx, "members", number(101), func(m *store.Membership) { m.Quarantined = address }),
				edited(tx, "selectors", []byte("/"), func(s *store.Selector) {
					s.Error, s.Unread = address, []store.Unread{{Number: 1, Error: address}}
				}),
				edited(tx, "polls", number(1), func(p *store.Poll) { p.Error = address }),
				edited(tx, "work", number(103), func(w *store.Work) { w.Row.Subject, w.Error = address, address }),
			)
		})
		open(t, path)
		data, err := os.ReadFile(path)
		must(t, err)
		if at := bytes.Index(data, []byte("example.org")); bytes.Contains(data, []byte(address)) {
			t.Errorf("an address at %d", at)
		}
		if kept, err := os.ReadFile(path + ".schema-1"); err != nil || !bytes.Contains(kept, []byte(address)) {
			t.Errorf("the old file has none: %v", err)
		}
	})

	t.Run("identity", func(t *testing.T) {
		without := func(change func(*bbolt.Tx) error) string {
			path, _ := storedFile(t, 1, func(tx *bbolt.Tx) error {
				return errors.Join(tx.Bucket([]byte("meta")).Delete([]byte("identity")), change(tx))
			})
			return path
		}
		same := func(*bbolt.Tx) error { return nil }
		later := func(tx *bbolt.Tx) error { // polls that were dropped from the log
			b := tx.Bucket([]byte("polls"))
			last := store.Poll{ID: 600, Goal: goal}
			data, err := json.Marshal(last)
			return errors.Join(err, b.Delete(number(1)), b.Put([]byte{0, 0, 0, 0, 0, 0, 600 >> 8, 600 & 0xff}, data), b.SetSequence(600))
		}
		none := func(tx *bbolt.Tx) error {
			polls := tx.Bucket([]byte("polls"))
			return errors.Join(tx.Bucket([]byte("goals")).DeleteBucket([]byte(goal)), polls.Delete(number(1)), polls.SetSequence(0))
		}
		db := open(t, without(same))
		must(t, db.Backup(without(same))) // an old copy, which was not migrated
		must(t, open(t, without(same)).Backup(newCopyOf(t, db)))
		if err := db.Backup(without(later)); err == nil || !strings.Contains(err.Error(), "it goes up to poll 600") {
			t.Errorf("over a copy that is ahead: %v", err)
		}
		if err := db.Backup(without(none)); !errors.Is(err, store.ErrOtherDatabase) {
			t.Errorf("over one without a history: %v", err)
		}
		if err := open(t, without(none)).Backup(newCopyOf(t, open(t, without(none)))); !errors.Is(err, store.ErrOtherDatabase) {
			t.Errorf("two without a history: %v", err)
		}
	})

	t.Run("a reader says what to do", func(t *testing.T) {
		path, before := storedFile(t, 1, nil)
		_, err := store.Open(path, store.Options{ReadOnly: true})
		if !errors.Is(err, store.ErrTooOld) || !strings.Contains(err.Error(), "run headway poll or headway serve once") {
			t.Errorf("error %v", err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Error("the file was touched")
		}
	})

	t.Run("the name is taken", func(t *testing.T) {
		path, _ := storedFile(t, 1, nil)
		must(t, open(t, path).Close())
		kept := path + ".schema-1"
		// The old file restored: it may be migrated anew, whatever came since is lost.
		must(t, os.Rename(kept, path))
		ahead, data := storedFile(t, 1, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("polls")).SetSequence(9) })
		must(t, os.Rename(ahead, kept))
		if _, err := store.Open(path, store.Options{Gerrit: gerrit}); err == nil || !strings.Contains(err.Error(), kept+" would be written over: move it away") {
			t.Errorf("error %v", err)
		}
		if after, _ := os.ReadFile(kept); !bytes.Equal(data, after) {
			t.Error("it was written over")
		}
		must(t, os.WriteFile(kept, nil, 0o600))
		if _, err := store.Open(path, store.Options{Gerrit: gerrit}); err == nil || !strings.Contains(err.Error(), kept+" would be written over: move it away") || errors.Is(err, store.ErrForeign) {
			t.Errorf("error %v, which shall not say that the database is foreign", err)
		}
		must(t, os.Remove(kept))
		must(t, os.Link(path, kept)) // killed between the last two steps
		open(t, path)
	})

	t.Run("damaged", func(t *testing.T) {
		path, before := storedFile(t, 1, func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("changes")).Put(number(101), []byte("{"))
		})
		if _, err := store.Open(path, store.Options{Gerrit: gerrit}); err == nil || !strings.Contains(err.Error(), "migrate schema 1 to 2: changes: ") {
			t.Errorf("error %v", err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Error("the file was touched")
		}
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
			t.Errorf("files left: %v", files)
		}
	})

}

func newCopyOf(t testing.TB, db *store.DB) string {
	t.Helper()
	path := newPath(t)
	must(t, db.Backup(path))
	return path
}

// TestMigrationKilled kills processes that migrate, with a signal that can't be caught.
// After each the file is whole, of the old schema or the new, and at last all is there.
func TestMigrationKilled(t *testing.T) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Println("\nbegun")
		open(t, path)
		fmt.Println("\ndone")
		return
	}
	path, data := storedFile(t, 1, func(tx *bbolt.Tx) error {
		for n := range 500 { // so that it takes some time
			key := []byte{0, 0, 0, 0, 0, 1, byte(n >> 8), byte(n)}
			c := reviewed(1<<16 + n)
			text, err := json.Marshal(c)
			if err := errors.Join(err, tx.Bucket([]byte("changes")).Put(key, text)); err != nil {
				return err
			}
		}
		return nil
	})
	random := rand.New(rand.NewPCG(3, 5))
	cut, whole := 0, 0
	want := ""
	for range 12 {
		must(t, os.WriteFile(path, data, 0o600))
		os.Remove(path + ".schema-1")
		cmd := child(t, path)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		must(t, waitFor(out, "begun"))
		time.AfterFunc(time.Duration(random.IntN(40))*time.Millisecond, func() { cmd.Process.Kill() })
		io.Copy(io.Discard, out)
		cmd.Wait()
		now, err := os.ReadFile(path)
		must(t, err)
		if bytes.Equal(now, data) {
			cut++
		} else if kept, err := os.ReadFile(path + ".schema-1"); err != nil || !bytes.Equal(kept, data) {
			t.Fatalf("migrated, and the old file is not kept: %v", err)
		} else {
			whole++
		}
		db := open(t, path) // begins anew, or finds it done
		got := read(db.Snapshot(), storedTerm)
		must(t, db.Close())
		text, err := json.Marshal(got)
		must(t, err)
		if want = cmp.Or(want, string(text)); want != string(text) || len(got.Changes) < 500 {
			t.Fatalf("%d changes; want\n%s\ngot\n%s", len(got.Changes), want, text)
		}
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 2 {
			t.Fatalf("files left: %v", files)
		}
	}
	t.Logf("%d migrations were cut, %d were not", cut, whole)
	if cut == 0 {
		t.Error("no migration was cut")
	}
}
