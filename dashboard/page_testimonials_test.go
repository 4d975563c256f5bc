package dashboard_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/portrait"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

const testimonialsPath = "/eventlet-removal/testimonials"

// seed is the page that the community published first.
func seed(t *testing.T) *testimonials.Page {
	t.Helper()
	data, err := os.ReadFile("testimonials/testdata/arnaud-morin.md")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := testimonials.Parse("arnaud-morin.md", data, testimonials.Options{
		Gerrit: []string{gerrit, "https://review.opendev.org/"}, URL: "https://site.example.org/testimonials/{slug}/",
		Projects: []string{"openstack/nova", "openstack/mistral", "openstack/mistral-lib"},
	})
	if p == nil || len(problems) > 0 {
		t.Fatalf("the seed page: %v, %v", p, problems)
	}
	return p
}

// withTopic gives the change added last another topic.
func (w *world) withTopic(topic string) *world {
	last := &w.work[len(w.work)-1]
	last.Row.Topic, last.Detail.Topic = topic, topic
	return w
}

// finishedMistral adds to the test goal what a finished project has: merged changes under
// two topics, a backport, and one that was given up.
func (w *world) finishedMistral() *world {
	for i := range 3 {
		w.add(store.Change{Row: store.Row{Number: 501 + i, Project: "openstack/mistral", Status: store.StatusMerged, Submitted: ago(24 * (30 + i))}})
	}
	w.add(store.Change{Row: store.Row{Number: 504, Project: "openstack/mistral", Status: store.StatusMerged, Submitted: ago(24 * 20), Owner: 2}})
	w.withTopic("eventlet-removal-tests")
	w.add(store.Change{Row: store.Row{Number: 505, Project: "openstack/mistral", Branch: "stable/2026.1", Status: store.StatusMerged, Submitted: ago(24 * 10)}})
	w.add(store.Change{Row: store.Row{Number: 510, Project: "openstack/mistral-lib", Status: store.StatusMerged, Submitted: ago(24 * 9)}})
	w.add(store.Change{Row: store.Row{Number: 506, Project: "openstack/mistral", Status: store.StatusAbandoned}})
	return w
}

func TestSeedPageIsShownWithItsNumbers(t *testing.T) {
	w := newWorld().populate().finishedMistral()
	w.cfg.Testimonials = testimonialsFrom(seed(t))
	w.start(t)
	doc := w.page(t, testimonialsPath)
	for selector, want := range map[string]string{
		"nav [aria-current]":               "Testimonials",
		".asof":                            "As of 23 Nov 2026, 11:57 UTC (3 minutes ago).",
		".testimonial-row blockquote":      "Eventlet is deprecated, complex to maintain and leads to very weird behavior. While migrating out of it may sound like a hard thing to do, the benefits in maintainability and testability are huge!",
		".testimonial-row figcaption":      "Arnaud Morin OpenStack Contributor Read the testimonial of Arnaud Morin",
		".testimonial-row .pill.completed": "Completed",
		".testimonial-row .pill.measured":  "Nothing left in review",
		".first .sentence":                 "1 testimonial on 2 of 6 projects2 of 4 finished projects have a testimonial",
		".told li > a":                     "openstack/mistralopenstack/mistral-lib",
	} {
		if got := text(doc.Find(selector)); got != want {
			t.Errorf("%s: %q\nwant %q", selector, got, want)
		}
	}
	if got := doc.Find(".testimonial-row figcaption a").AttrOr("href", ""); got != "https://site.example.org/testimonials/arnaud-morin/" {
		t.Errorf("the page leads to %s", got)
	}
	var p api.ProjectSummary
	w.json(t, "/api/v1/goals/eventlet-removal/projects/openstack/mistral", &p)
	if got, want := text(doc.Find(".told .share").First()), fmt.Sprintf("%s %d of %d", shown("progress", *p.Progress), *p.Counts.Merged, *p.Counts.Merged+*p.InFlight); got != want {
		t.Errorf("merged: %q, want %q", got, want)
	}
	// The page asks for the exact topic: the test goal holds one change under another.
	all := *p.Counts.Total + *p.Backports.Total
	want := fmt.Sprintf("needs a look Finds %d of the %d changes that count in openstack/mistral, backports included. Missed: 1 under “eventlet-removal-tests”. What it misses. A search that finds all.", all-1, all)
	checks := doc.Find(".checks tbody tr")
	if got := text(checks.First().Find("td").Last()); got != want {
		t.Errorf("its search: %q\nwant %q", got, want)
	}
	if got := text(checks.First().Find("th")); got != "arnaud-morin.md line 168" {
		t.Errorf("where: %q", got)
	}
	missed := w.page(t, checks.First().Find(`a[href*="numbers=504"]`).AttrOr("href", "/"))
	if got := text(missed.Find(".changes tbody .nr")); got != "504" {
		t.Errorf("what it misses: %q", got)
	}
	if got := checks.First().Find(`td:last-child a:last-child`).AttrOr("href", ""); got != *p.QueryURL {
		t.Errorf("a search that finds all: %s, want %s", got, *p.QueryURL)
	}
}

