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

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// bend changes the rows of the Gerrit's answers to some requests.
func (b *broken) bend(to func(*http.Request) bool, rows func([]row) []row) {
	b.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if !to(r) {
			return false
		}
		rec := httptest.NewRecorder()
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding")
		b.gerrit.ServeHTTP(rec, r)
		var all []row
		in := json.NewDecoder(strings.NewReader(strings.TrimPrefix(rec.Body.String(), prefix)))
		in.UseNumber()
		if in.Decode(&all) != nil {
			return false
		}
		w.Header().Set("Content-Type", jsonType)
		io.WriteString(w, prefix)
		json.NewEncoder(w).Encode(rows(all))
		return true
	}
}

// listing tells a listing of the topic from everything else.
func listing(r *http.Request) bool {
	q := r.URL.Query().Get("q")
	return !details(r) && (q == topic || strings.HasPrefix(q, "("+topic+") after:"))
}

func all(*http.Request) bool { return true }

// set sets one field of one change.
func set(n int, field string, value any) func([]row) []row {
	return func(rows []row) []row {
		for _, r := range rows {
			if r["_number"] == json.Number(fmt.Sprint(n)) {
				r[field] = value
			}
		}
		return rows
	}
}

// A row that can't be read is asked for by its number: it may be the one that moved.
func TestUnreadableRow(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	b := w.breakable()
	w.poll()
	w.must(w.gerrit.Submit(w.tick(), n[1], 2))
	created := w.create(replay.NewChange{Topic: "eventlet-removal"})
	b.bend(listing, func(rows []row) []row { return set(n[1], "subject", 7)(set(created, "owner", "Ada")(rows)) })
	w.poll()
	w.wantMembers(append(n, created)...)
	if c := w.db.Snapshot().Change(n[1]); c.Status != store.StatusMerged {
		t.Errorf("%s: want the state that the details tell", c.Status)
	}
}

// If the details can't be had either, what was known holds.
func TestUnreadableChange(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	b := w.breakable()
	w.poll()
	w.must(w.gerrit.Comment(w.tick(), n[1], 2, "hm"))
	created := w.create(replay.NewChange{Topic: "eventlet-removal"})
	everywhere := func(*http.Request) bool { return true }
	b.bend(everywhere, func(rows []row) []row { return set(n[1], "subject", 7)(set(created, "subject", 7)(rows)) })
	p := w.poll()
	w.wantMembers(n...)
	if m := w.member(n[1]); p.Quarantined != 2 || m.Quarantined == "" || w.db.Snapshot().Change(n[1]).Subject != "Remove eventlet" {
		t.Errorf("%d quarantined, %q: want the change quarantined as it was known", p.Quarantined, m.Quarantined)
	}
	w.wantUnread(created)
	// It is tried again with a full listing, however much moves meanwhile.
	b.answer = nil
	w.now = w.now.Add(time.Hour)
	w.must(w.gerrit.Comment(w.tick(), n[0], 2, "later"))
	w.poll()
	w.full()
	w.wantMembers(append(n, created)...)
	w.wantUnread()
}

func TestRowWithoutANumber(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	b := w.breakable()
	before := w.poll()
	w.must(w.gerrit.Submit(w.tick(), n[1], 2))
	b.bend(listing, set(n[1], "_number", nil))
	p := w.try(collector.PollOptions{})
	if sel := w.db.Snapshot().Selector("g", w.goal.Queries[0]); p.OK || !sel.AsOf.Equal(before.Start) {
		t.Errorf("ok %t, as of %s: the row may be of any change", p.OK, sel.AsOf)
	}
	b.answer = nil
	w.poll()
	if c := w.db.Snapshot().Change(n[1]); c.Status != store.StatusMerged {
		t.Errorf("%s after the fault, want MERGED", c.Status)
	}
}

// One row from the future must not hide all that moves from now on.
func TestFutureRow(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	b := w.breakable()
	b.bend(listing, set(n[2], "updated", "2099-01-01 00:00:00.000000000"))
	w.poll()
	b.answer = nil
	w.must(w.gerrit.Submit(w.tick(), n[0], 2))
	w.poll()
	if c := w.db.Snapshot().Change(n[0]); c.Status != store.StatusMerged {
		t.Errorf("%s, want MERGED", c.Status)
	}
}

// An index that lost everything looks like a quiet hour, but for the overlap.
func TestEmptyIncrementalListing(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	b := w.breakable()
	before := w.poll()
	b.bend(listing, func([]row) []row { return []row{} })
	p := w.try(collector.PollOptions{})
	w.wantMembers(n...)
	sel := w.db.Snapshot().Selector("g", w.goal.Queries[0])
	if !p.Full || p.OK || sel.Blocked != 3 || !sel.AsOf.Equal(before.Start) {
		t.Errorf("full %t, ok %t, blocked %d, as of %s: want everything listed, and not believed", p.Full, p.OK, sel.Blocked, sel.AsOf)
	}
}

// A wrong fact that got in does not stay because nothing moves.
func TestWrongFactHeals(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	b := w.breakable()
	b.bend(details, set(n[0], "status", odd))
	w.poll()
	b.answer = nil
	if w.full(); w.db.Snapshot().Change(n[0]).Status != store.StatusNew {
		t.Errorf("%s, want NEW", w.db.Snapshot().Change(n[0]).Status)
	}
}

// More changes may share a second than a page holds: a chain that was submitted at
// once, on a server with a small limit.
func TestSecondOfMany(t *testing.T) {
	for _, test := range []struct{ limit, before, same, after int }{
		{5, 0, 8, 0}, {5, 3, 8, 2}, {2, 1, 9, 1}, {1, 1, 3, 2}, {25, 40, 61, 7}, {3, 0, 3, 0}, {3, 0, 4, 1},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			w := worldOf(t, replay.Config{PageLimit: test.limit}, store.Query{Text: topic})
			want := w.changes(test.before)
			at := w.tick()
			for range test.same {
				n, err := w.gerrit.Create(at, replay.NewChange{Project: "openstack/nova", Subject: "Remove eventlet", Owner: 1, Topic: "eventlet-removal"})
				w.must(err)
				want = append(want, n)
			}
			want = append(want, w.changes(test.after)...)
			w.poll()
			w.wantMembers(want...)
			w.poll()
			w.full()
			w.wantMembers(want...)
		})
	}
}

// Where much is hidden from the asker, a server cuts its pages short and does not say
// that it has more.
func TestHiddenRows(t *testing.T) {
	for _, test := range []struct {
		limit, changes int
		hidden         func(i int) bool
	}{
		{10, 35, func(i int) bool { return i%3 == 0 }},
		{10, 35, func(i int) bool { return i > 12 && i < 20 }},
		{4, 21, func(i int) bool { return i%2 == 1 }},
		{500, 20, func(i int) bool { return i != 7 }},
	} {
		t.Run(fmt.Sprint(test.limit, test.changes), func(t *testing.T) {
			w := worldOf(t, replay.Config{PageLimit: test.limit}, store.Query{Text: topic})
			numbers := w.changes(test.changes)
			b := w.breakable()
			var want []int
			hidden := map[json.Number]bool{}
			for i, n := range numbers {
				if test.hidden(i) {
					hidden[json.Number(fmt.Sprint(n))] = true
				} else {
					want = append(want, n)
				}
			}
			b.bend(all, func(rows []row) []row {
				for _, r := range rows {
					delete(r, "_more_changes")
				}
				return slices.DeleteFunc(rows, func(r row) bool { return hidden[r["_number"].(json.Number)] })
			})
			w.poll()
			w.wantMembers(want...)
		})
	}
}
