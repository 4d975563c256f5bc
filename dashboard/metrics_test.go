package dashboard_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

func TestMetrics(t *testing.T) {
	w := newWorld().populate()
	w.goal.Projects, w.goal.Teams = w.goal.Projects[:1], nil
	for i := range w.work {
		if w.work[i].Row.Project != "openstack/nova" {
			w.work = w.work[:i]
			break
		}
	}
	w.start(t)
	want := `
# HELP headway_as_of_timestamp_seconds Start of the last complete round behind the goal's numbers; absent before the first.
# TYPE headway_as_of_timestamp_seconds gauge
headway_as_of_timestamp_seconds{goal="eventlet-removal"} 1.79543505e+09
# HELP headway_attention_changes Development changes not merged yet by who must act.
# TYPE headway_attention_changes gauge
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="author"} 1
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="ci"} 0
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="dependency"} 1
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="gate"} 0
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="reviewers"} 1
# HELP headway_changes Changes by state. All of a project are branch_class=\"development\" with state merged, reverted, open, wip and abandoned; left and gone are former members (development only) and in no total: sum with state!~\"left|gone\".
# TYPE headway_changes gauge
headway_changes{branch_class="backport",goal="eventlet-removal",project="openstack/nova",state="abandoned"} 0
headway_changes{branch_class="backport",goal="eventlet-removal",project="openstack/nova",state="merged"} 1
headway_changes{branch_class="backport",goal="eventlet-removal",project="openstack/nova",state="open"} 0
headway_changes{branch_class="backport",goal="eventlet-removal",project="openstack/nova",state="reverted"} 0
headway_changes{branch_class="backport",goal="eventlet-removal",project="openstack/nova",state="wip"} 0
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="abandoned"} 1
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="gone"} 1
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="left"} 1
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="merged"} 3
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="open"} 2
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="reverted"} 2
headway_changes{branch_class="development",goal="eventlet-removal",project="openstack/nova",state="wip"} 1
# HELP headway_changes_missing Changes that a full listing lacked and whose departure is not confirmed yet.
# TYPE headway_changes_missing gauge
headway_changes_missing{goal="eventlet-removal"} 0
# HELP headway_changes_pending Changes whose details are still to be fetched.
# TYPE headway_changes_pending gauge
headway_changes_pending{goal="eventlet-removal"} 0
# HELP headway_changes_quarantined Changes whose details can't be had.
# TYPE headway_changes_quarantined gauge
headway_changes_quarantined{goal="eventlet-removal"} 0
# HELP headway_contradictions How often what a project declares is not what is measured.
# TYPE headway_contradictions gauge
headway_contradictions{goal="eventlet-removal",project="openstack/nova"} 0
# HELP headway_deadline_timestamp_seconds When a deadline of the goal is due; absent without a date.
# TYPE headway_deadline_timestamp_seconds gauge
headway_deadline_timestamp_seconds{deadline="all deliverables",goal="eventlet-removal"} 1.7907264e+09
headway_deadline_timestamp_seconds{deadline="oslo libraries",goal="eventlet-removal"} 1.8064512e+09
# HELP headway_departures_blocked Changes missing at once that the circuit breaker did not believe.
# TYPE headway_departures_blocked gauge
headway_departures_blocked{goal="eventlet-removal"} 0
# HELP headway_goal_progress_ratio Merged share of the development changes of the whole goal; absent without any.
# TYPE headway_goal_progress_ratio gauge
headway_goal_progress_ratio{goal="eventlet-removal"} 0.5
# HELP headway_last_merged_timestamp_seconds When a development change merged last; absent without any.
# TYPE headway_last_merged_timestamp_seconds gauge
headway_last_merged_timestamp_seconds{goal="eventlet-removal",project="openstack/nova"} 1.79457123e+09
# HELP headway_oldest_waiting_timestamp_seconds Since when the longest waiting development change waits; absent if none does.
# TYPE headway_oldest_waiting_timestamp_seconds gauge
headway_oldest_waiting_timestamp_seconds{goal="eventlet-removal",project="openstack/nova"} 1.79197923e+09
# HELP headway_patch_sets Sum of the current patch-set numbers of development changes.
# TYPE headway_patch_sets gauge
headway_patch_sets{goal="eventlet-removal",project="openstack/nova"} 18
# HELP headway_poll_interval_seconds Time between the last and the next scheduled poll.
# TYPE headway_poll_interval_seconds gauge
headway_poll_interval_seconds{goal="eventlet-removal"} 600
# HELP headway_progress_ratio Merged share of the development changes uploaded or expected so far; absent without any.
# TYPE headway_progress_ratio gauge
headway_progress_ratio{goal="eventlet-removal",project="openstack/nova"} 0.5
# HELP headway_project_info What a project declares of itself (empty: nothing) and what is measured; always 1.
# TYPE headway_project_info gauge
headway_project_info{declared="in-progress",goal="eventlet-removal",measured="in-progress",project="openstack/nova"} 1
# HELP headway_projects Projects by status: what they declare, else what is measured.
# TYPE headway_projects gauge
headway_projects{goal="eventlet-removal",status="completed"} 0
headway_projects{goal="eventlet-removal",status="in-progress"} 1
headway_projects{goal="eventlet-removal",status="none"} 0
headway_projects{goal="eventlet-removal",status="not-affected"} 0
headway_projects{goal="eventlet-removal",status="not-started"} 0
headway_projects{goal="eventlet-removal",status="nothing-in-review"} 0
headway_projects{goal="eventlet-removal",status="planning"} 0
headway_projects{goal="eventlet-removal",status="stalled"} 0
# HELP headway_stale 1 if the goal's numbers are older than the second scheduled poll since, or their time can't be trusted, as its pages say; else 0. Absent before the first complete round.
# TYPE headway_stale gauge
headway_stale{goal="eventlet-removal"} 0
# HELP headway_testimonials Testimonials of the goal: all of them by state ok or needs-look (their page could not be read, or a link no longer says what is true).
# TYPE headway_testimonials gauge
headway_testimonials{goal="eventlet-removal",state="needs-look"} 1
headway_testimonials{goal="eventlet-removal",state="ok"} 0
`
	if err := testutil.CollectAndCompare(w.server.Collector(), strings.NewReader(want), ofProgress(t, w)...); err != nil {
		t.Error(err)
	}
}

