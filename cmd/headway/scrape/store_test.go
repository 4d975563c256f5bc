package scrape_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/eventlet-removal/headway/cmd/headway/scrape"
	"github.com/eventlet-removal/headway/store"
)

func TestStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "headway.db")
	db, err := store.Open(path, store.Options{Gerrit: "https://review.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	registry := prometheus.NewRegistry()
	registry.MustRegister(scrape.Store{DB: db})
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	const place = `# HELP headway_store_in_place 1 if the database file is where it was opened; 0 if it was removed or replaced since: then nothing is written.
# TYPE headway_store_in_place gauge
headway_store_in_place %d
`
	const size = `# HELP headway_store_size_bytes Size of the database file; absent while it is not in place.
# TYPE headway_store_size_bytes gauge
headway_store_size_bytes %d
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(fmt.Sprintf(place+size, 1, info.Size()))); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	gone := strings.NewReader(fmt.Sprintf(place, 0))
	if err := testutil.GatherAndCompare(registry, gone, "headway_store_in_place", "headway_store_size_bytes"); err != nil {
		t.Errorf("of a file that is not there: %v", err)
	}
}
