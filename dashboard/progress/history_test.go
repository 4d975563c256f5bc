package progress_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// story writes a history of development as "11-20 open, 11-22 merged": the days on
// which anything changed.
func story(days []progress.Day) string {
	var parts []string
	last := ""
	for _, d := range days {
		var states []string
		c := d.Counts
		for _, s := range []struct {
			n    int
			word string
		}{{c.Merged, "merged"}, {c.Reverted, "reverted"}, {c.Open, "open"}, {c.WIP, "wip"}, {c.Abandoned, "abandoned"}} {
			switch {
			case s.n == 1:
				states = append(states, s.word)
			case s.n > 1:
				states = append(states, fmt.Sprintf("%d %s", s.n, s.word))
			}
		}
		if now := strings.Join(states, "+"); now != last {
			parts = append(parts, strings.TrimSpace(d.Date.Format("01-02")+" "+now))
			last = now
		}
	}
	return strings.Join(parts, ", ")
}

// on is noon of a day of November 2026, or another hour of it.
func on(day int, hour ...int) time.Time {
	h := 12
	if len(hour) > 0 {
		h = hour[0]
	}
	return time.Date(2026, 11, day, h, 0, 0, 0, time.UTC)
}

func topic(at time.Time, from, to string) func(*store.Member) {
	return func(m *store.Member) {
		m.Messages = append(m.Messages, store.Message{Author: owner, Time: store.MomentOf(at), Kind: store.MessageTopic, Move: &store.Move{From: from, To: to}})
	}
}

