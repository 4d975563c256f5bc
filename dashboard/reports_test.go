package dashboard_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"

	"github.com/eventlet-removal/headway/dashboard/report"
	"github.com/eventlet-removal/headway/store"
)

// TestReportPage wants one report in all forms.
func TestReportPage(t *testing.T) {
	w := populated().start(t)
	page := w.page(t, "/eventlet-removal/report?since=2026-11-01")
	if got := text(page.Find("h1")); got != "Eventlet removal: 1 to 22 November 2026" {
		t.Errorf("heading %q", got)
	}
	forms := page.Find("p.more a").Map(attrOf("href"))
	at := "?since=2026-11-01&until=2026-11-23"
	if diff := cmp.Diff([]string{"/eventlet-removal/report?format=text&since=2026-11-01&until=2026-11-23", "/eventlet-removal/report?format=markdown&since=2026-11-01&until=2026-11-23", "/api/v1/goals/eventlet-removal/report" + at}, forms); diff != "" {
		t.Fatalf("forms (-want +got):\n%s", diff)
	}
	plain, markdown := w.get(t, forms[0]), w.get(t, forms[1])
	if got := plain.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	if got := markdown.Header.Get("Content-Type"); got != "text/markdown; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	var d report.Digest
	w.json(t, forms[2], &d)
	if got := d.Document().Text(); got != plain.body {
		t.Errorf("the JSON reads\n%s\nthe text\n%s", got, plain.body)
	}
	var html strings.Builder
	if err := goldmark.Convert([]byte(markdown.body), &html); err != nil {
		t.Fatal(err)
	}
	// All forms say the same words.
	want := words(plain.body)
	for name, got := range map[string]string{"page": text(page.Find("main")), "markdown": html.String()} {
		for _, word := range []string{"Subject of 101", "Olga Owner", "Newly stuck", "Taken back"} {
			if strings.Contains(want, word) != strings.Contains(words(got), word) {
				t.Errorf("%q is in one of text and %s only", word, name)
			}
		}
	}
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestReportCounts compares with the other surfaces.
func TestReportCounts(t *testing.T) {
	w := populated().start(t)
	var d report.Digest
	w.json(t, "/api/v1/goals/eventlet-removal/report?since=2026-09-30&until=2027-03-31", &d) // the cycle
	var count struct {
		CycleMerged int `json:"cycle_merged"`
	}
	w.json(t, "/api/v1/goals/eventlet-removal/count", &count)
	if d.Merged.Count != count.CycleMerged || d.Merged.Count == 0 {
		t.Errorf("%d merged, and %d in the cycle", d.Merged.Count, count.CycleMerged)
	}
	if d.Reverted.Count != 2 || d.Left.Count != 2 || d.Abandoned.Count != 1 {
		t.Errorf("%d reverted, %d left, %d abandoned", d.Reverted.Count, d.Left.Count, d.Abandoned.Count)
	}
	if len(d.By) != 1 || d.By[0].Name != "Olga Owner" || d.By[0].Merged != d.Merged.Count {
		t.Errorf("by %v", d.By)
	}
	if d.Stuck.Count != 1 || d.Stuck.Projects[0].Changes[0].Number != 110 {
		t.Errorf("stuck: %+v", d.Stuck)
	}
	if d.Attention == nil || len(d.Attention.Longest) == 0 || d.Attention.Longest[0].Number != 110 {
		t.Errorf("attention: %+v", d.Attention)
	}
}

// TestReportTimes follows what the page offers: the last week, each cycle that has begun
// and, in the form, any two days; of the same part of the goal.
func TestReportTimes(t *testing.T) {
	w := populated().start(t)
	for _, part := range []string{"", "project=openstack%2Fnova&", "team=compute&"} {
		page := w.page(t, "/eventlet-removal/report?"+part+"cycle=2027.1")
		var current []string
		titles := map[string]string{}
		page.Find("nav.more a").Each(func(_ int, a *goquery.Selection) {
			if a.AttrOr("aria-current", "") != "" {
				current = append(current, a.Text())
			}
			titles[a.Text()] = text(w.page(t, a.AttrOr("href", "")).Find("h1"))
		})
		name := map[string]string{"": "", "project=openstack%2Fnova&": "openstack/nova, ", "team=compute&": "Compute & friends, "}[part]
		want := map[string]string{
			"Last 7 days": name + "Eventlet removal: 16 to 22 November 2026", "2026.2 Hibiscus": name + "Eventlet removal in 2026.2 Hibiscus: 1 April to 29 September 2026",
			"2027.1": name + "Eventlet removal in 2027.1: 30 September 2026 to 30 March 2027",
		}
		if part != "" {
			want["All projects"] = "Eventlet removal: 30 September 2026 to 30 March 2027"
		}
		if diff := cmp.Diff(want, titles); diff != "" {
			t.Errorf("%s times (-want +got):\n%s", part, diff)
		}
		if diff := cmp.Diff([]string{"2027.1"}, current); diff != "" {
			t.Errorf("%s current (-want +got):\n%s", part, diff)
		}
		form := page.Find("form.day")
		sent := url.Values{}
		form.Find("input").Each(func(_ int, in *goquery.Selection) { sent.Set(in.AttrOr("name", ""), in.AttrOr("value", "")) })
		sent.Set("until", "2026-10-08")
		if got := text(w.page(t, "/eventlet-removal/report?"+sent.Encode()).Find("h1")); got != name+"Eventlet removal: 30 September to 7 October 2026" {
			t.Errorf("%s the form leads to %q", part, got)
		}
	}
}

// TestReportsOfParts wants the parts to add up to the whole.
func TestReportsOfParts(t *testing.T) {
	w := populated().start(t)
	at := "/api/v1/goals/eventlet-removal/report?since=2026-01-01"
	var goal, team, nova, cinder report.Digest
	w.json(t, at, &goal)
	w.json(t, at+"&team=compute", &team)
	w.json(t, at+"&project=openstack/nova", &nova)
	w.json(t, at+"&project=openstack/cinder", &cinder)
	for name, list := range map[string]func(report.Digest) *report.List{
		"merged": func(d report.Digest) *report.List { return d.Merged }, "uploaded": func(d report.Digest) *report.List { return d.Uploaded },
		"reverted": func(d report.Digest) *report.List { return d.Reverted }, "left": func(d report.Digest) *report.List { return d.Left }, "stuck": func(d report.Digest) *report.List { return d.Stuck },
	} {
		of := 0
		for _, part := range list(goal).Projects {
			if part.Project == "openstack/nova" || part.Project == "openstack/cinder" {
				of += part.Count
			}
		}
		if got := list(team).Count; got != of || got != list(nova).Count+list(cinder).Count {
			t.Errorf("%s: the goal has %d of these projects, the team %d, the projects %d and %d", name, of, got, list(nova).Count, list(cinder).Count)
		}
	}
	if *nova.Project != "openstack/nova" || nova.Team != nil || *team.Team != "compute" || goal.Project != nil || goal.Answer != nil || *nova.Answer != "openstack/nova is not done: 3 changes not merged yet." {
		t.Errorf("nova %v %v %v, team %v", nova.Project, nova.Team, nova.Answer, team.Team)
	}
	if nova.Now.Merged+cinder.Now.Merged != team.Now.Merged || len(team.Cycles) == 0 || team.Cycles[0].Merged != nova.Cycles[0].Merged+cinder.Cycles[0].Merged {
		t.Errorf("now: %+v and %+v, together %+v; cycles %+v, %+v", nova.Now, cinder.Now, team.Now, team.Cycles, nova.Cycles)
	}
}

// TestLongReports gives more changes than a report names: it says how many are left out,
// and leads to the list that has them.
func TestLongReports(t *testing.T) {
	w := newWorld()
	for i := range 700 {
		row := store.Row{Number: 1000 + i, Project: fmt.Sprintf("openstack/project-%02d", i%40), Created: ago(24*30 - i), Subject: strings.Repeat("Long subject ", 5) + strconv.Itoa(i), Status: store.StatusNew}
		if i%2 == 0 {
			row.Status, row.Submitted = store.StatusMerged, ago(24*7)
		}
		w.add(store.Change{Row: row})
	}
	w.cfg.ExternalURL, _ = url.Parse("https://headway.example.org/")
	w.start(t)
	address := "/eventlet-removal/report?since=2026-10-01&until=2026-11-24"
	var d report.Digest
	w.json(t, "/api/v1"+strings.Replace(address, "/eventlet", "/goals/eventlet", 1), &d)
	named := len(d.Attention.Longest)
	for _, l := range []*report.List{d.Merged, d.Uploaded, d.Stuck} {
		inList := 0
		for _, p := range l.Projects {
			inList += len(p.Changes)
		}
		if inList < 10 || inList > l.Count {
			t.Errorf("%d of %d named", inList, l.Count)
		}
		named += inList
	}
	if named != report.Most {
		t.Errorf("%d changes are named, want %d", named, report.Most)
	}
	plain := words(w.get(t, address+"&format=text").body)
	if n := strings.Count(plain, "more are not named here; they are in the list of changes ["); n != 2 || !strings.Contains(plain, "Merged: 350 changes in 20 projects") {
		t.Errorf("%d lists say that there are more:\n%.300s", n, plain)
	}
	a := w.get(t, address)
	if len(a.body) > 100_000 {
		t.Errorf("the page has %d bytes", len(a.body))
	}
	lists := a.document(t).Find("main section a").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Text() == "the list of changes" }).Map(attrOf("href"))
	if diff := cmp.Diff([]string{"/eventlet-removal/changes?sort=-merged&state=merged", "/eventlet-removal/changes?sort=-number"}, lists); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
	for _, l := range lists {
		w.page(t, l)
	}
}

