package dashboard_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

const apiGoal = "/api/v1/goals/eventlet-removal"

func TestSummaryJSON(t *testing.T) {
	w := newWorld().populate().start(t)
	var s api.Summary
	w.json(t, apiGoal, &s)
	want := api.Numbers{
		AsOf:      new(now.Add(-3 * time.Minute)),
		QueryURL:  new("https://review.example.org/q/topic:%22eventlet-removal%22"),
		Counts:    counts(12, 5, 2, 3, 1, 1),
		Backports: counts(1, 1, 0, 0, 0, 0),
		Left:      new(1), Gone: new(1), Progress: new(5.0 / 12), InFlight: new(4), Expected: new(4), Remaining: new(7),
		LoadingProjects: []string{},
		Cycles: []api.Cycle{
			{Name: "2026.2 Hibiscus", Start: day("2026-04-01"), End: day("2026-09-30"), Merged: new(3)},
			{Name: "2027.1", Start: day("2026-09-30"), End: day("2027-03-31"), Merged: new(2)},
			{Name: "2027.2", Start: day("2027-03-31"), End: day("2027-09-30"), Merged: new(0)},
		},
		Deadlines: []api.Deadline{
			{Name: "all deliverables", Due: new(day("2026-09-30")), Judgement: &api.Judgement{Code: "overdue", Text: "overdue by 54 days, 4 not merged, and 3 expected changes not uploaded"}},
			{Name: "oslo libraries", Due: new(day("2027-03-31")), Judgement: &api.Judgement{Code: "before-pace", Text: "about 2 weeks early at the present pace, and 3 expected changes not uploaded"}},
			{Name: "eventlet retired", Judgement: &api.Judgement{Code: "undated", Text: "no date yet: the cycle 2028.1 is not known"}},
		},
		PatchSets:  new(24),
		Attention:  api.Attention{Author: new(1), Reviewers: new(2), CI: new(0), Gate: new(0), Dependency: new(1)},
		LastMerged: new(ago(24 * 10)), OldestWaiting: new(ago(24 * 40)),
		Pace: &api.Pace{Merged: 5, MedianPatchSets: 2}, // the fixture's merges are older than its changes
		ETA:  s.ETA,                                    // progress tests it
	}
	if diff := cmp.Diff(want, s.Numbers); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if s.ETA == nil || s.ETA.To == nil {
		t.Errorf("ETA %v, although changes merge", s.ETA)
	}
	var names []string
	for _, p := range s.Projects {
		names = append(names, p.Project)
	}
	if diff := cmp.Diff([]string{"openstack/cinder", "openstack/found.svg", "openstack/mistral", "openstack/neutron", "openstack/nova", "openstack/swift"}, names); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"completed": 2, "in-progress": 1, "planning": 1, "not-affected": 1, "nothing-in-review": 1}, s.ProjectsByStatus); diff != "" {
		t.Errorf("projects by status (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"in-progress": 1, "planning": 1}, s.Teams[0].ProjectsByStatus); diff != "" {
		t.Errorf("projects of the team by status (-want +got):\n%s", diff)
	}
	if len(s.Teams) != 1 || s.Teams[0].Team != "compute" || *s.Teams[0].Counts.Merged != 3 || *s.Teams[0].Declared != "in-progress" {
		t.Errorf("teams %+v", s.Teams)
	}
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func counts(total, merged, reverted, open, wip, abandoned int) api.Counts {
	return api.Counts{Total: &total, Merged: &merged, Reverted: &reverted, Open: &open, WIP: &wip, Abandoned: &abandoned}
}

// The keys are the contract: they stay, whatever is absent.
func TestKeysStayWhateverIsAbsent(t *testing.T) {
	numbers := []string{
		"as_of", "attention", "backports", "counts", "cycles", "deadlines", "eta", "expected", "gone", "in_flight", "last_merged", "left",
		"loading", "loading_projects", "note", "oldest_waiting", "on", "pace", "patch_sets", "progress", "query_url", "remaining", "stale",
	}
	status := []string{"approach", "contradictions", "declared", "goal", "measured", "since"}
	for name, w := range map[string]*world{"full": newWorld().populate(), "empty": newWorld(), "loading": newWorld().loading()} {
		w.start(t)
		for path, want := range map[string][]string{
			apiGoal:                              append([]string{"goal", "title", "projects", "teams", "projects_by_status"}, numbers...),
			apiGoal + "/projects/openstack/nova": slices.Concat([]string{"project"}, status, numbers),
			apiGoal + "/count":                   {"goal", "project", "as_of", "stale", "counts", "in_flight", "progress", "percent", "status", "cycle_merged", "projects"},
			apiGoal + "/changes":                 {"changes", "loading", "next_cursor"},
			"/api/v1/goals":                      {"goals"},
			"/eventlet-removal/badge.json":       {"schemaVersion", "label", "message", "color", "cacheSeconds"},
			"/eventlet-removal/badge/openstack/nova.json?metric=status": {"schemaVersion", "label", "message", "color", "cacheSeconds"},
		} {
			var got map[string]any
			w.json(t, path, &got)
			if name == "loading" {
				want = slices.DeleteFunc(want, func(key string) bool { return key == "cacheSeconds" })
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("%s: keys of %s (-want +got):\n%s", name, path, diff)
			}
		}
		var goals struct{ Goals []map[string]any }
		w.json(t, "/api/v1/goals", &goals)
		if diff := cmp.Diff(slices.Sorted(slices.Values(append([]string{"goal", "title", "projects_by_status"}, numbers...))), slices.Sorted(maps.Keys(goals.Goals[0]))); diff != "" {
			t.Errorf("%s: keys of a goal in the list (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadingIsNullNotZero(t *testing.T) {
	w := newWorld().loading().start(t)
	a := w.get(t, apiGoal)
	if got := a.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	var s struct {
		Counts, Backports, Attention map[string]*int
		Progress                     *float64
		Loading                      map[string]any
		Rest                         map[string]json.RawMessage `json:"-"`
	}
	if err := json.Unmarshal([]byte(a.body), &s); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(a.body), &s.Rest); err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]map[string]*int{"counts": s.Counts, "backports": s.Backports, "attention": s.Attention} {
		if len(m) < 5 {
			t.Errorf("%s lost its keys: %v", name, m)
		}
		for key, n := range m {
			if n != nil {
				t.Errorf("%s.%s is %d", name, key, *n)
			}
		}
	}
	for _, key := range []string{"as_of", "progress", "in_flight", "left", "gone", "patch_sets", "eta", "last_merged", "expected", "remaining", "pace"} {
		if got := string(s.Rest[key]); got != "null" {
			t.Errorf("%s is %s", key, got)
		}
	}
	if diff := cmp.Diff(map[string]any{"done": 1200.0, "of": 2500.0, "text": "Reading all changes: 1200 of 2500. Numbers appear when all are there.", "error": nil, "failed_at": nil, "next_poll": nil, "unreadable": 0.0}, s.Loading); diff != "" {
		t.Errorf("loading (-want +got):\n%s", diff)
	}
}

func TestCount(t *testing.T) {
	w := newWorld().populate()
	const long = "openstack/networking-generic-switch"
	for i := range 1500 {
		c := store.Change{Row: store.Row{Number: 3000 + i, Project: long, Status: store.StatusMerged, Submitted: ago(i)}}
		if i%3 == 0 {
			c.Status, c.Submitted = store.StatusNew, time.Time{}
		}
		w.add(c)
	}
	w.start(t)
	for _, path := range []string{"/count", "/count/" + long, "/count/openstack%2Fnova"} {
		if a := w.get(t, apiGoal+path); len(a.body) >= 400 {
			t.Errorf("%s: %d bytes: %s", path, len(a.body), a.body)
		}
	}
	var got api.Count
	w.json(t, apiGoal+"/count/openstack%2Fnova", &got)
	want := api.Count{
		Goal: "eventlet-removal", Project: new("openstack/nova"), AsOf: new(now.Add(-3 * time.Minute)), Counts: counts(9, 3, 2, 2, 1, 1),
		InFlight: new(3), Progress: new(0.5), Percent: new(50), Status: new("in-progress"), CycleMerged: new(2),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
	w.json(t, apiGoal+"/count", &got)
	if got.Projects == nil || *got.Projects != (api.Completed{Completed: 2, Of: 6}) {
		t.Errorf("projects %+v", got.Projects)
	}
	if got.Status != nil || got.Project != nil {
		t.Errorf("a goal has status %v, project %v", got.Status, got.Project)
	}
}

func TestChangeJSON(t *testing.T) {
	w := newWorld().populate()
	w.work = append(w.work, store.Work{ // its details were never had
		Row:         store.Row{Number: 500, Project: "openstack/nova", Branch: "master", Subject: "Row only", Status: store.StatusNew, Created: ago(9), Updated: ago(8), Owner: 1},
		Quarantined: true, Error: "502", Member: store.Membership{Number: 500, Query: selector, Seen: ago(1), Quarantined: "502"},
	})
	w.start(t)
	var list struct{ Changes []api.Change }
	w.json(t, apiGoal+"/changes?numbers=110", &list)
	got := list.Changes[0]
	want := api.Change{
		Number: 110, Project: "openstack/nova", Branch: "master", ChangeID: fmt.Sprintf("I%040x", 110), Subject: "Subject of 110",
		Topic: new("eventlet-removal"), State: "open", Created: new(ago(24 * 40)), Updated: new(ago(24 * 40)), Owner: new("Olga Owner"), PatchSet: new(2),
		PatchSets: []api.PatchSet{
			{Number: 1, Created: new(ago(24 * 40)), Kind: new("REWORK"), Commit: fmt.Sprintf("%040x", 1101), Uploader: new("Olga Owner")},
			{Number: 2, Created: new(ago(24 * 40)), Kind: new("REWORK"), Commit: fmt.Sprintf("%040x", 1102), Uploader: new("Olga Owner")},
		},
		Votes: map[string]map[string]int{"Code-Review": {"2": 1}}, WaitsOn: new("reviewers"), Reason: got.Reason,
		WaitingSince: got.WaitingSince, LastHuman: new(ago(24 * 39)), URL: "https://review.example.org/c/openstack/nova/+/110", DependsOn: []api.DependsOn{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("change (-want +got):\n%s", diff)
	}
	if got.Reason == nil || got.Reason.Code != "one-short" || got.WaitingSince == nil {
		t.Errorf("reason %+v since %v", got.Reason, got.WaitingSince)
	}

	w.json(t, apiGoal+"/changes?numbers=112", &list)
	if diff := cmp.Diff([]api.DependsOn{{Number: 110, URL: new("https://review.example.org/c/openstack/nova/+/110"), State: new("open")}}, list.Changes[0].DependsOn); diff != "" {
		t.Errorf("depends_on (-want +got):\n%s", diff)
	}

	var raw struct{ Changes []map[string]json.RawMessage }
	w.json(t, apiGoal+"/changes?numbers=500", &raw)
	for _, key := range []string{"votes", "patch_sets", "ci", "waits_on", "reason", "waiting_since", "merged_at", "revert_of", "cherry_pick_of", "last_human"} {
		if got, ok := raw.Changes[0][key]; !ok || string(got) != "null" {
			t.Errorf("without details %s is %s", key, got)
		}
	}
}

func TestFilters(t *testing.T) {
	w := newWorld().populate().start(t)
	for query, want := range map[string]string{
		"":                             "401 301 201 115 114 113 112 111 110 103 102 101",
		"class=development":            "401 301 201 115 114 113 112 111 110 103 102 101",
		"class=backport":               "116",
		"class=all&state=merged":       "401 201 116 103 102 101",
		"state=open":                   "301 112 110",
		"state=open,wip":               "301 112 111 110",
		"state=open&state=wip":         "301 112 111 110",
		"state=left":                   "117",
		"state=gone,left":              "118 117",
		"numbers=117":                  "",
		"numbers=117&state=left":       "117",
		"numbers=110,%20111&numbers=1": "111 110",
		"project=openstack/mistral":    "201",
		"project=openstack%2Fmistral&project=openstack/cinder": "301 201",
		"team=compute&state=open":                              "301 112 110",
		"team=compute&project=openstack/cinder":                "301",
		"waits_on=author":                                      "111",
		"waits_on=dependency,author":                           "112 111",
		"branch=stable/2026.1":                                 "",
		"branch=stable/2026.1&class=all":                       "116",
		"owner=OLGA&state=wip":                                 "111",
		"owner=Olga+Owner&state=wip":                           "111",
		"owner=nobody":                                         "",
		"q=taken+BACK":                                         "114",
		"q=mistral":                                            "201",
		"q=201":                                                "201",
		"cycle=2027.1":                                         "102 101",
		"q=&owner=&state=&sort":                                "!400",
		"q=&owner=&state=&project=&team=":                      "401 301 201 115 114 113 112 111 110 103 102 101",
	} {
		if strings.HasPrefix(want, "!") {
			if a := w.get(t, apiGoal+"/changes?"+query); a.Status[:3] != want[1:] {
				t.Errorf("%s: %s", query, a.Status)
			}
			continue
		}
		var list api.Changes
		w.json(t, apiGoal+"/changes?"+query, &list)
		var got []string
		for _, c := range list.Changes {
			got = append(got, fmt.Sprint(c.Number))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
}

func TestCursorSeesEachChangeOnceWhileOthersCome(t *testing.T) {
	w := newWorld()
	for i := range 25 {
		w.add(store.Change{Row: store.Row{Number: 100 + i, Status: store.StatusNew}})
	}
	w.start(t)
	var seen []int
	path := apiGoal + "/changes?limit=10"
	for cursor := ""; ; {
		var list api.Changes
		w.json(t, path+cursor, &list)
		for _, c := range list.Changes {
			seen = append(seen, c.Number)
		}
		w.add(store.Change{Row: store.Row{Number: 900 + len(seen), Status: store.StatusNew}})
		w.poll(t)
		if list.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *list.NextCursor
	}
	if len(seen) != 25 || seen[0] != 124 || seen[24] != 100 || !slices.IsSortedFunc(seen, func(a, b int) int { return b - a }) {
		t.Errorf("seen %v", seen)
	}
}

// A query too long for a link leads to our own list instead.
func TestQueryTooLongForALink(t *testing.T) {
	w := newWorld().populate()
	long := strings.Repeat(`topic:"eventlet-removal" OR `, 300) + `topic:"eventlet-removal"`
	w.goal.Queries[0].Text, w.goal.Selector, w.selectors[0].Query = long, long, long
	for i := range w.work {
		w.work[i].Member.Query = long
	}
	w.start(t)
	var s api.Summary
	w.json(t, apiGoal, &s)
	if got := *s.QueryURL; got != "/eventlet-removal/changes?class=all" {
		t.Errorf("query_url %.100s", got)
	}
}

func TestContradictionsHaveCodes(t *testing.T) {
	w := newWorld()
	w.goal.Projects = []progress.Project{{Name: "openstack/nova", Declared: progress.DeclaredCompleted}}
	w.populate().start(t)
	var p api.ProjectSummary
	w.json(t, apiGoal+"/projects/openstack/nova", &p)
	if len(p.Contradictions) != 1 || p.Contradictions[0].Code != "completed-in-flight" || p.Contradictions[0].Text == "" {
		t.Errorf("contradictions %+v", p.Contradictions)
	}
}

// Gerrit counts whole seconds, and no reader wants more.
func TestTimesAreWholeSeconds(t *testing.T) {
	w := newWorld().populate()
	w.selectors[0].AsOf = now.Add(-3*time.Minute + 123456789)
	w.start(t)
	w.log(t, store.Poll{Start: ago(1).Add(987654321), OK: true})
	for _, path := range []string{apiGoal, apiGoal + "/projects/openstack/nova", apiGoal + "/count", apiGoal + "/changes", "/api/v1/goals", "/api/v1/polls"} {
		if got := regexp.MustCompile(`T\d\d:\d\d:\d\d[^Z]`).FindString(w.get(t, path).body); got != "" {
			t.Errorf("%s: %s", path, got)
		}
	}
}
