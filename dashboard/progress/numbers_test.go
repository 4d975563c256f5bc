package progress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// sample is a goal of three projects, one of them in two teams and one discovered.
func sample() (*progress.Goal, progress.Input) {
	g := newGoal()
	g.Projects = []progress.Project{{Name: nova, Expected: 10}, {Name: "a/empty"}, {Name: "a/done"}}
	g.Teams = []progress.Team{
		{Name: "one", Projects: []string{nova, "a/done"}},
		{Name: "two", Projects: []string{nova, "a/team-only"}},
	}
	g.Cycles = []progress.Cycle{
		{Name: "old", Start: ago(24 * 30), End: ago(24 * 20)},
		{Name: "new", Start: ago(24 * 20), End: ago(-24 * 20)},
	}
	left := func(m *store.Member) { m.Departed = &store.Departure{At: ago(1)} }
	return g, input([]*history{
		newChange(1, ago(24*50)).upload(ago(24*40), owner).merge(ago(24 * 30)),
		newChange(2, ago(24*50)).merge(ago(24 * 20)),
		newChange(3, ago(24*50)).merge(ago(24 * 19)),
		newChange(4, ago(24*18)).merge(ago(24 * 17)).with(func(m *store.Member) { m.RevertOf = 3 }),
		newChange(5, ago(24*5)),
		newChange(6, ago(24*4)).wip(ago(24 * 3)),
		newChange(7, ago(24*4)).abandon(ago(24 * 3)),
		newChange(8, ago(24*4)).with(left),
		newChange(9, ago(24*4)).on("stable/1").merge(ago(24)),
		newChange(10, ago(24*4)).on("stable/1").with(left),
		newChange(11, ago(24*90)).in("a/done").merge(ago(24 * 85)),
		newChange(12, ago(24*60)).in("a/done").merge(ago(24 * 28)),
		newChange(13, ago(24*6)).in("b/discovered"),
	})
}

