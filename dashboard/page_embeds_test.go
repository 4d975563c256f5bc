package dashboard_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// lines are what can be copied, by section and kind.
func lines(doc *goquery.Document) map[string]string {
	out := map[string]string{}
	doc.Find("section").Each(func(_ int, s *goquery.Selection) {
		s.Find(".snippet").Each(func(_ int, c *goquery.Selection) {
			out[s.AttrOr("aria-labelledby", "")+" "+c.Find("h3").Text()] = c.Find("code").Text()
		})
	})
	return out
}

func TestEmbedsBuilder(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "headway.example.org", Path: "/h/"}
	w.start(t)
	doc := w.page(t, "/h/embeds?project=openstack/nova&metric=open&theme=light")
	const at = "https://headway.example.org/h/eventlet-removal/"
	got := lines(doc)
	for kind, want := range map[string]string{
		"number Jekyll":             `{% include headway.html project="openstack/nova" show="open" %}`,
		"number HTML":               `<span data-headway="eventlet-removal/openstack/nova" data-show="open" data-as-of="2026-11-23">3</span>` + "\n" + `<script src="https://headway.example.org/h/embed.js" defer></script>`,
		"badge Markdown":            "[![Eventlet removal: openstack/nova](" + at + "badge/openstack/nova.svg?metric=open&theme=light)](" + at + "projects/openstack/nova)",
		"badge HTML":                `<a href="` + at + `projects/openstack/nova"><img src="` + at + `badge/openstack/nova.svg?metric=open&amp;theme=light" alt="Eventlet removal: openstack/nova"></a>`,
		"badge reStructuredText":    ".. image:: " + at + "badge/openstack/nova.svg?metric=open&theme=light\n   :alt: Eventlet removal: openstack/nova\n   :target: " + at + "projects/openstack/nova",
		"widget HTML":               `<iframe src="` + at + `embed/openstack/nova?theme=light" title="Eventlet removal: openstack/nova" width="100%" height="280" style="border:0" loading="lazy"></iframe>`,
		"picked HTML":               `<p data-headway="eventlet-removal" data-changes="103,112"><a href="https://review.example.org/103">103</a>, <a href="https://review.example.org/112">112</a></p>` + "\n" + `<script src="https://headway.example.org/h/embed.js" defer></script>`,
		"picked Jekyll, the totals": `{% include headway.html changes="103,112" text="2 changes" %}`,
		"picked Widget":             `<iframe src="` + at + `embed?changes=103,112&amp;theme=light" title="Eventlet removal" width="100%" height="232" style="border:0" loading="lazy"></iframe>`,
	} {
		if got[kind] != want {
			t.Errorf("%s:\n%s\nwant\n%s", kind, got[kind], want)
		}
	}
	// The previews come from where the page does, whatever readers elsewhere need.
	for css, want := range map[string]string{
		".preview img":    "/h/eventlet-removal/badge/openstack/nova.svg?metric=open&theme=light",
		".preview iframe": "/h/eventlet-removal/embed/openstack/nova?theme=light",
		"main ~ *, main script, section ~ script": "/h/embed.js",
	} {
		found := doc.Find(css).FilterFunction(func(_ int, s *goquery.Selection) bool { return s.AttrOr("src", "") != "" })
		if found.AttrOr("src", "") != want {
			t.Errorf("%s shows %q, want %q", css, found.AttrOr("src", ""), want)
		}
		if a := w.get(t, found.AttrOr("src", "")); a.StatusCode != 200 {
			t.Errorf("%s: %s", css, a.Status)
		}
	}
	for _, name := range []string{"project", "metric", "theme"} {
		if got, want := doc.Find("select[name="+name+"] option[selected]").AttrOr("value", ""), map[string]string{"project": "openstack/nova", "metric": "open", "theme": "light"}[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if doc.Find("main form").AttrOr("action", "") != "/h/embeds" || doc.Find("main form").AttrOr("method", "get") != "get" || doc.Find(".warn").Length() != 0 {
		t.Error("the form goes elsewhere, or a warning stands there")
	}
}

// Who wants to show a widget has to know where it may be.
func TestBuilderNamesTheSites(t *testing.T) {
	w := newWorld().populate().start(t)
	if got := text(w.page(t, "/embeds").Find("section:has(#widget) > .dim")); !strings.Contains(got, "on no site yet: ask the operator for embed.frame_ancestors.") {
		t.Errorf("without sites: %q", got)
	}
	w = newWorld().populate()
	w.cfg.FrameAncestors = []string{"https://removal.eventlet.org", "https://*.example.net:8443"}
	w.start(t)
	for _, id := range []string{"widget", "picked"} {
		if got := text(w.page(t, "/embeds").Find("section:has(#" + id + ") > .dim")); !strings.Contains(got, "It may be shown on: removal.eventlet.org, *.example.net:8443.") {
			t.Errorf("%s: %q", id, got)
		}
	}
}

func TestBuilderForPickedChanges(t *testing.T) {
	w := newWorld().populate().start(t)
	doc := w.page(t, "/embeds?changes=114,+9999")
	if got := lines(doc)["picked Jekyll, the totals"]; got != `{% include headway.html changes="114,9999" text="2 changes" %}` {
		t.Errorf("%s", got)
	}
	if got := doc.Find("input[name=changes]").AttrOr("value", ""); got != "114,9999" {
		t.Errorf("the field says %q", got)
	}
	frame := w.page(t, doc.Find("section:has(#picked) iframe").AttrOr("src", ""))
	if got := text(frame.Find(".picked")); !strings.Contains(got, "9999 not in this goal") {
		t.Errorf("the preview: %q", got)
	}
	if a := w.get(t, "/embeds?changes=1,x"); a.StatusCode != 400 || !strings.Contains(a.body, "not a change number") {
		t.Errorf("%s", a.Status)
	}
	doc = newWorld().start(t).page(t, "/embeds") // nothing to begin with
	if doc.Find("section:has(#picked) :is(iframe, .snippet)").Length() > 0 || doc.Find("section:has(#picked)").Length() != 1 {
		t.Error("changes of nowhere")
	}
}

// Every page leads to the builder.
func TestFooterLeadsToTheBuilder(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/eventlet-removal/testimonials", "/eventlet-removal/projects/openstack/nova"} {
		if w.page(t, path).Find(`footer a[href="/embeds"]`).Length() != 1 {
			t.Errorf("%s does not", path)
		}
	}
}

