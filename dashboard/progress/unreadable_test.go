package progress_test

import (
	"testing"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// What the database can't read takes the numbers of its goal, team and project away,
// and no others; the next input gives them back.
func TestUnreadable(t *testing.T) {
	goal := newGoal()
	goal.Teams = []progress.Team{{Name: "one", Projects: []string{"a"}}, {Name: "two", Projects: []string{"b"}}}
	in := input(nil)
	for n, name := range []string{"a", "b", "b"} {
		c := &store.Change{Row: store.Row{Number: n + 1, Project: name, Branch: "master", Status: store.StatusNew}}
		in.Members = append(in.Members, store.Member{Membership: store.Membership{Number: n + 1}, Change: c})
		in.All = append(in.All, c)
	}
	sound := progress.Compute(goal, in)
	in.Unreadable = []store.Membership{{Number: 9, In: "b"}}
	for name, r := range map[string]*progress.Result{"computed": progress.Compute(goal, in), "next": sound.Next(in)} {
		for scope, want := range map[progress.Scope]int{{}: 1, {Project: "a"}: 0, {Project: "b"}: 1, {Team: "one"}: 0, {Team: "two"}: 1} {
			n := r.NumbersOf(scope)
			if (n.Loading != nil) != (want > 0) || n.Loading != nil && n.Loading.Unreadable != want {
				t.Errorf("%s, %+v: %+v", name, scope, n.Loading)
			}
			if want > 0 && (n.Counts.Total != 0 || n.Progress != nil) || want == 0 && n.Counts.Total != 1 {
				t.Errorf("%s, %+v: %+v", name, scope, n.Counts)
			}
			if n.AsOf.IsZero() || n.Query == "" {
				t.Errorf("%s, %+v: as of %v, query %q", name, scope, n.AsOf, n.Query)
			}
		}
		if got, want := r.Answer(progress.Scope{Project: "b"}), "is not known: 1 change can't be read from the database"; got != want {
			t.Errorf("%s: %s", name, got)
		}
		in := in
		in.Unreadable = nil
		if again := r.Next(in); again.Loading != nil || again.Counts != sound.Counts {
			t.Errorf("%s, readable again: %+v", name, again.Counts)
		}
	}
}
