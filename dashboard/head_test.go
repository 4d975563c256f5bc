package dashboard_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

func meta(doc *goquery.Document, name string) string {
	return doc.Find(`meta[property="`+name+`"], meta[name="`+name+`"]`).AttrOr("content", "")
}

// What others show where somebody pastes a link.
func TestEveryPageDescribesItself(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "example.net", Path: "/below/"}
	w.start(t)
	const home, g = "https://example.net/below/", "https://example.net/below/eventlet-removal/"
	for path, canonical := range map[string]string{
		"/below/": home, "/below/eventlet-removal/": home, "/below/?utm_source=x&sort=name": home, "/below/?on=" + someDay: home + "?on=" + someDay,
		"/below/eventlet-removal/projects/openstack/nova":                         g + "projects/openstack/nova",
		"/below/eventlet-removal/teams/compute":                                   g + "teams/compute",
		"/below/eventlet-removal/changes?sort=updated&page=1&state=open&fbclid=2": g + "changes?state=open",
		"/below/eventlet-removal/attention":                                       g + "attention",
		"/below/eventlet-removal/states":                                          g + "states",
		"/below/polls":                                                            home + "polls",
		"/below/embeds":                                                           home + "embeds",
		"/polls":                                                                  home + "polls",
	} {
		doc := w.page(t, path)
		if got := doc.Find(`link[rel=canonical]`).AttrOr("href", ""); got != canonical || meta(doc, "og:url") != canonical {
			t.Errorf("%s is canonical at %q and %q, want %q", path, got, meta(doc, "og:url"), canonical)
		}
		title, description := text(doc.Find("head > title")), meta(doc, "description")
		if len(description) < 20 || description != meta(doc, "og:description") || title != meta(doc, "og:title") || meta(doc, "og:site_name") != "headway" || meta(doc, "og:type") != "website" {
			t.Errorf("%s: title %q, og:title %q, description %q, og:description %q", path, title, meta(doc, "og:title"), description, meta(doc, "og:description"))
		}
	}
	if doc := w.get(t, "/below/eventlet-removal/projects/nope").document(t); doc.Find(`link[rel=canonical], meta[property="og:url"]`).Length() != 0 {
		t.Error("a page that is not there has an address")
	}
}

func TestDescriptions(t *testing.T) {
	w := newWorld().populate().start(t)
	for path, want := range map[string]string{
		"/":               "5 of 12 changes merged, 4 not merged yet; 2 wait on reviewers. As of 23 Nov 2026, 11:57 UTC.",
		"/?on=" + someDay: "On 19 Nov 2026, 5 of 12 changes were merged, 3 not yet.",
		"/eventlet-removal/projects/openstack/nova": "openstack/nova is not done: 3 changes not merged yet. 3 of 6 changes merged, 3 not merged yet; 1 waits on reviewers. As of 23 Nov 2026, 11:57 UTC.",
	} {
		doc := w.page(t, path)
		if got := meta(doc, "description"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if meta(doc, "og:url") != "" || !strings.HasPrefix(doc.Find("link[rel=canonical]").AttrOr("href", ""), "/") {
			t.Errorf("%s: an address without a server is no og:url", path)
		}
	}
	if got := text(w.page(t, "/eventlet-removal/attention").Find("head > title")); got != "2 wait on reviewers · Eventlet removal · headway" {
		t.Errorf("title %q", got)
	}
	if got := meta(newWorld().loading().start(t).page(t, "/"), "description"); got != "Reading all changes: 1200 of 2500. Numbers appear when all are there." {
		t.Errorf("loading: %q", got)
	}
	if got := meta(newWorld().start(t).page(t, "/"), "description"); got != "0 of 4 changes merged, 0 not merged yet. As of 23 Nov 2026, 11:57 UTC." {
		t.Errorf("empty: %q", got)
	}
}

func TestStaleTitles(t *testing.T) {
	w := newWorld().populate()
	w.now = w.now.Add(26 * time.Hour)
	w.start(t)
	for _, path := range []string{"/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/changes", "/eventlet-removal/attention"} {
		if got := text(w.page(t, path).Find("head > title")); !strings.HasPrefix(got, "(not up to date) ") {
			t.Errorf("%s: title %q", path, got)
		}
	}
}

func TestHeadingsCanBeLinked(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/states", "/polls"} {
		doc := w.page(t, path)
		doc.Find(":not(summary) > h2[id]").Each(func(_ int, h *goquery.Selection) {
			if got := h.Find("a.anchor").AttrOr("href", ""); got != "#"+h.AttrOr("id", "") {
				t.Errorf("%s: %q links to %q", path, text(h), got)
			}
		})
	}
}

func TestFooter(t *testing.T) {
	w := newWorld().populate().start(t)
	if got, want := text(w.page(t, "/").Find("footer p").First()), "headway 1.2.3 · public data of review.example.org · times in UTC · sync log · API · source · report a mistake · badges and live numbers"; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestAboutTheGoal(t *testing.T) {
	const unit = "ounted in Gerrit changes (patches under review)."
	for name, test := range map[string]struct{ about, link, want string }{
		"both":    {"Two <b> to three", "https://example.org/goal", "Two <b> to three, c" + unit},
		"link":    {"", "https://example.org/goal", "About this goal, c" + unit},
		"about":   {"Two to three", "", "Two to three, c" + unit},
		"neither": {"", "", "C" + unit},
	} {
		w := newWorld().populate()
		w.goal.About, w.goal.Link = test.about, test.link
		p := w.start(t).page(t, "/").Find("h1 + p")
		if got := text(p); got != test.want || p.Find("a").AttrOr("href", "") != test.link {
			t.Errorf("%s: %q to %q", name, got, p.Find("a").AttrOr("href", ""))
		}
	}
}

// pageWords are words that stand on pages and that a newcomer may not know.
var pageWords = strings.Split(strings.TrimSpace(`
Change
Patch set
Topic
Merged
Not merged yet
In review
Work in progress
Abandoned
Reverted
Progress
Expected
To go
Backport
Left
Gone
Waits on
Author
Reviewers
Dependency
Vote
Approved
CI
Gate
Recheck
Declared
Completed
In Progress
Planning
Not started
Not affected
Measured
In progress
Nothing left in review
Stalled
No changes tracked
Cycle
Deadline
Reconstructed
Grey, amber, red
As of
Not up to date
Sync log
Testimonial`), "\n")

func TestGlossaryHasTheWordsOfThePages(t *testing.T) {
	w := newWorld().populate().start(t)
	known := map[string]bool{}
	w.page(t, "/eventlet-removal/states").Find("tbody th").Each(func(_ int, th *goquery.Selection) {
		th.Find("small").Remove()
		known[text(th)] = true
	})
	for _, word := range pageWords {
		if !known[word] {
			t.Errorf("%q stands on pages, and not in the glossary", word)
		}
	}
	for _, path := range []string{"/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/projects/openstack/mistral", "/eventlet-removal/teams/compute", "/eventlet-removal/changes?state=merged,reverted,open,wip,abandoned,left,gone"} {
		w.page(t, path).Find(".pill").Each(func(_ int, pill *goquery.Selection) {
			if word := text(pill); !known[word] && word != "now" {
				t.Errorf("%s: the chip %q is not in the glossary", path, word)
			}
		})
	}
}
