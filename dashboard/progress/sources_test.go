package progress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

const (
	octavia = "openstack/octavia"
	heat    = "openstack/heat"
)

// ownSelectors is a goal where octavia and heat have selectors of their own, with
// the as-of times of the three, zero for never complete.
func ownSelectors(goal, oct, hea time.Time) (*progress.Goal, progress.Input) {
	g := newGoal()
	g.Queries = []store.Query{
		{Text: `(topic:x OR topic:y) -project:"openstack/octavia" -project:"openstack/heat"`},
		{Project: octavia, Text: `project:"openstack/octavia" (message:eventlet)`},
		{Project: heat, Text: `project:"openstack/heat" (topic:z)`},
	}
	g.Projects = []progress.Project{{Name: nova}, {Name: octavia, Expected: 5}, {Name: heat}}
	g.Teams = []progress.Team{
		{Name: "mixed", Projects: []string{nova, octavia}},
		{Name: "own", Projects: []string{octavia, heat}},
	}
	in := input([]*history{
		newChange(1, ago(9)),
		newChange(2, ago(9)).in(octavia).merge(ago(8)),
		newChange(3, ago(9)).in(heat).merge(ago(8)),
	})
	in.Selectors = []store.Selector{
		{AsOf: goal, Done: 10, Of: 20}, {Project: octavia, AsOf: oct, Done: 3, Of: 4}, {Project: heat, AsOf: hea, Done: 5, Of: 6},
	}
	return g, in
}

func TestQueries(t *testing.T) {
	g, in := ownSelectors(ago(1), ago(2), ago(3))
	r := progress.Compute(g, in)
	var got []string
	got = append(got, r.Query)
	for _, p := range r.Projects {
		got = append(got, p.Query)
	}
	for _, team := range r.Teams {
		got = append(got, team.Query)
	}
	diff(t, []string{
		`((topic:x OR topic:y) -project:"openstack/octavia" -project:"openstack/heat") OR (project:"openstack/octavia" (message:eventlet)) OR (project:"openstack/heat" (topic:z))`,
		`project:"openstack/heat" (topic:z)`,
		`((topic:x OR topic:y) -project:"openstack/octavia" -project:"openstack/heat") project:"openstack/nova"`,
		`project:"openstack/octavia" (message:eventlet)`,
		`(((topic:x OR topic:y) -project:"openstack/octavia" -project:"openstack/heat") project:"openstack/nova") OR (project:"openstack/octavia" (message:eventlet))`,
		`(project:"openstack/octavia" (message:eventlet)) OR (project:"openstack/heat" (topic:z))`,
	}, got)
}

