package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/store"
)

// tree is what lies in a directory: each file's bytes and its time.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		out[path] = info.Mode().String() + info.ModTime().String() + string(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestExport runs the program on a database without a poll, then again.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "headway.yml", minimal)
	cfg, err := config.Load(filepath.Join(dir, "headway.yml"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(dir, "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	args := []string{"export", "--config.file=headway.yml", "site"}
	if got := headway(t, dir, args...); got.code != 0 || !strings.HasPrefix(got.stdout, "exported ") || !strings.HasSuffix(got.stdout, " 0 removed\n") {
		t.Fatalf("%+v", got)
	}
	before := tree(t, filepath.Join(dir, "site"))
	if len(before) < 10 {
		t.Errorf("%d files", len(before))
	}
	if got := headway(t, dir, args...); got.code != 0 || !strings.HasSuffix(got.stdout, ": 0 written, 0 removed\n") {
		t.Fatalf("the second time: %+v", got)
	}
	if diff := cmp.Diff(before, tree(t, filepath.Join(dir, "site"))); diff != "" {
		t.Errorf("a second export changed files:\n%s", diff)
	}
	write(t, dir, "note.txt", "mine")
	if got := headway(t, dir, "export", "--config.file=headway.yml", "."); got.code != 2 || !strings.Contains(got.stderr, "is not empty and holds no earlier export") {
		t.Errorf("into a directory of others: %+v", got)
	}
}

// TestExportDirectory writes files again with some gone, some changed, some foreign.
func TestExportDirectory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "site")
	export := func(files map[string]string) (exported, error) {
		t.Helper()
		d, err := openExport(name)
		if err != nil {
			t.Fatal(err)
		}
		defer d.close()
		bytes := map[string][]byte{}
		for file, body := range files {
			bytes[file] = []byte(body)
		}
		return d.write(bytes)
	}
	if done, err := export(map[string]string{"index.html": "1", "a/b/index.html": "2", "a/c.json": "{}"}); err != nil || done != (exported{3, 0}) {
		t.Fatalf("%+v, %v", done, err)
	}
	write(t, name, "CNAME", "example.org")
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(name, "index.html"), old, old); err != nil {
		t.Fatal(err)
	}
	if done, err := export(map[string]string{"index.html": "1", "a/c.json": "[]"}); err != nil || done != (exported{1, 1}) {
		t.Fatalf("%+v, %v", done, err)
	}
	if info, err := os.Stat(filepath.Join(name, "index.html")); err != nil || !info.ModTime().Equal(old) || info.Mode().Perm() != 0o644 {
		t.Errorf("an unchanged file: %v, %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(name, "a/b")); !os.IsNotExist(err) {
		t.Errorf("the directory of a removed file: %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(name, "CNAME")); err != nil || string(data) != "example.org" {
		t.Errorf("a file of somebody else: %q, %v", data, err)
	}
	for file, want := range map[string]string{"CNAME": "is in the way", "../outside": "escapes", "/etc/outside": "escapes"} {
		if _, err := export(map[string]string{file: "x"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("writing %s: %v, want %q", file, err, want)
		}
	}
}

// TestExportManifestIsUntrusted: a manifest that names files elsewhere removes none.
func TestExportManifestIsUntrusted(t *testing.T) {
	dir := t.TempDir()
	outside := write(t, dir, "outside", "mine")
	site := filepath.Join(dir, "site")
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, site, manifest, manifestHead+"../outside\n"+outside+"\n")
	d, err := openExport(site)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if done, err := d.write(map[string][]byte{"index.html": nil}); err != nil || done.removed != 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}