// What readers got is counted, whatever addresses they asked for.
func TestAnswersAreCounted(t *testing.T) {
	w := newWorld().populate().start(t)
	for range 3 {
		w.get(t, "/eventlet-removal/")
	}
	w.get(t, "/nope")
	w.get(t, "/-/healthy") // never kept
	families := gather(t, w)
	got := map[string]float64{}
	for _, m := range families["headway_answers_total"].GetMetric() {
		got[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
	}
	if d := cmp.Diff(map[string]float64{"kept": 2, "made": 2, "refused": 0}, got); d != "" {
		t.Errorf("answers (-want +got):\n%s", d)
	}
	if size := families["headway_answers_kept_bytes"].GetMetric()[0].GetGauge().GetValue(); size <= 0 || size > float64(w.cfg.CacheSize) {
		t.Errorf("%v bytes are kept", size)
	}
}

// ofProgress are the names of all metrics but those of requests.
func ofProgress(t *testing.T, w *world) []string {
	t.Helper()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(gather(t, w))), func(name string) bool {
		return strings.HasPrefix(name, "headway_http_") || strings.HasPrefix(name, "headway_answers_")
	})
}

func registryOf(w *world) *prometheus.Registry {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w.server.Collector())
	return registry
}

// gather scrapes as promhttp does, and lints.
func gather(t *testing.T, w *world) map[string]*dto.MetricFamily {
	t.Helper()
	registry := registryOf(w)
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*dto.MetricFamily{}
	for _, f := range families {
		out[f.GetName()] = f
	}
	return out
}

func TestSeriesAreMadeOnceForARevisionAndMinute(t *testing.T) {
	w := newWorld().populate().start(t)
	src := w.recounted(t)
	collector := w.server.Collector()
	for range 2 {
		if got := src.made(20, func() {
			ch := make(chan prometheus.Metric, 1000)
			collector.Collect(ch)
			if len(ch) < 50 {
				t.Errorf("only %d series", len(ch))
			}
		}); got != 1 {
			t.Errorf("made %d times for 20 scrapes, want once", got)
		}
		w.now = w.now.Add(time.Minute)
	}
}

