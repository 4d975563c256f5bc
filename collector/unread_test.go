package collector_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// unread are the changes of which nothing is known.
func (w *world) unread() []store.Unread {
	return w.db.Snapshot().Selector("g", w.goal.Queries[0]).Unread
}

func (w *world) wantUnread(numbers ...int) {
	w.t.Helper()
	var got []int
	for _, u := range w.unread() {
		got = append(got, u.Number)
		if u.Error == "" || u.Since.IsZero() {
			w.t.Errorf("unread %+v: want since when, and why", u)
		}
	}
	slices.Sort(numbers)
	if diff := cmp.Diff(numbers, got, cmpopts.EquateEmpty()); diff != "" {
		w.t.Fatalf("unread changes (-want +got):\n%s", diff)
	}
}

// draft gives changes a status that we don't know, in all answers.
func draft(b *broken, numbers ...int) {
	b.bend(all, func(rows []row) []row {
		for _, n := range numbers {
			set(n, "status", "DRAFT")(rows)
		}
		return rows
	})
}

// A change whose status we never heard of keeps nothing else waiting: it is named, not
// counted, and not asked for before the next full listing or its next move.
func TestStatusNeverHeardOf(t *testing.T) {
	for _, test := range []struct {
		name   string
		first  bool // in the first listing
		change func(w *world, b *broken, odd int)
		poll   func(w *world) store.Poll
		member bool // in the end
		unread bool
	}{
		{"stays, nothing moves", false, func(*world, *broken, int) {}, (*world).poll, false, true},
		{"stays, in a full listing", false, func(*world, *broken, int) {}, (*world).full, false, true},
		{"stays, and moves", false, func(w *world, _ *broken, odd int) { w.must(w.gerrit.Comment(w.tick(), odd, 2, "hm")) }, (*world).poll, false, true},
		{"there from the first", true, func(*world, *broken, int) {}, (*world).poll, false, true},
		{"known after a move", false, func(w *world, b *broken, odd int) {
			b.answer = nil
			w.must(w.gerrit.Submit(w.tick(), odd, 2))
		}, (*world).poll, true, false},
		{"known in a full listing", true, func(_ *world, b *broken, _ int) { b.answer = nil }, (*world).full, true, false},
		{"known by its details", true, func(_ *world, b *broken, odd int) { b.bend(listing, set(odd, "status", "DRAFT")) }, (*world).full, true, false},
		{"no longer listed", false, func(w *world, _ *broken, odd int) { w.must(w.gerrit.Delete(odd)) }, (*world).full, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			n := w.changes(3)
			b := w.breakable()
			if !test.first {
				w.poll()
			}
			odd := w.create(replay.NewChange{Topic: "eventlet-removal"})
			draft(b, odd)
			if p := w.poll(); p.Full != test.first || p.Quarantined != 1 {
				t.Errorf("full %t, %d quarantined", p.Full, p.Quarantined)
			}
			w.wantMembers(n...)
			w.wantUnread(odd)
			since := w.unread()[0].Since
			if u := w.unread()[0]; u.Project != "openstack/nova" || !strings.Contains(u.Error, `got "DRAFT"`) {
				t.Errorf("unread %+v: want its project and why", u)
			}
			// The mark goes on: what moves later is found by an incremental poll.
			mark := w.db.Snapshot().Selector("g", w.goal.Queries[0]).HighWater
			w.now = w.now.Add(time.Hour)
			n = append(n, w.create(replay.NewChange{Topic: "eventlet-removal"}))
			requests := w.requests(func() {
				if p := w.poll(); p.Full {
					t.Error("everything was listed")
				}
			})
			if after := w.db.Snapshot().Selector("g", w.goal.Queries[0]).HighWater; mark.IsZero() || !after.After(mark) || requests["details"] > 1 {
				t.Errorf("mark %s, then %s; requests %v", mark, after, requests)
			}
			test.change(w, b, odd)
			test.poll(w)
			if test.member {
				n = append(n, odd)
			}
			w.wantMembers(n...)
			if !test.unread {
				w.wantUnread()
				return
			}
			w.wantUnread(odd)
			if got := w.unread()[0].Since; !got.Equal(since) {
				t.Errorf("unread since %s, then since %s", since, got)
			}
		})
	}
}

// Very many of them do not keep a first reading from its end, or a later full one.
func TestManyStatusesNeverHeardOf(t *testing.T) {
	for _, many := range []int{9, 11, 25, 40} {
		w := newWorld(t)
		n := w.changes(2)
		odd := w.changes(many)
		draft(w.breakable(), odd...)
		polls := 1
		for ; !w.try(collector.PollOptions{}).OK; polls++ {
			if polls > many/10+1 {
				t.Fatalf("%d of them: still not complete after %d polls", many, polls)
			}
		}
		w.wantMembers(n...)
		w.wantUnread(odd...)
		if p := w.poll(); p.Full || p.Requests > 2 {
			t.Errorf("%d of them: then full %t, %d requests", many, p.Full, p.Requests)
		}
		if p := w.full(); p.Quarantined != many || p.Requests > 15 {
			t.Errorf("%d of them: %d quarantined by the next full listing, %d requests", many, p.Quarantined, p.Requests)
		}
		w.wantUnread(odd...)
	}
}