func TestQueryQuotes(t *testing.T) {
	r := compute([]*history{newChange(1, ago(9)).in(`a "b\`)})
	if got, want := r.Projects[0].Query, `topic:x project:"a \"b\\"`; got != want {
		t.Errorf("query = %s, want %s", got, want)
	}
}

func TestAsOf(t *testing.T) {
	g, in := ownSelectors(ago(1), ago(2), ago(3))
	r := progress.Compute(g, in)
	for name, tt := range map[string]struct{ got, want time.Time }{
		"goal: the oldest":         {r.AsOf, ago(3)},
		"project: the goal's":      {project(t, r, nova).AsOf, ago(1)},
		"project: its own":         {project(t, r, octavia).AsOf, ago(2)},
		"team: the oldest of both": {r.Teams[0].AsOf, ago(2)},
		"team: of own selectors":   {r.Teams[1].AsOf, ago(3)},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: as of %v, want %v", name, tt.got, tt.want)
		}
	}
}

func TestStale(t *testing.T) {
	for _, tt := range []struct {
		name string
		asOf time.Time
		want bool
	}{
		{"fresh", now, false},
		{"the second time and the timeout are just reached", now.Add(-21 * time.Minute), false},
		{"one second later", now.Add(-21*time.Minute - time.Second), true},
		{"a clock adjusted by a minute", now.Add(time.Minute), false},
		{"a clock set back by more", now.Add(time.Minute + time.Second), true},
		{"a clock that was years ahead", now.AddDate(12, 0, 0), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, in := ownSelectors(now, tt.asOf, now)
			r := progress.Compute(g, in)
			for name, tt := range map[string]struct{ got, want bool }{
				"goal": {r.Stale, tt.want}, "octavia": {project(t, r, octavia).Stale, tt.want}, "nova": {project(t, r, nova).Stale, false},
				"mixed": {r.Teams[0].Stale, tt.want},
			} {
				if tt.got != tt.want {
					t.Errorf("%s: stale = %v, want %v", name, tt.got, tt.want)
				}
			}
		})
	}
	t.Run("nothing scheduled", func(t *testing.T) {
		g, in := ownSelectors(ago(900), now, now)
		g.Schedule = nothing{}
		if progress.Compute(g, in).Stale {
			t.Error("stale without a schedule")
		}
	})
}

// nothing is a schedule whose times have run out, as cron's do for 30 February.
type nothing struct{}

func (nothing) Next(time.Time) time.Time { return time.Time{} }

func TestLoading(t *testing.T) {
	var never time.Time
	loading := func(n progress.Numbers) string {
		if n.Loading == nil {
			return "known"
		}
		if n.Counts != (progress.Counts{}) || n.Progress != nil || !n.AsOf.IsZero() || n.Stale {
			return "loading with numbers"
		}
		return "loading " + string(rune('0'+n.Loading.Done%10))
	}
	for _, tt := range []struct {
		name           string
		goal, oct, hea time.Time
		want           string // goal, heat, nova, octavia, mixed, own
		names, changes string
		total, of      int
	}{
		{"all known", ago(1), ago(2), ago(3), "known, known, known, known, known, known", "", "1:open 2:merged 3:merged", 3, 7},
		{"one project", ago(1), never, ago(3), "known, known, known, loading 3, known, known", octavia, "1:open 3:merged", 2, 2},
		{"a whole team", ago(1), never, never, "known, loading 5, known, loading 3, known, loading 3", heat + " " + octavia, "1:open", 1, 1},
		{"the goal", never, ago(2), never, "loading 0, loading 5, loading 0, known, loading 0, known", heat, "2:merged", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, in := ownSelectors(tt.goal, tt.oct, tt.hea)
			r := progress.Compute(g, in)
			got := []string{loading(r.Numbers)}
			for _, p := range r.Projects {
				got = append(got, loading(p.Numbers))
				if (p.Measured == "") != (p.Loading != nil) {
					t.Errorf("%s: measured = %q while loading is %v", p.Name, p.Measured, p.Loading)
				}
			}
			for _, team := range r.Teams {
				got = append(got, loading(team.Numbers))
			}
			diff(t, tt.want, strings.Join(got, ", "))
			diff(t, tt.names, strings.Join(r.LoadingProjects, " "))
			diff(t, tt.changes, states(r))
			diff(t, tt.total, r.Counts.Total)
			diff(t, tt.of, r.Denominator)
			if r.Loading == nil && r.AsOf.IsZero() {
				t.Error("what is loading takes away the goal's as-of time")
			}
			for _, p := range r.LoadingProjects {
				if strings.Contains(r.Query, `(project:"`+p) || !strings.Contains(r.Query, `-project:"`+p) {
					t.Errorf("query %s does not leave out %s", r.Query, p)
				}
			}
		})
	}
}

// A selector that the store has never heard of has no state at all.
func TestNoSelectors(t *testing.T) {
	r := progress.Compute(newGoal(), progress.Input{Now: now})
	diff(t, &progress.Loading{}, r.Loading)
	if len(r.Projects) != 0 || r.Query != "topic:x" {
		t.Errorf("projects = %v, query = %s", r.Projects, r.Query)
	}
}
