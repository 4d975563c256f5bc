package dashboard_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// pastPaths are all pages that know the past.
var pastPaths = []string{
	"/", "/eventlet-removal/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/projects/openstack/mistral",
	"/eventlet-removal/projects/openstack/neutron", "/eventlet-removal/teams/compute", "/eventlet-removal/changes",
}

// Four days before now: 111, 112 and 301 were not there yet, 116 had not merged.
const someDay = "2026-11-19"

func TestPastNumbersAreThoseOfProgress(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	live := w.computed()
	for _, text := range []string{someDay, "2026-11-22", "2026-08-01", "2026-05-06", "2020-02-29"} {
		past := live.On(day(text))
		var s api.Summary
		w.json(t, apiGoal+"?on="+text, &s)
		check := func(name string, got api.Numbers, want progress.Numbers) {
			t.Helper()
			c, b := want.Counts, want.Backports
			if diff := cmp.Diff(counts(c.Total, c.Merged, c.Reverted, c.Open, c.WIP, c.Abandoned), got.Counts); diff != "" {
				t.Errorf("%s on %s (-want +got):\n%s", name, text, diff)
			}
			if diff := cmp.Diff(counts(b.Total, b.Merged, b.Reverted, b.Open, b.WIP, b.Abandoned), got.Backports); diff != "" {
				t.Errorf("backports of %s on %s (-want +got):\n%s", name, text, diff)
			}
			if diff := cmp.Diff(want.Progress, got.Progress); diff != "" || *got.Left != want.Left || *got.Gone != want.Gone || *got.PatchSets != want.PatchSets {
				t.Errorf("%s on %s: progress %s, %d left, %d gone, %d patch sets", name, text, diff, *got.Left, *got.Gone, *got.PatchSets)
			}
			if got.QueryURL != nil || got.Attention != (api.Attention{}) || got.OldestWaiting != nil || *got.On != text || got.Stale || got.AsOf == nil {
				t.Errorf("%s on %s: query %v, attention %+v, on %v, stale %v", name, text, got.QueryURL, got.Attention, got.On, got.Stale)
			}
		}
		check("goal", s.Numbers, past.Numbers)
		for i, p := range s.Projects {
			check(p.Project, p.Numbers, past.Projects[i].Numbers)
			if p.Declared != nil || p.Since != nil || p.Approach != nil || len(p.Contradictions) > 0 || *p.Measured != string(past.Projects[i].Measured) {
				t.Errorf("%s on %s: status %+v", p.Project, text, p.Status)
			}
			var alone api.ProjectSummary
			w.json(t, apiGoal+"/projects/"+p.Project+"?on="+text, &alone)
			if diff := cmp.Diff(p, alone); diff != "" {
				t.Errorf("%s alone on %s:\n%s", p.Project, text, diff)
			}
		}
		check("team", s.Teams[0].Numbers, past.Teams[0].Numbers)
	}
}

func TestSummariesOnEqualTheAPI(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for _, text := range []string{"", someDay, "2000-01-01", "2026-11-23"} {
		on, err := parameter.Day(text, w.now)
		if err != nil {
			t.Fatal(err)
		}
		want := w.get(t, apiGoal+"?on="+text).body
		got, err := json.Marshal(dashboard.SummariesOn(w.cfg, w.db.Snapshot(), w.now, on)[0])
		if err != nil || string(got)+"\n" != want {
			t.Errorf("on %q: %v, got\n%s\nwant\n%s", text, err, got, want)
		}
	}
}

// Today is live: with or without the parameter it is the same answer.
func TestTodayIsLive(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for _, path := range []string{apiGoal, apiGoal + "/projects/openstack/nova", apiGoal + "/changes", historyPath, "/", "/eventlet-removal/badge.svg"} {
		if live, today := w.get(t, path).body, w.get(t, path+"?on=2026-11-23").body; live != today {
			t.Errorf("%s: today is not now", path)
		}
		if w.get(t, path).body != w.get(t, path+"?on=").body {
			t.Errorf("%s: an empty day is not now", path)
		}
	}
	w.now = w.now.Add(24 * time.Hour)
	var s api.Summary
	w.json(t, apiGoal+"?on=2026-11-23", &s)
	if s.On == nil {
		t.Error("a day later it is still live")
	}
}

