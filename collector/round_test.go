package collector_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

func TestFirstPoll(t *testing.T) {
	w := newWorld(t)
	n := w.changes(30)
	w.must(w.gerrit.Submit(w.tick(), n[0], 2))
	w.must(w.gerrit.Abandon(w.tick(), n[1], 1, ""))
	w.must(w.gerrit.SetWIP(w.tick(), n[2], 1))
	w.must(w.gerrit.Upload(w.tick(), n[3], 1, replay.Patch{}))
	longer := w.create(replay.NewChange{Topic: "eventlet-removal-stable/2025.1", Branch: "stable/2025.1"})
	w.create(replay.NewChange{Topic: "other"})
	w.create(replay.NewChange{})
	p := w.poll()
	w.wantMembers(append(n, longer)...)
	if p.New != 31 || p.Changed != 0 || !p.Full || p.Version != "3.10.2" {
		t.Errorf("poll %+v: want a full one of Gerrit 3.10.2 with 31 new changes", p)
	}
	s := w.db.Snapshot()
	for number, want := range map[int]struct {
		status string
		wip    bool
		ps     int
	}{n[0]: {"MERGED", false, 1}, n[1]: {"ABANDONED", false, 1}, n[2]: {"NEW", true, 1}, n[3]: {"NEW", false, 2}} {
		if c := s.Change(number); c.Status != want.status || c.WIP != want.wip || c.PatchSet != want.ps || len(c.PatchSets) != want.ps {
			t.Errorf("change %d: %s, wip %t, patch set %d of %d", number, c.Status, c.WIP, c.PatchSet, len(c.PatchSets))
		}
	}
	if sel := s.Selector("g", w.goal.Queries[0]); !sel.AsOf.Equal(p.Start) || sel.Of != 0 {
		t.Errorf("selector %+v: want as of the start of the poll", sel)
	}
}

// The counts of requests are the contract with Gerrit's operators.
func TestRequests(t *testing.T) {
	w := newWorld(t)
	w.changes(60)
	first := w.requests(func() { w.poll() })
	// One listing, what is below it, and the parents; 60 changes in batches of 25; the version.
	if diff := cmp.Diff(map[string]int{replay.KindListing: 3, replay.KindDetails: 3, replay.KindVersion: 1}, first); diff != "" {
		t.Errorf("first poll (-want +got):\n%s", diff)
	}
	w.now = w.now.Add(time.Hour)
	w.changes(1) // so that the sixty lie before the overlap
	w.poll()
	before := w.db.Snapshot()
	quiet := w.requests(func() { w.poll() })
	// What moved, and whether any open change left.
	if diff := cmp.Diff(map[string]int{replay.KindListing: 2}, quiet); diff != "" {
		t.Errorf("quiet poll (-want +got):\n%s", diff)
	}
	after := w.db.Snapshot()
	for c := range before.Changes() {
		if after.Change(c.Number) != c {
			t.Errorf("change %d was written again", c.Number)
		}
	}
	w.must(w.gerrit.Comment(w.tick(), 5, 2, "hm"))
	busy := w.requests(func() { w.poll() })
	if diff := cmp.Diff(map[string]int{replay.KindListing: 2, replay.KindDetails: 1}, busy); diff != "" {
		t.Errorf("poll with one change moved (-want +got):\n%s", diff)
	}
}

func TestMovesThatUpdatedHides(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.must(w.gerrit.Comment(w.tick(), n[0], 2, "first"))
	w.poll()
	w.must(w.gerrit.Comment(w.now.Add(-10*time.Minute), n[0], 2, "second, in the same second"))
	if p := w.poll(); p.Changed != 1 {
		t.Errorf("changed %d, want 1: two operations of one second differ in meta_rev_id only", p.Changed)
	}
	messages := len(w.db.Snapshot().Change(n[0]).Messages)
	w.must(w.gerrit.DeleteMessage(n[0], 1, messages-1))
	if p := w.full(); p.Changed != 1 {
		t.Errorf("changed %d, want 1: a deleted message moves meta_rev_id, not updated", p.Changed)
	}
}