// TestSeriesAreBounded: what is scraped grows with projects and teams, and not with
// changes, people or days.
func TestSeriesAreBounded(t *testing.T) {
	const projects = 500
	series := func(names, changes int) int {
		w := newWorld()
		w.goal.Projects, w.goal.Teams = nil, nil
		for i := range names {
			w.goal.Projects = append(w.goal.Projects, progress.Project{Name: fmt.Sprintf("openstack/p%03d", i), Declared: progress.DeclaredInProgress})
		}
		for i := range names * changes {
			w.add(store.Change{Row: store.Row{Number: 1 + i, Status: store.StatusNew, Project: w.goal.Projects[i/changes].Name}})
		}
		w.start(t)
		n, err := testutil.GatherAndCount(registryOf(w)) // to lint so many takes half a minute
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	none, few, many := series(0, 0), series(projects, 1), series(projects, 3)
	if few != many {
		t.Errorf("%d series of one change a project, %d of three", few, many)
	}
	if most := none + 25*projects; few <= none+10*projects || few > most {
		t.Errorf("%d series of %d projects, want at most %d", few, projects, most)
	}
}

func TestRequestsAreCounted(t *testing.T) {
	w := newWorld().populate().start(t)
	for path, times := range map[string]int{
		"/": 1, "/eventlet-removal/": 2, "/nope/": 1, "/eventlet-removal/projects/openstack/nova": 1, "/eventlet-removal/changes?page=x": 1,
		"/eventlet-removal/projects/badge/embed": 1, // a project of any name
		"/api/v1/goals":                          3, "/eventlet-removal/badge.svg": 1, "/eventlet-removal/badge/openstack/nova.json": 1,
		"/eventlet-removal/embed/openstack/nova": 1, "/embed.js": 1, "/-/static/nope.css": 1, "/-/healthy": 2, "/eventlet-removal/card.png": 1,
	} {
		for range times {
			w.get(t, path)
		}
	}
	w.do(t, "POST", "/api/v1/goals")
	got, timed := map[string]int{}, map[string]int{}
	families := gather(t, w)
	for _, m := range families["headway_http_requests_total"].GetMetric() {
		if n := int(m.Counter.GetValue()); n > 0 {
			got[m.Label[1].GetValue()+" "+m.Label[0].GetValue()] = n
		}
	}
	for _, m := range families["headway_http_request_duration_seconds"].GetMetric() {
		timed[m.Label[0].GetValue()] = int(m.Histogram.GetSampleCount())
	}
	want := map[string]int{
		"page 200": 4, "page 404": 2, "page 400": 1, "api 200": 3, "api 405": 1, "badge 200": 2, "widget 200": 1,
		"file 200": 1, "file 404": 2, "operator 200": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"page": 7, "api": 4, "badge": 2, "widget": 1, "file": 3, "operator": 2}, timed); diff != "" {
		t.Errorf("timed: -want +got:\n%s", diff)
	}
}

func TestNoSeriesForWhatIsNotKnown(t *testing.T) {
	families := gather(t, newWorld().populate().loading().start(t))
	for _, name := range []string{
		"changes", "patch_sets", "progress_ratio", "goal_progress_ratio", "attention_changes", "last_merged_timestamp_seconds",
		"oldest_waiting_timestamp_seconds", "as_of_timestamp_seconds", "stale", "project_info", "contradictions", "testimonials",
	} {
		if families["headway_"+name] != nil {
			t.Errorf("headway_%s has a series while loading", name)
		}
	}
	if got := families["headway_changes_pending"].Metric[0].Gauge.GetValue(); got != 0 {
		t.Errorf("pending %v", got)
	}
	// A project without changes has counts, but neither progress nor dates.
	families = gather(t, newWorld().start(t))
	for _, m := range families["headway_progress_ratio"].GetMetric() {
		for _, l := range m.Label {
			if l.GetName() == "project" && l.GetValue() != "openstack/cinder" { // which expects 4
				t.Errorf("%s has progress", l.GetValue())
			}
		}
	}
	if families["headway_last_merged_timestamp_seconds"] != nil {
		t.Error("something has merged in an empty goal")
	}
}

