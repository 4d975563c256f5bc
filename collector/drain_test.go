package collector_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// A reference whose details can't be had holds nothing up, and is not asked for in
// every poll.
func TestQuarantinedReference(t *testing.T) {
	w := newWorld(t)
	parent := w.create(replay.NewChange{})
	c, _ := w.gerrit.Change(parent)
	w.create(replay.NewChange{Topic: "eventlet-removal", Parents: []string{c.CurrentRevision}})
	b := w.breakable()
	b.bend(details, func(rows []row) []row {
		return slices.DeleteFunc(rows, func(r row) bool { return r["_number"] == json.Number(fmt.Sprint(parent)) })
	})
	w.poll()
	w.wantReferences(map[int]string{parent: "NEW"})
	if w.member(parent).Quarantined == "" {
		t.Fatal("the reference is not quarantined")
	}
	if got := w.requests(func() { w.poll() })[replay.KindDetails]; got != 0 {
		t.Errorf("%d requests of details: want none before the next full listing", got)
	}
	b.answer = nil
	w.full()
	if m := w.member(parent); m.Quarantined != "" || w.db.Snapshot().Change(parent).Detailed.IsZero() {
		t.Errorf("quarantined %q, want it fetched", m.Quarantined)
	}
}

// A stale answer must not undo what the listing gave.
func TestStaleDetails(t *testing.T) {
	w := newWorld(t)
	n := w.changes(1)[0]
	b := w.breakable()
	w.poll()
	w.now = w.now.Add(time.Minute)
	old := httptest.NewRecorder()
	b.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if details(r) && old.Body.Len() == 0 {
			r = r.Clone(r.Context())
			r.Header.Del("Accept-Encoding")
			b.gerrit.ServeHTTP(old, r)
		}
		return false
	}
	w.must(w.gerrit.Comment(w.tick(), n, 1, "hm"))
	w.poll()
	w.must(w.gerrit.Submit(w.tick(), n, 2))
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if details(r) {
			rw.Header().Set("Content-Type", jsonType)
			rw.Write(old.Body.Bytes())
		}
		return details(r)
	}
	w.poll()
	if c, m := w.db.Snapshot().Change(n), w.member(n); c.Status != store.StatusMerged || m.Quarantined == "" {
		t.Errorf("%s, quarantined %q: want the row's state, and the change marked", c.Status, m.Quarantined)
	}
}

// Very many broken changes make a first backfill slow, not endless, and a server
// that fails for all of them is not asked about each.
func TestVeryManyPoisonChanges(t *testing.T) {
	w := newWorld(t)
	n := w.changes(60)
	b := w.breakable()
	w.config.Gerrit.RetryPause = time.Nanosecond
	w.remake()
	broken := n[10:45]
	asked := 0
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if !details(r) {
			return false
		}
		asked++
		for _, number := range broken {
			if strings.Contains(r.URL.Query().Get("q")+" ", fmt.Sprintf("change:%d ", number)) {
				rw.Header().Set("Content-Type", textType)
				rw.WriteHeader(http.StatusInternalServerError)
				io.WriteString(rw, "Internal server error\n")
				return true
			}
		}
		return false
	}
	for polls := 1; ; polls++ {
		asked = 0
		p := w.try(collector.PollOptions{})
		if asked > 150 {
			t.Fatalf("poll %d made %d requests of details", polls, asked)
		}
		if p.OK {
			break
		}
		if polls == 5 {
			t.Fatalf("not loaded after %d polls: %s", polls, p.Error)
		}
	}
	w.wantMembers(n...)
	for _, number := range n {
		if got := w.member(number).Quarantined != ""; got != slices.Contains(broken, number) {
			t.Errorf("change %d: quarantined %t", number, got)
		}
	}
	b.answer = nil
	w.full()
	for _, number := range n {
		if m := w.member(number); m.Quarantined != "" {
			t.Errorf("change %d is still quarantined", number)
		}
	}
}