// A project's page leads to the builder, which then is about that project.
func TestProjectPageLeadsToTheBuilder(t *testing.T) {
	w := newWorld().populate().start(t)
	link := w.page(t, "/eventlet-removal/projects/openstack/nova").Find(`a[href^="/embeds?"]`)
	if got := w.page(t, link.AttrOr("href", "")).Find("select[name=project] option[selected]").AttrOr("value", ""); got != "openstack/nova" {
		t.Errorf("%q leads to the builder for %q", link.AttrOr("href", ""), got)
	}
}

// Every line works when it is pasted: what it names answers.
func TestEmbedsOfEveryMetric(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, project := range []string{"", "openstack/nova", "openstack/neutron", "openstack/found.svg"} {
		for _, metric := range []string{"percent", "merged", "open", "status", "cycle", "sparkline"} {
			doc := w.page(t, "/embeds?metric="+metric+"&project="+url.QueryEscape(project))
			for _, css := range []string{".preview img", ".preview iframe"} {
				if a := w.get(t, doc.Find(css).AttrOr("src", "")); a.StatusCode != 200 {
					t.Errorf("%s %s: %s: %s", project, metric, a.Request.URL, a.Status)
				}
			}
			show := doc.Find(".preview [data-headway]").AttrOr("data-show", "")
			if want := strings.Replace(metric, "sparkline", "merged", 1); show != want {
				t.Errorf("%s %s: shows %q", project, metric, show)
			}
			if doc.Find(".warn").Length() != 1 {
				t.Error("it does not say that the addresses are not whole")
			}
		}
	}
}

