package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/eventlet-removal/headway/store"
)

func TestStoreSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "headway.db")
	db, err := store.Open(path, store.Options{Gerrit: "https://review.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	registry := prometheus.NewRegistry()
	registry.MustRegister(storeSize{db})
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := testutil.ToFloat64(storeSize{db}); got != float64(info.Size()) {
		t.Errorf("%v bytes, want %d", got, info.Size())
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if families, err := registry.Gather(); err == nil || len(families) > 0 {
		t.Errorf("gathered %v, %v of a file that is not there: want an error and no series", families, err)
	}
}