func TestTestimonialsStandWhereTheirProjectsAre(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(seed(t))
	w.start(t)
	doc := w.page(t, "/eventlet-removal/projects/openstack/mistral")
	if got := text(doc.Find(".testimonial")); !strings.HasPrefix(got, "Eventlet is deprecated") || !strings.HasSuffix(got, "Read the testimonial of Arnaud Morin openstack/mistral · 100% merged") {
		t.Errorf("on the project's page: %q", got)
	}
	if got := w.page(t, "/eventlet-removal/projects/openstack/nova").Find(".testimonial").Length(); got != 0 {
		t.Error("nova's page has a testimonial of mistral")
	}
	if got := w.page(t, "/").Find(`.testimonial ~ .more a`).AttrOr("href", ""); got != testimonialsPath {
		t.Errorf("the summary leads to %q", got)
	}
}

// voices are testimonials of several people; one has no quote.
func voices(picture []byte) []*testimonials.Page {
	var pages []*testimonials.Page
	for i, name := range []string{"Zoe", "Ada", "Mute", "Kim"} {
		p := &testimonials.Page{
			Name: name, Slug: strings.ToLower(name), Person: name, Role: "Developer", Quote: "So says " + name + ".",
			URL: fmt.Sprintf("https://site.example.org/%d/", i), Projects: []string{"openstack/nova"},
		}
		if name == "Mute" {
			p.Quote = ""
		}
		pages = append(pages, p)
	}
	pages[1].Picture, pages[1].Projects = picture, []string{"openstack/mistral", "openstack/nova", "other/thing"}
	return pages
}

// Each day another one speaks on the summary, the same one all day long and to everybody.
func TestTestimonialOfTheDay(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(voices(nil)...)
	w.start(t)
	day := w.now
	for i, want := range []string{"Kim", "Zoe", "Ada", "Kim"} { // the day is 20780, and by address Kim is the last of three
		for _, at := range []time.Time{day.Truncate(24 * time.Hour), day.Truncate(24 * time.Hour).Add(24*time.Hour - time.Second)} {
			w.now = at.AddDate(0, 0, i)
			doc := w.page(t, "/")
			if got := text(doc.Find(".testimonial figcaption b")); got != want {
				t.Errorf("on %s: %q, want %q", w.now, got, want)
			}
			if got := text(doc.Find("section:has(#testimonials) > .more")); got != "4 testimonials on 2 of 5 projects · All testimonials" {
				t.Errorf("how many: %q", got)
			}
		}
	}
	w.now = day.AddDate(0, 0, 2)
	if got := text(w.page(t, "/").Find(".facts-today")); got != "openstack/mistral · 100% mergedopenstack/nova · 50% merged" {
		t.Errorf("beside the quote: %q", got)
	}
	if doc := w.page(t, "/eventlet-removal/?on=2026-11-20"); doc.Find(".testimonial").Length() != 0 {
		t.Error("somebody speaks on a past day")
	}
}

