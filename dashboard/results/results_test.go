package results_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/results"
	"github.com/eventlet-removal/headway/store"
)

// Of a database that can't be read any more the last numbers stay, all of them stale,
// those of teams too; the result that others may still hold is left as it was.
func TestLast(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: "https://review.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	goal := &progress.Goal{
		Name: "g", Selector: "topic:x", Queries: []store.Query{{Text: "topic:x"}},
		Projects: []progress.Project{{Name: "a"}}, Teams: []progress.Team{{Name: "t", Projects: []string{"a"}}},
	}
	cache := results.New()
	if got := cache.Last(goal); got != nil {
		t.Errorf("before the first: %+v", got)
	}
	fresh := cache.Of(goal, db.Snapshot(), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	last := cache.Last(goal)
	if len(last.Projects) != 1 || len(last.Teams) != 1 {
		t.Fatalf("projects %v, teams %v", last.Projects, last.Teams)
	}
	if !last.Stale || !last.Projects[0].Stale || !last.Teams[0].Stale {
		t.Errorf("stale: goal %t, project %t, team %t", last.Stale, last.Projects[0].Stale, last.Teams[0].Stale)
	}
	if fresh.Stale || fresh.Projects[0].Stale || fresh.Teams[0].Stale {
		t.Error("what was handed out before changed")
	}
}
