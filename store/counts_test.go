package store_test

import (
	"os"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

// TestCounts holds what a poll costs to counts: they change with the code, not
// with the machine.
func TestCounts(t *testing.T) {
	db := filledDB(t, 1000)
	for minute := range 3 { // until the list of free pages is as long as it gets
		round(t, db, minute+2)
	}
	changed := func(minute, count int) []store.Work {
		done := make([]store.Work, count)
		for i := range done {
			done[i] = detailed(work(1+i*1000/20, minute, own))
		}
		return done
	}
	for _, tt := range []struct {
		name         string
		count        int
		pages        int64 // bytes
		transactions uint64
	}{
		{"quiet", 0, quietBytes, 2},
		{"20 changed", 20, changedBytes, 2},
	} {
		before, from := db.Bolt().Stats().TxStats, db.Snapshot().Revision()
		round(t, db, 10, changed(10, tt.count)...)
		after := db.Bolt().Stats().TxStats
		if got := after.GetPageAlloc() - before.GetPageAlloc(); got > tt.pages*int64(max(1, os.Getpagesize()/4096)) {
			t.Errorf("%s: %d bytes of pages written, want %d at most", tt.name, got, tt.pages)
		}
		if got := db.Snapshot().Revision() - from; got != tt.transactions {
			t.Errorf("%s: %d transactions, want %d", tt.name, got, tt.transactions)
		}
	}
	// Staged where it stays: what is new is written once.
	fresh := detailed(work(5000, 11, own))
	fresh.Detail.Subject = string(make([]byte, 100_000))
	before := db.Bolt().Stats().TxStats
	must(t, db.Save(goal, []store.Work{fresh}, nil))
	saved := db.Bolt().Stats().TxStats
	must(t, db.Finish(goal, store.Round{Complete: []string{""}, Poll: store.Poll{Goal: goal}}))
	after := db.Bolt().Stats().TxStats
	if first, second := saved.GetPageAlloc()-before.GetPageAlloc(), after.GetPageAlloc()-saved.GetPageAlloc(); first < 100_000 || second > 100_000 {
		t.Errorf("%d bytes to stage, %d to publish", first, second)
	}
}

const (
	quietBytes   = 6 * 4096
	changedBytes = 35 * 4096
)

// TestOpenAllocates bounds what opening allocates for each change.
func TestOpenAllocates(t *testing.T) {
	allocs := func(path string) float64 {
		return testing.AllocsPerRun(3, func() {
			db, err := store.Open(path, store.Options{ReadOnly: true})
			must(t, err)
			must(t, db.Close())
		})
	}
	few, many := allocs(reviewedFile(t, 500)), allocs(reviewedFile(t, 1500))
	if each := (many - few) / 1000; each > 25 {
		t.Errorf("%.1f allocations a change", each)
	}
}