func TestNumbers(t *testing.T) {
	g, in := sample()
	r := progress.Compute(g, in)
	cycles := func(older, newer int) []progress.CycleCount {
		return []progress.CycleCount{{Cycle: g.Cycles[0], Merged: older}, {Cycle: g.Cycles[1], Merged: newer}}
	}
	ratio := func(a, b int) *float64 { f := float64(a) / float64(b); return &f }
	num := func(n int) *int { return &n }
	asOf := ago(0.1)
	novaNumbers := progress.Numbers{
		AsOf:        asOf,
		Counts:      progress.Counts{Total: 7, Merged: 2, Reverted: 2, Open: 1, WIP: 1, Abandoned: 1},
		Backports:   progress.Counts{Total: 1, Merged: 1},
		Left:        1,
		Denominator: 10, Progress: ratio(2, 10), Expected: num(10), Remaining: num(8),
		PatchSets: 8, Attention: progress.Attention{Author: 1, Reviewers: 1},
		LastMerged: ago(24 * 20), OldestWaiting: ago(24 * 5),
		Cycles: cycles(1, 1), Merged28: 1, Merged84: 2,
		Pace:  &progress.Pace{Merged: 2, ToMerge: 25 * 24 * time.Hour, PatchSets: 1.5},
		ETA:   &progress.ETA{From: now.AddDate(0, 0, 56), To: now.AddDate(0, 0, 84)},
		Query: `topic:x project:"openstack/nova"`,
	}
	diff(t, novaNumbers, project(t, r, nova).Numbers)
	diff(t, progress.Numbers{
		AsOf: asOf, Counts: progress.Counts{Total: 2, Merged: 2}, Denominator: 2, Progress: ratio(2, 2), PatchSets: 2,
		LastMerged: ago(24 * 28), Cycles: cycles(1, 0), Merged84: 1, Query: `topic:x project:"a/done"`,
		Pace: &progress.Pace{Merged: 2, ToMerge: 18*24*time.Hour + 12*time.Hour, PatchSets: 1},
	}, project(t, r, "a/done").Numbers)
	diff(t, progress.Numbers{AsOf: asOf, Cycles: cycles(0, 0), Query: `topic:x project:"a/empty"`}, project(t, r, "a/empty").Numbers)

	one := novaNumbers
	one.Counts = progress.Counts{Total: 9, Merged: 4, Reverted: 2, Open: 1, WIP: 1, Abandoned: 1}
	one.Denominator, one.Progress, one.Remaining = 12, ratio(4, 12), num(8)
	one.PatchSets, one.Cycles, one.Merged84 = 10, cycles(2, 1), 3
	one.Pace = &progress.Pace{Merged: 4, ToMerge: 25 * 24 * time.Hour, PatchSets: 1}
	one.ETA = &progress.ETA{From: now.AddDate(0, 0, 56), To: now.AddDate(0, 0, 56)}
	one.Query = `topic:x (project:"openstack/nova" OR project:"a/done")`
	diff(t, one, r.Teams[0].Numbers)
	two := novaNumbers
	two.Query = `topic:x (project:"openstack/nova" OR project:"a/team-only")`
	diff(t, two, r.Teams[1].Numbers)

	goal := one
	goal.Counts.Total++
	goal.Counts.Open++
	goal.Denominator, goal.Progress, goal.Remaining = 13, ratio(4, 13), num(9)
	goal.PatchSets, goal.Attention.Reviewers = 11, 2
	goal.OldestWaiting = ago(24 * 6)
	goal.ETA = &progress.ETA{From: now.AddDate(0, 0, 84), To: now.AddDate(0, 0, 84)}
	goal.Query = "topic:x"
	diff(t, goal, r.Numbers)

	var names []string
	for _, p := range r.Projects {
		names = append(names, p.Name+" "+string(p.Measured)+" "+strings.Join(p.Teams, ","))
	}
	diff(t, []string{"a/done nothing-in-review one", "a/empty none ", "a/team-only none two", "b/discovered planning ", "openstack/nova in-progress one,two"}, names)
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		merged, of, want int
		ok               bool
	}{{0, 0, 0, false}, {0, 3, 0, true}, {2, 3, 66, true}, {199, 200, 99, true}, {7, 7, 100, true}} {
		n := progress.Numbers{Counts: progress.Counts{Merged: tt.merged}, Denominator: tt.of}
		if tt.of > 0 {
			p := float64(tt.merged) / float64(tt.of)
			n.Progress = &p
		}
		if got, ok := n.Percent(); got != tt.want || ok != tt.ok {
			t.Errorf("%d of %d: Percent = %d, %v, want %d, %v", tt.merged, tt.of, got, ok, tt.want, tt.ok)
		}
	}
}

func TestExpected(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		expected               int
		denominator, remaining int
	}{
		{"not said", 0, 2, -1},
		{"more than uploaded", 5, 5, 4},
		{"fewer than uploaded", 1, 2, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoal()
			g.Projects = []progress.Project{{Name: nova, Expected: tt.expected}}
			r := computeFor(g, newChange(1, ago(9)).merge(ago(8)), newChange(2, ago(9)), newChange(3, ago(9)).abandon(ago(8)))
			remaining := -1
			if r.Remaining != nil {
				remaining = *r.Remaining
			}
			if r.Denominator != tt.denominator || remaining != tt.remaining || (r.Numbers.Expected == nil) != (tt.expected == 0) {
				t.Errorf("denominator %d, remaining %d, expected %v, want %d, %d", r.Denominator, remaining, r.Numbers.Expected, tt.denominator, tt.remaining)
			}
		})
	}
}

func TestMeasured(t *testing.T) {
	open, merged := newChange(1, ago(9)), newChange(2, ago(9)).merge(ago(8))
	reverting := newChange(3, ago(9)).merge(ago(7)).with(func(m *store.Member) { m.RevertOf = 2 })
	for _, tt := range []struct {
		want    progress.Measured
		changes []*history
	}{
		{progress.MeasuredNone, []*history{newChange(1, ago(9)).on("stable/1").merge(ago(8))}},
		{progress.MeasuredPlanning, []*history{open}},
		{progress.MeasuredPlanning, []*history{newChange(1, ago(9)).wip(ago(8)), newChange(2, ago(9)).abandon(ago(8))}},
		{progress.MeasuredInProgress, []*history{open, merged}},
		{progress.MeasuredNothingInReview, []*history{merged, newChange(4, ago(9)).abandon(ago(8))}},
		{progress.MeasuredStalled, []*history{newChange(4, ago(9)).abandon(ago(8))}},
		{progress.MeasuredStalled, []*history{merged, reverting}},
	} {
		r := compute(tt.changes)
		if got := project(t, r, nova).Measured; got != tt.want {
			t.Errorf("%s: measured = %s, want %s", states(r), got, tt.want)
		}
	}
}