// One label value that is not UTF-8, or one series twice, would fail the scrape.
func TestLabelsAreValidAndDistinct(t *testing.T) {
	w := newWorld()
	w.goal.Projects = []progress.Project{{Name: "caf\xe9"}, {Name: "caf\xe8"}, {Name: "</script>\n\"x\""}}
	w.goal.Teams = nil
	w.goal.Deadlines = []progress.Deadline{{Name: "d\xff", Due: now}, {Name: "same", Due: now}, {Name: "same", Due: ago(1)}}
	w.start(t)
	var projects []string
	for _, f := range gather(t, w) {
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if !utf8.ValidString(l.GetValue()) {
					t.Errorf("%s: %q", f.GetName(), l.GetValue())
				}
				if f.GetName() == "headway_patch_sets" && l.GetName() == "project" {
					projects = append(projects, l.GetValue())
				}
			}
		}
	}
	if got, want := strings.Join(projects, "|"), "</script>\n\"x\"|caf\\xe8|caf\\xe9"; got != want {
		t.Errorf("projects %q, want %q", got, want)
	}
}

func TestTroublesAreCounted(t *testing.T) {
	w := newWorld().populate()
	w.work[0].Member.Quarantined = "502"
	w.work[1].Member.Missing = &store.Missing{}
	w.selectors[0].Blocked = 30
	w.selectors[0].Unread = []store.Unread{{Number: 7}, {Number: 8}}
	w.start(t)
	w.complete = nil
	w.work = []store.Work{{Row: store.Row{Number: 999, Status: store.StatusNew}, Member: store.Membership{Number: 999, Query: selector}}}
	w.poll(t)
	families := gather(t, w)
	for name, want := range map[string]float64{"headway_changes_pending": 1, "headway_changes_quarantined": 3, "headway_changes_missing": 1, "headway_departures_blocked": 30} {
		if got := families[name].Metric[0].Gauge.GetValue(); got != want {
			t.Errorf("%s %v, want %v", name, got, want)
		}
	}
}

// atHours is an anchored schedule: due at these hours of each day, UTC.
type atHours []int

func (a atHours) Next(t time.Time) time.Time {
	for day := t.UTC().Truncate(24 * time.Hour); ; day = day.Add(24 * time.Hour) {
		for _, h := range a {
			if due := day.Add(time.Duration(h) * time.Hour); due.After(t) {
				return due
			}
		}
	}
}

type never struct{}

func (never) Next(time.Time) time.Time { return time.Time{} }

func TestPollInterval(t *testing.T) {
	for name, test := range map[string]struct {
		schedule progress.Schedule
		want     float64 // -1: no series
	}{
		"every minute":      {every(time.Minute), 60},
		"every 10 seconds":  {every(10 * time.Second), 10},
		"over noon":         {atHours{9, 15}, 6 * 3600},
		"over night":        {atHours{13, 14}, 23 * 3600},
		"once a day":        {atHours{3}, 24 * 3600},
		"never":             {never{}, -1},
		"without schedules": {nil, -1},
	} {
		w := newWorld()
		w.goal.Schedule = test.schedule
		w.start(t)
		got := -1.0
		if f := gather(t, w)["headway_poll_interval_seconds"]; f != nil {
			got = f.Metric[0].Gauge.GetValue()
		}
		if got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestMetricsOfUnknownVotes: what nobody can judge is counted for nobody.
func TestMetricsOfUnknownVotes(t *testing.T) {
	w := withoutVotes()
	w.goal.Projects, w.goal.Teams = w.goal.Projects[:1], nil
	w.start(t)
	want := `
# HELP headway_attention_changes Development changes not merged yet by who must act.
# TYPE headway_attention_changes gauge
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="author"} 1
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="ci"} 0
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="dependency"} 0
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="gate"} 0
headway_attention_changes{goal="eventlet-removal",project="openstack/nova",waits_on="reviewers"} 0
`
	if err := testutil.CollectAndCompare(w.server.Collector(), strings.NewReader(want), "headway_attention_changes"); err != nil {
		t.Error(err)
	}
}
