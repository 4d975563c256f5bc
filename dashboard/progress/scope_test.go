package progress_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

func TestFind(t *testing.T) {
	g, in := sample()
	r := progress.Compute(g, in)
	for _, c := range r.Changes {
		if r.Change(c.Change.Number) != c {
			t.Errorf("change %d is not found", c.Change.Number)
		}
	}
	for i := range r.Projects {
		if p := r.Project(r.Projects[i].Name); p != &r.Projects[i] {
			t.Errorf("project %s is not found", r.Projects[i].Name)
		}
	}
	for i := range r.Teams {
		if team := r.Team(r.Teams[i].Name); team != &r.Teams[i] {
			t.Errorf("team %s is not found", r.Teams[i].Name)
		}
	}
	if r.Change(99999) != nil || r.Project("a/unknown") != nil || r.Team("unknown") != nil || r.NumbersOf(progress.Scope{Team: "unknown"}) != nil {
		t.Error("found what there is not")
	}
}

// The past is remembered, and a past day has the history up to it.
func TestPastIsRemembered(t *testing.T) {
	g, in := sample()
	r := progress.Compute(g, in)
	day := now.AddDate(0, 0, -18)
	past := r.On(day)
	if r.On(day) != past || past.On(day) != past || past.On(now) != r {
		t.Error("the same day is another result")
	}
	if !past.Past() || r.Past() || past.Live() != r || r.Live() != r {
		t.Error("past and live results are mixed up")
	}
	if got := past.Until().Sub(past.Day()).Hours(); got != 24 || !past.Day().Equal(day.Truncate(24*time.Hour)) || !r.Day().IsZero() || !r.Until().Equal(now) {
		t.Errorf("the day is %s to %s", past.Day(), past.Until())
	}
	whole, then := r.History(progress.Scope{}), past.History(progress.Scope{})
	if len(whole)-len(then) != 18 || &whole[0] != &then[0] || !then[len(then)-1].Date.Equal(past.Day()) {
		t.Errorf("%d days of %d", len(then), len(whole))
	}
	for i := range 20 {
		r.On(day.AddDate(0, 0, -i))
	}
	if got := r.On(day); got == past || states(got) != states(past) {
		t.Errorf("asked again: %s, want %s", states(got), states(past))
	}
}

func TestCycle(t *testing.T) {
	g, in := sample()
	r := progress.Compute(g, in)
	for _, c := range g.Cycles {
		if got := r.On(c.Start).Cycle(); got == nil || got.Name != c.Name {
			t.Errorf("on the first day of %s it is %v", c.Name, got)
		}
	}
	if got := r.On(g.Cycles[0].Start.AddDate(0, 0, -2)).Cycle(); got != nil {
		t.Errorf("before all cycles it is %s", got.Name)
	}
}

func TestGroups(t *testing.T) {
	for _, tt := range []struct {
		name     string
		declared progress.Declared
		changes  []*history
		group    progress.Group
		finished bool
		answer   string
	}{
		{"completed", progress.DeclaredCompleted, []*history{newChange(1, ago(9)).merge(ago(8))}, progress.GroupCompleted, true, "is done"},
		{"completed without changes", progress.DeclaredCompleted, nil, progress.GroupCompleted, true, "is done; no changes are tracked"},
		{"completed but in review", progress.DeclaredCompleted, []*history{newChange(1, ago(9))}, progress.GroupActive, true, "is declared completed, but has 1 change not merged yet"},
		{"not affected", progress.DeclaredNotAffected, nil, progress.GroupNotAffected, false, "is not affected"},
		{"not affected but merged", progress.DeclaredNotAffected, []*history{newChange(1, ago(9)).merge(ago(8))}, progress.GroupActive, false, "has nothing left in review, but is declared not affected"},
		{"undeclared and merged", progress.Undeclared, []*history{newChange(1, ago(9)).merge(ago(8))}, progress.GroupQuiet, true, "has nothing left in review, and nobody has declared it completed"},
		{"undeclared and in review", progress.Undeclared, []*history{newChange(1, ago(9)), newChange(2, ago(9))}, progress.GroupActive, false, "is not done: 2 changes not merged yet, none merged"},
		{"undeclared and abandoned", progress.Undeclared, []*history{newChange(1, ago(9)).abandon(ago(8))}, progress.GroupActive, false, "is stalled: nothing merged, nothing left in review"},
		{"in progress, and begun", progress.DeclaredInProgress, []*history{newChange(1, ago(9)), newChange(2, ago(9)).merge(ago(8))}, progress.GroupActive, false, "is not done: 1 change not merged yet"},
		{"planning without changes", progress.DeclaredPlanning, nil, progress.GroupActive, false, "has not begun: no changes are tracked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoal()
			g.Projects = []progress.Project{{Name: nova, Declared: tt.declared}}
			r := computeFor(g, tt.changes...)
			p := r.Project(nova)
			if got := p.Group(); got != tt.group {
				t.Errorf("group %q, want %q", got, tt.group)
			}
			if got := p.Finished(); got != tt.finished {
				t.Errorf("finished: %t, want %t", got, tt.finished)
			}
			if got := r.Answer(progress.Scope{Project: nova}); got != tt.answer {
				t.Errorf("nova %s, want %s", got, tt.answer)
			}
		})
	}
}