func TestPastIsRefused(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for path, want := range map[string]string{
		"/?on=2026-11-24":         "2026-11-24 is in the future",
		"/eventlet-removal/?on=x": "is not a date: write 2026-08-21",
		"/eventlet-removal/projects/openstack/nova?on=2027-01-01": "in the future",
		"/eventlet-removal/teams/compute?on=1":                    "is not a date",
		"/eventlet-removal/changes?on=2026-13-01":                 "is not a date",
		"/eventlet-removal/changes?on=2026-11-01&waits_on=author": "it has no past",
		"/eventlet-removal/changes.csv?on=2026-12-01":             "in the future",
		"/eventlet-removal/attention?on=2026-11-01":               "unknown parameter",
		"/eventlet-removal/badge.svg?on=2026-12-01":               "bad parameter on",
		"/eventlet-removal/badge.json?on=2026-12-01":              "bad parameter on",
		apiGoal + "?on=2026-12-01":                                "in the future",
		apiGoal + "/count?on=2026-11-01":                          "takes no parameters",
		apiGoal + "/changes?on=2026-11-01&waits_on=author":        "it has no past; leave it out, or the day",
		apiGoal + "/changes?on=2026-11-01&older=30d":              "it has no past",
	} {
		a := w.get(t, path)
		if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, want) || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, want %q in %.300s", path, a.Status, want, a.body)
		}
	}
}

func TestPastPages(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for _, path := range pastPaths {
		doc := w.page(t, path+"?on="+someDay)
		if got := text(doc.Find("main > p.past")); got != "As of the end of 19 Nov 2026 (UTC). Back to now" {
			t.Errorf("%s: banner %q", path, got)
		}
		back := doc.Find("p.past a").AttrOr("href", "")
		if w.page(t, back).Find("p.past").Length() != 0 || back != path && path != "/" {
			t.Errorf("%s: back to now leads to %s", path, back)
		}
		if got := doc.Find("main .asof, main .actors, main .age, main #act, main .warn").Length(); got != 0 {
			t.Errorf("%s: %d things that only today knows", path, got)
		}
		if got := text(doc.Find(".pill.completed, .pill.in-progress, .pill.planning")); got != "" {
			t.Errorf("%s: declared %q", path, got)
		}
		if live := w.page(t, path); live.Find("p.past").Length() != 0 {
			t.Errorf("%s: the live page has the banner", path)
		}
	}
	if got := text(w.page(t, "/?on="+someDay).Find("head > title")); got != "41% merged on 19 Nov 2026 · Eventlet removal" {
		t.Errorf("title %q", got)
	}
	if got := text(w.page(t, "/?on="+someDay).Find(".sentence").First()); got != "41% of the changes uploaded by then, or expected today, were merged: 5 of 12, 7 to go" {
		t.Errorf("sentence %q", got)
	}
}

// Who goes on from a past day stays there, wherever the past is known.
func TestPastLinksStay(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for _, path := range pastPaths {
		doc := w.page(t, path+"?on="+someDay)
		stay := 0
		doc.Find("a[href], form[action]").Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", a.AttrOr("action", "")))
			if err != nil {
				t.Fatal(err)
			}
			on := u.Query().Get("on")
			switch {
			case a.Closest("p.past, footer, .top .brand, #terms").Length() > 0, a.Is("form.day"):
				if on != "" {
					t.Errorf("%s: %s should lead to now", path, u)
				}
			case a.Is("form"):
				if got := a.Find("input[type=hidden][name=on]").AttrOr("value", ""); got != someDay {
					t.Errorf("%s: the form forgets the day: %q", path, got)
				}
			case u.Host != "" || u.Path == "":
			case strings.HasSuffix(u.Path, "/report"):
				if last, err := time.Parse(time.DateOnly, u.Query().Get("until")); err != nil || last.AddDate(0, 0, -1).Format(time.DateOnly) != someDay {
					t.Errorf("%s: %s is not of the days before", path, u)
				}
			case strings.HasSuffix(u.Path, "/attention"), strings.HasSuffix(u.Path, "/states"), strings.HasSuffix(u.Path, "/testimonials"), strings.Contains(u.Path, "/badge"), strings.HasPrefix(u.Path, "/embed"):
				if on != "" {
					t.Errorf("%s: %s knows no past", path, u)
				}
			default:
				if on != someDay {
					t.Errorf("%s: %s leaves the day", path, u)
				}
				stay++
				if a := w.get(t, u.String()); a.StatusCode != http.StatusOK {
					t.Errorf("%s: %s: %s", path, u, a.Status)
				}
			}
		})
		if stay < 3 {
			t.Errorf("%s: %d links", path, stay)
		}
	}
}