func TestOpenChangesAreRefreshedDaily(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.must(w.gerrit.Submit(w.tick(), n[1], 2))
	w.poll()
	w.gerrit.RenameAccount(1, "Ada L.")
	w.now = w.now.Add(25 * time.Hour)
	w.poll()
	s := w.db.Snapshot()
	if got := s.Change(n[0]).Accounts[1].Name; got != "Ada L." {
		t.Errorf("owner %q: want the new name within a day", got)
	}
	if got := s.Change(n[1]).Accounts[1].Name; got != "Ada" {
		t.Errorf("owner of the merged change %q: closed changes are not asked for daily", got)
	}
}

func TestOwnSelector(t *testing.T) {
	w := newWorld(t,
		store.Query{Text: `(` + topic + `) -project:"openstack/octavia"`},
		store.Query{Project: "openstack/octavia", Text: `project:"openstack/octavia" (message:eventlet)`})
	nova := w.create(replay.NewChange{Topic: "eventlet-removal"})
	own := w.create(replay.NewChange{Project: "openstack/octavia", Subject: "Drop eventlet"})
	w.create(replay.NewChange{Project: "openstack/octavia", Topic: "eventlet-removal", Subject: "By topic alone"})
	w.poll()
	w.wantMembers(nova, own)
	if m := w.member(own); m.Selector != "openstack/octavia" {
		t.Errorf("found by the selector of %q", m.Selector)
	}
}

func TestChangedSelectorHides(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	longer := w.create(replay.NewChange{Topic: "eventlet-removal-2"})
	w.poll()
	w.goal.Queries = []store.Query{{Text: `topic:"eventlet-removal"`}}
	w.remake()
	if got := w.members(); got != nil {
		t.Errorf("members %v before the new selector was ever polled", got)
	}
	p := w.poll()
	w.wantMembers(n...)
	if m := w.member(longer); m.Departed != nil || m.Missing != nil || p.Left != 0 {
		t.Errorf("member %+v: what a changed selector no longer matches is hidden, not left", m)
	}
	w.goal.Queries = []store.Query{{Text: topic}}
	w.remake()
	if got := w.requests(func() { w.poll() })[replay.KindDetails]; got != 0 {
		t.Errorf("%d requests of details: nothing had moved", got)
	}
	w.wantMembers(append(n, longer)...)
}

// broken stands before a Gerrit and answers what its breaker says, while it says
// anything.
type broken struct {
	gerrit http.Handler
	answer func(w http.ResponseWriter, r *http.Request) bool
}

func (b *broken) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if b.answer == nil || !b.answer(w, r) {
		b.gerrit.ServeHTTP(w, r)
	}
}

// breakable puts a broken handler between the world's collector and its Gerrit.
func (w *world) breakable() *broken {
	b := &broken{gerrit: w.gerrit}
	server := httptest.NewServer(b)
	w.t.Cleanup(server.Close)
	w.config.Gerrit.URL = server.URL
	w.remake()
	return b
}

func details(r *http.Request) bool { return r.URL.Query().Has("o") }

func TestFailedSelectorKeepsItsNumbers(t *testing.T) {
	w := newWorld(t,
		store.Query{Text: `(` + topic + `) -project:"openstack/octavia"`},
		store.Query{Project: "openstack/octavia", Text: `project:"openstack/octavia" (message:eventlet)`})
	nova := w.create(replay.NewChange{Topic: "eventlet-removal"})
	own := w.create(replay.NewChange{Project: "openstack/octavia", Subject: "Drop eventlet"})
	b := w.breakable()
	first := w.poll()
	w.must(w.gerrit.Submit(w.tick(), nova, 2))
	w.must(w.gerrit.Submit(w.tick(), own, 2))
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Query().Get("q"), `(project:"openstack/octavia"`) {
			return false
		}
		http.Error(rw, "no", http.StatusForbidden)
		return true
	}
	p := w.try(collector.PollOptions{})
	s := w.db.Snapshot()
	if s.Change(nova).Status != "MERGED" || s.Change(own).Status != "NEW" {
		t.Errorf("%s and %s: want the goal's change merged and the failed selector's as it was", s.Change(nova).Status, s.Change(own).Status)
	}
	goal, octavia := s.Selector("g", w.goal.Queries[0]), s.Selector("g", w.goal.Queries[1])
	if p.OK || !goal.AsOf.Equal(p.Start) || !octavia.AsOf.Equal(first.Start) || !octavia.Failed.Equal(p.Start) {
		t.Errorf("ok %t, goal as of %s, octavia as of %s", p.OK, goal.AsOf, octavia.AsOf)
	}
	if !strings.Contains(octavia.Error, "403") || !strings.Contains(p.Error, "octavia") {
		t.Errorf("selector: %q, poll: %q: want request and cause named", octavia.Error, p.Error)
	}
	b.answer = nil
	w.poll()
	if got := w.db.Snapshot().Change(own).Status; got != "MERGED" {
		t.Errorf("%s after the fault, want MERGED", got)
	}
}

