package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

func TestGaps(t *testing.T) {
	db := open(t, newPath(t))
	at := func(text string) time.Time {
		when, err := time.Parse("02 15:04", text)
		must(t, err)
		return when.AddDate(2026, 10, 0) // November
	}
	round := func(text string, complete bool) {
		t.Helper()
		// As the collector does: what the store returned last, moved on.
		sel := db.Snapshot().Selector(goal, own)
		r := store.Round{Selectors: []store.Selector{sel}}
		if complete {
			r.Selectors[0].AsOf, r.Complete = at(text), []string{own.Project}
		}
		must(t, db.Finish(goal, r))
	}
	want := func(name string, gaps ...store.Gap) {
		t.Helper()
		if diff := cmp.Diff(gaps, db.Snapshot().Selector(goal, own).Gaps); diff != "" {
			t.Errorf("%s: want and got:\n%s", name, diff)
		}
	}
	round("02 12:00", true)
	want("the first round")
	round("03 23:00", true)
	want("the next day")
	round("05 00:00", true)
	first := store.Gap{From: at("03 23:00"), To: at("05 00:00")}
	want("a whole day without a round", first)
	round("06 10:00", false)
	round("06 11:00", true)
	want("no gap between", first)
	round("07 11:00", false)
	round("09 11:00", false)
	second := store.Gap{From: at("06 11:00"), To: at("10 01:00")}
	round("10 01:00", true)
	want("rounds that failed", first, second)
	db = reopen(t, db)
	want("opened again", first, second)

	for day, holds := range map[string]bool{"06": false, "07": true, "08": true, "09": true, "10": false, "11": false, "05": false} {
		if got := second.Holds(at(day + " 15:00")); got != holds {
			t.Errorf("%s in %v: %v", day, second, got)
		}
	}
}
