package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
)

var update = flag.Bool("update", false, "write testdata anew, for the schema of today")

// node is one line of the drawing in doc.go.
type node struct {
	name, noun string
	children   []*node
	seen       bool
}

// drawing reads the tree in the package comment.
func drawing(t testing.TB) *node {
	t.Helper()
	data, err := os.ReadFile("doc.go")
	must(t, err)
	root := &node{}
	path := []*node{root}
	for line := range strings.Lines(string(data)) {
		tree, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "//\t")
		if !ok {
			continue
		}
		name, noun, _ := strings.Cut(strings.TrimLeft(tree, " "), "  ")
		depth := (len(tree) - len(strings.TrimLeft(tree, " "))) / 2
		noun, _, _ = strings.Cut(strings.TrimSpace(noun), " ")
		n := &node{name: name, noun: strings.TrimRight(noun, ":;,")}
		path = append(path[:depth+1], n)
		path[depth].children = append(path[depth].children, n)
	}
	return root
}

// child finds the line that draws a key.
func (n *node) child(key []byte) *node {
	for _, c := range n.children {
		switch {
		case c.name == string(key),
			c.name == "<number>" && len(key) == 8,
			c.name == "<sequence>" && len(key) == 8,
			c.name == "/<project>" && key[0] == '/',
			c.name == "<goal name>", c.name == "<term>":
			return c
		}
	}
	return nil
}

func strict[T any](data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(new(T))
}

var nouns = map[string]func([]byte) error{
	"Change": strict[store.Change], "Membership": strict[store.Membership], "Selector": strict[store.Selector],
	"Work": strict[store.Work], "Asked": strict[store.Asked], "Poll": strict[store.Poll],
	"version": func(data []byte) error {
		if len(data) != 8 {
			return fmt.Errorf("%d bytes", len(data))
		}
		return nil
	},
	"random": func(data []byte) error {
		if len(data) != 32 {
			return fmt.Errorf("%d bytes", len(data))
		}
		return nil
	},
	"base": func(data []byte) error {
		if string(data) != gerrit {
			return fmt.Errorf("%q", data)
		}
		return nil
	},
}

// TestDrawing walks a real file that holds everything and compares it with the
// tree in doc.go, both ways.
func TestDrawing(t *testing.T) {
	db := open(t, newPath(t))
	everything(t, db)
	root := drawing(t)
	var walk func(n *node, where string, key, value []byte, b *bbolt.Bucket)
	walk = func(n *node, where string, key, value []byte, b *bbolt.Bucket) {
		where = fmt.Sprintf("%s/%q", where, key)
		if n = n.child(key); n == nil {
			t.Errorf("%s is not drawn", where)
			return
		}
		n.seen = true
		if b == nil {
			if decode := nouns[n.noun]; decode == nil {
				t.Errorf("%s is drawn as %q", where, n.noun)
			} else if err := decode(value); err != nil {
				t.Errorf("%s: not a %s: %v", where, n.noun, err)
			}
			return
		}
		must(t, b.ForEach(func(k, v []byte) error { walk(n, where, k, v, b.Bucket(k)); return nil }))
	}
	must(t, db.Bolt().View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(k []byte, b *bbolt.Bucket) error { walk(root, "", k, nil, b); return nil })
	}))
	var unseen func(n *node)
	unseen = func(n *node) {
		for _, c := range n.children {
			if !c.seen {
				t.Errorf("%q is drawn and not in the file", c.name)
			}
			unseen(c)
		}
	}
	unseen(root)
	doc, err := os.ReadFile("doc.go")
	must(t, err)
	if want := fmt.Sprintf("\n// Version %d. ", store.Schema); !strings.Contains(string(doc), want) {
		t.Errorf("doc.go does not say %q", want)
	}
}

// stored names the file of a schema as it was released, and what it holds.
func stored(schema int) (file, contents string) {
	name := filepath.Join("testdata", fmt.Sprintf("schema-%d", schema))
	return name + ".db.gz", name + ".json"
}

// TestStoredSchemas opens a file of each schema there ever was. With -update the
// newest is written anew; after a release that is a mistake.
func TestStoredSchemas(t *testing.T) {
	if *update {
		writeStored(t)
	}
	for schema := 1; schema <= store.Schema; schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			file, golden := stored(schema)
			packed, err := os.Open(file)
			must(t, err)
			defer packed.Close()
			unpacked, err := gzip.NewReader(packed)
			must(t, err)
			data, err := io.ReadAll(unpacked)
			must(t, err)
			path := newPath(t)
			must(t, os.WriteFile(path, data, 0o600))

			var want contents
			data, err = os.ReadFile(golden)
			must(t, err)
			must(t, json.Unmarshal(data, &want))
			got := read(open(t, path).Snapshot(), storedTerm)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("want and got:\n%s", diff)
			}
		})
	}
}

