package dashboard_test

import (
	"bytes"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/export"
)

const cardPath = "/h/eventlet-removal/card.png"

// cardWorld knows where its readers find it.
func cardWorld(w *world) *world {
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "headway.example.org", Path: "/h/"}
	return w
}

func TestCard(t *testing.T) {
	w := cardWorld(newWorld().populate()).start(t)
	a := w.get(t, cardPath)
	m, err := png.Decode(strings.NewReader(a.body))
	if err != nil || a.StatusCode != 200 || a.Header.Get("Content-Type") != "image/png" || m.Bounds().Dx() != 1200 || m.Bounds().Dy() != 630 {
		t.Fatalf("%s, %v", a.Status, err)
	}
	if got := a.Header.Get("Cache-Control"); got != "public, max-age=300, stale-while-revalidate=3600, stale-if-error=604800" {
		t.Errorf("Cache-Control %q", got)
	}
	if b := w.get(t, cardPath, "If-None-Match", a.Header.Get("ETag")); a.Header.Get("ETag") == "" || b.StatusCode != 304 {
		t.Errorf("asked again: %s", b.Status)
	}
	// A minute later it is the same; after a poll it is not.
	w.now = w.now.Add(time.Minute)
	if b := w.get(t, cardPath); b.body != a.body {
		t.Error("another card a minute later")
	}
	w.now = w.now.Add(time.Hour)
	if b := w.get(t, cardPath); b.body == a.body {
		t.Error("a card that is old does not say so")
	}
	for path, status := range map[string]int{"/h/nope/card.png": 404, cardPath + "?on=2026-11-01": 400} {
		if b := w.get(t, path); b.StatusCode != status {
			t.Errorf("%s: %s", path, b.Status)
		}
	}
}

// Every page of a goal names the goal's card, with a whole address and in words.
func TestPagesNameTheCard(t *testing.T) {
	w := cardWorld(newWorld().populate()).start(t)
	for _, path := range []string{"/h/", "/h/eventlet-removal/projects/openstack/nova", "/h/eventlet-removal/testimonials", "/h/eventlet-removal/changes"} {
		head := w.page(t, path).Find("head")
		for property, want := range map[string]string{
			"og:image": "https://headway.example.org" + cardPath, "og:image:width": "1200", "og:image:height": "630",
			"og:image:alt": "Eventlet removal: 41% of 12 changes uploaded or expected so far are merged. 4 not merged yet. As of 23 Nov 2026, 11:57 UTC.",
		} {
			if got := head.Find(`meta[property="`+property+`"]`).AttrOr("content", ""); got != want {
				t.Errorf("%s: %s is %q, want %q", path, property, got, want)
			}
		}
	}
	w.now = w.now.Add(time.Hour)
	if got := w.page(t, "/h/").Find(`meta[property="og:image:alt"]`).AttrOr("content", ""); !strings.Contains(got, "Not up to date: last known numbers, as of 23 Nov 2026, 11:57 UTC.") {
		t.Errorf("old numbers: %q", got)
	}
	if n := w.page(t, "/h/eventlet-removal/?on=2026-11-20").Find(`meta[property^="og:image"]`).Length(); n != 0 {
		t.Errorf("a past day has the card of today")
	}
}

// Without an address that readers elsewhere could ask, there is none.
func TestNoCardWithoutAnExternalURL(t *testing.T) {
	w := newWorld().populate().start(t)
	if a := w.get(t, "/eventlet-removal/card.png"); a.StatusCode != 404 || !strings.Contains(a.body, "external address") {
		t.Errorf("%s %s", a.Status, a.body)
	}
	if n := w.page(t, "/").Find(`meta[property^="og:image"]`).Length(); n != 0 {
		t.Error("a page names a card")
	}
	if _, has := w.export(t)["eventlet-removal/card.png"]; has {
		t.Error("an export has a card that nobody can show")
	}
}

func TestCardWhileLoading(t *testing.T) {
	w := cardWorld(newWorld().loading()).start(t)
	if a := w.get(t, cardPath); a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s, %s", a.Status, a.Header.Get("Cache-Control"))
	}
	if n := w.page(t, "/h/").Find(`meta[property^="og:image"]`).Length(); n != 0 {
		t.Error("a page without numbers names a card")
	}
}

func TestExportHasTheCard(t *testing.T) {
	w := cardWorld(newWorld().populate()).start(t)
	files, err := export.Files(t.Context(), export.Site{Base: w.cfg.ExternalURL}, export.FetchFrom(w.server.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(files["eventlet-removal/card.png"])); err != nil {
		t.Errorf("%d bytes: %v", len(files["eventlet-removal/card.png"]), err)
	}
}
