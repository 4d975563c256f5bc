package progress_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// moved writes moves as "1 merged 11-12".
func moved(moves []progress.Move) string {
	var words []string
	for _, m := range moves {
		words = append(words, fmt.Sprintf("%d %s %s", m.Change.Change.Number, m.Kind, m.At.Format("01-02")))
	}
	return strings.Join(words, ", ")
}

func TestMoves(t *testing.T) {
	undoes := func(target int) func(*store.Member) { return func(m *store.Member) { m.RevertOf = target } }
	for _, tt := range []struct {
		name    string
		changes []*history
		want    string // since 15 November
	}{
		{"nothing", nil, ""},
		{"before", []*history{newChange(1, on(10)).merge(on(14, 23))}, ""},
		{"at that moment", []*history{newChange(1, on(10)).merge(on(15, 0))}, "1 merged 11-15"},
		{"new", []*history{newChange(1, on(16))}, "1 new 11-16"},
		{"new, and ready later", []*history{newChange(1, on(16)).wip(on(17)).ready(on(18))}, "1 new 11-16"},
		{"new and merged is one move", []*history{newChange(1, on(16)).merge(on(18))}, "1 merged 11-18"},
		{"ready is no move", []*history{newChange(1, on(10)).wip(on(11)).ready(on(18))}, ""},
		{"abandoned", []*history{newChange(1, on(10)).abandon(on(18))}, "1 abandoned 11-18"},
		{"abandoned and restored", []*history{newChange(1, on(10)).abandon(on(16)).restore(on(18))}, ""},
		{"restored", []*history{newChange(1, on(10)).abandon(on(11)).restore(on(18))}, "1 restored 11-18"},
		{"reverted", []*history{newChange(1, on(10)).merge(on(11)), newChange(2, on(12)).merge(on(17)).with(undoes(1))}, "2 reverted 11-17, 1 reverted 11-17"},
		{"merged again", []*history{
			newChange(1, on(10)).merge(on(11)), newChange(2, on(12)).merge(on(13)).with(undoes(1)), newChange(3, on(13)).merge(on(16)).with(undoes(2)),
		}, "3 reverted 11-16, 1 merged 11-16"},
		{"left", []*history{newChange(1, on(10)).with(func(m *store.Member) { m.Departed = &store.Departure{At: on(17), Seen: now} })}, "1 left 11-17"},
		{"came and left", []*history{newChange(1, on(16)).with(func(m *store.Member) { m.Departed = &store.Departure{At: on(17), Seen: now} })}, ""},
		{"a backport", []*history{newChange(1, on(16)).on("stable/1")}, ""},
		{"the newest first", []*history{newChange(1, on(16)), newChange(2, on(18)), newChange(3, on(17)), newChange(4, on(17))}, "2 new 11-18, 4 new 11-17, 3 new 11-17, 1 new 11-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := moved(compute(tt.changes).Moves(progress.Scope{}, on(15, 0))); got != tt.want {
				t.Errorf("moves = %s\nwant    %s", got, tt.want)
			}
		})
	}
}

func TestMovesOfScopesAndDays(t *testing.T) {
	g, in := ownSelectors(ago(1), ago(2), time.Time{})
	in = withMembers(in, newChange(1, on(10)).merge(on(16)), newChange(2, on(17)).in(octavia), newChange(3, on(18)).in(heat))
	r := progress.Compute(g, in)
	for _, tt := range []struct {
		scope progress.Scope
		want  string
	}{
		{progress.Scope{}, "2 new 11-17, 1 merged 11-16"}, // heat is loading
		{progress.Scope{Project: nova}, "1 merged 11-16"},
		{progress.Scope{Project: heat}, ""},
		{progress.Scope{Team: "own"}, "2 new 11-17"},
		{progress.Scope{Team: "unknown"}, ""},
	} {
		if got := moved(r.Moves(tt.scope, on(15))); got != tt.want {
			t.Errorf("%v: moves = %s, want %s", tt.scope, got, tt.want)
		}
	}
	if got := moved(r.On(on(16)).Moves(progress.Scope{}, on(9))); got != "1 merged 11-16" {
		t.Errorf("moves by 16 November = %s", got)
	}
	if got := moved(r.On(on(15)).Moves(progress.Scope{}, on(9))); got != "1 new 11-10" {
		t.Errorf("moves by 15 November = %s", got)
	}
}

// Every change moves from where a plain replay says it was to where it says it is.
func TestMovesAreReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		since := now.Add(-time.Duration(rapid.IntRange(0, 50*24).Draw(t, "since")) * time.Hour)
		moves := map[int]progress.Kind{}
		r := progress.Compute(w.goal, w.input())
		for _, m := range r.Moves(progress.Scope{}, since) {
			moves[m.Change.Change.Number] = m.Kind
			if m.At.Before(since) || m.At.After(now) {
				t.Errorf("change %d moved at %v, asked since %v", m.Change.Change.Number, m.At, since)
			}
		}
		backport := map[int]bool{}
		for _, c := range r.Changes {
			backport[c.Change.Number] = c.Backport
		}
		for _, c := range w.changes {
			want := kindOf(w.state(c, since.Add(-1)), w.state(c, now))
			if backport[c.Change.Number] {
				want = ""
			}
			if got := moves[c.Change.Number]; got != want {
				t.Errorf("change %d: %q, want %q", c.Change.Number, got, want)
			}
		}
	})
}

func kindOf(was, is progress.State) progress.Kind {
	review := map[progress.State]bool{progress.Open: true, progress.WIP: true}
	switch {
	case was == is, review[was] && review[is]:
		return ""
	case is == "":
		return progress.MovedLeft
	case review[is] && was == "":
		return progress.MovedNew
	case review[is]:
		return progress.MovedRestored
	}
	return progress.Kind(is)
}
