package dashboard_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// pagePaths are all kinds of pages of the test goal.
var pagePaths = []string{
	"/", "/eventlet-removal/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/projects/openstack/mistral",
	"/eventlet-removal/projects/openstack/neutron", "/eventlet-removal/projects/openstack/found.svg",
	"/eventlet-removal/teams/compute", "/eventlet-removal/changes", "/eventlet-removal/attention", "/eventlet-removal/states", "/eventlet-removal/testimonials",
	"/polls",
}

func TestSummaryFirstScreen(t *testing.T) {
	w := newWorld().populate().start(t)
	doc := w.page(t, "/eventlet-removal/")
	// nova 3 + mistral 1 + found.svg 1 merged; cinder expects 4: denominator
	// nova 6 + mistral 1 + found.svg 1 + cinder 4.
	for selector, want := range map[string]string{
		"head > title":                   "41% merged · Eventlet removal",
		"h1":                             "Eventlet removal",
		".sentence:not(.second)":         "41% of the changes uploaded or expected so far are merged: 5 of 12, 7 to go",
		".sentence.second":               "4 not merged yet: 3 in review, 1 work in progress",
		".asof":                          "As of 23 Nov 2026, 11:57 UTC (3 minutes ago).",
		".first .legend":                 "5 merged ↗ 3 in review ↗ 1 work in progress ↗ 3 expected, not uploaded not counted: 1 abandoned ↗ 2 reverted ↗",
		".deadlines li:nth-child(1)":     "all deliverables due 30 Sep 2026. Overdue by 54 days, 4 not merged, and 3 expected changes not uploaded.",
		".deadlines li:nth-child(3)":     "eventlet retired. No date yet: the cycle 2028.1 is not known.",
		".cycles tr.current th":          "2027.1 now 30 Sep 2026 – 30 Mar 2027",
		"nav [aria-current]":             "Summary",
		".testimonial":                   "It was worth it. Arnaud Read the testimonial of Arnaud openstack/mistral · 100% merged",
		".wall.done h3":                  "2 projects completed",
		"section > .projects tbody th a": "openstack/novaopenstack/cinderCompute & friends",
	} {
		if got := text(doc.Find(selector)); got != want {
			t.Errorf("%s: %q\nwant %q", selector, got, want)
		}
	}
	if href, _ := doc.Find(".testimonial figcaption > a").Attr("href"); href != "https://site.example.org/testimonials/arnaud/" {
		t.Errorf("testimonial leads to %q", href)
	}
	if got := text(doc.Find(`.wall li:has(a[href$="projects/openstack/mistral"]) .testimonial-link`)); got != "Arnaud" {
		t.Errorf("beside mistral: %q", got)
	}
	if got := doc.Find("script:not(" + ourScript + "), [style], iframe, img").Length(); got != 0 {
		t.Errorf("%d scripts, inline styles or frames", got)
	}
}

func TestBarKeepsItsOrderAndShowsEveryPart(t *testing.T) {
	w := newWorld()
	for i := range 400 {
		w.add(store.Change{Row: store.Row{Number: 1000 + i, Status: store.StatusMerged, Submitted: ago(i)}})
	}
	w.populate().start(t)
	var order []string
	x := 0.0
	w.page(t, "/").Find(".first .bar .counted rect").Each(func(_ int, r *goquery.Selection) {
		order = append(order, r.AttrOr("class", ""))
		left, _ := strconv.ParseFloat(strings.TrimSuffix(r.AttrOr("x", ""), "%"), 64)
		width, _ := strconv.ParseFloat(strings.TrimSuffix(r.AttrOr("width", ""), "%"), 64)
		if left < x-1e-9 || width < 0.6 {
			t.Errorf("%s: x %g (after %g), width %g", r.AttrOr("class", ""), left, x, width)
		}
		x = left + width
	})
	if got, want := strings.Join(order, " "), "state-merged state-open state-wip state-expected"; got != want {
		t.Errorf("order %q, want %q", got, want)
	}
	if x > 100 {
		t.Errorf("the bar ends at %g of 100", x)
	}
	beside := w.page(t, "/").Find(".first .bar .beside")
	if got := beside.Find("rect").Length(); got != 2 || !strings.HasSuffix(beside.AttrOr("width", ""), "%") {
		t.Errorf("%d parts that are not counted", got)
	}
}