func TestReportsInOddTimes(t *testing.T) {
	hidden := func() *world { w := populated(); w.cfg.HidePeople = true; return w }
	for _, tc := range []struct {
		name  string
		world func() *world
		query string
		want  string
		not   string
		cache string
	}{
		{"the week", populated, "", "In these 7 days", "Votes and declarations have no past", "public, max-age=5, stale-if-error=86400"},
		{"until yesterday", populated, "?since=2026-11-01&until=2026-11-22", "Votes and declarations have no past", "What is waiting", "public, max-age=5, stale-if-error=86400"},
		{"today", populated, "?since=2026-11-23", "The time is not over: this is how far it is.", "no past", "public, max-age=5, stale-if-error=86400"},
		{"the future", populated, "?since=2026-12-01&until=2026-12-08", "This time is still to come: there is nothing to report yet.", "Merged", "public, max-age=5, stale-if-error=86400"},
		{"before the goal", populated, "?until=2020-01-01", "This was before the goal began: its first change was uploaded on", "Merged", "public, max-age=5, stale-if-error=86400"},
		{"an empty week", populated, "?since=2026-10-16&until=2026-10-23", "Nothing was merged, uploaded, abandoned or reverted in this time", "In these 7 days", "public, max-age=5, stale-if-error=86400"},
		{"no change at all", newWorld, "", "No change has been uploaded yet: there is nothing to report.", "Merged", "public, max-age=5, stale-if-error=86400"},
		{"loading", func() *world { return newWorld().loading() }, "", "There is nothing to report yet. Reading all changes: 1200 of 2500.", "Merged", "no-store"},
		{"stale", outdated, "", "not up to date", "", "public, max-age=5, stale-if-error=86400"},
		{"names hidden", hidden, "?since=2026-01-01", "Subject of 101 [", "Olga", "public, max-age=5, stale-if-error=86400"},
		{"a day of year 1", populated, "?until=0001-01-02", "This was before the goal began", "", "public, max-age=5, stale-if-error=86400"},
		{"the end of days", populated, "?until=9999-12-31&since=9999-12-30", "still to come", "", "public, max-age=5, stale-if-error=86400"},
		{"all of time", populated, "?since=0001-01-01&until=9999-12-31", "Merged: ", "", "public, max-age=5, stale-if-error=86400"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := tc.world().start(t)
			and := "?"
			if tc.query != "" {
				and = "&"
			}
			a := w.get(t, "/eventlet-removal/report"+tc.query+and+"format=text")
			flat := words(a.body)
			if a.StatusCode != 200 || !strings.Contains(flat, tc.want) || tc.not != "" && strings.Contains(flat, tc.not) || a.Header.Get("Cache-Control") != tc.cache {
				t.Errorf("%s, %s, want %q and not %q:\n%s", a.Status, a.Header.Get("Cache-Control"), tc.want, tc.not, a.body)
			}
			w.page(t, "/eventlet-removal/report"+tc.query)
			var d report.Digest
			w.json(t, "/api/v1/goals/eventlet-removal/report"+tc.query, &d)
		})
	}
}

