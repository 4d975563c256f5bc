package collector_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// TestPoliteness counts at the server what a goal of 2,500 changes costs: the
// contract with Gerrit's operators.
func TestPoliteness(t *testing.T) {
	t.Parallel()
	const tracked, open, abandoned, parents = 2500, 600, 100, 40
	w := newWorld(t)
	g := w.gerrit
	for i := range parents { // outside the topic, open: references
		w.create(replay.NewChange{Subject: fmt.Sprint("Prepare ", i)})
	}
	for i := range tracked {
		n := replay.NewChange{Topic: "eventlet-removal", Project: fmt.Sprint("openstack/project-", i%50)}
		if on, ok := g.Change(i + 1); ok && i < parents {
			n.Parents = []string{on.CurrentRevision}
		}
		number := w.create(n)
		switch {
		case i < open:
		case i < open+abandoned:
			w.must(g.Abandon(w.now, number, 1, ""))
		default:
			w.must(g.Submit(w.now, number, 2))
		}
	}
	g.ResetLog()
	w.poll()
	w.cost("backfill", tracked)
	// Pages share the second of their border with the next. One more each: what moved
	// meanwhile, and what is below the last row.
	pages := 1 + ceil(tracked-500, 499)
	w.wantKinds("backfill", kinds{listings: pages + 2, questions: ceil(open, 141), details: ceil(tracked, 25) + ceil(parents, 25), others: 1})
	once := map[string]int{}
	for _, r := range g.Requests() {
		if r.Kind == replay.KindDetails {
			for term := range strings.SplitSeq(r.Queries[0], " OR ") {
				once[term]++
			}
		}
	}
	for term, times := range once {
		if times != 1 {
			t.Errorf("%s was fetched %d times", term, times)
		}
	}
	if len(once) != tracked+parents {
		t.Errorf("%d changes were fetched, want %d", len(once), tracked+parents)
	}

	w.now = w.now.Add(time.Hour) // out of the overlap
	w.must(g.Comment(w.tick(), tracked, 2, "hm"))
	w.poll()
	g.ResetLog()
	w.poll()
	quiet := w.cost("quiet poll", tracked)
	w.wantKinds("quiet poll", kinds{listings: 1, leavers: ceil(open+parents, 300)})
	if quiet.Bytes > 10_000 {
		t.Errorf("a quiet poll costs %d bytes on the wire, want at most 10,000", quiet.Bytes)
	}

	w.now = w.now.Add(time.Hour)
	for i := range 20 {
		n := parents + 1 + 25*i
		switch i % 4 {
		case 0:
			w.must(g.Upload(w.tick(), n, 1, replay.Patch{Kind: replay.KindTrivialRebase}))
		case 1:
			w.must(g.Vote(w.tick(), n, 2, "Code-Review", 2))
		case 2:
			w.must(g.Comment(w.tick(), n, 3, "hm"))
		case 3:
			w.must(g.Submit(w.tick(), n, 2))
		}
	}
	g.ResetLog()
	if p := w.poll(); p.Changed != 20 {
		t.Errorf("%d changed, want 20", p.Changed)
	}
	busy := w.cost("poll with 20 changed", tracked)
	w.wantKinds("poll with 20 changed", kinds{listings: 1, leavers: ceil(open+parents-5-20, 300), details: 1, questions: 1})
	if busy.Requests > quiet.Requests+2 {
		t.Errorf("%d requests with 20 changed, %d without: want at most two more", busy.Requests, quiet.Requests)
	}

	g.ResetLog()
	w.full()
	w.cost("full listing", tracked)
}

// kinds are requests by what they are for.
type kinds struct{ listings, leavers, questions, details, others int }

// wantKinds counts what the Gerrit was asked.
func (w *world) wantKinds(name string, want kinds) {
	w.t.Helper()
	var got kinds
	for _, r := range w.gerrit.Requests() {
		switch {
		case r.Kind == replay.KindDetails:
			got.details++
		case r.Kind != replay.KindListing:
			got.others++
		case strings.Contains(r.Queries[0], " -("+topic+")"):
			got.leavers++
		case strings.Contains(r.Queries[0], "commit:"), strings.Contains(r.Queries[0], "revertof:"):
			got.questions++
		default:
			got.listings++
		}
	}
	if got != want {
		w.t.Errorf("%s: %+v, want %+v", name, got, want)
	}
}

// cost prints what the Gerrit was asked.
func (w *world) cost(name string, tracked int) replay.Totals {
	w.t.Helper()
	totals := w.gerrit.Totals()
	w.t.Logf("%-20s of %d tracked changes: %3d requests, %7d bytes on the wire, %8d inflated, %4d rows",
		name, tracked, totals.Requests, totals.Bytes, totals.Raw, totals.Changes)
	return totals
}

// ceil divides and rounds up.
func ceil(n, by int) int { return (n + by - 1) / by }