// Every number on a past page is that of the past API, and its rows are as many.
func TestPastFiguresLeadToTheirRows(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for path, api := range map[string]string{
		"/eventlet-removal/":                        apiGoal,
		"/eventlet-removal/projects/openstack/nova": apiGoal + "/projects/openstack/nova",
	} {
		var numbers map[string]any
		w.json(t, api+"?on="+someDay, &numbers)
		seen := 0
		w.page(t, path+"?on="+someDay).Find("[data-field]").Not(".rows [data-field]").Each(func(_ int, s *goquery.Selection) {
			field := s.AttrOr("data-field", "")
			want := lookup(numbers, field)
			if field == "cycles" {
				want = mergedIn(numbers, text(s.Closest("tr").Find("th")))
			}
			if got := text(s); want != nil && got != shown(field, want) {
				t.Errorf("%s: %s is %q, API %v", path, field, got, want)
			}
			if href, ok := s.Attr("href"); ok {
				if got := text(w.page(t, href).Find("#found .found")); got != text(s) {
					t.Errorf("%s: %s %s leads to %s rows", path, field, text(s), got)
				}
				seen++
			}
		})
		if seen < 5 {
			t.Errorf("%s: only %d numbers lead on", path, seen)
		}
	}
}

func TestPastChange(t *testing.T) {
	w := newWorld().populate().dated()
	for i := range w.work { // of 110, the second patch set came a week ago
		if d := w.work[i].Detail; d.Number == 110 {
			d.PatchSets[1].Created = store.MomentOf(ago(24 * 7))
		}
	}
	w.start(t)
	var page api.Changes
	w.json(t, apiGoal+"/changes?numbers=110&on=2026-11-01", &page)
	if len(page.Changes) != 1 {
		t.Fatalf("%d changes", len(page.Changes))
	}
	c := page.Changes[0]
	if c.State != "open" || *c.PatchSet != 1 || len(c.PatchSets) != 1 {
		t.Errorf("%s, patch set %d of %d", c.State, *c.PatchSet, len(c.PatchSets))
	}
	if c.Votes != nil || c.CI != nil || c.WaitsOn != nil || c.Reason != nil || c.WaitingSince != nil || c.LastHuman != nil || c.Updated != nil || c.DependsOn != nil || c.Pending != nil {
		t.Errorf("guessed: %+v", c)
	}
	w.json(t, apiGoal+"/changes?numbers=110", &page)
	if c := page.Changes[0]; c.Votes == nil || c.DependsOn == nil || *c.PatchSet != 2 {
		t.Errorf("live: %+v", c)
	}
	w.json(t, apiGoal+"/changes?state=merged&on=2026-11-01&class=all", &page)
	var numbers []int
	for _, c := range page.Changes {
		numbers = append(numbers, c.Number)
		if c.MergedAt == nil || !c.MergedAt.Before(day("2026-11-02")) {
			t.Errorf("%d merged at %v", c.Number, c.MergedAt)
		}
	}
	if diff := cmp.Diff([]int{401, 201, 103, 102}, numbers); diff != "" {
		t.Errorf("merged by 1 November (-want +got):\n%s", diff)
	}
	if a := w.get(t, "/eventlet-removal/changes.csv?numbers=110&on=2026-11-01"); !strings.Contains(a.body, `"development","open","Subject of 110"`) || strings.Contains(a.body, "2026-11-16") {
		t.Errorf("CSV: %s", a.body)
	}
}

func TestBeforeTheGoalBegan(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	var s api.Summary
	w.json(t, apiGoal+"?on=2000-01-01", &s)
	if *s.Counts.Total != 0 || *s.InFlight != 0 || s.Note == nil || *s.Note != "before this goal began" || s.ETA != nil || s.LastMerged != nil {
		t.Errorf("in 2000: %+v", s.Numbers)
	}
	if p := s.Projects[0]; p.Note == nil || *p.Note != "before this goal began" {
		t.Errorf("a project in 2000: %+v", p.Note)
	}
	w.json(t, apiGoal+"?on=2026-11-01", &s)
	if s.Note != nil {
		t.Errorf("after the beginning: %s", *s.Note)
	}
	for _, p := range s.Projects {
		want := map[string]string{"openstack/cinder": "before the first change here"}[p.Project]
		if got := p.Note; (got == nil) != (want == "") || got != nil && *got != want {
			t.Errorf("%s: %v, want %q", p.Project, got, want)
		}
	}
	for _, path := range pastPaths {
		doc := w.page(t, path+"?on=2000-01-01")
		if got := text(doc.Find("p.past")); got != "As of the end of 1 Jan 2000 (UTC), before this goal began. Back to now" {
			t.Errorf("%s: banner %q", path, got)
		}
		if doc.Find("svg.chart").Length() != 0 {
			t.Errorf("%s: a chart of nothing", path)
		}
		if !strings.Contains(path, "neutron") && !strings.Contains(path, "changes") && doc.Find("form.day").Length() != 1 {
			t.Errorf("%s: no way to another day", path)
		}
	}
	a := w.get(t, "/eventlet-removal/badge.svg?metric=merged&on=2000-01-01")
	if !strings.Contains(a.body, "as of the end of 1 Jan 2000 (UTC), before this goal began") {
		t.Errorf("badge %s", a.body)
	}
}