func TestNobodySpeaksWithoutAQuote(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(voices(nil)[2])
	w.start(t)
	if doc := w.page(t, "/"); doc.Find(".testimonial").Length() != 0 {
		t.Errorf("%s", text(doc.Find(".testimonial")))
	}
	if got := text(w.page(t, testimonialsPath).Find(".first .sentence")); got != "1 testimonial on 1 of 5 projects0 of 3 finished projects have a testimonial" {
		t.Errorf("%s", got)
	}
}

// In a row of a project the name of the person says enough; in full it is in the title.
func TestTestimonialsInTheTableOfProjects(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(voices(nil)...)
	w.start(t)
	doc := w.page(t, "/")
	link := doc.Find(`.testimonial-link[href="https://site.example.org/1/"]`).First()
	if text(link) != "Ada" || link.AttrOr("title", "") != "Ada on migrating openstack/mistral and openstack/nova" {
		t.Errorf("%q, title %q", text(link), link.AttrOr("title", ""))
	}
}

func TestPortraits(t *testing.T) {
	picture := portrait.Drawn()
	address := "/-/portrait/" + portrait.Name(picture)
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(voices(picture)...)
	w.start(t)
	for _, path := range []string{testimonialsPath, "/eventlet-removal/projects/openstack/mistral"} {
		img := w.page(t, path).Find(".testimonial img")
		if img.Length() != 1 || img.AttrOr("src", "") != address || img.AttrOr("width", "") == "" || img.AttrOr("height", "") == "" {
			html, _ := goquery.OuterHtml(img)
			t.Errorf("%s: %s", path, html)
		}
	}
	a := w.get(t, address)
	if a.StatusCode != 200 || a.body != string(picture) || a.Header.Get("Content-Type") != "image/jpeg" || a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s, %v", a.Status, a.Header)
	}
	for _, path := range []string{"/-/portrait/0", "/-/portrait/", "/-/portrait/" + strings.Repeat("0", 32)} {
		if a := w.get(t, path); a.StatusCode != 404 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	files := w.export(t)
	if string(files["-/portrait/"+portrait.Name(picture)+".jpg"]) != string(picture) {
		t.Error("the export has no portrait")
	}
	if page := string(files["eventlet-removal/testimonials/index.html"]); !strings.Contains(page, `src="../../-/portrait/`+portrait.Name(picture)+`.jpg"`) {
		t.Error("the export does not show the portrait")
	}

	w = newWorld().populate()
	w.cfg.Testimonials, w.cfg.HidePeople = testimonialsFrom(voices(picture)...), true
	w.start(t)
	for _, path := range []string{"/", testimonialsPath, "/eventlet-removal/projects/openstack/mistral"} {
		if w.page(t, path).Find("img").Length() != 0 {
			t.Errorf("%s shows somebody who is hidden", path)
		}
	}
	if a := w.get(t, address); a.StatusCode != 404 {
		t.Errorf("hidden: %s", a.Status)
	}
}

// Completed with a change in review is not finished: it has nothing to tell yet.
func TestContradictedProjectsAreNotAsked(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(seed(t))
	w.add(store.Change{Row: store.Row{Number: 701, Project: "openstack/neutron", Status: store.StatusNew}})
	w.start(t)
	if got := text(w.page(t, testimonialsPath).Find("section:has(#without)")); strings.Contains(got, "neutron") {
		t.Errorf("%s", got)
	}
}

