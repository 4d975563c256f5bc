package dashboard_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// counted counts how often the store is asked: once to look which version a request
// is of, and once more if an answer is made.
type counted struct {
	dashboard.Source
	asked atomic.Int64
}

func (c *counted) Snapshot() *store.Snapshot {
	c.asked.Add(1)
	return c.Source.Snapshot()
}

// recounted serves the world's store again, through a counter.
func (w *world) recounted(t *testing.T) *counted {
	t.Helper()
	src := &counted{Source: w.db}
	server, err := dashboard.New(w.cfg, src)
	if err != nil {
		t.Fatal(err)
	}
	w.server = server
	w.serve(t)
	return src
}

// made is how many answers were made for some requests.
func (c *counted) made(requests int, ask func()) int {
	before := c.asked.Load()
	for range requests {
		ask()
	}
	return int(c.asked.Load()-before) - requests
}

func TestAPageIsMadeOnceForARevisionAndMinute(t *testing.T) {
	w := newWorld().populate()
	set := testimonials.Collect(nil, nil)
	w.cfg.Testimonials = func() testimonials.Set { return set }
	w.start(t)
	src := w.recounted(t)
	for _, path := range []string{"/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/changes?q=subject", "/eventlet-removal/badge.svg", "/api/v1/goals/eventlet-removal", "/eventlet-removal/embed"} {
		etag := ""
		for _, moved := range []struct {
			name string
			by   func()
		}{
			{"at first", func() {}},
			{"a minute later", func() { w.now = w.now.Add(time.Minute) }},
			{"after a poll", func() { w.poll(t); w.log(t, store.Poll{Start: w.now}) }},
			{"after new testimonials", func() { set = testimonials.Collect([]*testimonials.Page{{Slug: "a", Name: "a.md"}}, nil) }},
		} {
			moved.by()
			if got := src.made(1000, func() { w.get(t, path) }); got != 1 {
				t.Errorf("%s: made %d times %s for 1000 requests, want once", path, got, moved.name)
			}
			a := w.get(t, path, "If-None-Match", etag)
			if a.StatusCode != http.StatusOK || a.Header.Get("ETag") == etag {
				t.Errorf("%s: %s %s, ETag %s and before %s", path, a.Status, moved.name, a.Header.Get("ETag"), etag)
			}
			etag = a.Header.Get("ETag")
		}
	}
}

// A backfill makes a snapshot every few changes. How far it is is read once a second,
// what it has brought at once.
func TestProgressIsReadOnceASecond(t *testing.T) {
	w := newWorld().loading().start(t)
	progress := func(done int) { w.selectors[0].Done = done; w.poll(t) }
	sees := func(text string) {
		t.Helper()
		if a := w.get(t, "/api/v1/goals/eventlet-removal"); !strings.Contains(a.body, text) || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s, want %s", a.body, text)
		}
	}
	sees(`"loading":{"done":1200,`)
	progress(1300)
	w.now = w.now.Add(900 * time.Millisecond)
	sees(`"loading":{"done":1200,`)
	w.now = w.now.Add(100 * time.Millisecond)
	sees(`"loading":{"done":1300,`)
	w.selectors[0] = store.Selector{Query: selector, AsOf: w.now}
	w.complete = []string{""}
	w.poll(t)
	if a := w.get(t, "/api/v1/goals/eventlet-removal"); !strings.Contains(a.body, `"loading":null`) || a.Header.Get("ETag") == "" {
		t.Errorf("when it has ended: %s", a.body)
	}
}

// Whatever visitors ask for, what is kept stays within its bound and the front page
// is there.
func TestAFloodOfAddressesLeavesTheFrontPage(t *testing.T) {
	w := newWorld().populate()
	w.cfg.CacheSize = 1 << 20
	w.start(t)
	src := w.recounted(t)
	w.get(t, "/eventlet-removal/")
	w.get(t, "/eventlet-removal/")
	for i := range 150 {
		day := w.now.AddDate(0, 0, -i).Format(time.DateOnly)
		for _, path := range []string{
			"/eventlet-removal/?on=" + day, fmt.Sprintf("/eventlet-removal/changes?q=word%d", i), "/eventlet-removal/badge.svg?on=" + day,
			fmt.Sprintf("/eventlet-removal/embed?changes=%d", i+1), fmt.Sprintf("/eventlet-removal/nothing%d", i),
		} {
			w.get(t, path)
		}
	}
	if got := src.made(1, func() { w.get(t, "/eventlet-removal/") }); got != 0 {
		t.Error("the front page was pushed out")
	}
	if got := src.made(1, func() { w.get(t, "/eventlet-removal/?on="+w.now.Format(time.DateOnly)) }); got != 1 {
		t.Error("the first address of the flood is still kept: the flood was too small")
	}
}