func TestPastBadge(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for path, want := range map[string]string{
		"/eventlet-removal/badge.json?metric=merged&on=2026-08-01":                   "1",
		"/eventlet-removal/badge.json?metric=merged":                                 "5",
		"/eventlet-removal/badge/openstack/cinder.json?metric=open&on=2026-11-01":    "0",
		"/eventlet-removal/badge/openstack/nova.json?metric=status&on=2026-11-01":    "In progress",
		"/eventlet-removal/badge/openstack/mistral.json?metric=status&on=2026-11-01": "Nothing left in review",
		"/eventlet-removal/badge.json?metric=cycle&on=2026-08-01":                    "1",
	} {
		a := w.get(t, path)
		var b struct{ Message string }
		if err := json.Unmarshal([]byte(a.body), &b); err != nil || b.Message != want {
			t.Errorf("%s: %s, want %s", path, a.body, want)
		}
		if a.Header.Get("ETag") == "" || !strings.HasPrefix(a.Header.Get("Cache-Control"), "public") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}

func TestDayForm(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	for _, path := range []string{"/eventlet-removal/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/teams/compute"} {
		form := w.page(t, path).Find("form.day")
		input := form.Find("input[type=date][name=on]")
		if form.AttrOr("method", "") != "get" || form.AttrOr("action", "") != path || input.AttrOr("max", "") != "2026-11-23" || input.AttrOr("min", "") > "2026-10-14" {
			html, _ := goquery.OuterHtml(form)
			t.Errorf("%s: %s", path, html)
		}
		if got := w.page(t, path+"?on="+someDay).Find("form.day input").AttrOr("value", ""); got != someDay {
			t.Errorf("%s: the form shows %q", path, got)
		}
	}
}

// A past day that rounds can still change is marked, others are not.
func TestPastIsStaleOnlyAfterTheLastRound(t *testing.T) {
	w := newWorld().populate().dated()
	w.selectors[0].AsOf = ago(24 * 3)
	w.start(t)
	for text, want := range map[string]int{"2026-11-19": 0, "2026-11-20": 1, "2026-11-22": 1} {
		if got := w.page(t, "/?on="+text).Find(".asof.late").Length(); got != want {
			t.Errorf("%s: %d marks, want %d", text, got, want)
		}
	}
}

func TestPastWhileLoading(t *testing.T) {
	w := newWorld().populate().loading().start(t)
	a := w.get(t, apiGoal+"?on="+someDay)
	var s api.Summary
	if err := json.Unmarshal([]byte(a.body), &s); err != nil || s.Loading == nil || s.Counts.Total != nil || s.Note != nil || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v, %s, %v", err, a.body, a.Header)
	}
	if got := text(w.page(t, "/?on="+someDay).Find(".asof")); !strings.Contains(got, "1200 of 2500") {
		t.Errorf("page: %q", got)
	}
}

func TestListOfGoalsHasNoPast(t *testing.T) {
	w := newWorld()
	other := newGoal()
	other.Name = "other"
	w.cfg.Goals = append(w.cfg.Goals, other)
	w.start(t)
	if a := w.get(t, "/?on=2026-11-01"); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "this list is of now") {
		t.Errorf("%s", a.Status)
	}
}

// Pages of a past day tell dates: readers would count "6 days ago" from today.
func TestPastPagesTellDates(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	times := 0
	for _, path := range []string{"", "projects/openstack/nova", "teams/compute", "changes"} {
		w.page(t, "/eventlet-removal/"+path+"?on=2026-11-20").Find("main time").Each(func(_ int, s *goquery.Selection) {
			if times++; strings.Contains(text(s), "ago") || strings.Contains(text(s), "now") {
				t.Errorf("%s: %q of %s", path, text(s), s.AttrOr("title", ""))
			}
		})
	}
	if times < 10 {
		t.Errorf("%d times", times)
	}
}
