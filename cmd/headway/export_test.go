package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/dashboard/portrait"
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

// TestExportHasPortraits of testimonials in a directory, from the host of their pages; one
// that can't be had stops nothing.
func TestExportHasPortraits(t *testing.T) {
	for name, tc := range map[string]struct {
		hide    string
		status  int
		asked   int32
		written int
	}{
		"shown":       {"", http.StatusOK, 1, 1},
		"not there":   {"", http.StatusNotFound, 1, 0},
		"hidden":      {"portraits: false", http.StatusOK, 0, 0},
		"people, too": {"people: hidden", http.StatusOK, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var asked atomic.Int32
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/i/jane.jpg" {
					t.Errorf("asked for %s", r.URL)
				}
				asked.Add(1)
				w.WriteHeader(tc.status)
				w.Write(portrait.Drawn())
			}))
			defer site.Close()
			_, url := topicGerrit(t, 2)
			if err := os.Mkdir(filepath.Join(dir, "stories"), 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, dir, "stories/jane.md", "---\ntitle: Jane's story\nperson: Jane Doe\nquote: It was worth it.\nprojects: [p]\nportrait: /i/jane.jpg\n---\nLong ago.\n")
			write(t, dir, "c.yml", fastConfig(url)+"testimonials: [{directory: stories, url: \""+site.URL+"/{slug}/\"}]\n"+tc.hide+"\n")
			if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
				t.Fatalf("%+v", got)
			}
			if got := headway(t, dir, "export", "--config.file=c.yml", "site"); got.code != 0 || (tc.status != http.StatusOK) != strings.Contains(got.stderr, "portrait not fetched") {
				t.Fatalf("%+v", got)
			}
			pictures, err := filepath.Glob(filepath.Join(dir, "site", "-", "portrait", "*"))
			if err != nil || len(pictures) != tc.written || asked.Load() != tc.asked {
				t.Errorf("%d pictures, asked %d times: %v", len(pictures), asked.Load(), err)
			}
		})
	}
}