func TestBadReports(t *testing.T) {
	w := populated().start(t)
	for _, tc := range []struct{ query, want string }{
		{"?since=yesterday", `Bad parameter &#34;since&#34;: &#34;yesterday&#34; is not a date: write 2026-08-21.`},
		{"?until=2026-02-30", `Bad parameter &#34;until&#34;: &#34;2026-02-30&#34; is not a date`},
		{"?since=9999-12-31", `no day comes after 9999-12-31`},
		{"?since=2026-11-10&until=2026-11-10", `it is not after since: 2026-11-10; it is the day after the last one of the report`},
		{"?cycle=none", `there is no cycle &#34;none&#34;; there are 2026.2 Hibiscus, 2027.1, 2027.2`},
		{"?cycle=2027.1&since=2026-11-10", `give a cycle or days, not both`},
		{"?project=none", `Bad parameter &#34;project&#34;: there is no project &#34;none&#34; in Eventlet removal.`},
		{"?team=none", `there is no team &#34;none&#34; in Eventlet removal`},
		{"?project=openstack/nova&team=compute", `give a project or a team, not both`},
		{"?format=pdf", `there is no &#34;pdf&#34;; there are html, text, markdown`},
		{"?since=2026-11-10&since=2026-11-11", `given 2 times`},
		{"?on=2026-11-10", `unknown parameter; there are format, project, team, since, until, cycle`},
	} {
		a := w.get(t, "/eventlet-removal/report"+tc.query)
		if a.StatusCode != 400 || !strings.Contains(a.body, tc.want) {
			t.Errorf("%s: %s, want %q in\n%s", tc.query, a.Status, tc.want, text(a.document(t).Find("main")))
		}
		if tc.query == "?format=pdf" {
			continue
		}
		if a := w.get(t, "/api/v1/goals/eventlet-removal/report"+tc.query); a.StatusCode != 400 || a.Header.Get("Content-Type") != "application/json" {
			t.Errorf("API %s: %s", tc.query, a.Status)
		}
	}
}