func TestProjectPageAnswers(t *testing.T) {
	w := newWorld().populate().start(t)
	for project, want := range map[string]string{
		"openstack/nova":      "openstack/nova is not done: 3 changes not merged yet",
		"openstack/mistral":   "openstack/mistral is done",
		"openstack/neutron":   "openstack/neutron is done; no changes are tracked",
		"openstack/cinder":    "openstack/cinder is not done: 1 change not merged yet, 3 more expected, none merged",
		"openstack/swift":     "openstack/swift is not affected",
		"openstack/found.svg": "openstack/found.svg has nothing left in review, and nobody has declared it completed",
	} {
		if got := text(w.page(t, "/eventlet-removal/projects/"+project).Find("h1")); got != want {
			t.Errorf("%s: %q\nwant %q", project, got, want)
		}
	}
}

func TestEmptyGoalSaysWhatWillComeHere(t *testing.T) {
	w := newWorld().start(t)
	doc := w.page(t, "/")
	if got := text(doc.Find(".sentence").First()); got != "0% of the changes uploaded or expected so far are merged: 0 of 4, 4 to go" {
		t.Errorf("with an expectation: %q", got)
	}
	w = newWorld()
	w.goal.Projects = nil
	w.start(t)
	doc = w.page(t, "/")
	if got := text(doc.Find(".sentence").First()); got != "– Nothing is merged, in review or work in progress" {
		t.Errorf("sentence %q", got)
	}
	if got := text(doc.Find(".first .dim")); !strings.Contains(got, selector) {
		t.Errorf("%q does not name the selector", got)
	}
	if got := text(doc.Find("head > title")); got != "Eventlet removal" {
		t.Errorf("title %q", got)
	}
}

func TestLoadingShowsNoNumbers(t *testing.T) {
	w := newWorld().populate().loading().start(t)
	for _, path := range pagePaths {
		if strings.Contains(path, "found.svg") {
			continue // not discovered yet
		}
		a := w.get(t, path)
		doc := a.document(t)
		doc.Find("[data-field]").Each(func(_ int, s *goquery.Selection) {
			if got := text(s); got != "–" {
				t.Errorf("%s: %s is %q while loading", path, s.AttrOr("data-field", ""), got)
			}
		})
		if doc.Find(".asof").Length() > 0 {
			if got := text(doc.Find(".asof")); !strings.Contains(got, "1200 of 2500") {
				t.Errorf("%s: %q", path, got)
			}
			if got := a.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control %q", path, got)
			}
		}
	}
	if got := text(w.page(t, "/").Find("head > title")); got != "Not known yet · Eventlet removal" {
		t.Errorf("title %q", got)
	}
}

func TestProjectThatIsLoadingAloneIsNamed(t *testing.T) {
	w := newWorld().populate()
	w.goal.Queries = append(w.goal.Queries, store.Query{Project: "openstack/octavia", Text: `project:"openstack/octavia" (message:eventlet)`})
	w.goal.Projects = append(w.goal.Projects, progress.Project{Name: "openstack/octavia", Declared: progress.DeclaredCompleted})
	w.start(t)
	if got := text(w.page(t, "/").Find(".wall.done")); strings.Contains(got, "octavia") || !strings.Contains(got, "mistral") {
		t.Errorf("what declared itself completed and nobody has read: %q", got)
	}
	if got := text(w.page(t, "/").Find(".asof")); !strings.HasSuffix(got, "Still being read, and not counted yet: openstack/octavia.") {
		t.Errorf("%q", got)
	}
	var s api.Summary
	w.json(t, "/api/v1/goals/eventlet-removal", &s)
	if len(s.LoadingProjects) != 1 || s.Loading != nil || *s.Counts.Merged != 5 {
		t.Errorf("loading projects %v, loading %v", s.LoadingProjects, s.Loading)
	}
}

func TestStaleNumbersAreMarkedWhereTheyStand(t *testing.T) {
	w := newWorld().populate()
	w.selectors[0].AsOf = now.Add(-26 * time.Hour)
	w.start(t)
	for _, path := range []string{"/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/teams/compute"} {
		doc := w.page(t, path)
		if got := text(doc.Find(".asof.late")); got != "Not up to date. These are the last known numbers, as of 22 Nov 2026, 10:00 UTC (26 hours ago). What went wrong" {
			t.Errorf("%s: %q", path, got)
		}
		doc.Find(".headline .fig, .legend .fig, .actors .fig").Not(".stale").Each(func(_ int, s *goquery.Selection) {
			t.Errorf("%s: %s is not marked", path, s.AttrOr("data-field", text(s)))
		})
	}
	if got := newWorld().populate().start(t).page(t, "/").Find(".stale, .late").Length(); got != 0 {
		t.Errorf("%d marks on fresh numbers", got)
	}
}
