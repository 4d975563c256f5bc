package dashboard_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// pagePaths are all kinds of pages of the test goal.
var pagePaths = []string{
	"/", "/eventlet-removal/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/projects/openstack/mistral",
	"/eventlet-removal/projects/openstack/neutron", "/eventlet-removal/projects/openstack/found.svg",
	"/eventlet-removal/teams/compute", "/eventlet-removal/changes", "/eventlet-removal/attention", "/eventlet-removal/states",
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
		".sentence.second":               "4 in review: 3 open, 1 work in progress",
		".asof":                          "As of 23 Nov 2026, 11:57 UTC (3 minutes ago).",
		".first .legend":                 "5 merged 3 open 1 work in progress 1 abandoned 2 reverted 3 expected, not uploaded",
		".deadlines li:nth-child(1)":     "all deliverables due 30 Sep 2026 54 days ago",
		".deadlines li:nth-child(3)":     "eventlet retired due with 2028.1 no date yet",
		".cycles tr.current th":          "2027.1 now 30 Sep 2026 – 30 Mar 2027",
		"nav [aria-current]":             "Summary",
		".stories a":                     "Arnaud tells how it went",
		"details.done > summary":         "2 projects completed",
		"section > .projects tbody th a": "openstack/novaopenstack/cinderCompute & friends",
	} {
		if got := text(doc.Find(selector)); got != want {
			t.Errorf("%s: %q\nwant %q", selector, got, want)
		}
	}
	if href, _ := doc.Find(".stories a").Attr("href"); href != "https://site.example.org/testimonials/arnaud/" {
		t.Errorf("testimonial leads to %q", href)
	}
	if got := text(doc.Find(`.projects tr:has(a[href$="projects/openstack/mistral"]) .story`)); got != "Arnaud tells how it went" {
		t.Errorf("beside mistral: %q", got)
	}
	if got := doc.Find("script, [style], iframe, img").Length(); got != 0 {
		t.Errorf("%d scripts, inline styles or frames", got)
	}
}

func TestBarKeepsItsOrderAndShowsEveryPart(t *testing.T) {
	w := newWorld()
	for i := range 400 {
		w.add(store.Change{Number: 1000 + i, Status: store.StatusMerged, Submitted: ago(i)})
	}
	w.populate().start(t)
	var order []string
	x := 0
	w.page(t, "/").Find(".first svg.bar rect").Each(func(_ int, r *goquery.Selection) {
		order = append(order, r.AttrOr("class", ""))
		left, _ := strconv.Atoi(r.AttrOr("x", ""))
		width, _ := strconv.Atoi(r.AttrOr("width", ""))
		if left < x || width < 6 {
			t.Errorf("%s: x %d (after %d), width %d", r.AttrOr("class", ""), left, x, width)
		}
		x = left + width
	})
	if got, want := strings.Join(order, " "), "state-merged state-open state-wip state-abandoned state-reverted state-expected"; got != want {
		t.Errorf("order %q, want %q", got, want)
	}
	if x > 1000 {
		t.Errorf("the bar ends at %d of 1000", x)
	}
}

// Every number with a field name on a page is the number the API gives.
func TestNumbersOnPagesEqualTheAPI(t *testing.T) {
	w := newWorld().populate().start(t)
	for page, api := range map[string]string{
		"/eventlet-removal/":                             "/api/v1/goals/eventlet-removal",
		"/eventlet-removal/projects/openstack/nova":      "/api/v1/goals/eventlet-removal/projects/openstack/nova",
		"/eventlet-removal/projects/openstack/mistral":   "/api/v1/goals/eventlet-removal/projects/openstack/mistral",
		"/eventlet-removal/projects/openstack/found.svg": "/api/v1/goals/eventlet-removal/projects/openstack/found.svg",
		"/eventlet-removal/projects/openstack/neutron":   "/api/v1/goals/eventlet-removal/projects/openstack/neutron",
	} {
		t.Run(page, func(t *testing.T) {
			var numbers map[string]any
			w.json(t, api, &numbers)
			seen := 0
			doc := w.page(t, page)
			doc.Find("[data-field]").Not(".rows [data-field]").Each(func(_ int, s *goquery.Selection) {
				field := s.AttrOr("data-field", "")
				want := lookup(numbers, field)
				if field == "cycles" {
					want = landed(numbers, text(s.Closest("tr").Find("th")))
				}
				if got := text(s); got != shown(field, want) {
					t.Errorf("%s: page says %q, API %v", field, got, want)
				}
				seen++
			})
			if seen < 12 {
				t.Errorf("only %d numbers looked at", seen)
			}
		})
	}
	var summary dashboard.Summary
	w.json(t, "/api/v1/goals/eventlet-removal", &summary)
	doc := w.page(t, "/")
	for _, p := range summary.Projects {
		row := doc.Find(fmt.Sprintf(`.projects tr:has(a[href$="/projects/%s"])`, p.Project))
		if got, want := text(row.Find(`[data-field="in_flight"]`)), strconv.Itoa(*p.InFlight); got != want {
			t.Errorf("%s in review: %q, want %s", p.Project, got, want)
		}
		if p.Progress == nil {
			continue
		}
		if got, want := text(row.Find(`[data-field="progress"]`)), shown("progress", *p.Progress); got != want {
			t.Errorf("%s: %q, want %s", p.Project, got, want)
		}
	}
}

