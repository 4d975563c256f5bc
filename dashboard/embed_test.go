package dashboard_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Pages that embed us pay for the script on each visit.
func TestEmbedScriptIsSmall(t *testing.T) {
	a := newWorld().start(t).get(t, "/embed.js")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(a.body))
	z.Close()
	if a.StatusCode != http.StatusOK || len(a.body) > 3100 || packed.Len() > 1600 {
		t.Errorf("%s, %d bytes, %d compressed", a.Status, len(a.body), packed.Len())
	}
	if strings.Contains(a.body, "\n//") || strings.Contains(a.body, "innerHTML") {
		t.Errorf("script:\n%s", a.body)
	}
}

func TestEmbedScriptIsServedLikeABadge(t *testing.T) {
	w := newWorld().start(t)
	a := w.get(t, "/embed.js")
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "X-Content-Type-Options": "nosniff",
		"Cache-Control":                "public, max-age=300, stale-while-revalidate=3600, stale-if-error=604800",
		"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "", "Location": "",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	etag := a.Header.Get("ETag")
	w.now = w.now.Add(time.Hour)
	if b := w.get(t, "/embed.js", "If-None-Match", etag); etag == "" || b.StatusCode != http.StatusNotModified || b.body != "" {
		t.Errorf("asked with its ETag %s: %s", etag, b.Status)
	}
	if b := w.do(t, http.MethodHead, "/embed.js"); b.StatusCode != http.StatusOK || b.body != "" || b.ContentLength != int64(len(a.body)) {
		t.Errorf("HEAD: %s, %d bytes", b.Status, b.ContentLength)
	}
	if b := w.do(t, http.MethodPost, "/embed.js"); b.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", b.Status)
	}
}

// fragile is a schedule that can't be asked once it is broken; progress asks it how
// old numbers may be.
type fragile struct {
	every
	broken bool
}

func (f *fragile) Next(t time.Time) time.Time {
	if f.broken {
		panic("the schedule is broken")
	}
	return f.every.Next(t)
}

// What stands in other people's pages keeps its last number when we are in trouble,
// and says that it is not up to date.
func TestLastKnownGoodInTrouble(t *testing.T) {
	w := newWorld().populate()
	schedule := &fragile{every: every(10 * time.Minute)}
	w.goal.Schedule = schedule
	w.start(t)
	const good, bad = "/eventlet-removal/badge/openstack/nova.json", "/eventlet-removal/badge/openstack/nope.svg"
	fresh := w.get(t, good)
	schedule.broken = true
	w.now = w.now.Add(time.Minute) // what was computed for the last minute doesn't do
	var b shields
	w.json(t, good, &b)
	if b.Message != "50% of 6 merged (stale)" || b.IsError {
		t.Errorf("in trouble %+v, before %s", b, fresh.body)
	}
	if a := w.get(t, good); a.Header.Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("it may be kept: %s", a.Header.Get("Cache-Control"))
	}
	if _, value, title := w.svg(t, "badge.svg"); value != "41% of 12 merged (stale)" || !strings.HasSuffix(title, "; not up to date") {
		t.Errorf("goal: %q, %q", value, title)
	}
	if got := text(w.page(t, "/eventlet-removal/embed/openstack/nova").Find(".asof.late")); !strings.HasPrefix(got, "Not up to date: last known numbers, as of 23 Nov 2026, 11:57 UTC") {
		t.Errorf("widget: %q", got)
	}
	if a := w.get(t, bad); a.StatusCode != http.StatusNotFound {
		t.Errorf("unknown project: %s", a.Status)
	}
	schedule.broken = false
	w.json(t, good, &b)
	if b.Message != "50% of 6 merged" {
		t.Errorf("after the trouble: %+v", b)
	}
}

// shields.io refuses a badge with a key it doesn't know.
func TestEndpointHasTheKeysOfShields(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{
		"/badge.json", "/badge/openstack/nova.json?metric=sparkline", "/badge/openstack/nova.json?metric=status&theme=light",
		"/badge/openstack/nope.json", "/badge.json?metric=x",
	} {
		a := w.get(t, "/eventlet-removal"+path)
		var b struct {
			SchemaVersion         *int
			Label, Message, Color *string
			IsError               bool
			CacheSeconds          int // shields takes 300 or more
		}
		d := json.NewDecoder(strings.NewReader(a.body))
		d.DisallowUnknownFields()
		if err := d.Decode(&b); err != nil || b.SchemaVersion == nil || *b.SchemaVersion != 1 || b.Label == nil || b.Message == nil || *b.Message == "" || b.Color == nil {
			t.Errorf("%s: %v in %s", path, err, a.body)
		}
		if failed := a.StatusCode != http.StatusOK; b.IsError != failed || !failed && b.CacheSeconds != 300 {
			t.Errorf("%s: %s, %s", path, a.Status, a.body)
		}
	}
}

// No badge leads elsewhere: image proxies and READMEs do not follow.
func TestBadgesDoNotRedirect(t *testing.T) {
	w := newWorld().populate().start(t)
	for path, status := range map[string]int{
		"/badge.svg": 200, "/badge/openstack/nova.svg": 200, "/badge/openstack%2Fnova.svg": 200, "/badge/openstack/nope.svg": 404,
		"/badge/": 404, "/embed": 200, "/embed/openstack/nova": 200, "/embed/": 404,
	} {
		a := w.get(t, "/eventlet-removal"+path)
		if a.StatusCode != status || a.Header.Get("Location") != "" {
			t.Errorf("%s: %s to %q, want %d", path, a.Status, a.Header.Get("Location"), status)
		}
		if status == 404 && a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a proxy may keep it: %q", path, a.Header.Get("Cache-Control"))
		}
	}
}

func TestSparklineBadge(t *testing.T) {
	w := newWorld().populate().start(t)
	label, value, _ := w.svg(t, "badge/openstack/nova.svg?metric=sparkline")
	a := w.get(t, "/eventlet-removal/badge/openstack/nova.svg?metric=sparkline")
	if label != "nova merged" || value != "3" || strings.Count(a.body, "<polyline ") != 1 {
		t.Errorf("%s %s: %s", label, value, a.body)
	}
	if none := w.get(t, "/eventlet-removal/badge/openstack/neutron.svg?metric=sparkline"); strings.Contains(none.body, "<polyline") {
		t.Errorf("a line without changes: %s", none.body)
	}
	if past := w.get(t, "/eventlet-removal/badge/openstack/nova.svg?metric=sparkline&on=2026-11-01"); strings.Count(past.body, "<polyline ") != 1 || past.body == a.body {
		t.Errorf("on a past day: %s", past.body)
	}
}