// A server's page limit may be lower than our batch of details.
func TestSmallPageLimit(t *testing.T) {
	w := worldOf(t, replay.Config{PageLimit: 10}, store.Query{Text: topic})
	n := w.changes(60)
	for _, number := range n {
		w.must(w.gerrit.Submit(w.tick(), number, 2))
	}
	asked := w.requests(func() { w.poll() })
	w.wantMembers(n...)
	if want := 3 + 3 + 1; asked[replay.KindDetails] != want {
		t.Errorf("%d requests of details, want %d: what was left out is asked for together", asked[replay.KindDetails], want)
	}
}

// One change whose details can't be had in one answer, because it is too large or takes
// too long, is quarantined; the others of its batch come in smaller ones.
func TestGiantChange(t *testing.T) {
	text := func(status int, line string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", textType)
			w.WriteHeader(status)
			io.WriteString(w, line)
		}
	}
	for _, test := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		{"longer than we read", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", jsonType)
			io.WriteString(w, prefix+"["+strings.Repeat(" ", 600_000)+"]")
		}, "Gerrit's answer is longer than 500000 bytes"},
		{"Gerrit's deadline", text(408, "Client Provided Deadline Exceeded\n\nclient_timeout=54s\n"), "408"},
		{"a proxy's patience", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", htmlType)
			w.WriteHeader(504)
		}, "504"},
	} {
		for _, at := range []int{0, 11, 24, 39} {
			t.Run(fmt.Sprint(test.name, at), func(t *testing.T) {
				w := newWorld(t)
				n := w.changes(40)
				b := w.breakable()
				giant := fmt.Sprintf("change:%d ", n[at])
				b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
					if !details(r) || !strings.Contains(r.URL.Query().Get("q")+" ", giant) {
						return false
					}
					test.answer(rw, r)
					return true
				}
				w.config.Gerrit.MaxBody, w.config.Gerrit.RetryPause = 500_000, time.Nanosecond
				w.remake()
				p := w.poll()
				w.wantMembers(n...)
				if q := w.member(n[at]).Quarantined; p.Quarantined != 1 || !strings.Contains(q, test.want) {
					t.Errorf("%d quarantined, because %q", p.Quarantined, q)
				}
			})
		}
	}
}

// If nothing comes in time, the server is not there: no batch is halved.
func TestServerGoneAfterTheListing(t *testing.T) {
	w := newWorld(t)
	w.changes(40)
	b := w.breakable()
	gone, asked := false, 0
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if gone = gone || details(r); gone {
			asked++
			rw.WriteHeader(504)
		}
		return gone
	}
	w.config.Gerrit.RetryPause = time.Nanosecond
	w.remake()
	if p := w.try(collector.PollOptions{}); p.OK || p.Quarantined != 0 || !strings.Contains(p.Error, "504") || asked != 6 {
		t.Errorf("%d requests; %+v", asked, p)
	}
}

