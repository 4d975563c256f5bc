package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/record"
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
			c.name == "<entry>" && len(key) == 8,
			c.name == "/<project>" && key[0] == '/',
			c.name == "<goal name>", c.name == "<term>":
			return c
		}
	}
	return nil
}

func strict[T any](_ *store.DB, key, sealed []byte) error {
	data, err := record.Unseal(key, sealed)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(new(T))
}

func text(want string) func(*store.DB, []byte, []byte) error {
	return func(_ *store.DB, key, sealed []byte) error {
		data, err := record.Unseal(key, sealed)
		if err == nil && want != "" && string(data) != want {
			err = fmt.Errorf("%q", data)
		}
		return err
	}
}

var nouns = map[string]func(db *store.DB, key, value []byte) error{
	"Selector": strict[store.Selector], "Asked": strict[store.Asked], "Poll": strict[store.Poll],
	"Change": func(db *store.DB, key, value []byte) error {
		_, err := db.Tables().DecodeChange(key, value)
		return err
	},
	"Membership": func(db *store.DB, key, value []byte) error {
		_, err := db.Tables().DecodeMembership(key, value)
		return err
	},
	"Work": func(db *store.DB, key, value []byte) error {
		_, err := db.Tables().DecodeStaging(key, value)
		return err
	},
	"Account": func(_ *store.DB, key, value []byte) error {
		_, err := record.DecodePerson(key, value)
		return err
	},
	"version": func(_ *store.DB, _, data []byte) error {
		if len(data) != 8 {
			return fmt.Errorf("%d bytes", len(data))
		}
		return nil
	},
	"identity": text(""), "base": text(gerrit), "goal's": text(goal), "text": text(""),
	"bytes": func(*store.DB, []byte, []byte) error { return nil },
}

// TestDrawing walks a real file that holds everything and compares it with the
// tree in doc.go, both ways.
func TestDrawing(t *testing.T) {
	db := open(t, newPath(t))
	everything(t, db)
	must(t, db.Bolt().Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("damaged")).Put(record.Key(9), []byte("damaged"))
	}))
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
			} else if err := decode(db, key, value); err != nil {
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
			path, _ := storedFile(t, schema, nil)
			_, golden := stored(schema)
			var want contents
			data, err := os.ReadFile(golden)
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
