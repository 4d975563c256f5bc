//go:build browser

package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// address is one page and how it answers.
type address struct {
	path   string
	status int
	text   string // stands in its main part
}

// quietPages are all kinds of pages in their usual state.
var quietPages = []address{
	{"", 200, "A goal without changes"},
	{"eventlet-removal/", 200, "of the changes uploaded so far"},
	{"eventlet-removal/projects/openstack/nova", 200, "Waiting longest"},
	{"eventlet-removal/teams/oslo", 200, "Oslo libraries"},
	{"eventlet-removal/attention", 200, "that wait on"},
	{"eventlet-removal/changes", 200, "Page 1 of"},
	{"eventlet-removal/?status=in-progress&sort=-progress", 200, "projects: in progress"},
	{"eventlet-removal/go?project=nvoa", 200, "Did you mean"},
	{"eventlet-removal/changes?page=2&state=merged", 200, "Page 2 of"},
	{"eventlet-removal/changes?q=nothing-has-this", 200, "No change matches"},
	{"eventlet-removal/states", 200, "Meaning"},
	{"polls", 200, "newest first"},
	{"api/v1/", 200, "Every configured goal in numbers"},
	{"empty/", 200, "Changes appear here once"},
	{"empty/attention", 200, "Nothing is in review"},
	{"nothing/", 404, `no goal "nothing"`},
	{"eventlet-removal/projects/no/such", 404, `no project "no/such"`},
	{"eventlet-removal/changes?sort=colour", 400, `no order "colour"`},
}

// outagePages are those that show an outage and of a first reading.
var outagePages = []address{
	{"", 200, "A goal begun today"},
	{"eventlet-removal/", 200, "Not up to date."},
	{"eventlet-removal/projects/openstack/nova", 200, "Not up to date."},
	{"first/", 200, "1200 of 2500"},
	{"first/attention", 200, "Not known yet"},
	{"polls", 200, "last failed"},
}

// testPages judges every kind of page, and follows every link on it once.
func (b *browser) testPages(t *testing.T, quiet *quietSite, outage *running) {
	links := &trodden{sites: []string{quiet.url, quiet.search, outage.url}, seen: map[string]bool{}}
	pages := quietPages
	for _, site := range []struct {
		name  string
		url   string
		pages []address
	}{
		{"quiet", quiet.url, append(pages, furtherPages(t, quiet, pages)...)},
		{"outage", outage.url, outagePages},
	} {
		for _, a := range site.pages {
			t.Run(site.name+"/"+a.path, func(t *testing.T) {
				page := b.tab(t)
				for _, fault := range page.audit(b.axe, site.url+a.path, a.status) {
					t.Error(fault)
				}
				doc := page.document()
				if text := readable(doc.Find("main")); !strings.Contains(text, a.text) {
					t.Errorf("nowhere does it say %q:\n%s", a.text, text)
				}
				links.follow(t, site.url+a.path, doc)
			})
		}
	}
	if len(links.seen) < 200 {
		t.Errorf("only %d links followed", len(links.seen))
	}
}

// furtherPages are those that the head and foot of the summary lead to beside the
// known ones, so that no new page goes without judgement.
func furtherPages(t *testing.T, site *quietSite, known []address) (further []address) {
	t.Helper()
	_, body := site.get(t, mainGoal+"/")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{"#main": true}
	for _, a := range known {
		seen["/"+a.path] = true
	}
	doc.Find("body > a, header a, footer a").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		if strings.HasPrefix(href, "/embeds") || strings.HasPrefix(href, "/api/") {
			return // what others embed has a test of its own, and JSON is no page
		}
		if !seen[href] && strings.HasPrefix(href, "/") {
			seen[href] = true
			further = append(further, address{strings.TrimPrefix(href, "/"), 200, ""})
		}
	})
	return further
}

// trodden are the links that were followed, each of them once.
type trodden struct {
	sites []string // elsewhere nothing is asked for
	seen  map[string]bool
}

func (f *trodden) follow(t *testing.T, address string, doc *goquery.Document) {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("a[href], link[href]").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		link, err := base.Parse(href)
		if err != nil {
			t.Errorf("link %q: %v", href, err)
			return
		}
		if strings.HasPrefix(href, "#") {
			if doc.Find(`[id="`+link.Fragment+`"]`).Length() != 1 {
				t.Errorf("nothing at %q", href)
			}
			return
		}
		link.Fragment = ""
		f.ask(t, link.String())
	})
}

func (f *trodden) ask(t *testing.T, link string) {
	t.Helper()
	ours := false
	for _, site := range f.sites {
		ours = ours || strings.HasPrefix(link, site)
	}
	if !ours || f.seen[link] {
		return
	}
	f.seen[link] = true
	client := http.Client{Timeout: patience}
	answer, err := client.Get(link)
	if err != nil {
		t.Errorf("link: %v", err)
		return
	}
	answer.Body.Close()
	if answer.StatusCode >= 400 {
		t.Errorf("link to %s: %s", link, answer.Status)
	}
}
