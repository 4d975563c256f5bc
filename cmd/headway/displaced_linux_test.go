package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

// TestServeWithoutItsFile removes the database under a running server, and gets it back as
// the runbook says.
func TestServeWithoutItsFile(t *testing.T) {
	gerrit, address := topicGerrit(t, 3)
	s, stop := serveHere(t, address)
	s.next(`msg="poll done"`)
	s.next(`msg="backup made"`)
	if _, metrics := s.get(t, "metrics"); !strings.Contains(metrics, "\nheadway_store_in_place 1\n") {
		t.Error("the file is not said to be in its place")
	}

	if err := os.Remove(s.db.Path()); err != nil {
		t.Fatal(err)
	}
	s.forget()
	for range 2 {
		if line := s.next(`msg="poll broke off"`); !strings.Contains(line, "removed or replaced: "+s.db.Path()) {
			t.Errorf("the log says %s", line)
		}
	}
	open, asOf := s.numbers(t)
	propose(t, gerrit, "while the file is away")
	s.forget()
	s.next(`msg="poll broke off"`)
	s.next(`msg="poll broke off"`)
	if o, a := s.numbers(t); o != open || !a.Equal(asOf) || o != 3 {
		t.Errorf("%d open as of %v, before it was removed %d as of %v", o, a, open, asOf)
	}
	for path, want := range map[string]int{"-/healthy": http.StatusOK, "-/ready": http.StatusServiceUnavailable, "g/": http.StatusOK, "g/badge.svg": http.StatusOK} {
		if code, body := s.get(t, path); code != want {
			t.Errorf("GET /%s: %d %s", path, code, body)
		}
	}
	if _, metrics := s.get(t, "metrics"); !strings.Contains(metrics, "\nheadway_store_in_place 0\n") || strings.Contains(metrics, "\nheadway_store_size_bytes") {
		t.Error("metrics say that the file is in its place, or how large it is")
	}

	rescued := filepath.Join(t.TempDir(), "rescued.db")
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if name, err := os.Readlink(fd); err != nil || name != s.db.Path()+" (deleted)" {
			continue
		}
		data, err := os.ReadFile(fd)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(rescued, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := os.Rename(rescued, s.db.Path()); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(s.db.Path(), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if db.Snapshot().Change(3) == nil {
		t.Error("the rescued copy lacks a change")
	}
}
