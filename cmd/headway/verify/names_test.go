package verify_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/verify"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// wide is a Gerrit with one change in each of some projects, p1, p2, …, all of which
// have the label Verified; one may have another one, and one may be hidden.
type wide struct {
	projects int
	rare     string // the project with the label Rare
	hidden   string
	asked    int // for projects
}

func (g *wide) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	name, isProject := strings.CutPrefix(r.URL.Path, "/projects/")
	switch {
	case isProject && name == g.hidden:
		g.asked++
		w.Header().Set("Content-Type", "text/plain;charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, "Not found: %s\n", name)
	case isProject:
		g.asked++
		labels := `"Verified": {}`
		if name == g.rare {
			labels += `, "Rare": {}`
		}
		fmt.Fprintf(w, ")]}'\n{%q: %q, \"labels\": {%s}}\n", "name", name, labels)
	default:
		var rows []string
		for i := range g.projects {
			rows = append(rows, fmt.Sprintf(`{"project": "p%d", "branch": "master", "change_id": "I%040x", "subject": "s", "status": "NEW", "created": "2026-01-01 00:00:00.000000000", "updated": "2026-01-01 00:00:00.000000000", "_number": %d, "owner": {"_account_id": 1}, "meta_rev_id": "%040x"}`, i+1, i+1, i+1, i+1))
		}
		fmt.Fprintf(w, ")]}'\n[%s]\n", strings.Join(rows, ","))
	}
}

// A sample proves no absence: a label is absent if no project of the goal has it.
func TestAskForLabels(t *testing.T) {
	for _, tc := range []struct {
		name   string
		gerrit wide
		labels []string
		want   verify.Names
		asked  int
	}{
		{"in the first project", wide{projects: 200}, []string{"Verified"}, verify.Names{}, 1},
		{"in the eleventh alone", wide{projects: 20, rare: "p11"}, []string{"Rare", "Verified"}, verify.Names{}, 11},
		{"in no project", wide{projects: 20}, []string{"Rare"}, verify.Names{Absent: []string{`none of 20 projects has a label "Rare"`}}, 20},
		{"beyond the bound", wide{projects: 80, rare: "p80"}, []string{"Rare"}, verify.Names{Pending: []string{`label "Rare" not found in 50 projects looked at; 30 projects not looked at`}}, 50},
		{"perhaps in a hidden one", wide{projects: 3, hidden: "p2"}, []string{"Rare"}, verify.Names{Pending: []string{`label "Rare" not found in 2 projects looked at; 1 project not looked at`}}, 3},
		{"no change at all", wide{}, []string{"Rare"}, verify.Names{Pending: []string{`label "Rare" not found in 0 projects looked at; 0 projects not looked at`}}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := httptest.NewServer(&tc.gerrit)
			t.Cleanup(server.Close)
			client, err := gerrit.New(gerrit.Config{URL: server.URL + "/", RequestsPerSecond: 10_000, Timeout: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			goal := &progress.Goal{Queries: []store.Query{{Text: "topic:x"}}}
			for _, l := range tc.labels {
				goal.Named = append(goal.Named, progress.Named{Kind: progress.NamedLabel, Name: l})
			}
			got, err := verify.Ask(t.Context(), client, goal)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if tc.gerrit.asked != tc.asked {
				t.Errorf("asked for %d projects, want %d", tc.gerrit.asked, tc.asked)
			}
		})
	}
}