func TestHistory(t *testing.T) {
	left := func(at time.Time) func(*store.Member) {
		return func(m *store.Member) { m.Departed = &store.Departure{At: at, Seen: now} }
	}
	merged := func(n, day int) *history { return newChange(n, on(10)).merge(on(day)) }
	undoes := func(target int) func(*store.Member) { return func(m *store.Member) { m.RevertOf = target } }
	for _, tt := range []struct {
		name     string
		selector string
		changes  []*history
		want     string
	}{
		{"nothing", "", nil, ""},
		{"merged", "", []*history{newChange(1, on(10)).merge(on(12))}, "11-10 open, 11-12 merged"},
		{"the end of the day counts", "", []*history{newChange(1, on(10, 0)).merge(on(10, 23))}, "11-10 merged"},
		{"midnight is the next day", "", []*history{newChange(1, on(10)).merge(on(13, 0))}, "11-10 open, 11-13 merged"},
		{"abandoned, restored, merged", "", []*history{newChange(1, on(10)).abandon(on(12)).restore(on(14)).merge(on(16))}, "11-10 open, 11-12 abandoned, 11-14 open, 11-16 merged"},
		{"wip and ready", "", []*history{newChange(1, on(10)).wip(on(11)).ready(on(13))}, "11-10 open, 11-11 wip, 11-13 open"},
		{"the flag while abandoned", "", []*history{newChange(1, on(10)).abandon(on(11)).wip(on(12)).restore(on(13))}, "11-10 open, 11-11 abandoned, 11-13 wip"},
		{"messages contradict the flag", "", []*history{newChange(1, on(10)).wip(on(11)).upload(on(15), owner).with(func(m *store.Member) { m.WIP = false })},
			"11-10 open, 11-11 wip, 11-15 open"},
		{"the flag without a message", "", []*history{newChange(1, on(10)).upload(on(15), owner).with(func(m *store.Member) { m.WIP = true })}, "11-10 open, 11-15 wip"},
		{"abandoned without a message", "", []*history{newChange(1, on(10)).comment(on(14), alice).with(func(m *store.Member) { m.Status = store.StatusAbandoned })}, "11-10 open, 11-14 abandoned"},
		{"restored without a message", "", []*history{newChange(1, on(10)).abandon(on(12)).upload(on(15), owner).with(func(m *store.Member) { m.Status = store.StatusNew })},
			"11-10 open, 11-12 abandoned, 11-15 open"},
		{"nothing comes after the merge", "", []*history{newChange(1, on(10)).merge(on(12)).kind(on(14), owner, store.MessageAbandoned)}, "11-10 open, 11-12 merged"},
		{"a failed submit is no merge", "", []*history{newChange(1, on(10)).abandon(on(14)).with(func(m *store.Member) { m.Submitted = on(12) })}, "11-10 open, 11-14 abandoned"},

		{"reverted when the revert merged", "", []*history{merged(1, 12), merged(2, 15).with(undoes(1))}, "11-10 2 open, 11-12 merged+open, 11-15 2 reverted"},
		{"and back", "", []*history{merged(1, 12), merged(2, 15).with(undoes(1)), merged(3, 17).with(undoes(2))},
			"11-10 3 open, 11-12 merged+2 open, 11-15 2 reverted+open, 11-17 merged+2 reverted"},
		{"back by who carries the work", "", []*history{merged(2, 15).with(undoes(1)), merged(3, 17).with(undoes(2)), merged(4, 19).with(undoes(3))},
			"11-10 3 open, 11-15 merged+2 open, 11-17 merged+reverted+open, 11-19 merged+2 reverted"},
		{"taken out of a branch that was cut later", "", []*history{merged(1, 12), merged(2, 15).on("feature/a").with(undoes(1)), merged(3, 17).on("feature/a").with(undoes(2))},
			"11-10 3 open, 11-12 merged+2 open, 11-15 merged+reverted+open, 11-17 merged+2 reverted"},

		{"joined by topic", "topic:x", []*history{newChange(1, on(10)).with(topic(on(13), "", "x")).merge(on(15))}, "11-13 open, 11-15 merged"},
		{"joined after the merge", "topic:x", []*history{newChange(1, on(10)).merge(on(12)).with(topic(on(13), "y", "x"))}, "11-13 merged"},
		{"between two matching topics", `prefixtopic:"x"`, []*history{newChange(1, on(10)).with(topic(on(13), "x-a", "x-b"))}, "11-10 open"},
		{"a prefix is no exact topic", "topic:x", []*history{newChange(1, on(10)).with(topic(on(13), "x-a", "x"))}, "11-13 open"},
		{"out and back", "topic:x", []*history{newChange(1, on(10)).with(topic(on(13), "x", "")).with(topic(on(15), "", "x"))}, "11-10 open, 11-13, 11-15 open"},
		{"back without a message", "topic:x", []*history{newChange(1, on(10)).with(topic(on(13), "x", ""))}, "11-10 open"},
		{"a selector that is more than a topic", "topic:x status:open", []*history{newChange(1, on(10)).with(topic(on(13), "", "x"))}, "11-10 open"},
		{"left", "topic:x", []*history{newChange(1, on(10)).with(topic(on(14), "x", "y")).with(left(on(14)))}, "11-10 open, 11-14"},
		{"left, without a message", "", []*history{newChange(1, on(10)).with(left(on(14)))}, "11-10 open, 11-14"},
		{"left before it is said to have joined", "topic:x", []*history{newChange(1, on(10)).with(topic(on(14), "", "x")).with(left(on(13)))}, ""},
		{"a clock ahead of ours", "", []*history{newChange(1, on(10)).merge(now.Add(time.Hour * 48))}, "11-10 open, 11-23 merged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoal()
			g.Selector = tt.selector
			if got := story(computeFor(g, tt.changes...).History(progress.Scope{})); got != tt.want {
				t.Errorf("history = %s\nwant      %s", got, tt.want)
			}
		})
	}
}

func TestHistoryScopes(t *testing.T) {
	g, in := ownSelectors(ago(1), ago(2), time.Time{})
	g.Selector = "topic:x"
	in = input([]*history{
		newChange(1, on(10)), newChange(2, on(11)).in(octavia), newChange(3, on(9)).in(heat), newChange(4, on(12)).on("stable/1").merge(on(13)),
	})
	in.Selectors = []store.Selector{{AsOf: ago(1)}, {AsOf: ago(2)}, {}}
	r := progress.Compute(g, in)
	for _, tt := range []struct {
		scope progress.Scope
		want  string
	}{
		{progress.Scope{}, "11-10 open, 11-11 2 open"}, // heat is loading
		{progress.Scope{Project: nova}, "11-10 open"},
		{progress.Scope{Project: heat}, ""},
		{progress.Scope{Project: "a/unknown"}, ""},
		{progress.Scope{Team: "own"}, "11-11 open"},
		{progress.Scope{Team: "unknown"}, ""},
	} {
		if got := story(r.History(tt.scope)); got != tt.want {
			t.Errorf("%v: history = %s, want %s", tt.scope, got, tt.want)
		}
	}
	days := r.History(progress.Scope{Project: nova})
	diff(t, progress.Counts{Total: 1, Open: 1}, days[2].Backports)
	diff(t, progress.Counts{Total: 1, Merged: 1}, days[3].Backports)

	in.Selectors[0].AsOf = time.Time{}
	if days := progress.Compute(g, in).History(progress.Scope{}); days != nil {
		t.Errorf("a goal that is loading has %d days", len(days))
	}
}

