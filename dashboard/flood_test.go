package dashboard_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api/openapi/openapitest"
	"github.com/eventlet-removal/headway/store"
)

// distinct is the n-th of a flood of addresses of which none is another.
func distinct(n int) string {
	const g = "/eventlet-removal"
	day := now.AddDate(0, 0, -n).Format(time.DateOnly)
	return []string{
		g + "/?on=" + day, fmt.Sprintf("%s/changes?q=word%d", g, n), g + "/badge.svg?on=" + day,
		fmt.Sprintf("%s/embed?changes=%d", g, n+1), fmt.Sprintf("/api/v1/goals%s/changes?older=%dh", g, n+1),
		fmt.Sprintf("%s/changes.csv?q=%d", g, n), fmt.Sprintf("%s/nothing%d", g, n), g + "/projects/openstack/p01?on=" + day,
	}[n%8]
}

// ask asks the server itself: a flood needs no sockets.
func (w *world) ask(path string) *httptest.ResponseRecorder {
	resp, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
	w.server.Handler().ServeHTTP(resp, r)
	if err := openapitest.Check(r, resp.Result()); err != nil {
		panic(err)
	}
	return resp
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what was in a pool is gone after two
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// Whatever is asked for, no more is kept than may be, and polls are seen meanwhile.
func TestMemoryStaysWithinItsBoundInAFlood(t *testing.T) {
	w := crowd(500)
	w.cfg.CacheSize = 1 << 20
	w.start(t)
	for n := range 80 { // what is made once for all readers has been made
		w.ask(distinct(n))
	}
	before, sent := heap(), 0
	for n := range 800 {
		resp := w.ask(distinct(80 + n))
		sent += resp.Body.Len()
		if resp.Code != http.StatusOK && resp.Code != http.StatusNotFound && resp.Code != http.StatusBadRequest {
			t.Fatalf("%s: %d", distinct(80+n), resp.Code)
		}
		if n%100 == 0 {
			w.add(store.Change{Row: store.Row{Number: 90_000 + n, Status: store.StatusMerged, Submitted: ago(1)}})
			w.poll(t)
			if body := w.ask(fmt.Sprintf("/api/v1/goals/eventlet-removal/changes?numbers=%d", 90_000+n)).Body.String(); !strings.Contains(body, `"merged"`) {
				t.Errorf("after a poll during the flood: %s", body)
			}
		}
	}
	if size := gather(t, w)["headway_answers_kept_bytes"].GetMetric()[0].GetGauge().GetValue(); size > float64(w.cfg.CacheSize) {
		t.Errorf("%v bytes are kept, at most %d may be", size, w.cfg.CacheSize)
	}
	const rest = 4 << 20 // some past days, and what garbage leaves
	if sent < 10<<20 {
		t.Errorf("the flood was of %d bytes only", sent)
	}
	if grown := heap() - before; grown > int(w.cfg.CacheSize)+rest {
		t.Errorf("%d bytes more are in use after %d were sent", grown, sent)
	}
}

// gate is a schedule that nobody gets through while it is shut.
type gate struct {
	every
	mu sync.RWMutex
}

func (g *gate) Next(t time.Time) time.Time {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.every.Next(t)
}

// Beyond the limit on work in flight a reader is asked to come back later, polls go on
// and operators get their answer.
func TestTheLimitOnWorkInFlight(t *testing.T) {
	w := newWorld().populate()
	shut := &gate{every: every(10 * time.Minute)}
	w.goal.Schedule = shut
	w.start(t)
	shut.mu.Lock()
	const readers, patience = 200, 5 * time.Second
	begun := time.Now()
	answers := make(chan *httptest.ResponseRecorder, readers)
	for n := range readers {
		go func() { answers <- w.ask(fmt.Sprintf("/eventlet-removal/changes?q=word%d", n)) }()
	}
	refused := readers - 64 - max(2, runtime.GOMAXPROCS(0))
	for range refused {
		resp := <-answers
		if resp.Code != http.StatusServiceUnavailable || resp.Header().Get("Retry-After") != "5" || resp.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("beyond the limit: %d, %v", resp.Code, resp.Header())
		}
	}
	revision := w.db.Snapshot().Revision()
	w.add(store.Change{Row: store.Row{Number: 90_000, Status: store.StatusNew}})
	w.poll(t)
	if w.db.Snapshot().Revision() <= revision {
		t.Error("no poll during the flood")
	}
	if resp := w.ask("/-/healthy"); resp.Code != http.StatusOK {
		t.Errorf("/-/healthy: %d", resp.Code)
	}
	shut.mu.Unlock()
	for range readers - refused {
		// Who waits for longer than that is refused on a slow machine.
		if resp := <-answers; resp.Code != http.StatusOK && time.Since(begun) < patience {
			t.Errorf("within the limit: %d", resp.Code)
		}
	}
}