// A status that Gerrit never had is not an open change: a change keeps its last good
// state, and a new one is not counted.
func TestUnknownStatus(t *testing.T) {
	for _, test := range []struct {
		name, status string
		before       func(w *world, n int) error // its last good state
		want         string
	}{
		{"open", "PARKED", func(w *world, n int) error { return w.gerrit.Vote(w.tick(), n, 2, "Code-Review", 1) }, store.StatusNew},
		{"merged", "ARCHIVED", func(w *world, n int) error { return w.gerrit.Submit(w.tick(), n, 2) }, store.StatusMerged},
		{"abandoned", "DELETED", func(w *world, n int) error { return w.gerrit.Abandon(w.tick(), n, 1, "") }, store.StatusAbandoned},
		{"lower case", "new", func(w *world, n int) error { return w.gerrit.Submit(w.tick(), n, 2) }, store.StatusMerged},
		{"a space too many", "MERGED ", func(w *world, n int) error { return nil }, store.StatusNew},
		{"new to us", "SPLIT\nIN TWO", nil, ""},
		{"an address", "jane@corp.example", func(w *world, n int) error { return nil }, store.StatusNew},
		{"an address, new to us", "Jane <jane@corp.example>", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			others := w.changes(30)
			b := w.breakable()
			w.poll()
			n := 0
			if test.before != nil {
				n = others[7]
				w.must(test.before(w, n))
				w.poll()
				w.must(w.gerrit.Comment(w.tick(), n, 3, "it moves"))
			} else {
				n = w.changes(1)[0]
			}
			was := w.db.Snapshot().Change(n)
			b.bend(all, set(n, "status", test.status))
			p := w.try(collector.PollOptions{})
			named := func(why string) bool {
				return strings.Contains(why, fmt.Sprintf("status: want one of NEW, MERGED, ABANDONED, got %q", store.WithoutAddresses(strings.ReplaceAll(test.status, "\n", " "))))
			}
			w.wantMembers(others...)
			c := w.db.Snapshot().Change(n)
			if test.before == nil {
				w.wantUnread(n)
				if c != nil || !p.OK || p.Full || p.Quarantined != 1 || !named(w.unread()[0].Error) {
					t.Errorf("stored %+v; unread %+v; the poll: %+v", c, w.unread(), p)
				}
			} else if m := w.member(n); c.Status != test.want || !p.OK || p.Quarantined != 1 || !named(m.Quarantined) || !cmp.Equal(c.Detail, was.Detail) {
				t.Errorf("status %s, want %s; quarantined because %q; the poll: %+v", c.Status, test.want, m.Quarantined, p)
			}
			b.answer = nil
			w.full()
			if now, _ := w.gerrit.Change(n); w.member(n).Quarantined != "" || w.db.Snapshot().Change(n).Status != now.Status {
				t.Errorf("after it is known again: %+v", w.db.Snapshot().Change(n).Row)
			}
		})
	}
}

// The daily refresh may find first that a change vanished; that is not a broken change.
func TestVanishedBeforeItsRefresh(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	w.poll()
	w.goal.Full = cron.Every(1000 * time.Hour)
	w.remake()
	w.must(w.gerrit.Delete(n[1]))
	w.now = w.now.Add(24 * time.Hour)
	w.poll()
	w.wantMembers(n...)
	w.full()
	if m := w.member(n[1]); m.Missing == nil || m.Quarantined != "" {
		t.Errorf("%+v: want it missing and not quarantined", m)
	}
}

// What is missing is not asked for daily like the others, and its end is not
// overwritten by what an earlier round wanted to know.
func TestMissingIsNotRefreshed(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	w.poll()
	w.now = w.now.Add(23*time.Hour + 30*time.Minute)
	w.must(w.gerrit.Delete(n[1]))
	w.full()
	w.now = w.now.Add(time.Hour)
	p := w.poll()
	if m := w.member(n[1]); p.Gone != 1 || m.Departed == nil || m.Quarantined != "" {
		t.Errorf("gone %d, %+v: want it gone", p.Gone, m)
	}
}

// What Gerrit answers stands in the sync log, for all to read.
func TestErrorsHaveNoAddresses(t *testing.T) {
	w := newWorld(t)
	w.changes(2)
	b := w.breakable()
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		rw.Header().Set("Content-Type", textType)
		rw.WriteHeader(400)
		io.WriteString(rw, `"jane@corp.example" is not a user`+"\n")
		return true
	}
	p := w.try(collector.PollOptions{})
	s := w.db.Snapshot().Selector("g", w.goal.Queries[0])
	for where, text := range map[string]string{"poll": p.Error, "selector": s.Error} {
		if strings.Contains(text, "@") || !strings.Contains(text, `"jane" is not a user`) {
			t.Errorf("%s: %s", where, text)
		}
	}
}

// Nor has the work that is left for the next round.
func TestWorkHasNoAddresses(t *testing.T) {
	w := newWorld(t)
	w.changes(15)
	b := w.breakable()
	b.bend(details, func(rows []row) []row {
		for _, r := range rows {
			r["status"] = "jane@corp.example"
		}
		return rows
	})
	w.try(collector.PollOptions{})
	work, err := w.db.Work("g")
	w.must(err)
	failed := 0
	for _, left := range work {
		if strings.Contains(left.Error, "@") {
			t.Errorf("change %d: %s", left.Row.Number, left.Error)
		}
		if left.Error != "" {
			failed++
		}
	}
	if failed == 0 {
		t.Error("no error is kept")
	}
}