func TestUnknownAddressesAreNotKept(t *testing.T) {
	w := newWorld().start(t)
	src := w.recounted(t)
	for _, path := range []string{"/nope/", "/eventlet-removal/changes?color=red", "/api/v1/goals/nope", "/eventlet-removal/badge/nope.svg"} {
		if got := src.made(3, func() { w.get(t, path) }); got != 3 {
			t.Errorf("%s: made %d times for 3 requests", path, got)
		}
	}
}

// form is how an error looks to the readers of an address.
type form struct{ contentType, begins, holds string } // holds: "" for the text itself

var (
	inJSON = form{"application/json", `{"error":`, ""}
	forms  = map[string]form{
		"/": {"text/html; charset=utf-8", "<!DOCTYPE html>", ""}, "/badge.svg": {"image/svg+xml; charset=utf-8", "<svg", ""},
		"/badge.json": {"application/json", `{"schemaVersion":1,`, `"isError":true`}, "/embed": {"text/html; charset=utf-8", "<!DOCTYPE html>", ""},
		"/feed.atom": {"text/plain; charset=utf-8", "", ""},
	}
)

func (f form) check(t *testing.T, path string, a answer, text string) {
	t.Helper()
	if f.holds == "" {
		f.holds = text
	}
	if a.Header.Get("Content-Type") != f.contentType || !strings.HasPrefix(a.body, f.begins) || !strings.Contains(a.body, f.holds) {
		t.Errorf("%s: %s, %s\n%s", path, a.Status, a.Header.Get("Content-Type"), a.body)
	}
}

// Who has to wait is told so in the form that he understands, and when to come back.
func TestBusyAnswers(t *testing.T) {
	w := newWorld().populate().start(t)
	for path, form := range forms {
		a := dashboard.Busy(w.server, "/eventlet-removal"+path)
		if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, %v", path, a.Status, a.Header)
		}
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		form.check(t, path, answer{a, string(body)}, "There are too many requests at the moment.")
	}
}

// What panics is answered, and does not stand in the way of the next reader.
func TestPanicsAreAnswered(t *testing.T) {
	w := newWorld().populate()
	schedule := &fragile{every: every(10 * time.Minute), broken: true}
	w.goal.Schedule = schedule
	w.start(t)
	for range 2 {
		for path, form := range forms {
			a := w.get(t, "/eventlet-removal"+path)
			if a.StatusCode != http.StatusInternalServerError || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %s, %v", path, a.Status, a.Header)
			}
			form.check(t, path, a, "Something went wrong here.")
		}
		a := w.get(t, "/api/v1/goals/eventlet-removal")
		inJSON.check(t, "/api", a, "Something went wrong here.")
	}
	schedule.broken = false
	if a := w.get(t, "/eventlet-removal/"); a.StatusCode != http.StatusOK {
		t.Errorf("after it: %s", a.Status)
	}
}

// Operators get through when readers have to wait.
func TestOperatorsAreNotBehindTheLimit(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("metrics")) })
	block, release := make(chan struct{}), make(chan struct{})
	var armed atomic.Bool
	w.cfg.Testimonials = func() testimonials.Set {
		if armed.CompareAndSwap(true, false) {
			block <- struct{}{}
			<-release
		}
		return testimonials.Set{}
	}
	w.start(t)
	armed.Store(true)
	var reader sync.WaitGroup
	reader.Go(func() { w.get(t, "/eventlet-removal/") })
	<-block // nobody else gets to what is kept
	for _, path := range []string{"/-/healthy", "/-/ready", "/metrics"} {
		if a := w.get(t, path); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	close(release)
	reader.Wait()
}
