package collector_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// age makes records as an older headway kept them, fetched one after the other.
func (w *world) age(numbers ...int) {
	w.t.Helper()
	var work []store.Work
	snap := w.db.Snapshot()
	for i, n := range numbers {
		m, _ := snap.Member("g", n)
		c := *snap.Change(n)
		c.Extraction, c.RevertText, c.Detailed = 0, nil, c.Detailed.Add(time.Duration(i)*time.Second)
		work = append(work, store.Work{Row: c.Row, Member: m, Reason: store.ReasonRefresh, Detail: &c})
	}
	w.must(w.db.Save("g", work, nil))
	selectors := []store.Selector{snap.Selector("g", w.goal.Queries[0])}
	w.must(w.db.Finish("g", store.Round{Selectors: selectors, Complete: []string{""}}))
	if len(w.outdated()) == 0 {
		w.t.Fatal("nothing is outdated")
	}
}

func (w *world) outdated() []int {
	var numbers []int
	for m := range w.db.Snapshot().Outdated("g", w.goal.Queries) {
		numbers = append(numbers, m.Change.Number)
	}
	return numbers
}

// What an older headway kept less of is fetched again over several polls, the oldest
// first, and counts as before until then.
func TestReread(t *testing.T) {
	w := newWorld(t)
	n := w.changes(230)
	for _, number := range n {
		w.must(w.gerrit.Submit(w.tick(), number, 2))
	}
	w.poll()
	slices.Reverse(n)
	w.age(n...)
	for _, want := range []struct{ left, requests int }{{130, 4}, {30, 4}, {0, 2}, {0, 0}} {
		if got := w.requests(func() { w.poll() })[replay.KindDetails]; got != want.requests {
			t.Errorf("%d requests of details until %d are left, want %d", got, want.left, want.requests)
		}
		left := slices.Sorted(slices.Values(n[len(n)-want.left:]))
		if diff := cmp.Diff(left, w.outdated(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("outdated (-want +got):\n%s", diff)
		}
	}
}

// What is not in the set is read anew only where it can change a number; what can't
// be had, and what an outage keeps waiting, does not pile up.
func TestRereadOutsideAndInTrouble(t *testing.T) {
	w := newWorld(t)
	n := w.changes(120)
	for _, number := range n[:118] {
		w.must(w.gerrit.Submit(w.tick(), number, 2))
	}
	revert, err := w.gerrit.Revert(w.tick(), n[0], 2, "")
	w.must(err)
	w.must(w.gerrit.SetTopic(w.tick(), revert, 2, ""))
	w.must(w.gerrit.Submit(w.tick(), revert, 2))
	b := w.breakable()
	w.poll()
	w.wantReferences(map[int]string{revert: "MERGED"})
	w.must(w.gerrit.SetTopic(w.tick(), n[1], 1, "elsewhere"))
	w.must(w.gerrit.SetTopic(w.tick(), n[119], 1, "elsewhere"))
	w.full()
	w.age(append(n, revert)...)
	if got := w.outdated(); slices.Contains(got, n[119]) || !slices.Contains(got, n[1]) || !slices.Contains(got, revert) || len(got) != 120 {
		t.Fatalf("%d outdated: %v", len(got), got)
	}
	for range 3 {
		w.withoutDetails(b)
	}
	if pending := w.db.Snapshot().Pending("g"); pending != 100 {
		t.Errorf("%d pending after three polls without details, want 100", pending)
	}
	w.poll()
	w.poll()
	if got := w.outdated(); len(got) > 0 {
		t.Errorf("outdated: %v", got)
	}
	if c := w.db.Snapshot().Change(revert); len(c.RevertText) != 1 {
		t.Errorf("the revert outside was not read anew: %+v", c.Detail)
	}
	w.wantReferences(map[int]string{revert: "MERGED"})
}
