package dashboard_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func links(s *goquery.Selection) []string {
	return s.Map(func(_ int, a *goquery.Selection) string { return text(a) + " " + a.AttrOr("href", "") })
}

// Others add parameters to what their readers paste. Pages ignore them; the API says
// what it does not know.
func TestTrackersAreIgnoredOnPages(t *testing.T) {
	w := newWorld().populate().start(t)
	for path, status := range map[string]int{
		"/?fbclid=1": 200, "/eventlet-removal/changes?utm_source=irc&state=open": 200, "/eventlet-removal/projects/openstack/nova?mc_cid=1": 200,
		"/polls?gclid=1": 200, "/eventlet-removal/states?utm_campaign=x&utm_medium=y": 200, "/eventlet-removal/badge.svg?utm_source=x": 400,
		"/eventlet-removal/states?utm=1": 400, "/api/v1/goals?utm_source=irc": 400, "/api/v1/goals/eventlet-removal/changes?fbclid=1": 400,
	} {
		if a := w.get(t, path); a.StatusCode != status {
			t.Errorf("%s: %s, want %d", path, a.Status, status)
		}
	}
	with, without := w.page(t, "/eventlet-removal/changes?utm_source=irc&state=open&fbclid=2"), w.page(t, "/eventlet-removal/changes?state=open")
	if a, b := links(with.Find("a")), links(without.Find("a")); !slices.Equal(a, b) {
		t.Errorf("links take the trackers along:\n%q\n%q", a, b)
	}
}

func TestSlashAtTheEnd(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "example.net", Path: "/below/"}
	w.start(t)
	const g = "/below/eventlet-removal"
	for path, want := range map[string]string{
		g + "/changes/": g + "/changes", g + "/changes/?state=open": g + "/changes?state=open", g + "/changes//?utm_source=x&page=2": g + "/changes?page=2",
		g + "/projects/openstack/nova/": g + "/projects/openstack/nova", g + "/projects/": g + "/projects", g + "/projects": g + "/#projects",
		g + "/teams/": g + "/teams", g + "/teams": g + "/#projects", g + "/teams/compute/": g + "/teams/compute",
		"/below/polls/": "/below/polls", "/polls/": "/below/polls", "/below/embeds/": "/below/embeds",
		g + "/": "", g + "/states": "", g + "/changes?page=2": "", "/below/": "", "/below/api/v1/": "",
		g + "/badge/": "", g + "/embed/": "", "/below/nope/": "", "//polls/": "/below/polls", "/eventlet-removal/changes/": g + "/changes", "/below//eventlet-removal/changes": g + "/changes", g + "//changes?page=2": g + "/changes?page=2",
		g + "/../polls": "/below/polls", g + "/projects/openstack%2Fnova": "",
	} {
		a := w.get(t, path)
		if got := a.Header.Get("Location"); got != want || want != "" && a.StatusCode != http.StatusMovedPermanently {
			t.Errorf("%s: %s to %q, want %q", path, a.Status, got, want)
		}
	}
}

// A redirect never leads to another server.
func TestRedirectsStayHere(t *testing.T) {
	handler := newWorld().populate().start(t).server.Handler()
	for _, path := range []string{"//evil.example/", "//evil.example//polls/", "//evil.example/eventlet-removal/changes/", `/\evil.example/`, "/eventlet-removal//evil.example/", "//polls//", "/eventlet-removal/..//evil.example/a/"} {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = &url.URL{Path: path}
		handler.ServeHTTP(rec, r)
		if to := rec.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.Contains(to, "://") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}

func TestPageAfterTheLastIsTheLast(t *testing.T) {
	w := newWorld().populate().start(t)
	want := w.page(t, "/eventlet-removal/changes?state=merged").Find("#found").Text()
	for _, page := range []string{"2", "25", "999999999999999999999"} {
		if got := w.page(t, "/eventlet-removal/changes?state=merged&page="+page).Find("#found").Text(); got != want {
			t.Errorf("page %s: %q, want %q", page, got, want)
		}
		w.page(t, "/polls?page="+page)
	}
}

func TestUnknownProjectOffersTheNearest(t *testing.T) {
	w := newWorld().populate().start(t)
	for name, want := range map[string]string{
		"nova": "openstack/nova", "Openstack/Nova": "openstack/nova", "openstack/nvoa": "openstack/nova", "openstack/novaa": "openstack/nova",
		"qqqqqqqq": "", "%3Cb%3E": "", strings.Repeat("x", 5000): "",
	} {
		a := w.get(t, "/eventlet-removal/projects/"+name)
		doc := a.document(t)
		meant := doc.Find(`main a[href*="/projects/"]`).First()
		if a.StatusCode != http.StatusNotFound || text(meant) != want {
			t.Errorf("%s: %s, meant %q, want %q", name, a.Status, text(meant), want)
		}
		if h := text(doc.Find("h1")); !strings.HasPrefix(h, `No project "`) || !strings.HasSuffix(h, "404") {
			t.Errorf("%s: heading %q", name, h)
		}
		if all := doc.Find(`main a[href="/eventlet-removal/#projects"]`); text(all) != "All 6 projects" {
			t.Errorf("%s: no way to the projects: %q", name, text(all))
		}
	}
}

// A search that can't be understood keeps its box filled, with the bad term marked.
func TestBadSearchStaysInTheBox(t *testing.T) {
	w := newWorld().populate().start(t)
	a := w.get(t, "/eventlet-removal/changes?q="+url.QueryEscape(`threads <b> state:closed "owner`)+"&sort=age")
	doc := a.document(t)
	if a.StatusCode != 400 || doc.Find("input[name=q]").AttrOr("value", "") != `threads <b> state:closed "owner` {
		t.Errorf("%s: the box holds %q", a.Status, doc.Find("input[name=q]").AttrOr("value", ""))
	}
	a = w.get(t, "/eventlet-removal/changes?q="+url.QueryEscape("threads <b> state:closed older:30d"))
	doc = a.document(t)
	if got := doc.Find("input[name=q]").AttrOr("value", ""); a.StatusCode != 400 || got != "threads <b> state:closed older:30d" {
		t.Errorf("%s: the box holds %q", a.Status, got)
	}
	if got := text(doc.Find("mark")); got != "state:closed" {
		t.Errorf("marked: %q", got)
	}
	if got := text(doc.Find("mark").Parent()); got != "threads <b> state:closed older:30d" {
		t.Errorf("around it: %q", got)
	}
}