func TestProjectsWithoutATestimonial(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = testimonialsFrom(seed(t))
	w.add(store.Change{Row: store.Row{Number: 601, Project: "openstack/quiet", Status: store.StatusMerged, Submitted: ago(50), Owner: 2}})
	w.add(store.Change{Row: store.Row{Number: 602, Project: "openstack/quiet", Status: store.StatusMerged, Submitted: ago(40), Owner: 2}})
	w.add(store.Change{Row: store.Row{Number: 603, Project: "openstack/quiet", Status: store.StatusMerged, Submitted: ago(30)}})
	w.add(store.Change{Row: store.Row{Number: 604, Project: "openstack/quiet", Status: store.StatusMerged, Submitted: ago(20), Owner: 9}})
	w.add(store.Change{Row: store.Row{Number: 605, Project: "openstack/swift", Status: store.StatusMerged, Submitted: ago(20)}})
	w.start(t)
	var got []string
	w.page(t, testimonialsPath).Find("section:has(#without) tbody tr").Each(func(_ int, s *goquery.Selection) { got = append(got, text(s)) })
	// Not nova and cinder, which are at work; not swift, which is not affected; not
	// mistral, which has a testimonial. Zuul is nobody to ask.
	want := []string{
		"openstack/quiet Nothing left in review 4 Rita Reviewer (2 changes), Olga Owner (1 change)",
		"openstack/found.svg Nothing left in review 1 Olga Owner (1 change)",
		"openstack/neutron Completed 0 –",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHiddenPeopleAreNotNamed(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials, w.cfg.HidePeople = testimonialsFrom(seed(t)), true
	w.start(t)
	for _, path := range []string{testimonialsPath, "/", "/eventlet-removal/projects/openstack/mistral"} {
		a := w.get(t, path)
		for _, name := range []string{"Arnaud", "Morin", "OpenStack Contributor", "Olga", "Rita"} {
			if strings.Contains(a.body, name) {
				t.Errorf("%s names %s", path, name)
			}
		}
	}
	if got := text(w.page(t, testimonialsPath).Find(".testimonial-row figcaption a")); got != "Testimonial on migrating openstack/mistral" {
		t.Errorf("link %q", got)
	}
}

func TestLinkedChanges(t *testing.T) {
	w := newWorld().populate()
	w.add(store.Change{Row: store.Row{Number: 900, Project: "openstack/other", Status: store.StatusMerged, Subject: "Outside"}})
	w.work[len(w.work)-1].Member.Reference = true
	page := &testimonials.Page{Name: "ada.md", Slug: "ada", Person: "Ada", Projects: []string{"openstack/nova"}}
	for i, ref := range []testimonials.Reference{
		{Number: 101}, {Number: 110, Project: "openstack/nova"}, {Number: 101, PatchSet: 2}, {Number: 114},
		{Number: 117}, {Number: 118}, {Number: 900}, {Number: 424242},
		{Number: 111, Project: "openstack/cinder"},
		{Commit: fmt.Sprintf("%040x", 1022)}, {Commit: "feedfeed"}, {Commit: "00000000"},
	} {
		ref.Line, ref.URL = i+1, gerrit+"x"
		page.References = append(page.References, ref)
	}
	page.Foreign = []testimonials.Reference{{Line: 20, URL: "https://gerrit.other/1", Number: 1}}
	w.cfg.Testimonials = testimonialsFrom(page)
	w.start(t)
	doc := w.page(t, testimonialsPath)
	list := doc.Find(".linked li").Map(func(_ int, s *goquery.Selection) string { return text(s) })
	want := []string{
		"Merged 101 Subject of 101", "In review 110 Subject of 110", "Reverted 114 Taken back",
		"Left 117 Subject of 117", "Gone 118 Subject of 118", "not counted 900 Outside",
		"not tracked 424242", "Work in progress 111 Subject of 111", "Merged 102 Subject of 102", "not tracked feedfeed", "not tracked 00000000",
	}
	for i := range max(len(list), len(want)) {
		if i >= len(list) || i >= len(want) || list[i] != want[i] {
			t.Fatalf("linked changes:\n%s\nwant\n%s", strings.Join(list, "\n"), strings.Join(want, "\n"))
		}
	}
	checks := doc.Find(".checks tbody tr").Map(func(_ int, s *goquery.Selection) string { return text(s) })
	want = []string{
		"ada.md line 5 117 needs a look It is no longer part of this goal: its topic has changed.",
		"ada.md line 6 118 needs a look It is gone: Gerrit answers 404.",
		"ada.md line 7 900 needs a look It is not part of this goal and does not count.",
		"ada.md line 8 424242 needs a look It is not tracked here: the link may be dead, or the change lack the topic.",
		"ada.md line 9 111 needs a look It is a change of openstack/nova, and the link says openstack/cinder. The change.",
		"ada.md line 11 feedfeed needs a look It is not tracked here: the link may be dead, or the change lack the topic.",
		"ada.md line 12 00000000 needs a look It is not tracked here: the link may be dead, or the change lack the topic.",
		"ada.md line 20 the page can't be checked 1 link leads to another Gerrit.",
		"ada.md the page up to date 4 linked changes are tracked here.",
	}
	if strings.Join(checks, "\n") != strings.Join(want, "\n") {
		t.Errorf("link check:\n%s\nwant\n%s", strings.Join(checks, "\n"), strings.Join(want, "\n"))
	}
}

func TestSearchesAreChecked(t *testing.T) {
	w := newWorld().populate().finishedMistral()
	searches := []struct{ query, want string }{
		{`topic:"eventlet-removal" project:openstack/mistral`, "needs a look Finds 6 of the 7 changes that count in openstack/mistral, backports included. Missed: 1 under “eventlet-removal-tests”. What it misses. A search that finds all."},
		{`prefixtopic:eventlet-removal p:openstack/mistral`, "up to date Finds all 7 changes that count in openstack/mistral, backports included."},
		{`project:openstack/mistral -topic:eventlet-removal-tests`, "needs a look Finds 6 of the 7 changes that count in openstack/mistral, backports included. Missed: 1 under “eventlet-removal-tests”. It names no topic, so it finds work beside this goal, too. What it misses. A search that finds all."},
		{`project:openstack/mistral`, "up to date Finds all 7 changes that count in openstack/mistral, backports included. It names no topic, so it finds work beside this goal, too."},
		{`topic:Eventlet-Removal project:openstack/cinder`, "needs a look Finds 0 of the 1 change that count in openstack/cinder, backports included. Missed: 1 under “eventlet-removal”. What it misses. A search that finds all."},
		{`project:openstack/neutron topic:eventlet-removal`, "can't be checked There is nothing to find: no change of openstack/neutron counts."},
		{`project:openstack/nowhere topic:eventlet-removal`, "needs a look No change of openstack/nowhere is known here."},
		{`topic:eventlet-removal oslo`, "can't be checked Only Gerrit can tell what this finds: the word “oslo” is looked for in messages, comments and names."},
		{`topic:a OR topic:b`, "can't be checked Only Gerrit can tell what this finds: it has alternatives."},
		{`(topic:eventlet-removal)`, "can't be checked Only Gerrit can tell what this finds: it has alternatives."},
		{`topic:eventlet-removal status:merged`, "can't be checked Only Gerrit can tell what this finds: it asks for status:."},
		{`topic:^eventlet.*`, "can't be checked Only Gerrit can tell what this finds: topic: is a pattern."},
		{`topic:"eventlet-removal`, "can't be checked Only Gerrit can tell what this finds: a quotation mark is never closed."},
		{`topic:`, "can't be checked Only Gerrit can tell what this finds: topic: has no value."},
	}
	page := &testimonials.Page{Name: "ada.md", Slug: "ada", Projects: []string{"openstack/mistral"}}
	for i, s := range searches {
		page.References = append(page.References, testimonials.Reference{Line: i + 1, Query: s.query})
	}
	w.cfg.Testimonials = testimonialsFrom(page)
	w.start(t)
	found := map[string]string{}
	w.page(t, testimonialsPath).Find(".checks tbody tr").Each(func(_ int, s *goquery.Selection) {
		found[text(s.Find("td").First())] = text(s.Find("td").Last())
	})
	for _, s := range searches {
		if got := found[s.query]; got != s.want {
			t.Errorf("%s:\n%q\nwant\n%q", s.query, got, s.want)
		}
	}
}

func TestProblemsOfPagesAreShown(t *testing.T) {
	w := newWorld().populate()
	set := testimonials.Collect([]*testimonials.Page{
		{Name: "a.md", Slug: "a", Projects: []string{"openstack/unheard"}, Evidence: []testimonials.Evidence{{Project: "openstack/unheard", By: testimonials.ByFrontMatter, Line: 4}}},
		{Name: "b.md", Slug: "b"},
		{Name: "c.md", Slug: "c", Projects: []string{"openstack/nova"}},
		{Name: "d.md", Slug: "c", Projects: []string{"openstack/nova"}},
	}, []testimonials.Problem{{File: "c.md", Line: 3, Text: "an unsafe link: its scheme is javascript"}, {File: "e.md", Text: "not a regular file: not read"}})
	w.cfg.Testimonials = func() testimonials.Set { return set }
	w.start(t)
	got := w.page(t, testimonialsPath).Find(".checks tbody tr").Map(func(_ int, s *goquery.Selection) string { return text(s) })
	want := []string{
		"a.md line 4 openstack/unheard needs a look The page speaks of this project. It is not followed here: it is not configured, and no change of it is known.",
		"b.md the page needs a look It speaks of no project that is followed here: name them in its front matter, as projects: [openstack/nova].",
		"c.md line 3 the page needs a look an unsafe link: its scheme is javascript",
		"d.md the page needs a look the slug c is that of c.md already: left out",
		"e.md the page needs a look not a regular file: not read",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A page is each goal's whose projects it speaks of, and nobody else's.
func TestTestimonialsOfSeveralGoals(t *testing.T) {
	w := newWorld().populate()
	other := newGoal()
	other.Name, other.Title = "other", "Another goal"
	other.Projects = []progress.Project{{Name: "other/project"}}
	other.Teams = nil
	w.cfg.Goals = append(w.cfg.Goals, other)
	set := testimonials.Collect([]*testimonials.Page{{
		Name: "o.md", Slug: "o", Person: "Otto", Projects: []string{"other/project"}, References: []testimonials.Reference{{Number: 101}},
	}}, []testimonials.Problem{{File: "o.md", Line: 1, Text: "broken"}})
	w.cfg.Testimonials = func() testimonials.Set { return set }
	w.start(t)
	doc := w.page(t, testimonialsPath)
	if doc.Find(".testimonial-row").Length() != 0 || strings.Contains(text(doc.Find("main")), "o.md") {
		t.Errorf("another goal's page is shown: %s", text(doc.Find("main")))
	}
	if doc = w.page(t, "/other/testimonials"); doc.Find(".testimonial-row").Length() != 1 {
		t.Errorf("its own goal does not show it: %s", text(doc.Find("main")))
	}
}

func TestTestimonialsWhileLoading(t *testing.T) {
	w := newWorld().populate().loading()
	w.cfg.Testimonials = testimonialsFrom(seed(t))
	w.start(t)
	a := w.get(t, testimonialsPath)
	doc := a.document(t)
	if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s, %s", a.Status, a.Header.Get("Cache-Control"))
	}
	if doc.Find(".testimonial-row blockquote").Length() != 1 || doc.Find(".checks, #without").Length() != 0 {
		t.Errorf("while loading: %s", text(doc.Find("main")))
	}
}

func TestNoTestimonialsAreConfigured(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Testimonials = nil
	w.start(t)
	if doc := w.page(t, testimonialsPath); doc.Find(".testimonial-row").Length() != 0 || doc.Find("nav a[href$=testimonials]").Length() != 0 {
		t.Error("there is something to tell")
	}
}

// hostileTestimonials are pages as nobody would write them, past every check of the
// package that reads them.
func hostileTestimonials() testimonials.Set {
	var pages []*testimonials.Page
	var problems []testimonials.Problem
	for i, text := range hostile {
		p := &testimonials.Page{
			Name: text, Slug: text, URL: text, Title: text, Person: text, Role: text, Quote: text,
			Projects: []string{"evil/" + text, text},
			Evidence: []testimonials.Evidence{{Project: text, Text: text}},
		}
		for _, ref := range []testimonials.Reference{
			{Query: text}, {Query: "topic:{" + text + "}"}, {Query: "project:{evil/" + text + "}"},
			{Number: 1000 + 10*i + 1, Project: text}, {Number: 7}, {Commit: text},
		} {
			ref.URL, ref.Text, ref.Line = text, text, i
			p.References = append(p.References, ref)
		}
		p.Foreign = []testimonials.Reference{{URL: text, Text: text, Number: 1}}
		pages = append(pages, p)
		problems = append(problems, testimonials.Problem{File: text, Text: text})
	}
	return testimonials.Collect(pages, problems)
}
