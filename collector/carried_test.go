package collector_test

import (
	"net/http"
	"testing"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
)

// withoutDetails lets a poll list and plan, and fail before it can publish.
func (w *world) withoutDetails(b *broken) {
	w.t.Helper()
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if details(r) {
			http.Error(rw, "no", http.StatusForbidden)
		}
		return details(r)
	}
	if p := w.try(collector.PollOptions{}); p.OK {
		w.t.Fatal("the poll was complete without details")
	}
	b.answer = nil
}

// afterOneBatch lets a poll fetch one batch of details, before which something
// happens, and fail.
func (w *world) afterOneBatch(b *broken, happens func()) {
	w.t.Helper()
	batches := 0
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if !details(r) {
			return false
		}
		if batches++; batches == 1 {
			happens()
			return false
		}
		http.Error(rw, "no", http.StatusForbidden)
		return true
	}
	if p := w.try(collector.PollOptions{}); p.OK || batches != 2 {
		w.t.Fatalf("ok %t after %d batches", p.OK, batches)
	}
	b.answer = nil
}

// What was listed and could not be published may leave before the next poll.
func TestLeavesBetweenListingAndDetails(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.must(w.gerrit.Submit(w.tick(), n[1], 2))
	b := w.breakable()
	w.poll()
	created := w.create(replay.NewChange{Topic: "eventlet-removal"})
	w.must(w.gerrit.Comment(w.tick(), n[1], 2, "a merged one"))
	w.withoutDetails(b)
	for _, number := range []int{created, n[1]} {
		w.must(w.gerrit.SetTopic(w.tick(), number, 1, "elsewhere"))
	}
	w.poll()
	w.wantMembers(n[0])
	for _, number := range []int{created, n[1]} {
		if left := w.member(number).Departed; left == nil || left.Gone || left.Topic != "elsewhere" {
			t.Errorf("change %d: departure %+v, want left to elsewhere", number, left)
		}
	}
}

// A reference that was fetched and could not be published moves on, too.
func TestReferenceMovesBeforeItIsPublished(t *testing.T) {
	w := newWorld(t)
	n := w.changes(30)
	parent := w.create(replay.NewChange{})
	c, _ := w.gerrit.Change(parent)
	w.create(replay.NewChange{Topic: "eventlet-removal", Parents: []string{c.CurrentRevision}})
	b := w.breakable()
	w.poll()
	for _, number := range append(n, parent) {
		w.must(w.gerrit.Comment(w.tick(), number, 1, "hm"))
	}
	w.afterOneBatch(b, func() {})
	w.must(w.gerrit.Submit(w.tick(), parent, 2))
	w.poll()
	w.wantReferences(map[int]string{parent: "MERGED"})
}

// What a reader holds never changes, though the change moves again after it left.
func TestDepartureIsNotWrittenTwice(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.poll()
	moved := w.tick()
	w.must(w.gerrit.SetTopic(moved, n[0], 1, "elsewhere"))
	w.poll()
	held := w.member(n[0]).Departed
	w.must(w.gerrit.SetTopic(w.tick(), n[0], 1, "nowhere"))
	w.poll()
	if held.Topic != "elsewhere" {
		t.Errorf("the record of an older snapshot has %q now", held.Topic)
	}
	if now := w.member(n[0]).Departed; now.Topic != "nowhere" || !now.At.Equal(moved) {
		t.Errorf("departure %+v: want the topic it has now, and the time it left, %s", now, moved)
	}
}

// What is staged is not fetched again, though it moved between its row and its
// details.
func TestMovesBetweenRowAndDetails(t *testing.T) {
	w := newWorld(t)
	n := w.changes(30)
	w.afterOneBatch(w.breakable(), func() { w.must(w.gerrit.Comment(w.now, n[29], 2, "hm")) })
	w.requests(func() { w.poll() })
	for _, r := range w.gerrit.Requests() {
		if r.Kind == replay.KindDetails && r.Changes != 5 {
			t.Errorf("details of %d changes, want the five left", r.Changes)
		}
	}
	if got := len(w.db.Snapshot().Change(n[29]).Messages); got != 2 {
		t.Errorf("%d messages, want 2", got)
	}
}

// That a change left is found twice if the first round could not publish it, but its
// details are fetched once.
func TestLeaverIsFetchedOnce(t *testing.T) {
	w := newWorld(t)
	n := w.changes(30)
	b := w.breakable()
	w.poll()
	for _, number := range n {
		w.must(w.gerrit.Comment(w.tick(), number, 1, "hm"))
	}
	w.must(w.gerrit.SetTopic(w.tick(), n[29], 1, "elsewhere"))
	w.afterOneBatch(b, func() {})
	w.requests(func() { w.poll() })
	for _, r := range w.gerrit.Requests() {
		if r.Kind == replay.KindDetails && r.Changes != 5 {
			t.Errorf("details of %d changes, want the five left", r.Changes)
		}
	}
	w.wantMembers(n[:29]...)
}
