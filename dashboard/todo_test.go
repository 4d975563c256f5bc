package dashboard_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

// texts are the texts of all that is found.
func texts(s *goquery.Selection) []string {
	return s.Map(func(_ int, s *goquery.Selection) string { return text(s) })
}

// answer asks without following redirects.
func (w *world) answer(t *testing.T, path string) *http.Response {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(w.url + path)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

func TestGoToProject(t *testing.T) {
	w := hostileWorld(t)
	const page = "/eventlet-removal/projects/openstack/mistral"
	for query, want := range map[string]string{
		"project=openstack/mistral": page, "project=MISTRAL": page, "project=%20mistral%20": page,
		"project=mistral&on=2026-10-20": page + "?on=2026-10-20",
	} {
		if a := w.answer(t, "/eventlet-removal/go?"+query); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("%s: %s to %q, want %s", query, a.Status, a.Header.Get("Location"), want)
		}
	}
	if got := texts(w.page(t, "/eventlet-removal/go?project=openstack/mistrl").Find(".names a")); !slices.Contains(got, "openstack/mistral") {
		t.Errorf("near mistrl are %q", got)
	}
	for _, asked := range append([]string{"", "nothing like it", strings.Repeat("ab/", 1000)}, hostile...) {
		path := "/eventlet-removal/go?project=" + url.QueryEscape(asked)
		if a := w.answer(t, path); a.StatusCode == http.StatusSeeOther { // there is a project that ends so
			to := a.Header.Get("Location")
			if u, err := url.Parse(to); err != nil || !strings.HasPrefix(u.Path, "/eventlet-removal/projects/evil/") || u.Host != "" {
				t.Errorf("%q leads to %q", asked, to)
			}
			continue
		}
		harmless(t, w.get(t, path), http.StatusOK)
	}
	if a := w.answer(t, "/eventlet-removal/go?project=a&project=b"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("two projects: %s", a.Status)
	}
	if names := w.page(t, "/eventlet-removal/attention").Find("datalist#names option").Length(); names == 0 || names > 50 {
		t.Errorf("the field offers %d names", names)
	}
}

// TestStatusesLeadToTheirProjects follows each part of the sentence on projects.
func TestStatusesLeadToTheirProjects(t *testing.T) {
	w := newWorld().populate()
	w.add(store.Change{Row: store.Row{Number: 601, Project: "openstack/magnum", Status: store.StatusAbandoned}})
	w.start(t)
	links := w.page(t, "/").Find(".statuses a")
	if got, want := texts(links), []string{"2 of 6 projects are completed", "1 in progress", "1 planning", "1 with nothing left in review", "1 stalled", "1 not affected"}; !slices.Equal(got, want) {
		t.Errorf("the sentence links %q", got)
	}
	links.Each(func(_ int, a *goquery.Selection) {
		count, _, _ := strings.Cut(text(a), " ")
		doc := w.page(t, strings.TrimSuffix(a.AttrOr("href", ""), "#projects"))
		if rows := doc.Find(".projects tbody tr").Length(); fmt.Sprint(rows) != count {
			t.Errorf("%s leads to %d rows", text(a), rows)
		}
		if doc.Find(".wall").Length() != 0 || !strings.HasPrefix(text(doc.Find(".chosen")), count+" project") {
			t.Errorf("%s leads to %q", text(a), text(doc.Find(".chosen")))
		}
	})
	if a := w.get(t, "/?status=colour"); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "there is no status") {
		t.Errorf("unknown status: %s", a.Status)
	}
	if got := text(w.page(t, "/?find=nothing-has-this").Find("main .calm")); got != "No project is called so, or has this status." {
		t.Errorf("nothing found: %q", got)
	}
}

// TestStalledStandsFirst: whatever a project declares.
func TestStalledStandsFirst(t *testing.T) {
	w := newWorld().populate()
	w.add(store.Change{Row: store.Row{Number: 601, Project: "openstack/neutron", Status: store.StatusAbandoned}})
	w.add(store.Change{Row: store.Row{Number: 602, Project: "openstack/neutron", Status: store.StatusAbandoned}})
	first := w.start(t).page(t, "/").Find(".projects tbody tr").First()
	if got := text(first.Find("th > a")); got != "openstack/neutron" {
		t.Errorf("first stands %s", got)
	}
	if got := text(first.Find(".warn").First()); got != "Stalled: 2 abandoned, nothing merged. Restore a change or upload a new one." {
		t.Errorf("it reads %q", got)
	}
	if got := text(first.Find(".pill")); got != "Completed" {
		t.Errorf("its status is %q", got)
	}
}

