package collector_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/collector/replay"
)

// wantReferences wants these references, with these statuses.
func (w *world) wantReferences(want map[int]string) {
	w.t.Helper()
	got := map[int]string{}
	for m := range w.db.Snapshot().References("g") {
		got[m.Change.Number] = m.Status
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("references (-want +got):\n%s", diff)
	}
}

func TestRevertsOutsideTheSelector(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	for _, number := range n {
		w.must(w.gerrit.Submit(w.tick(), number, 2))
	}
	w.poll()
	w.wantReferences(nil)

	revert, err := w.gerrit.Revert(w.tick(), n[0], 2, "It broke the gate.")
	w.must(err)
	w.must(w.gerrit.SetTopic(w.tick(), revert, 2, "revert-0"))
	w.poll()
	w.wantReferences(map[int]string{revert: "NEW"})
	w.wantMembers(n...)

	w.must(w.gerrit.Submit(w.tick(), revert, 2))
	w.poll()
	w.wantReferences(map[int]string{revert: "MERGED"})

	// A revert of the revert is followed, though no member names it.
	again, err := w.gerrit.Revert(w.tick(), revert, 1, "It was not the cause.")
	w.must(err)
	w.must(w.gerrit.SetTopic(w.tick(), again, 1, "revert-1"))
	w.full()
	w.wantReferences(map[int]string{revert: "MERGED", again: "NEW"})
	w.must(w.gerrit.Submit(w.tick(), again, 2))
	w.poll()
	w.wantReferences(map[int]string{revert: "MERGED", again: "MERGED"})
}

func TestRevertFoundInTheFirstRound(t *testing.T) {
	w := newWorld(t)
	n := w.changes(1)[0]
	w.must(w.gerrit.Submit(w.tick(), n, 2))
	revert, err := w.gerrit.Revert(w.tick(), n, 2, "")
	w.must(err)
	w.must(w.gerrit.SetTopic(w.tick(), revert, 2, ""))
	w.must(w.gerrit.Submit(w.tick(), revert, 2))
	again, err := w.gerrit.Revert(w.tick(), revert, 1, "")
	w.must(err)
	w.must(w.gerrit.SetTopic(w.tick(), again, 2, ""))
	w.poll()
	w.wantReferences(map[int]string{revert: "MERGED", again: "NEW"})
}

func TestDependencies(t *testing.T) {
	w := newWorld(t)
	outside := func(subject string) int { return w.create(replay.NewChange{Subject: subject}) }
	parent, byFile, byURL, byID, merged, abandoned, elsewhere := outside("parent"), outside("by a file"), outside("by URL"), outside("by Change-Id"), outside("merged"), outside("abandoned"), outside("of another server")
	w.must(w.gerrit.Submit(w.tick(), merged, 2))
	w.must(w.gerrit.Abandon(w.tick(), abandoned, 1, ""))
	c, _ := w.gerrit.Change(parent)
	id, _ := w.gerrit.Change(byID)
	url := w.config.Gerrit.URL
	w.create(replay.NewChange{
		Topic: "eventlet-removal", Parents: []string{c.CurrentRevision},
		Body: fmt.Sprintf("Depends-On: %s/c/openstack/nova/+/%d/1/nova/x.py#7, a file\nDepends-On: %s/c/openstack/nova/+/%d\nDepends-On: %s\nDepends-On: %s/%d\nDepends-On: %s/#/c/%d/\nDepends-On: https://review.example.org/%d",
			url, byFile, url, byURL, id.ChangeID, url, merged, url, abandoned, elsewhere),
	})
	w.poll()
	want := map[int]string{parent: "NEW", byFile: "NEW", byURL: "NEW", byID: "NEW", abandoned: "ABANDONED"}
	w.wantReferences(want)

	if got := w.requests(func() { w.poll() })[replay.KindDetails]; got != 0 {
		t.Errorf("%d requests of details: nothing moved", got)
	}
	w.must(w.gerrit.Submit(w.tick(), parent, 2))
	w.poll()
	want[parent] = "MERGED"
	w.wantReferences(want)
	if got := w.members(); slices.Contains(got, parent) {
		t.Errorf("members %v: a dependency is none", got)
	}
}

// What a dependency itself stands on is nobody's business here, however often all
// questions are asked anew.
func TestDependencyOfDependency(t *testing.T) {
	w := newWorld(t)
	var parents []string
	var chain []int
	for range 6 {
		n := w.create(replay.NewChange{Parents: parents})
		c, _ := w.gerrit.Change(n)
		parents, chain = []string{c.CurrentRevision}, append(chain, n)
	}
	w.create(replay.NewChange{Topic: "eventlet-removal", Parents: parents})
	w.poll()
	w.full()
	w.wantReferences(map[int]string{chain[5]: "NEW"})
}

func TestReferenceBecomesMember(t *testing.T) {
	w := newWorld(t)
	parent := w.create(replay.NewChange{})
	c, _ := w.gerrit.Change(parent)
	n := w.create(replay.NewChange{Topic: "eventlet-removal", Parents: []string{c.CurrentRevision}})
	w.poll()
	w.wantReferences(map[int]string{parent: "NEW"})
	w.must(w.gerrit.SetTopic(w.tick(), parent, 1, "eventlet-removal"))
	p := w.poll()
	w.wantReferences(nil)
	w.wantMembers(parent, n)
	if m := w.member(parent); p.New != 1 || !m.Seen.Equal(p.Start) {
		t.Errorf("new %d, seen %s: want a new member, seen at %s", p.New, m.Seen, p.Start)
	}
}
