package progress_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// looked writes who saw which days: r for reconstructed, o for observed, g for a
// gap in polling.
func looked(days []progress.Day) string {
	var b strings.Builder
	for _, d := range days {
		switch {
		case d.Gap && d.Observed:
			b.WriteByte('?')
		case d.Gap:
			b.WriteByte('g')
		case d.Observed:
			b.WriteByte('o')
		default:
			b.WriteByte('r')
		}
	}
	return b.String()
}

func withMembers(in progress.Input, members ...*history) progress.Input {
	selectors := in.Selectors
	in = input(members)
	in.Selectors = selectors
	return in
}

func TestHistoryGaps(t *testing.T) {
	gap := func(from, to time.Time) store.Gap { return store.Gap{From: from, To: to} }
	for _, tt := range []struct {
		name string
		asOf time.Time
		gaps []store.Gap
		want string // of 14 to 23 November; the first poll was on the 16th
	}{
		{"polled each day", ago(0.1), nil, "rroooooooo"},
		{"one gap", ago(0.1), []store.Gap{gap(on(17), on(20))}, "rrooggoooo"},
		{"of one day", ago(0.1), []store.Gap{gap(on(18), on(20))}, "rrooogoooo"},
		{"of two outages", ago(0.1), []store.Gap{gap(on(16), on(18)), gap(on(19), on(22))}, "rrogooggoo"},
		{"since yesterday", on(22), nil, "rrooooooog"},
		{"for days", on(19), nil, "rroooogggg"},
		{"stale, but polled today", ago(3), nil, "rrooooooog"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := input([]*history{newChange(1, on(14)).with(func(m *store.Member) { m.Seen = on(16) })})
			in.Selectors[0].AsOf, in.Selectors[0].Gaps = tt.asOf, tt.gaps
			r := progress.Compute(newGoal(), in)
			if got := looked(r.History(progress.Scope{})); got != tt.want {
				t.Errorf("days = %s, want %s", got, tt.want)
			}
		})
	}
}

// A project with its own selector has that selector's gaps; a sum has those of all
// that are in it.
func TestHistoryGapsOfScopes(t *testing.T) {
	g, in := ownSelectors(ago(0.1), ago(0.1), time.Time{})
	in = withMembers(in,
		newChange(1, on(20)).with(func(m *store.Member) { m.Seen = on(20) }),
		newChange(2, on(20)).in(octavia).with(func(m *store.Member) { m.Seen = on(20) }),
	)
	in.Selectors[1].Gaps = []store.Gap{{From: on(20), To: on(22)}}
	r := progress.Compute(g, in)
	for _, tt := range []struct {
		scope progress.Scope
		want  string
	}{
		{progress.Scope{}, "ogoo"},
		{progress.Scope{Project: nova}, "oooo"},
		{progress.Scope{Project: octavia}, "ogoo"},
		{progress.Scope{Team: "own"}, "ogoo"},
	} {
		if got := looked(r.History(tt.scope)); got != tt.want {
			t.Errorf("%v: days = %s, want %s", tt.scope, got, tt.want)
		}
	}
}

func TestHistoryDenominator(t *testing.T) {
	g := newGoal()
	g.Projects = []progress.Project{{Name: nova, Expected: 3}, {Name: "a/empty", Expected: 2}}
	g.Teams = []progress.Team{{Name: "one", Projects: []string{nova}}}
	r := computeFor(g,
		newChange(1, on(18)).in("a/other").merge(on(20)),
		newChange(2, on(19)).merge(on(20)), newChange(3, on(21)), newChange(4, on(22)).abandon(on(23, 1)), newChange(5, on(22)), newChange(6, on(22)),
	)
	for _, tt := range []struct {
		scope progress.Scope
		want  string
	}{
		{progress.Scope{}, "0/6 0/6 2/6 2/6 2/8 2/7"},
		{progress.Scope{Project: nova}, "0/3 1/3 1/3 1/5 1/4"},
		{progress.Scope{Team: "one"}, "0/3 1/3 1/3 1/5 1/4"},
		{progress.Scope{Project: "a/other"}, "0/1 0/1 1/1 1/1 1/1 1/1"},
	} {
		var parts []string
		for _, d := range r.History(tt.scope) {
			parts = append(parts, fmt.Sprintf("%d/%d", d.Counts.Merged, d.Denominator))
			past, ok := r.On(d.Date).Percent()
			if percent, has := d.Percent(); tt.scope == (progress.Scope{}) && (percent != past || has != ok) {
				t.Errorf("%s: %d%%, On says %d%%", d.Date.Format(time.DateOnly), percent, past)
			}
		}
		if got := strings.Join(parts, " "); got != tt.want {
			t.Errorf("%v: progress = %s, want %s", tt.scope, got, tt.want)
		}
	}
}

// What a past day shows can't become stale: no later round changes it.
func TestOnIsStaleOnlyAfterTheLastRound(t *testing.T) {
	in := input([]*history{newChange(1, on(10))})
	in.Selectors[0].AsOf = on(20)
	r := progress.Compute(newGoal(), in)
	for day, want := range map[int]bool{18: false, 19: false, 20: true, 22: true} {
		if got := r.On(on(day)); got.Stale != want || got.Projects[0].Stale != want {
			t.Errorf("on %d: stale %v, project %v, want %v", day, got.Stale, got.Projects[0].Stale, want)
		}
	}
}

func TestLoadingTeamHasNoHistory(t *testing.T) {
	g, in := ownSelectors(time.Time{}, ago(2), ago(3))
	g.Teams = append(g.Teams, progress.Team{Name: "mixed", Projects: []string{nova, octavia}})
	r := progress.Compute(g, withMembers(in, newChange(2, on(11)).in(octavia)))
	if days := r.History(progress.Scope{Team: "mixed"}); days != nil {
		t.Errorf("%d days", len(days))
	}
	if days := r.History(progress.Scope{Project: octavia}); days == nil {
		t.Error("a project that is complete has no history")
	}
}