// A round that is cut off shows nothing, and the next one fetches only the rest.
func TestInterruptedBackfill(t *testing.T) {
	w := newWorld(t)
	n := w.changes(60)
	b := w.breakable()
	ctx, cancel := context.WithCancel(t.Context())
	batches := 0
	b.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if details(r) {
			if batches++; batches == 3 {
				cancel()
				return true
			}
		}
		return false
	}
	if _, err := w.collector.Poll(ctx, "g", collector.PollOptions{}); err == nil {
		t.Fatal("the poll was not cut off")
	}
	if got := w.members(); got != nil {
		t.Errorf("members %v of half a round", got)
	}
	sel := w.db.Snapshot().Selector("g", w.goal.Queries[0])
	if sel.Done != 50 || sel.Of != 60 || w.db.Snapshot().Pending("g") != 10 {
		t.Errorf("done %d of %d, %d pending", sel.Done, sel.Of, w.db.Snapshot().Pending("g"))
	}
	b.answer = nil
	if got := w.requests(func() { w.poll() })[replay.KindDetails]; got != 1 {
		t.Errorf("%d requests of details for the last ten, want 1", got)
	}
	w.wantMembers(n...)
}

// A change that Gerrit can't answer for keeps its row's state and blocks nobody.
func TestPoison(t *testing.T) {
	w := newWorld(t)
	n := w.changes(40)
	b := w.breakable()
	poison := fmt.Sprintf("change:%d", n[17])
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if !details(r) || !strings.Contains(r.URL.Query().Get("q")+" ", poison+" ") {
			return false
		}
		rw.Header().Set("Content-Type", "text/plain;charset=utf-8")
		rw.WriteHeader(http.StatusInternalServerError)
		io.WriteString(rw, "Internal server error\n")
		return true
	}
	w.config.Gerrit.RetryPause = time.Nanosecond
	w.remake()
	p := w.poll()
	w.wantMembers(n...)
	if q := w.member(n[17]).Quarantined; p.Quarantined != 1 || !strings.Contains(q, "500") {
		t.Errorf("%d quarantined, because %q", p.Quarantined, q)
	}
	if c := w.db.Snapshot().Change(n[17]); c.Status != "NEW" || !c.Detailed.IsZero() {
		t.Errorf("stored %s, detailed %s: want the listing row's facts", c.Status, c.Detailed)
	}
	if got := w.requests(func() { w.poll() })[replay.KindDetails]; got != 0 {
		t.Errorf("%d requests of details: a quarantined change waits for the next full listing", got)
	}
	b.answer = nil
	w.full()
	if m := w.member(n[17]); m.Quarantined != "" {
		t.Errorf("still quarantined: %s", m.Quarantined)
	}
}

// TestFirstReadingSaysHowFarItIs: it takes minutes on a large Gerrit, and whoever reads
// the log must not take it for hanging. Later polls have nothing to say.
func TestFirstReadingSaysHowFarItIs(t *testing.T) {
	w := newWorld(t)
	w.changes(25)
	var log strings.Builder
	c, err := collector.New(w.config, w.db, collector.NewMetrics(), slog.New(slog.NewTextHandler(&log, nil)))
	w.must(err)
	w.collector = c
	w.poll()
	if got := strings.Count(log.String(), `msg="first reading" goal=g done=`); got != 1 || !strings.Contains(log.String(), " of=25\n") {
		t.Errorf("%d times in a moment, want once, of 25:\n%s", got, log.String())
	}
	log.Reset()
	w.changes(2)
	w.poll()
	if strings.Contains(log.String(), "first reading") {
		t.Errorf("a later poll says:\n%s", log.String())
	}
}