func TestProjectsCSV(t *testing.T) {
	w := newWorld().populate()
	w.goal.Projects[0].Approach = "=one \"service\"\nat a time"
	w.start(t)
	a := w.get(t, w.page(t, "/").Find(`a[href$="projects.csv"]`).AttrOr("href", ""))
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%v, %s", err, a.Header.Get("Content-Type"))
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	got := map[string]string{}
	for _, row := range rows[1:] {
		got[column(row, "project")] = strings.Join([]string{column(row, "status"), column(row, "percent"), column(row, "merged"), column(row, "of"), column(row, "not_merged"), column(row, "expected")}, " ")
	}
	want := map[string]string{
		"openstack/nova": "in-progress 50 3 6 3 ", "openstack/mistral": "completed 100 1 1 0 ", "openstack/neutron": "completed  0 0 0 ",
		"openstack/cinder": "planning 0 0 4 1 4", "openstack/swift": "not-affected  0 0 0 ", "openstack/found.svg": "nothing-in-review 100 1 1 0 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("projects.csv (-want +got):\n%s", diff)
	}
	if strings.Contains(a.body, `"=one`) {
		t.Error("an approach is a formula")
	}
	if a := w.get(t, "/eventlet-removal/projects.csv?bom=1"); !strings.HasPrefix(a.body, "\ufeff") {
		t.Error("no byte order mark")
	}
}

// TestAttentionOfManyChanges: at 2,500 changes the page stays below 100 kB, and what
// it leaves out is one click away.
func TestAttentionOfManyChanges(t *testing.T) {
	w := newWorld()
	for i := range 2500 {
		c := store.Change{Row: store.Row{
			Number: 1000 + i, Project: fmt.Sprintf("openstack/a-project-with-a-name-of-sixty-letters-as-there-are-%02d", i%43), Status: store.StatusNew, WIP: i%3 == 0,
			Created: ago(i), Subject: strings.Repeat("a subject of 120 letters ", 5)[:120],
		}}
		if i%7 == 0 {
			c.DependsOn = []string{gerrit + fmt.Sprint(1000+i+1)}
		}
		w.add(c)
	}
	w.start(t)
	a := w.get(t, "/eventlet-removal/attention")
	if len(a.body) > 100_000 {
		t.Errorf("%d bytes", len(a.body))
	}
	doc := a.document(t)
	lists := doc.Find(".waits")
	lists.Each(func(_ int, list *goquery.Selection) {
		if n := list.Find("li").Length(); n > 20 {
			t.Errorf("a list of %d", n)
		}
	})
	if lists.Length() < 3 {
		t.Errorf("%d reasons", lists.Length())
	}
	doc.Find(`p.more a[href*="reason="]`).Each(func(_ int, more *goquery.Selection) {
		var hidden, found int
		fmt.Sscan(text(more), &hidden)
		fmt.Sscan(text(w.page(t, more.AttrOr("href", "")).Find(".found")), &found)
		if hidden <= 0 || found != hidden+20 {
			t.Errorf("%q leads to %d changes", text(more), found)
		}
	})
	chosen := w.page(t, "/eventlet-removal/attention?project=openstack/a-project-with-a-name-of-sixty-letters-as-there-are-07&team=")
	if got := chosen.Find(`.choose [name=project]`).AttrOr("value", ""); !strings.HasSuffix(got, "-07") {
		t.Errorf("the field has %q", got)
	}
	if got := chosen.Find(`.waits small a`).Not(`[href$="-07"]`).Length(); got != 0 {
		t.Errorf("%d changes of other projects", got)
	}
}

// TestReasonsFilter: the same changes on page, API and CSV; no such reason is an error.
func TestReasonsFilter(t *testing.T) {
	w := newWorld().populate().start(t)
	if got := found(w.page(t, "/eventlet-removal/changes?reason=wip,no-review")); sorted(got) != "111 301" {
		t.Errorf("found %s", got)
	}
	if got := found(w.page(t, "/eventlet-removal/changes?q=reason:dependency")); got != "112" {
		t.Errorf("found %s", got)
	}
	for _, path := range []string{"/eventlet-removal/changes?reason=tired", "/eventlet-removal/changes?reason=wip&on=2026-10-20", apiGoal + "/changes?reason=tired"} {
		if a := w.get(t, path); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "reason") {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
}
