package dashboard_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/eventlet-removal/headway/dashboard/golden"
	"github.com/eventlet-removal/headway/dashboard/report"
	"github.com/eventlet-removal/headway/store"
)

func TestCarriedAsText(t *testing.T) {
	w := populated()
	w.cfg.ExternalURL, _ = url.Parse("https://headway.example.org/")
	w.start(t)
	golden.Check(t, "testdata/golden/summary.txt", w.get(t, "/eventlet-removal/summary.txt").body)
	golden.Check(t, "testdata/golden/summary.md", w.get(t, "/eventlet-removal/summary.md").body)
	golden.Check(t, "testdata/golden/project.txt", w.get(t, "/eventlet-removal/projects/openstack/nova?format=text").body)
	golden.Check(t, "testdata/golden/team.md", w.get(t, "/eventlet-removal/teams/compute?format=markdown").body)
	golden.Check(t, "testdata/golden/summary-past.txt", w.get(t, "/eventlet-removal/summary.txt?on=2026-11-20").body)
}

// TestPagesCanBeCarriedAway follows the links beside as-of.
func TestPagesCanBeCarriedAway(t *testing.T) {
	w := populated().start(t)
	for path, want := range map[string][]string{
		"/eventlet-removal/":                          {"/eventlet-removal/summary.txt", "/eventlet-removal/summary.md"},
		"/eventlet-removal/?on=2026-11-20":            {"/eventlet-removal/summary.txt?on=2026-11-20", "/eventlet-removal/summary.md?on=2026-11-20"},
		"/eventlet-removal/projects/openstack/nova":   {"/eventlet-removal/projects/openstack/nova?format=text", "/eventlet-removal/projects/openstack/nova?format=markdown"},
		"/eventlet-removal/teams/compute":             {"/eventlet-removal/teams/compute?format=text", "/eventlet-removal/teams/compute?format=markdown"},
		"/eventlet-removal/projects/openstack/cinder": {"/eventlet-removal/projects/openstack/cinder?format=text", "/eventlet-removal/projects/openstack/cinder?format=markdown"},
	} {
		page := w.page(t, path)
		links := page.Find("a[data-copy]")
		if diff := cmp.Diff(want, links.Map(attrOf("href"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
		percent := text(page.Find("[data-field=progress]").First())
		for i, contentType := range []string{"text/plain; charset=utf-8", "text/markdown; charset=utf-8"} {
			a := w.get(t, want[i])
			if a.StatusCode != 200 || a.Header.Get("Content-Type") != contentType || !strings.Contains(a.body, strings.TrimSuffix(percent, " merged")) {
				t.Errorf("%s: %s %s, want %q in\n%s", want[i], a.Status, a.Header.Get("Content-Type"), percent, a.body)
			}
		}
	}
	for path, code := range map[string]int{
		"/eventlet-removal/projects/none?format=text": 404, "/eventlet-removal/teams/none?format=markdown": 404, "/none/summary.txt": 404,
		"/eventlet-removal/teams/compute?format=pdf": 400, "/eventlet-removal/summary.txt?format=text": 400, "/eventlet-removal/summary.md?on=2999-01-01": 400,
	} {
		if a := w.get(t, path); a.StatusCode != code {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
}

func TestCarriedInOddTimes(t *testing.T) {
	for _, tc := range []struct {
		name  string
		world func() *world
		want  string
		cache string
	}{
		{"loading", func() *world { return newWorld().loading() }, "Reading all changes: 1200 of 2500.", "no-store"},
		{"empty", newWorld, "0% of the changes uploaded or expected so far are merged", "public, max-age=5, stale-if-error=86400"},
		{"stale", outdated, "As of 22 Nov 2026, 12:00 UTC, not up to date", "public, max-age=5, stale-if-error=86400"},
	} {
		a := tc.world().start(t).get(t, "/eventlet-removal/summary.txt")
		if a.StatusCode != 200 || !strings.Contains(a.body, tc.want) || a.Header.Get("Cache-Control") != tc.cache {
			t.Errorf("%s: %s %s\n%s", tc.name, a.Status, a.Header.Get("Cache-Control"), a.body)
		}
	}
}

// TestCarriedTextKeepsItsColumns gives names that leave no room: none is cut, and no
// line is too long.
func TestCarriedTextKeepsItsColumns(t *testing.T) {
	w := populated()
	names := []string{"openstack/" + strings.Repeat("a-very-long-name-", 2) + "x", "漢字/" + strings.Repeat("漢", 20), "e\u0301" + strings.Repeat("e\u0301", 30)}
	for i, name := range names {
		w.add(store.Change{Row: store.Row{Number: 900 + i, Project: name, Status: store.StatusNew}})
	}
	body := w.start(t).get(t, "/eventlet-removal/summary.txt").body
	for line := range strings.Lines(body) {
		if n := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); n > report.Columns && !strings.HasPrefix(line, "[") {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	for _, name := range names {
		if !strings.Contains(body, name) {
			t.Errorf("%s is cut in\n%s", name, body)
		}
	}
}

// TestCarriedNamesTheLongestWaits wants the same five changes in every form, in the same
// order, also where several wait since the same moment.
func TestCarriedNamesTheLongestWaits(t *testing.T) {
	w := newWorld()
	for i := range 8 {
		since := 40 * 24
		if i > 5 {
			since = 50 * 24
		}
		w.add(store.Change{Row: store.Row{Number: 10 + i, Project: "openstack/nova", Status: store.StatusNew, Created: ago(since), Updated: ago(100 - i), Subject: "Subject of " + strconv.Itoa(10+i)}})
	}
	w.start(t)
	want := w.page(t, "/eventlet-removal/").Find(".longest .nr").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(want) != 5 {
		t.Fatalf("the page names %v", want)
	}
	var d report.Digest
	w.json(t, "/api/v1/goals/eventlet-removal/report", &d)
	var inReport []string
	for _, c := range d.Attention.Longest {
		inReport = append(inReport, strconv.Itoa(c.Number))
	}
	if diff := cmp.Diff(want, inReport); diff != "" {
		t.Errorf("report (-page +report):\n%s", diff)
	}
	for _, form := range []string{"summary.txt", "summary.md"} {
		var got []string
		for _, m := range regexp.MustCompile(`- \[?Subject of (\d+)`).FindAllStringSubmatch(w.get(t, "/eventlet-removal/"+form).body, -1) {
			got = append(got, m[1])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-page +text):\n%s", form, diff)
		}
	}
}
