package progress_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// TestUnmatched has one entry for each kind of name, well and badly spelled, and one
// for each case in which nothing can be said.
func TestUnmatched(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	full := store.Change{
		Row: store.Row{Number: 1, Project: "a/server", Branch: "stable/2025.1", ChangeID: "I1", Status: store.StatusMerged, Created: at, Updated: at, Owner: 7},
		Detail: store.Detail{
			Detailed: at,
			Labels:   []store.Label{{Name: "Code-Review", Min: -2, Max: 2}},
			Messages: []store.Message{{Author: 9, Time: store.MomentOf(at), Votes: map[string]int{"Verified": 1}}},
			Accounts: map[int]store.Account{7: {ID: 7, Name: "Ada Author", Username: "ada"}, 9: {ID: 9, Name: "Zuul", Service: true}},
		},
	}
	bare := store.Change{Row: store.Row{Number: 2, Project: "b/c", Branch: "master", ChangeID: "I2", Status: store.StatusNew, Created: at, Updated: at, Owner: 8}}
	abandoned := store.Change{
		Row:    store.Row{Number: 3, Project: "b/c", Branch: "master", ChangeID: "I3", Status: store.StatusAbandoned, Created: at, Updated: at, Owner: 8},
		Detail: store.Detail{Detailed: at}, // Gerrit tells no labels of it
	}
	named := func(kind progress.NamedKind, names ...string) []progress.Named {
		var all []progress.Named
		for _, n := range names {
			all = append(all, progress.Named{Kind: kind, Name: n})
		}
		return all
	}
	for _, tc := range []struct {
		name    string
		named   []progress.Named
		changes []store.Change
		want    []string
	}{
		{"labels, by range and by vote", named(progress.NamedLabel, "Code-Review", "Verified", "Verfied", "code-review"), []store.Change{full}, []string{
			`no change has a label "Verfied"`, `no change has a label "code-review"`,
		}},
		{"bots by name, username and number", named(progress.NamedBot, "Zuul", "ada", "7", "9", "zuul", "11"), []store.Change{full}, []string{
			`no change names an account "zuul" (bot)`, `no change names an account "11" (bot)`,
		}},
		{"CI accounts", named(progress.NamedCIAccount, "Zull"), []store.Change{full}, []string{`no change names an account "Zull" (CI account)`}},
		{"projects", named(progress.NamedProject, "a/server", "a", "a/Server", "later", "none"), []store.Change{full}, []string{
			`no change is in project "a"`, `no change is in project "a/Server"`,
		}},
		{"branch patterns", named(progress.NamedBranches, "stable/*", "*2025*", "stabel/*", "2025"), []store.Change{full}, []string{
			`no change is on a branch that matches "stabel/*"`, `no change is on a branch that matches "2025"`,
		}},
		{"addresses", named(progress.NamedBot, "jane.doe@corp.example", "Jane <jane@corp.example>"), []store.Change{full}, []string{
			`no change names an account "jane.doe" (bot)`, `no change names an account "Jane <jane>" (bot)`,
		}},
		{"projects of teams", named(progress.NamedProject, "team/later", "team/none", "team/yes", "team/own"), []store.Change{full}, []string{
			`no change is in project "team/yes"`, `no change is in project "team/own"`,
		}},
		{"labels of an abandoned change are unknown", named(progress.NamedLabel, "Verfied"), []store.Change{abandoned}, nil},
		{"accounts of a change without details are unknown", named(progress.NamedBot, "Zull", "8"), []store.Change{bare}, nil},
		{"projects of a change without details are known", named(progress.NamedProject, "b"), []store.Change{bare}, []string{`no change is in project "b"`}},
		{"no change at all", named(progress.NamedProject, "b"), nil, nil},
		{"nothing is configured", nil, []store.Change{full, bare}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			goal := &progress.Goal{
				Name: "g", Queries: []store.Query{{Text: "q"}}, Named: tc.named,
				Projects: []progress.Project{{Name: "later", Declared: progress.DeclaredNotStarted}, {Name: "none", Declared: progress.DeclaredNotAffected}, {Name: "team/own", Declared: progress.DeclaredPlanning}, {Name: "team/none"}},
				Teams: []progress.Team{
					{Name: "l", Declared: progress.DeclaredNotStarted, Projects: []string{"team/later", "team/own"}},
					{Name: "n", Declared: progress.DeclaredNotAffected, Projects: []string{"team/none"}},
					{Name: "y", Declared: progress.DeclaredInProgress, Projects: []string{"team/yes"}},
				},
			}
			in := progress.Input{Now: at.Add(time.Hour), Selectors: []store.Selector{{Query: "q", AsOf: at}}}
			for i := range tc.changes {
				c := &tc.changes[i]
				in.All = append(in.All, c)
				in.Members = append(in.Members, store.Member{Membership: store.Membership{Number: c.Number, Query: "q"}, Change: c})
			}
			if diff := cmp.Diff(tc.want, sentences(progress.Compute(goal, in))); diff != "" {
				t.Errorf("unmatched (-want +got):\n%s", diff)
			}
			in.Selectors[0].AsOf = time.Time{}
			if got := progress.Compute(goal, in).Unmatched(); got != nil {
				t.Errorf("while loading: %q", got)
			}
		})
	}
}

func sentences(r *progress.Result) []string {
	var out []string
	for _, n := range r.Unmatched() {
		out = append(out, n.Unmatched())
	}
	return out
}