func lookup(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

func landed(numbers map[string]any, row string) any {
	for _, c := range numbers["cycles"].([]any) {
		if strings.HasPrefix(row, c.(map[string]any)["name"].(string)) {
			return c.(map[string]any)["landed"]
		}
	}
	return "no such cycle"
}

// shown is how a page shows a number of the API.
func shown(field string, v any) string {
	switch n, ok := v.(float64); {
	case !ok:
		return "–"
	case field == "progress":
		return strconv.Itoa(int(n*100+1e-9)) + "%"
	default:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
}

// A reader who clicks a number finds as many rows, here and in the CSV.
func TestEveryNumberLeadsToItsRows(t *testing.T) {
	w := newWorld().populate().start(t)
	followed := 0
	for _, path := range pagePaths {
		w.page(t, path).Find("a.fig, a[data-field]").Each(func(_ int, a *goquery.Selection) {
			href, number := a.AttrOr("href", ""), text(a)
			list := w.page(t, href)
			if got := text(list.Find(".found")); got != number {
				t.Errorf("%s: %q leads to %s with %s rows", path, number, href, got)
			}
			if got := list.Find(".changes tbody tr").Length(); strconv.Itoa(got) != number {
				t.Errorf("%s: %q leads to %s with %d rows", path, number, href, got)
			}
			csv := w.get(t, list.Find(`a[href*="changes.csv"]`).AttrOr("href", ""))
			if got := strings.Count(csv.body, "\n") - 1; strconv.Itoa(got) != number {
				t.Errorf("%s: CSV of %s has %d rows", path, href, got)
			}
			followed++
		})
	}
	if followed < 40 {
		t.Errorf("only %d numbers followed", followed)
	}
}

// Every link of ours on every page leads somewhere.
func TestNoLinkIsDead(t *testing.T) {
	w := newWorld().populate().start(t)
	todo, seen := []string{"/"}, map[string]bool{"/": true}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		a := w.get(t, path)
		if a.StatusCode != 200 {
			t.Errorf("GET %s: %s", path, a.Status)
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			continue
		}
		doc := a.document(t)
		doc.Find("a[href], link[href]").Each(func(_ int, s *goquery.Selection) {
			href := s.AttrOr("href", "")
			u, err := url.Parse(href)
			if err != nil {
				t.Errorf("%s: link %q: %v", path, href, err)
				return
			}
			if u.Fragment != "" && u.Path == "" && doc.Find("#"+u.Fragment).Length() == 0 {
				t.Errorf("%s: nothing at %q", path, href)
			}
			u.Fragment = ""
			if next := u.String(); u.Scheme == "" && next != "" && !seen[next] && len(seen) < 400 {
				seen[next] = true
				todo = append(todo, next)
			}
		})
	}
	if len(seen) < 30 {
		t.Errorf("only %d links found", len(seen))
	}
}

func TestProjectPageAnswers(t *testing.T) {
	w := newWorld().populate().start(t)
	for project, want := range map[string]string{
		"openstack/nova":      "openstack/nova is not done: 3 changes in review",
		"openstack/mistral":   "openstack/mistral is done",
		"openstack/neutron":   "openstack/neutron is done; no changes are tracked",
		"openstack/cinder":    "openstack/cinder is not done: 1 change in review, none merged yet",
		"openstack/swift":     "openstack/swift is not affected",
		"openstack/found.svg": "openstack/found.svg has nothing in review, and nobody has declared it completed",
	} {
		if got := text(w.page(t, "/eventlet-removal/projects/"+project).Find("h1")); got != want {
			t.Errorf("%s: %q\nwant %q", project, got, want)
		}
	}
}

func TestProjectPageSections(t *testing.T) {
	w := newWorld().populate().start(t)
	doc := w.page(t, "/eventlet-removal/projects/openstack%2Fnova")
	for id, want := range map[string]string{
		"review": "110 111 112", "merged": "101 102 103", "closed": "113 115 114", "backports": "116", "left": "117 118",
	} {
		var got []string
		doc.Find("section:has(#" + id + ") tbody tr td:first-child").Each(func(_ int, s *goquery.Selection) { got = append(got, text(s)) })
		if id == "left" { // of the same age
			got = []string{min(got[0], got[1]), max(got[0], got[1])}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
	if got := text(doc.Find("#review").Closest("section").Find("tbody tr:first-child td:nth-child(4)")); !strings.HasPrefix(got, "39 days on") && !strings.HasPrefix(got, "38 days on") && !strings.HasPrefix(got, "40 days on") {
		t.Errorf("110 waits: %q", got)
	}
	if got := text(doc.Find("#backports").Closest("section").Find("tbody small").First()); got != "openstack/nova stable/2026.1 · backport · cherry-pick of 101" {
		t.Errorf("backport: %q", got)
	}
	if got := text(doc.Find(`#left`).Closest("section").Find(`tr:contains("117") th small`)); !strings.HasSuffix(got, "topic is now elsewhere") {
		t.Errorf("left: %q", got)
	}
	if href := doc.Find("#review").Closest("section").Find("tbody td:first-child a").First().AttrOr("href", ""); href != "https://review.example.org/c/openstack/nova/+/110" {
		t.Errorf("change leads to %q", href)
	}
}

func TestAttentionPage(t *testing.T) {
	w := newWorld().populate().start(t)
	doc := w.page(t, "/eventlet-removal/attention")
	if got := doc.Find(".waits li").Length(); got != 4 {
		t.Errorf("%d changes wait, want the 4 in review", got)
	}
	if got := doc.Find(".waits .age.old").Length(); got == 0 {
		t.Error("nothing is old, although 110 has waited for 40 days")
	}
	if got := text(doc.Find("#dependency")); got != "On another change 1" {
		t.Errorf("dependency: %q", got)
	}
	empty := newWorld().start(t).page(t, "/eventlet-removal/attention")
	if got := text(empty.Find(".calm")); got != "Nothing is in review, so nothing waits on anybody." {
		t.Errorf("empty: %q", got)
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
	if got := text(doc.Find(".sentence").First()); got != "– No change is merged or in review yet" {
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
			if got := text(doc.Find(".asof")); !strings.Contains(got, "1200 of 2500 read") {
				t.Errorf("%s: %q", path, got)
			}
			if got := a.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control %q", path, got)
			}
		}
	}
	if got := text(w.page(t, "/").Find("head > title")); got != "Loading · Eventlet removal" {
		t.Errorf("title %q", got)
	}
}

func TestProjectThatIsLoadingAloneIsNamed(t *testing.T) {
	w := newWorld().populate()
	w.goal.Queries = append(w.goal.Queries, store.Query{Project: "openstack/octavia", Text: `project:"openstack/octavia" (message:eventlet)`})
	w.start(t)
	if got := text(w.page(t, "/").Find(".asof")); !strings.HasSuffix(got, "Still being read, and not counted yet: openstack/octavia.") {
		t.Errorf("%q", got)
	}
	var s dashboard.Summary
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
		if got := text(doc.Find(".asof.late")); got != "Not up to date. These are the last known numbers, as of 22 Nov 2026, 10:00 UTC (26 hours ago)." {
			t.Errorf("%s: %q", path, got)
		}
		doc.Find(".hero .fig, .legend .fig, .actors .fig").Not(".stale").Each(func(_ int, s *goquery.Selection) {
			t.Errorf("%s: %s is not marked", path, s.AttrOr("data-field", text(s)))
		})
	}
	if got := newWorld().populate().start(t).page(t, "/").Find(".stale, .late").Length(); got != 0 {
		t.Errorf("%d marks on fresh numbers", got)
	}
}

func TestSeveralGoals(t *testing.T) {
	w := newWorld().populate()
	other := newGoal()
	other.Name, other.Title = "other", "Another goal"
	w.cfg.Goals = append(w.cfg.Goals, other)
	w.start(t)
	doc := w.page(t, "/")
	if got := text(doc.Find("h1")); got != "All goals" {
		t.Errorf("heading %q", got)
	}
	if got := text(doc.Find("tbody th")); got != "Eventlet removalAnother goal" {
		t.Errorf("goals %q", got)
	}
	if got := text(w.page(t, "/eventlet-removal/").Find("nav a").First()); got != "All goals" {
		t.Errorf("first in navigation: %q", got)
	}
}

func TestChangesPage(t *testing.T) {
	w := newWorld()
	for i := range 230 {
		w.add(store.Change{Number: 1000 + i, Status: store.StatusMerged, Submitted: ago(i)})
	}
	w.start(t)
	doc := w.page(t, "/eventlet-removal/changes?state=merged&sort=number&page=3")
	if got := text(doc.Find("h2")); got != "230 found 201 to 230" {
		t.Errorf("heading %q", got)
	}
	if got := text(doc.Find("tbody tr:first-child td:first-child")); got != "1200" {
		t.Errorf("third page begins with %q", got)
	}
	if got := doc.Find("a[rel=prev]").AttrOr("href", ""); got != "/eventlet-removal/changes?page=2&sort=number&state=merged" {
		t.Errorf("previous page %q", got)
	}
	if doc.Find("a[rel=next]").Length() != 0 {
		t.Error("there is a page after the last")
	}
	if got := doc.Find(`input[name=state][checked]`).AttrOr("value", ""); got != "merged" {
		t.Errorf("checked: %q", got)
	}
	if got := doc.Find(`a[href^="https://review.example.org/q/change:1"]`).Length(); got != 1 {
		t.Errorf("%d links to the same in Gerrit", got)
	}
}

func TestHiddenPeopleAppearNowhere(t *testing.T) {
	w := newWorld().populate()
	w.cfg.HidePeople = true
	w.start(t)
	paths := append([]string{"/api/v1/goals/eventlet-removal/changes", "/eventlet-removal/changes.csv"}, pagePaths...)
	for _, path := range paths {
		body := w.get(t, path).body
		for _, name := range []string{"Olga", "olga", "Rita", "Arnaud"} {
			if strings.Contains(body, name) {
				t.Errorf("%s names %s", path, name)
			}
		}
	}
	if a := w.get(t, "/eventlet-removal/changes?owner=olga"); a.StatusCode != 400 {
		t.Errorf("filter by owner: %s", a.Status)
	}
}

func TestPagesStaySmall(t *testing.T) {
	w := newWorld()
	for p := range 80 {
		name := fmt.Sprintf("openstack/some-long-project-name-%d", p)
		w.goal.Projects = append(w.goal.Projects, progress.Project{Name: name, Declared: progress.DeclaredInProgress, Approach: "one service at a time, then the rest"})
		for i := range 8 {
			status := []string{store.StatusMerged, store.StatusNew}[i%2]
			c := store.Change{Number: 1000 + p*10 + i, Project: name, Status: status, Subject: "Replace the green threads of the conductor by native ones and test it"}
			if status == store.StatusMerged {
				c.Submitted = ago(p)
			}
			w.add(c)
		}
	}
	for i := range 300 {
		w.add(store.Change{Number: 5000 + i, Status: []string{store.StatusNew, store.StatusAbandoned}[i%2], Subject: "Replace the green threads of the conductor by native ones and test it"})
	}
	w.start(t)
	for _, path := range pagePaths[:9] {
		if strings.Contains(path, "mistral") || strings.Contains(path, "found.svg") {
			continue
		}
		if size := len(w.get(t, path).body); size > 100_000 {
			t.Errorf("%s: %d bytes", path, size)
		}
	}
}

func TestCSVKeepsFormulasHarmless(t *testing.T) {
	w := newWorld()
	w.add(store.Change{Number: 7, Status: store.StatusNew, Subject: `=HYPERLINK("https://evil.example")`})
	w.start(t)
	a := w.get(t, "/eventlet-removal/changes.csv")
	if !strings.Contains(a.body, `"'=HYPERLINK(""https://evil.example"")"`) {
		t.Errorf("got %s", a.body)
	}
	if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="eventlet-removal-changes.csv"` {
		t.Errorf("Content-Disposition %q", got)
	}
}

// The status command prints what the API answers.
func TestSummariesEqualTheAPI(t *testing.T) {
	w := newWorld().populate().start(t)
	var fromAPI map[string]any
	w.json(t, "/api/v1/goals/eventlet-removal", &fromAPI)
	body, err := json.Marshal(dashboard.Goals{Goals: dashboard.Summaries(w.cfg, w.db.Snapshot(), w.now)})
	if err != nil {
		t.Fatal(err)
	}
	var printed struct{ Goals []map[string]any }
	if err := json.Unmarshal(body, &printed); err != nil {
		t.Fatal(err)
	}
	if a, b := fmt.Sprint(fromAPI), fmt.Sprint(printed.Goals[0]); a != b {
		t.Errorf("API\n%s\nSummaries\n%s", a, b)
	}
}
