package dashboard_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
)

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
					want = mergedIn(numbers, text(s.Closest("tr").Find("th")))
				}
				if got := text(s); got != shown(field, want) {
					t.Errorf("%s: page says %q, API %v", field, got, want)
				}
				seen++
			})
			if seen < 5 { // a zero that is not counted stands nowhere
				t.Errorf("only %d numbers looked at", seen)
			}
		})
	}
	var summary api.Summary
	w.json(t, "/api/v1/goals/eventlet-removal", &summary)
	doc := w.page(t, "/")
	for _, p := range summary.Projects {
		row := doc.Find(fmt.Sprintf(`.projects tr:has(a[href$="/projects/%s"])`, p.Project))
		if doc.Find(fmt.Sprintf(`.wall a[href$="/projects/%s"]`, p.Project)).Length() == 1 {
			if *p.InFlight != 0 || row.Length() != 0 {
				t.Errorf("%s stands on the wall with %d in review", p.Project, *p.InFlight)
			}
			continue
		}
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

func mergedIn(numbers map[string]any, row string) any {
	for _, c := range numbers["cycles"].([]any) {
		if strings.HasPrefix(row, c.(map[string]any)["name"].(string)) {
			return c.(map[string]any)["merged"]
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

// The status command prints what the API answers.
func TestSummariesEqualTheAPI(t *testing.T) {
	w := newWorld().populate().start(t)
	var fromAPI map[string]any
	w.json(t, "/api/v1/goals/eventlet-removal", &fromAPI)
	body, err := json.Marshal(api.Goals{Goals: dashboard.Summaries(w.cfg, w.db.Snapshot(), w.now)})
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