const storedTerm = "revertof:101"

func writeStored(t testing.TB) {
	t.Helper()
	file, golden := stored(store.Schema)
	db := open(t, newPath(t))
	everything(t, db)
	must(t, db.Ask(goal, []store.Asked{{Term: storedTerm, At: at(9)}}))
	data, err := json.MarshalIndent(read(db.Snapshot(), storedTerm), "", "\t")
	must(t, err)
	must(t, os.WriteFile(golden, append(data, '\n'), 0o644))

	must(t, db.Close())
	data, err = os.ReadFile(db.Path())
	must(t, err)
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	must(t, err)
	_, err = w.Write(data)
	must(t, errors.Join(err, w.Close()))
	must(t, os.WriteFile(file, packed.Bytes(), 0o644))
}

// migrationTests has a test for each migration, by the schema it starts from.
var migrationTests = map[int]func(t *testing.T){}

func TestMigrations(t *testing.T) {
	if store.Migrations != store.Schema-1 || len(migrationTests) != store.Migrations {
		t.Errorf("schema %d, %d migrations, %d tests of them", store.Schema, store.Migrations, len(migrationTests))
	}
	for from := 1; from < store.Schema; from++ {
		t.Run(fmt.Sprint(from), migrationTests[from])
	}
}

// TestMigrate runs invented migrations: in order, all or nothing, with a backup of
// the file as it was.
func TestMigrate(t *testing.T) {
	note := func(text string) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			meta := tx.Bucket([]byte("meta"))
			return meta.Put([]byte("gerrit"), append(bytes.Clone(meta.Get([]byte("gerrit"))), text...))
		}
	}
	fail := func(*bbolt.Tx) error { return errors.New("no idea") }
	schema := func(db *store.DB) (version byte, gerrit string) {
		must(t, db.Bolt().View(func(tx *bbolt.Tx) error {
			meta := tx.Bucket([]byte("meta"))
			version, gerrit = meta.Get([]byte("schema"))[7], string(meta.Get([]byte("gerrit")))
			return nil
		}))
		return version, gerrit
	}
	backup := func(db *store.DB) string { return db.Path() + ".schema-1" }

	t.Run("in order", func(t *testing.T) {
		db := open(t, newPath(t))
		round(t, db, 1, detailed(work(1, 1, own)))
		must(t, db.Migrate(false, note("a"), note("b")))
		if version, text := schema(db); version != 3 || text != gerrit+"ab" {
			t.Errorf("schema %d after %q", version, text)
		}
		must(t, db.Close())
		if _, err := store.Open(db.Path(), store.Options{ReadOnly: true}); !errors.Is(err, store.ErrTooNew) {
			t.Errorf("opened by this version: %v", err)
		}
		if diff := cmp.Diff(read(db.Snapshot()), read(open(t, backup(db)).Snapshot())); diff != "" {
			t.Errorf("before and the backup:\n%s", diff)
		}
	})
	t.Run("all or nothing", func(t *testing.T) {
		db := open(t, newPath(t))
		err := db.Migrate(false, note("a"), fail)
		if err == nil || err.Error() != "migrate schema 2 to 3: no idea" {
			t.Errorf("error %v", err)
		}
		if version, text := schema(db); version != 1 || text != gerrit {
			t.Errorf("schema %d after %q", version, text)
		}
	})
	t.Run("no backup, no migration", func(t *testing.T) {
		db := open(t, newPath(t))
		must(t, os.MkdirAll(filepath.Join(backup(db), "in the way"), 0o700))
		if err := db.Migrate(false, note("a")); err == nil || !strings.Contains(err.Error(), "before migration") {
			t.Errorf("error %v", err)
		}
		if version, _ := schema(db); version != 1 {
			t.Errorf("schema %d", version)
		}
	})
	t.Run("not by a reader", func(t *testing.T) {
		db := open(t, newPath(t))
		if err := db.Migrate(true, note("a")); !errors.Is(err, store.ErrTooOld) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("nothing to do", func(t *testing.T) {
		db := open(t, newPath(t))
		must(t, db.Migrate(false))
		if _, err := os.Stat(backup(db)); err == nil {
			t.Error("a backup was made")
		}
	})
}
