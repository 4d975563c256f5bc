package progress_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

func TestByStatus(t *testing.T) {
	g := newGoal()
	g.Projects = []progress.Project{{Name: nova, Declared: progress.DeclaredCompleted}, {Name: "a/none"}, {Name: "a/out", Declared: progress.DeclaredNotAffected}}
	g.Teams = []progress.Team{{Name: "t", Projects: []string{nova, heat, nova}}}
	r := computeFor(g, newChange(1, ago(90)).in(nova), newChange(2, ago(80)).in(heat).merge(ago(9)), newChange(3, ago(70)).in(octavia).abandon(ago(8)))
	diff(t, progress.ByStatus{"completed": 1, "none": 1, "not-affected": 1, "nothing-in-review": 1, "stalled": 1}, r.ByStatus(progress.Scope{}))
	diff(t, progress.ByStatus{"completed": 1, "nothing-in-review": 1}, r.ByStatus(progress.Scope{Team: "t"}))
	diff(t, progress.ByStatus(nil), r.On(ago(50)).ByStatus(progress.Scope{}))
	if p := r.Project(nova); !p.HasStatus("completed") || p.HasStatus("planning") {
		t.Error("nova is completed by its declaration, whatever is measured")
	}
}

func TestDeadlinesAreJudgedByEachOnesPace(t *testing.T) {
	g := newGoal()
	due := now.Add(100 * 24 * time.Hour)
	g.Cycles = nil
	g.Deadlines = []progress.Deadline{{Name: "d", Due: due, Of: "c"}, {Name: "e", Of: "unknown"}}
	g.Projects = []progress.Project{{Name: nova, Declared: progress.DeclaredCompleted, Expected: 9}, {Name: octavia, Expected: 5}}
	g.Teams = []progress.Team{{Name: "t", Projects: []string{nova, octavia}}}
	r := computeFor(g, newChange(1, ago(90)).in(nova).merge(ago(9)), newChange(2, ago(80)).in(octavia).merge(ago(9)), newChange(3, ago(70)).in(octavia))
	for _, tt := range []struct {
		name  string
		scope progress.Scope
		want  string
	}{
		{"a completed project expects nothing more", progress.Scope{Project: nova}, "met: nothing is left to merge"},
		{"a project", progress.Scope{Project: octavia}, "1 to 2 months early at the present pace, and 3 expected changes not uploaded"},
		{"a team", progress.Scope{Team: "t"}, "2 to 3 months early at the present pace, and 3 expected changes not uploaded"},
		{"the goal", progress.Scope{}, "2 to 3 months early at the present pace, and 3 expected changes not uploaded"},
	} {
		got := r.Deadlines(tt.scope)
		if len(got) != 2 || got[0].Judgement.Text != tt.want || got[1].Judgement.Code != "undated" {
			t.Errorf("%s: %q, %q; want %q", tt.name, got[0].Judgement.Text, got[1].Judgement.Text, tt.want)
		}
	}
	if got := r.On(ago(40)).Deadlines(progress.Scope{}); got[0].Judgement != nil {
		t.Errorf("a past day is judged: %+v", got[0].Judgement)
	}
}

func TestNotMergedYet(t *testing.T) {
	for _, tt := range []struct {
		open, wip int
		want      string
	}{
		{50, 10, "60 not merged yet: 50 in review, 10 work in progress"},
		{0, 1, "1 not merged yet: 0 in review, 1 work in progress"},
		{0, 0, "0 not merged yet"},
	} {
		if got := progress.NotMergedYet(tt.open, tt.wip); got != tt.want {
			t.Errorf("%d, %d: %q", tt.open, tt.wip, got)
		}
	}
}
