package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	args := []string{"export", "--accept-loading", "--config.file=headway.yml", "site"}
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

// A database that never had a complete round must not replace a site that is there.
func TestExportRefusesLoading(t *testing.T) {
	dir := t.TempDir()
	_, url := topicGerrit(t, 2)
	write(t, dir, "c.yml", fastConfig(url))
	if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	if got := headway(t, dir, "export", "--config.file=c.yml", "site"); got.code != 0 {
		t.Fatalf("export: %+v", got)
	}
	before := tree(t, filepath.Join(dir, "site"))
	write(t, dir, "away.yml", fastConfig("http://127.0.0.1:1"))
	if got := headway(t, dir, "poll", "--config.file=away.yml", "--storage.path=lost.db"); got.code != 1 {
		t.Fatalf("poll of nothing: %+v", got)
	}
	args := []string{"export", "--config.file=away.yml", "--storage.path=lost.db", "site"}
	got := headway(t, dir, args...)
	if got.code != 1 || got.stdout != "" || !strings.Contains(got.stderr, "export: goal g is not known yet: nothing is written; poll first, or insist with --accept-loading") {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff(before, tree(t, filepath.Join(dir, "site"))); diff != "" {
		t.Errorf("the site was touched:\n%s", diff)
	}
	if got := headway(t, dir, append(args, "--accept-loading")...); got.code != 0 {
		t.Errorf("insisting: %+v", got)
	}
	if diff := cmp.Diff(before, tree(t, filepath.Join(dir, "site"))); diff == "" {
		t.Error("the site is as before")
	}
}