// The project's own selector tells when its changes joined.
func TestHistoryOfOwnTopic(t *testing.T) {
	g, in := ownSelectors(ago(1), ago(2), ago(3))
	c := newChange(3, on(9)).in(heat).with(topic(on(13), "", "z"))
	c.Selector = heat
	in.Members[2] = c.Member
	if got := story(progress.Compute(g, in).History(progress.Scope{Project: heat})); got != "11-13 open" {
		t.Errorf("history = %s", got)
	}
}

func TestHistoryObserved(t *testing.T) {
	c := newChange(1, on(10)).with(func(m *store.Member) { m.Seen = on(20, 0) })
	later := newChange(2, on(21)).with(func(m *store.Member) { m.Seen = on(21) })
	observed := ""
	for _, d := range compute([]*history{c, later}).History(progress.Scope{}) {
		if d.Observed {
			observed += d.Date.Format(" 02")
		}
	}
	if observed != " 20 21 22 23" {
		t.Errorf("observed days =%s", observed)
	}
}

func TestOn(t *testing.T) {
	g, in := sample()
	g.Projects[0].Declared = progress.DeclaredCompleted
	r := progress.Compute(g, in)
	if got := r.On(now); got != r {
		t.Error("today is not live")
	}
	if got := r.On(now.AddDate(0, 0, -1)); got == r {
		t.Error("yesterday is live")
	}

	// The evening before the revert of change 3 merged, 18 days ago.
	past := r.On(now.AddDate(0, 0, -18))
	if got := states(past); got != "1:merged 2:merged 3:merged 4:open 11:merged 12:merged" {
		t.Errorf("states = %s", got)
	}
	end := now.AddDate(0, 0, -17).Truncate(24 * time.Hour)
	p := project(t, past, nova)
	progressed := 0.3
	expected, remaining := 10, 7
	diff(t, progress.Numbers{
		AsOf: r.AsOf, Counts: progress.Counts{Total: 4, Merged: 3, Open: 1},
		Denominator: 10, Progress: &progressed, Expected: &expected, Remaining: &remaining,
		Pace:      &progress.Pace{Merged: 3, ToMerge: 30 * 24 * time.Hour, PatchSets: 1},
		PatchSets: 5, LastMerged: ago(24 * 19),
		Cycles:   []progress.CycleCount{{Cycle: g.Cycles[0], Merged: 1}, {Cycle: g.Cycles[1], Merged: 2}},
		Merged28: 3, Merged84: 3,
		ETA: &progress.ETA{From: end.Add(28 * 24 * time.Hour / 3), To: end.AddDate(0, 0, 28)},
	}, p.Numbers)
	if p.Declared != progress.Undeclared || p.Contradictions != nil || p.Measured != progress.MeasuredInProgress {
		t.Errorf("declared = %q, contradictions = %v, measured = %q", p.Declared, p.Contradictions, p.Measured)
	}
	if before := r.On(now.AddDate(-1, 0, 0)); before.Counts != (progress.Counts{}) || len(before.Projects) != len(r.Projects) {
		t.Errorf("before the goal began: %+v of %d projects", before.Counts, len(before.Projects))
	}
}

func TestOnCutsAtMidnight(t *testing.T) {
	r := compute([]*history{
		newChange(1, on(10)).upload(on(15, 0), owner).merge(on(16, 0)),
		newChange(2, on(11)).with(func(m *store.Member) { m.Departed = &store.Departure{At: on(15, 0)} }),
	})
	for _, tt := range []struct {
		day       int
		want      string
		patchSets int
		left      int
	}{
		{9, "", 0, 0},
		{10, "1:open", 1, 0},
		{14, "1:open 2:open", 2, 0},
		{15, "1:open 2:left", 2, 1},
		{16, "1:merged 2:left", 2, 1},
	} {
		past := r.On(on(tt.day))
		if got := states(past); got != tt.want || past.PatchSets != tt.patchSets || past.Left != tt.left {
			t.Errorf("on %d: %q, %d patch sets, %d left, want %q, %d, %d", tt.day, got, past.PatchSets, past.Left, tt.want, tt.patchSets, tt.left)
		}
	}
}
