package progress_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// A past change knows nothing of what came later, and the snapshot's record keeps
// all it knows.
func TestOnForgetsWhatCameLater(t *testing.T) {
	mergeable := true
	h := newChange(1, on(10)).vote(on(11), alice, "Code-Review", 2).upload(on(15), bob).comment(on(16), alice).with(func(m *store.Member) {
		m.Mergeable, m.Unresolved, m.DependsOn, m.Parents = &mergeable, 3, []string{"2"}, []string{sha(2, 1)}
		m.Missing, m.Quarantined = &store.Missing{Since: on(20)}, "broken"
	})
	r := compute([]*history{h})
	c := change(t, r.On(on(14)), 1)
	if c.PatchSet != 1 || len(c.PatchSets) != 1 || len(c.Messages) != 2 {
		t.Errorf("patch set %d of %d, %d messages", c.PatchSet, len(c.PatchSets), len(c.Messages))
	}
	if !c.Updated.IsZero() || c.Labels != nil || c.Mergeable != nil || c.Unresolved != 0 || c.Parents != nil || c.Change.DependsOn != nil || c.Missing != nil || c.Quarantined != "" {
		t.Errorf("of today: %+v", c.Member)
	}
	if c.WaitsOn != "" || c.Reason != (progress.Reason{}) || c.CI != "" || !c.LastHuman.IsZero() || c.Depends != nil {
		t.Errorf("guessed: %+v", c)
	}
	if c := change(t, r.On(on(15)), 1); c.PatchSet != 2 || len(c.PatchSets) != 2 {
		t.Errorf("a day later: patch set %d of %d", c.PatchSet, len(c.PatchSets))
	}
	if live := change(t, r, 1); live.PatchSet != 2 || len(live.PatchSets) != 2 || len(live.Labels) != 3 || live.Updated.IsZero() || live.Missing == nil {
		t.Errorf("the live change: %+v", live.Member)
	}
}

// Each fact of a change is either known for a past day, known up to it, or not known.
func TestOnKnowsEachFact(t *testing.T) {
	const known, upTo, unknown = "known", "known up to the day", "not known"
	facts := map[string]string{
		"Number": known, "Project": known, "Branch": known, "ChangeID": known, "Subject": known, "Topic": known, "Status": known,
		"WIP": known, "Created": known, "Submitted": known, "Owner": known, "RevertOf": known, "CherryPickOf": known,
		"Updated": unknown, "MetaRevID": unknown, "Unresolved": unknown, "PatchSet": upTo,

		"Detailed": known, "Extraction": known, "RevertText": known, "Reverts": known, "Accounts": known, "PatchSets": upTo, "Messages": upTo,
		"Mergeable": unknown, "Submittable": unknown, "Labels": unknown, "Requirements": unknown, "Parents": unknown, "DependsOn": unknown,
	}
	h := newChange(1, on(10)).upload(on(15), bob).comment(on(16), alice).with(func(m *store.Member) {
		for f, v := range reflect.ValueOf(m.Change).Elem().Fields() {
			for g, v := range v.Fields() {
				if facts[g.Name] == "" {
					t.Errorf("%s.%s: is it known for a past day?", f.Name, g.Name)
				}
				set(v)
			}
		}
	})
	live := compute([]*history{h})
	today, past := reflect.ValueOf(*change(t, live, 1).Change), reflect.ValueOf(*change(t, live.On(on(14)), 1).Change)
	for name, want := range facts {
		got, a, b := upTo, today.FieldByName(name), past.FieldByName(name)
		if b.IsZero() {
			got = unknown
		} else if cmp.Equal(a.Interface(), b.Interface()) {
			got = known
		}
		if got != want {
			t.Errorf("%s is %s, want %s: %v, on the day %v", name, got, want, a, b)
		}
	}
}

// set gives a fact a value if it has none.
func set(v reflect.Value) {
	switch {
	case !v.IsZero():
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(on(17)))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case v.Kind() == reflect.String:
		v.SetString("x")
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Int:
		v.SetInt(9)
	}
}

// On every day of every scope, On says what the history says, and its changes add
// up to it.
func TestOnIsHistoryOfEveryScope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		r := progress.Compute(w.goal, w.input())
		day := now.AddDate(0, 0, -rapid.IntRange(0, 52).Draw(t, "days ago"))
		past := r.On(day)
		check := func(s progress.Scope, n progress.Numbers) {
			want := progress.Day{Denominator: n.Denominator} // before the first event only what is expected
			for _, d := range r.History(s) {
				if !d.Date.After(day) {
					want = d
				}
			}
			if n.Counts != want.Counts || n.Backports != want.Backports || n.Denominator != want.Denominator {
				t.Errorf("%v on %s: %+v %+v of %d, history says %+v", s, day.Format(time.DateOnly), n.Counts, n.Backports, n.Denominator, want)
			}
		}
		check(progress.Scope{}, past.Numbers)
		for _, p := range past.Projects {
			check(progress.Scope{Project: p.Name}, p.Numbers)
		}
		for _, team := range past.Teams {
			check(progress.Scope{Team: team.Name}, team.Numbers)
		}
		var counts progress.Counts
		for _, c := range past.Changes {
			if !c.Backport {
				d := progress.Day{Counts: counts}
				count(&d, c.State, false)
				counts = d.Counts
			}
		}
		if counts != past.Counts {
			t.Errorf("the changes of %s add up to %+v, its numbers are %+v", day.Format(time.DateOnly), counts, past.Counts)
		}
	})
}
