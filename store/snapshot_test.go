package store_test

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

func TestSelectorOfAnotherText(t *testing.T) {
	db := open(t, newPath(t))
	round(t, db, 1)
	s := db.Snapshot()
	if diff := cmp.Diff(selector(own, 1), s.Selector(goal, own)); diff != "" {
		t.Errorf("want and got:\n%s", diff)
	}
	for _, q := range []store.Query{{Text: "topic:new"}, octavia} {
		if diff := cmp.Diff(store.Selector{Project: q.Project, Query: q.Text}, s.Selector(goal, q)); diff != "" {
			t.Errorf("want and got:\n%s", diff)
		}
	}
}

func TestUnknown(t *testing.T) {
	s := open(t, newPath(t)).Snapshot()
	if c := s.Change(1); c != nil {
		t.Errorf("change %+v", c)
	}
	if m, ok := s.Member("nobody's", 1); ok {
		t.Errorf("member %+v", m)
	}
	if n := len(slices.Collect(s.Members("nobody's", []store.Query{own}))); n+s.Pending("nobody's") != 0 || !s.Asked("nobody's", "x").IsZero() {
		t.Errorf("%d members, %d pending", n, s.Pending("nobody's"))
	}
}

// What an older headway fetched is outdated where its message can change a number
// and can be had.
func TestOutdated(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*store.Work)
		want bool
	}{
		{"open", func(*store.Work) {}, true},
		{"abandoned", func(w *store.Work) { w.Detail.Status = store.StatusAbandoned }, true},
		{"of today", func(w *store.Work) { w.Detail.Extraction = store.Extraction }, false},
		{"without details", func(w *store.Work) { w.Detail, w.Quarantined = nil, true }, false},
		{"quarantined", func(w *store.Work) { w.Member.Quarantined = "500" }, false},
		{"missing", func(w *store.Work) { w.Member.Missing = &store.Missing{} }, false},
		{"left while open", func(w *store.Work) { w.Member.Departed = &store.Departure{} }, false},
		{"left after its merge", func(w *store.Work) { w.Member.Departed, w.Detail.Status = &store.Departure{}, store.StatusMerged }, true},
		{"gone after its merge", func(w *store.Work) {
			w.Member.Departed, w.Detail.Status = &store.Departure{Gone: true}, store.StatusMerged
		}, false},
		{"open reference", func(w *store.Work) { w.Member.Reference = true }, false},
		{"merged reference", func(w *store.Work) { w.Member.Reference, w.Detail.Status = true, store.StatusMerged }, true},
		{"of a former query", func(w *store.Work) { w.Member.Query = "topic:old" }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, newPath(t))
			w := detailed(work(1, 1, own))
			tt.set(&w)
			round(t, db, 1, w)
			if got := len(slices.Collect(db.Snapshot().Outdated(goal, []store.Query{own}))); (got == 1) != tt.want {
				t.Errorf("%d outdated, want %t", got, tt.want)
			}
		})
	}
}

// TestSnapshotIsImmutable reads old and new snapshots from several goroutines
// while rounds are published; the race detector watches.
func TestSnapshotIsImmutable(t *testing.T) {
	db := open(t, newPath(t))
	db.Bolt().NoSync = true
	works := func(minute int) []store.Work {
		var all []store.Work
		for n := range 50 {
			all = append(all, detailed(work(n+1, minute, own)))
		}
		return all
	}
	round(t, db, 1, works(1)...)
	first := db.Snapshot()
	want := read(first)
	done, readers := make(chan struct{}), sync.WaitGroup{}
	for range 3 {
		readers.Go(func() {
			for last := uint64(0); ; {
				s := db.Snapshot()
				if s.Revision() < last {
					t.Errorf("revision %d after %d", s.Revision(), last)
				}
				last = s.Revision()
				// One round gives all changes and the selector one time: half a
				// round would show.
				asOf := s.Selector(goal, own).AsOf
				for m := range s.Members(goal, []store.Query{own}) {
					if !m.Updated.Equal(asOf) {
						t.Errorf("change %d of %v as of %v", m.Change.Number, m.Updated, asOf)
					}
				}
				if diff := cmp.Diff(want.Polls, first.Polls()); diff != "" {
					t.Errorf("polls of the first snapshot:\n%s", diff)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for minute := range 30 {
		round(t, db, minute+2, works(minute+2)...)
	}
	close(done)
	readers.Wait()
	if diff := cmp.Diff(want, read(first)); diff != "" {
		t.Errorf("the first snapshot, before and after:\n%s", diff)
	}
}

// filledDB has that many members with small records. They are written past the
// store: 100,000 of them through its rounds take a minute under the race detector.
func filledDB(t testing.TB, members int) *store.DB {
	t.Helper()
	db := open(t, newPath(t))
	round(t, db, 1)
	var changes []*store.Change
	var all []store.Membership
	for n := range members {
		changes = append(changes, &store.Change{Row: store.Row{Number: n + 1}})
		all = append(all, store.Membership{Number: n + 1, Query: own.Text})
	}
	must(t, db.Put(goal, changes, all))
	db = reopen(t, db)
	db.Bolt().NoSync = true
	return db
}

// TestPublishAllocates measures what one round of 20 changes costs in memory, in
// bytes: it must not depend on how many members there are.
func TestPublishAllocates(t *testing.T) {
	cost := map[int]uint64{}
	for _, members := range []int{1_000, 100_000} {
		db := filledDB(t, members)
		var rounds []uint64
		for minute := range 9 {
			done := make([]store.Work, 20)
			for i := range done {
				done[i] = detailed(work(1+i*members/20, minute+2, own)) // far apart: the most nodes
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			round(t, db, minute+2, done...)
			runtime.ReadMemStats(&after)
			rounds = append(rounds, after.TotalAlloc-before.TotalAlloc)
		}
		slices.Sort(rounds)
		cost[members] = rounds[len(rounds)/2]
		must(t, db.Close())
	}
	t.Logf("bytes allocated by a round of 20, by members: %v", cost)
	sizes := slices.Sorted(maps.Keys(cost))
	// Twice, because the trees have a level more.
	if few, many := cost[sizes[0]], cost[sizes[1]]; many > 2*few {
		t.Errorf("%d bytes with %d members, %d with %d", few, sizes[0], many, sizes[1])
	}
}

// TestNoGrowth polls 10,000 times without a change: once the log of polls is full,
// the file must not grow by a byte.
func TestNoGrowth(t *testing.T) {
	db := filledDB(t, 500)
	size := func() int64 {
		n, err := db.SizeBytes()
		must(t, err)
		return n
	}
	for minute := range 2 * store.KeepPolls {
		round(t, db, minute)
	}
	warm := size()
	for minute := range 10_000 {
		round(t, db, minute)
	}
	if got := size(); got != warm {
		t.Errorf("%d bytes after 10,000 polls, %d before", got, warm)
	}
}
