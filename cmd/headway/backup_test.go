package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

// TestBackupAndRestore reads a copy as if it were the database.
func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
	for range 2 { // the second replaces the first
		if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
			t.Fatalf("poll: %+v", got)
		}
		got := headway(t, dir, "backup", "copy.db")
		if got.code != 0 || !strings.HasPrefix(got.stdout, "backed up headway.db to copy.db: ") || got.stderr != "" {
			t.Errorf("backup: %+v", got)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "copy.db"))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the copy: %v, %v; want mode 0600", info, err)
	}
	want := headway(t, dir, "status", "--config.file=c.yml")
	got := headway(t, dir, "status", "--config.file=c.yml", "--storage.path=copy.db")
	if got != want || want.code != 0 {
		t.Errorf("status of the copy: %+v\nof the database: %+v", got, want)
	}
	if got := headway(t, dir, "poll", "--config.file=c.yml", "--storage.path=copy.db"); got.code != 0 {
		t.Errorf("poll into the copy: %+v", got)
	}
}

func TestCompact(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
	headway(t, dir, "poll", "--config.file=c.yml")
	want := headway(t, dir, "status", "--config.file=c.yml")
	got := headway(t, dir, "compact")
	if got.code != 0 || !strings.HasPrefix(got.stdout, "compacted headway.db: ") || got.stderr != "" {
		t.Errorf("compact: %+v", got)
	}
	if got := headway(t, dir, "status", "--config.file=c.yml"); got != want || want.code != 0 {
		t.Errorf("status after: %+v\nbefore: %+v", got, want)
	}
}

func TestBackupAndCompactRefuse(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "novel.txt", "It was a dark and stormy night.\n")
	for _, name := range []string{"free.db", "used.db"} {
		db, err := store.Open(filepath.Join(dir, name), store.Options{Gerrit: "https://gerrit.example.org/"})
		if err != nil {
			t.Fatal(err)
		}
		if name == "used.db" {
			t.Cleanup(func() { db.Close() })
		} else if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	const inUse = "open database used.db: the database is in use by another process: stop it; status, report, verify and export read a running server with --url"
	for _, tc := range []struct {
		name, args string
		code       int
		stderr     string
	}{
		{"backup without a file", "backup", 2, "headway: required argument 'file' not provided"},
		{"backup of a database in use", "backup copy.db --storage.path=used.db", 2, "headway: " + inUse + "; headway serve makes its own backups with --backup.path\n"},
		{"backup of nothing", "backup copy.db", 2, "headway: open database headway.db: there is no database"},
		{"backup over another file", "backup novel.txt --storage.path=free.db", 2, "novel.txt: it is kept: not a headway database"},
		{"backup over itself", "backup free.db --storage.path=free.db", 2, "it is the database itself"},
		{"backup over a database in use", "backup used.db --storage.path=free.db", 2, "it is kept: the database is in use"},
		{"compact a database in use", "compact --storage.path=used.db", 2, "headway: compact database used.db: the database is in use by another process: stop it"},
		{"compact nothing", "compact", 2, "headway: compact database headway.db: there is no database"},
		{"compact another file", "compact --storage.path=novel.txt", 3, "headway: compact database novel.txt: not a headway database"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := headway(t, dir, strings.Fields(tc.args)...)
			if got.code != tc.code || !strings.Contains(got.stderr, tc.stderr) || got.stdout != "" {
				t.Errorf("got %+v, want exit code %d and %q", got, tc.code, tc.stderr)
			}
		})
	}
}