func TestEmbedsRefuses(t *testing.T) {
	w := newWorld().populate().start(t)
	for query, says := range map[string]string{
		"goal=x": `Bad parameter "goal": there is no goal "x".`, "project=x": `there is no project "x" in Eventlet removal`,
		"metric=x": `there is no "x"`, "theme=x": `there is no "x"`, "goal=a&goal=b": "given 2 times", "x=1": "unknown parameter",
	} {
		a := w.get(t, "/embeds?"+query)
		if got := text(a.document(t).Find("main")); a.StatusCode != 400 || !strings.Contains(got, says) {
			t.Errorf("%s: %s %q", query, a.Status, got)
		}
	}
}

func TestEmbedsWithSeveralGoals(t *testing.T) {
	w := newWorld().populate()
	other := newGoal()
	other.Name, other.Title = "second", "Second goal"
	w.cfg.Goals = append(w.cfg.Goals, other)
	w.start(t)
	doc := w.page(t, "/embeds?goal=second")
	if got := lines(doc)["number Jekyll"]; got != `{% include headway.html goal="second" show="percent" %}` {
		t.Errorf("Jekyll: %s", got)
	}
	if doc.Find(`form input[name=goal]`).AttrOr("value", "") != "second" || text(doc.Find("nav a[aria-current=page]")) != "Second goal" {
		t.Error("the form forgets the goal")
	}
}

// The lines are code: a project's name must not become more of it.
func TestHostileEmbeds(t *testing.T) {
	w := hostileWorld(t)
	for _, name := range hostile {
		doc := w.page(t, "/embeds?project="+url.QueryEscape("evil/"+name))
		got := lines(doc)
		for kind, line := range got {
			switch {
			case strings.HasSuffix(kind, "HTML"):
				page, err := goquery.NewDocumentFromReader(strings.NewReader(line))
				if err != nil {
					t.Fatal(err)
				}
				if page.Find("svg, [onmouseover], [onerror], body > title, script:not([src$='/embed.js'])").Length() > 0 || page.Find("img").Length() > 1 {
					t.Errorf("%s of %q: %s", kind, name, line)
				}
			case kind == "number Jekyll":
				if strings.Count(line, `"`) != 4 || strings.Count(line, "%}") != 1 || strings.Contains(line, "{{") {
					t.Errorf("%s of %q: %s", kind, name, line)
				}
			}
		}
		if doc.Find("main svg, main [onmouseover], main [onerror]").Length() > 0 || doc.Find("script").Length() != 2 {
			t.Errorf("%q is in the page itself", name)
		}
	}
}

func TestEmbedsWhileLoading(t *testing.T) {
	doc := newWorld().loading().start(t).page(t, "/embeds?project=openstack/nova")
	if got := lines(doc)["number HTML"]; !strings.Contains(got, `data-as-of="">–</span>`) {
		t.Errorf("%s", got)
	}
}

// The element's words are those of the badge: what is pasted says the same as what
// replaces it.
func TestBuiltInNumbersAreThoseOfTheBadge(t *testing.T) {
	w := newWorld().populate()
	w.goal.Projects = append(w.goal.Projects, progress.Project{Name: "openstack/new"})
	w.add(store.Change{Row: store.Row{Number: 402, Project: "openstack/new", Status: store.StatusNew}})
	w.start(t)
	for _, project := range []string{"openstack/nova", "openstack/new", "openstack/neutron", "openstack/cinder"} {
		for _, metric := range []string{"percent", "merged", "open", "status", "cycle"} {
			_, want, _ := w.svg(t, "badge/"+project+".svg?metric="+metric)
			if got := w.page(t, "/embeds?project="+project+"&metric="+metric).Find(".preview [data-headway]").Text(); got != want {
				t.Errorf("%s %s: %q, the badge says %q", project, metric, got, want)
			}
		}
	}
}
