package config_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// siteFacts is testdata/openstack-facts.yaml: what the public site says, noted
// independently of the built-in configuration.
type siteFacts struct {
	Gerrit, Site, Selector string
	Projects               []struct{ Name, Declared, Since, Approach, Query string }
	Teams                  []struct {
		Name, Title, Declared, Approach string
		Projects                        []string
	}
	Testimonials map[string][]string
	Cycles       []struct{ Name, Start, End string }
	Deadlines    []struct{ Name, Due string }
}

func TestBuiltinHoldsTheFacts(t *testing.T) {
	data, err := os.ReadFile("testdata/openstack-facts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var f siteFacts
	if err := yaml.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Projects) != 15 || len(f.Teams) != 1 || len(f.Cycles) != 8 {
		t.Fatalf("facts are not read: %+v", f)
	}

	var got siteFacts
	g := cfg.Goals[0].Progress
	got.Gerrit, got.Selector = cfg.Gerrit.URL, g.Selector
	got.Site = cfg.FrameAncestors[0] + "/"
	got.Projects = slices.Clone(f.Projects[:0])
	for _, p := range g.Projects {
		fact := f.Projects[0]
		fact.Name, fact.Declared, fact.Since, fact.Approach, fact.Query = p.Name, string(p.Declared), p.Since, p.Approach, ""
		if i := slices.IndexFunc(g.Queries, func(q store.Query) bool { return q.Project == p.Name }); i >= 0 {
			fact.Query = g.Queries[i].Text
		}
		got.Projects = append(got.Projects, fact)
	}
	// The site's link searches by a bare word; ours by the commit message, on purpose.
	f.Projects[0].Query = `project:"openstack/octavia" (message:eventlet)`
	got.Teams = slices.Clone(f.Teams[:0])
	for _, team := range g.Teams {
		fact := f.Teams[0]
		fact.Name, fact.Title, fact.Declared, fact.Approach, fact.Projects = team.Name, team.Title, string(team.Declared), team.Approach, team.Projects
		got.Teams = append(got.Teams, fact)
	}
	got.Testimonials = make(map[string][]string)
	for _, page := range cfg.Testimonials {
		slug := strings.TrimSuffix(strings.TrimPrefix(page.Page, f.Site+"guide/testimonials/"), "/")
		got.Testimonials[slug] = page.Projects
	}
	for _, c := range g.Cycles {
		got.Cycles = append(got.Cycles, struct{ Name, Start, End string }{c.Name, c.Start.Format(time.DateOnly), c.End.Format(time.DateOnly)})
	}
	for _, d := range g.Deadlines {
		got.Deadlines = append(got.Deadlines, struct{ Name, Due string }{d.Name, d.Of})
	}
	if diff := cmp.Diff(f, got); diff != "" {
		t.Errorf("built-in configuration (-facts +got):\n%s", diff)
	}
}

func TestBuiltinIsComplete(t *testing.T) {
	cfg, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	g := cfg.Goals[0].Progress
	if got, want := g.Queries[0].Text, `(prefixtopic:"eventlet-removal") -project:"openstack/octavia"`; got != want {
		t.Errorf("goal's query is %s, want %s", got, want)
	}
	wantDue := []progress.Deadline{
		{Name: "all deliverables", Of: "2026.2 Hibiscus", Due: day(2026, 9, 30)},
		{Name: "oslo libraries", Of: "2027.1", Due: day(2027, 3, 31)},
		{Name: "eventlet retired", Of: "2027.2"},
	}
	if diff := cmp.Diff(wantDue, g.Deadlines); diff != "" {
		t.Errorf("deadlines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Zuul", "OpenStack Proposal Bot"}, g.Bots); diff != "" {
		t.Errorf("bots (-want +got):\n%s", diff)
	}
}

// TestExampleIsRight keeps the example that operators copy from loading.
func TestExampleIsRight(t *testing.T) {
	if _, err := config.Load("../../../deploy/headway.example.yml"); err != nil {
		t.Error(err)
	}
}

// TestBuiltinLabels: OpenStack's labels are configured, because the defaults are
// anybody's.
func TestBuiltinLabels(t *testing.T) {
	want := progress.Labels{
		CI: "Verified", Review: "Code-Review", Approve: "Workflow",
		ReviewsNeeded: 2, CIAccounts: []string{"Zuul"}, Recheck: "recheck",
	}
	for _, file := range []string{"", "../../../deploy/headway.example.yml"} {
		cfg, err := config.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, cfg.Goals[0].Progress.Labels); diff != "" {
			t.Errorf("labels of %q (-want +got):\n%s", file, diff)
		}
	}
}
