package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// Records stay readable, whatever form they have on disk.
func TestDump(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(filepath.Join(dir, "headway.db"), store.Options{Gerrit: "https://gerrit.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := store.Change{Row: store.Row{Number: 7, Project: "p", Subject: "Drop <it>", Status: store.StatusMerged, Updated: at, Created: at}}
	w := store.Work{Row: c.Row, Member: store.Membership{Number: 7, Query: "topic:x", Seen: at}, Detail: &c}
	if err := db.Save("g", []store.Work{w}, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Finish("g", store.Round{Complete: []string{""}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := headway(t, dir, "dump", "7")
	for _, want := range []string{`"number": 7`, `"status": "MERGED"`, `"updated": "2026-03-01T12:00:00Z"`, `"g": {`, `"query": "topic:x"`} {
		if !strings.Contains(got.stdout, want) || got.code != 0 || got.stderr != "" {
			t.Errorf("%+v; want %s", got, want)
		}
	}
	if got := headway(t, dir, "dump", "7", "8"); got.code != 1 || !strings.Contains(got.stderr, "change 8 is not in headway.db") {
		t.Errorf("%+v", got)
	}
	if got := headway(t, dir, "dump", "seven"); got.code != 2 {
		t.Errorf("%+v", got)
	}
}