func TestContradictions(t *testing.T) {
	open := func(days float64) *history { return newChange(1, ago(24*days)) }
	merged := func(days float64) *history { return newChange(2, ago(24*400)).merge(ago(24 * days)) }
	for _, tt := range []struct {
		name     string
		declared progress.Declared
		changes  []*history
		want     string
	}{
		{"completed, nothing tracked", progress.DeclaredCompleted, nil, ""},
		{"completed", progress.DeclaredCompleted, []*history{merged(100)}, ""},
		{"completed, in flight", progress.DeclaredCompleted, []*history{merged(1), open(1)}, "completed-in-flight: Declared completed, but 1 change is not merged yet."},
		{"completed, backport in flight", progress.DeclaredCompleted, []*history{merged(1), open(1).on("stable/1")}, ""},
		{"in progress", progress.DeclaredInProgress, []*history{merged(1), open(1)}, ""},
		{"in progress, nothing in review", progress.DeclaredInProgress, []*history{merged(1)}, "nothing-in-review: Declared in progress, but nothing is left in review."},
		{"planning, all merged", progress.DeclaredPlanning, []*history{merged(1)}, ""},
		{"in progress, merged long ago", progress.DeclaredInProgress, []*history{merged(90), open(1)}, "no-merge-90d: Declared in progress, but nothing has merged since 25 Aug 2026 (UTC)."},
		{"in progress, merged not so long ago", progress.DeclaredInProgress, []*history{merged(89.9), open(1)}, ""},
		{"planning, never merged", progress.DeclaredPlanning, []*history{open(91)}, "no-merge-90d: Declared planning, but nothing has merged since the first change was uploaded on 24 Aug 2026 (UTC)."},
		{"planning, uploaded lately", progress.DeclaredPlanning, []*history{open(89)}, ""},
		{"planning, nothing tracked", progress.DeclaredPlanning, nil, ""},
		{"not affected", progress.DeclaredNotAffected, []*history{newChange(1, ago(9)).abandon(ago(8))}, ""},
		{"not affected, merged", progress.DeclaredNotAffected, []*history{merged(1), open(1)}, "not-affected-live: Declared not affected, but 2 changes are merged, in review or work in progress."},
		{"not started", progress.DeclaredNotStarted, []*history{merged(1)}, ""},
		{"undeclared", progress.Undeclared, []*history{merged(100)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoal()
			g.Projects = []progress.Project{{Name: nova, Declared: tt.declared}}
			g.Teams = []progress.Team{{Name: "team", Declared: tt.declared, Projects: []string{nova}}}
			r := computeFor(g, tt.changes...)
			for _, got := range [][]progress.Contradiction{project(t, r, nova).Contradictions, r.Teams[0].Contradictions} {
				var all []string
				for _, c := range got {
					all = append(all, c.Code+": "+c.Text)
				}
				if got := strings.Join(all, " "); got != tt.want {
					t.Errorf("contradictions = %q, want %q", got, tt.want)
				}
			}
		})
	}
}

// Every state and reason that Compute can give is explained.
func TestLegends(t *testing.T) {
	explained := map[string]bool{}
	for _, table := range [][]progress.Meaning{progress.States, newGoal().Labels.Reasons(), progress.Waits, progress.Measures, newGoal().Labels.CIStates()} {
		for _, m := range table {
			explained[m.Code] = true
			for _, sentence := range []string{m.Meaning, m.Next} {
				if !strings.HasSuffix(sentence, ".") {
					t.Errorf("%s: %q is no sentence", m.Code, sentence)
				}
			}
		}
	}
	for _, code := range strings.Fields("merged reverted open wip abandoned left gone author reviewers ci gate dependency " +
		"ci-failed merge-conflict dependency-abandoned in-gate gate-stuck ready negative-vote answered ci-missing recheck unresolved no-review one-short not-approved " +
		"none planning in-progress nothing-in-review stalled passed failed running missing") {
		if !explained[code] {
			t.Errorf("%s is not explained", code)
		}
	}
}