// TestReportsTakeNoMarkup gives subjects and names that try to leave their place, in
// text and in Markdown.
func TestReportsTakeNoMarkup(t *testing.T) {
	hostile := []string{
		`<script>alert(1)</script>`, `[a link](https://evil.example/)`, "line\n\n# heading\n- item", "\x1b[31mred\x1b[0m\x00\u202eback", `*bold* _it_ ` + "`code` ~~gone~~",
		"| a | table |", "1. item", "> quote", "![image](https://evil.example/x.png)", "<https://evil.example/>", "&lt;b&gt; &#60;", strings.Repeat("x", 200),
		strings.Repeat("漢", 90), "ok\u2028next", `\[x](y)`, "",
	}
	w := newWorld()
	for i, text := range hostile {
		w.add(store.Change{Row: store.Row{Number: 10 + i, Status: store.StatusMerged, Submitted: ago(24 + i), Subject: text}, Detail: store.Detail{Accounts: map[int]store.Account{1: {ID: 1, Name: text}}}})
		w.add(store.Change{Row: store.Row{Number: 100 + i, Status: store.StatusNew, Created: ago(40 * 24), Subject: text}, Detail: store.Detail{Accounts: map[int]store.Account{1: {ID: 1, Name: text}}}})
	}
	w.start(t)
	plain := w.get(t, "/eventlet-removal/report?format=text").body
	for line := range strings.Lines(plain) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > report.Columns && !strings.HasPrefix(line, "[") {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	if strings.ContainsAny(plain, "\x1b\x00\u202e\u2028") {
		t.Error("the text has control characters")
	}
	markdown := w.get(t, "/eventlet-removal/report?format=markdown").body
	var html strings.Builder
	if err := goldmark.Convert([]byte(markdown), &html); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("a").Each(func(_ int, s *goquery.Selection) {
		if href := s.AttrOr("href", ""); !strings.HasPrefix(href, gerrit) {
			t.Errorf("the Markdown links %q", href)
		}
	})
	if n := doc.Find("img, script, h1, code, em, strong, del, blockquote, ol").Length(); n > 0 {
		h, _ := doc.Find("img, script, h1, code, em, strong, del, blockquote, ol").First().Html()
		t.Errorf("%d elements that nobody meant, such as %q in\n%s", n, h, markdown)
	}
}
