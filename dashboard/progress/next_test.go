package progress_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// rounds is a goal to which things happen, as a store would tell of it: a record that
// changed is a new one, all others are shared by the inputs.
type rounds struct {
	*rand.Rand
	goal      *progress.Goal
	now       time.Time
	members   map[int]store.Member // references are known to the store alone
	outside   map[int]*store.Change
	selectors []store.Selector
}

func newRounds(seed uint64) *rounds {
	w := &rounds{Rand: rand.New(rand.NewPCG(seed, 1)), goal: newGoal(), now: now, members: map[int]store.Member{}, outside: map[int]*store.Change{}}
	w.goal.Selector = `prefixtopic:"x"`
	w.goal.Queries = []store.Query{{Text: "topic:x"}, {Project: heat, Text: `project:"` + heat + `" (message:x)`}}
	w.goal.Projects = []progress.Project{{Name: nova, Expected: 9, Declared: progress.DeclaredInProgress}, {Name: "a/empty", Declared: progress.DeclaredPlanning}}
	w.goal.Teams = []progress.Team{{Name: "two", Projects: []string{octavia, heat}}}
	w.goal.Cycles = []progress.Cycle{{Name: "c", Start: ago(24 * 40), End: now.AddDate(0, 0, 3)}}
	w.goal.Named = []progress.Named{{Kind: progress.NamedProject, Name: octavia}, {Kind: progress.NamedBranches, Name: "stable/*"}}
	w.selectors = []store.Selector{{Query: w.goal.Queries[0].Text, AsOf: ago(1)}, {Project: heat, Query: w.goal.Queries[1].Text}}
	for range 5 + w.IntN(20) {
		w.upload()
	}
	return w
}

func one[T any](w *rounds, of ...T) T { return of[w.IntN(len(of))] }

// number is one of a change that there is or will be.
func (w *rounds) number() int { return 1 + w.IntN(len(w.members)+len(w.outside)+2) }

// name is what a message calls a change, which may be none or be ambiguous.
func (w *rounds) name() string {
	commit := sha(w.number(), 1+w.IntN(2))
	return one(w, commit, commit[:7], commit[:12], fmt.Sprint("I", w.IntN(9), "234567"), "cafecafecafe")
}

func (w *rounds) upload() {
	n := len(w.members) + len(w.outside) + 1
	h := newChange(n, w.now.Add(-time.Duration(w.IntN(100*24))*time.Hour-time.Duration(n)*time.Second))
	h.in(one(w, nova, nova, octavia, heat, "openstack/glance")).on(one(w, "master", "master", "feature/a", "stable/1")).id(one(w, fmt.Sprint("I", n), fmt.Sprint("I", w.IntN(9), "234567")))
	if w.IntN(9) == 0 {
		h.PatchSets[0].Commit = sha(w.number(), 1)
	}
	w.connect(h.Change)
	if w.IntN(5) == 0 {
		w.outside[n] = h.Change
	} else {
		h.Selector, h.Query = "", w.goal.Queries[0].Text
		w.members[n] = h.Member
	}
}

// connect ties a change to others, or takes the ties away.
func (w *rounds) connect(c *store.Change) {
	switch w.IntN(9) {
	case 0:
		c.RevertOf = w.number()
	case 1:
		c.Extraction, c.RevertText = store.Extraction, []string{"This reverts commit " + w.name() + "."}
	case 2:
		c.Extraction, c.RevertText = store.Extraction, []string{"This reverts changes " + w.name() + " and " + w.name()}
	case 3:
		c.CherryPickOf = w.number()
	case 4:
		c.Parents = []string{sha(w.number(), 1+w.IntN(2))}
	case 5:
		c.DependsOn = []string{fmt.Sprintf("https://review.example.org/%d", w.number()), fmt.Sprint("I", w.IntN(9), "234567")}
	case 6:
		c.RevertOf, c.CherryPickOf, c.RevertText, c.DependsOn = 0, 0, nil, nil
	}
}

// takeBack adds a change that merges and takes back another, and perhaps a third that
// takes back the second: a name that nobody knows yet may turn out to be known elsewhere.
func (w *rounds) takeBack() {
	project, at := one(w, nova, octavia), w.now.Add(-time.Duration(2+w.IntN(90))*time.Hour)
	for last := one(w, 0, w.number()); ; {
		n := len(w.members) + len(w.outside) + 1
		h := newChange(n, at.Add(-time.Hour)).in(project).merge(at)
		h.Query, h.Extraction = w.goal.Queries[0].Text, store.Extraction
		switch last {
		case 0:
			h.RevertText = []string{"This reverts " + one(w, "commit "+sha(n+1+w.IntN(4), 1)[:7+w.IntN(9)], fmt.Sprint("commit ", w.name()), fmt.Sprint("change I", w.IntN(9), "234567"))}
			if w.IntN(4) == 0 {
				h.RevertOf, h.RevertText = n+2+w.IntN(3), nil
			}
		default:
			h.RevertOf = last
			if old, ok := w.members[last]; ok {
				h.in(old.Change.Project).on(old.Branch)
			}
		}
		w.members[n] = h.Member
		if last, at = n, at.Add(time.Hour); w.IntN(2) == 0 {
			return
		}
	}
}

// happen does something to a change: its record is a new one.
func (w *rounds) happen(n int) {
	m, member := w.members[n]
	if !member {
		m.Change = w.outside[n]
	}
	c := *m.Change
	c.Messages, c.PatchSets, c.Labels = slices.Clone(c.Messages), slices.Clone(c.PatchSets), slices.Clone(c.Labels)
	m.Change = &c
	h := &history{m}
	at := w.now.Add(-time.Duration(w.IntN(50)) * time.Hour)
	switch w.IntN(14) {
	case 0:
		h.vote(at, one(w, owner, alice, bob), one(w, "Code-Review", "Workflow"), w.IntN(5)-2)
	case 1:
		h.vote(at, alice, "Code-Review", 2).vote(at, bob, "Code-Review", 2).vote(at, bob, "Workflow", 1)
	case 2:
		h.zuul(at, one(w, store.CISucceeded, store.CIFailed, store.CIStarted, store.CIMergeFailed), w.IntN(3)-1)
	case 3:
		h.upload(at, owner)
	case 4, 5:
		h.merge(at)
	case 6:
		h.kind(at, owner, store.MessageAbandoned).Status = store.StatusAbandoned
	case 7:
		h.restore(at)
	case 8:
		h.wip(at)
	case 9:
		h.ready(at)
	case 10:
		h.comment(at, alice).Unresolved = w.IntN(2)
	case 11:
		c.Detailed = one(w, time.Time{}, now)
	default:
		w.connect(&c)
	}
	if member {
		w.members[n] = h.Member
	} else {
		w.outside[n] = &c
	}
}

// belong changes what a change is to the goal; its record stays.
func (w *rounds) belong(n int) {
	m, member := w.members[n]
	if c := w.outside[n]; !member {
		delete(w.outside, n)
		w.members[n] = store.Member{Membership: store.Membership{Number: n, Query: w.goal.Queries[0].Text, Seen: w.now}, Change: c}
		return
	}
	switch w.IntN(5) {
	case 0, 1:
		m.Departed = &store.Departure{Gone: w.IntN(2) == 0, At: w.now.Add(-time.Hour), Seen: w.now}
	case 2:
		m.Departed = nil
	case 3:
		m.Quarantined = one(w, "", "it breaks")
	default:
		delete(w.members, n)
		w.outside[n] = m.Change
		return
	}
	w.members[n] = m
}

// round lets some things happen and the clock move.
func (w *rounds) round() {
	known := slices.Sorted(maps.Keys(w.members))
	known = append(known, slices.Sorted(maps.Keys(w.outside))...)
	for range w.IntN(4) {
		switch n := known[w.IntN(len(known))]; w.IntN(7) {
		case 0:
			w.upload()
		case 1:
			w.takeBack()
		case 2:
			w.belong(n)
		default:
			w.happen(n)
		}
	}
	if w.IntN(4) == 0 {
		s := slices.Clone(w.selectors)
		s[w.IntN(2)].AsOf = w.now
		w.selectors = s
	}
	w.now = w.now.Add(one(w, 0, time.Minute, time.Hour, 20*time.Hour, 49*time.Hour, 30*24*time.Hour, -time.Hour))
}

func (w *rounds) input() progress.Input {
	in := progress.Input{Now: w.now, Gerrit: "https://review.example.org/", Selectors: w.selectors}
	records := maps.Clone(w.outside)
	for _, n := range slices.Sorted(maps.Keys(w.members)) {
		in.Members = append(in.Members, w.members[n])
		records[n] = w.members[n].Change
	}
	for _, n := range slices.Sorted(maps.Keys(records)) {
		in.All = append(in.All, records[n])
	}
	return in
}

// everything is all that a result answers.
func everything(w *rounds, r *progress.Result, day time.Time) map[string]any {
	past := r.On(day)
	out := map[string]any{
		"result": r, "past": past, "unmatched": r.Unmatched(),
		"waits": r.Waits(), "reasons": r.Reasons(), "ci": r.CIStates(),
	}
	scopes := []progress.Scope{{}, {Team: "two"}}
	for _, p := range r.Projects {
		scopes = append(scopes, progress.Scope{Project: p.Name})
		out["people "+p.Name], out["originals "+p.Name] = r.Contributors(p.Name), r.Originals(p.Name)
	}
	for _, s := range scopes {
		name := fmt.Sprint(s)
		out["history "+name] = r.History(s)
		out["steps "+name], out["past steps "+name] = r.Steps(s), past.Steps(s)
		denominators, merged := r.Weeks(s, 6)
		out["weeks "+name] = [][]int{denominators, merged}
		out["in review "+name] = r.InReview(s)
		out["moves "+name] = r.Moves(s, w.now.AddDate(0, 0, -7))
		out["past moves "+name] = past.Moves(s, day.AddDate(0, 0, -7))
		for _, backports := range []bool{false, true} {
			out[fmt.Sprint("search ", name, backports)] = []string{r.Search(s, backports), r.Search(s, backports, progress.Merged), r.Search(s, backports, progress.Left)}
		}
	}
	return out
}

// Whatever happens, the next result is the one computed anew.
func TestNextIsComputedAnew(t *testing.T) {
	options := cmp.Options{
		cmpopts.IgnoreUnexported(progress.Result{}),
		cmp.Comparer(func(a, b *store.Change) bool { return a == b || reflect.DeepEqual(a, b) }),
	}
	for seed := range uint64(60) {
		w := newRounds(seed)
		r := progress.Compute(w.goal, w.input())
		for round := range 10 {
			everything(w, r, w.now.AddDate(0, 0, -3)) // so that what is made when it is asked for has been made
			w.round()
			r = r.Next(w.input())
			want := progress.Compute(w.goal, w.input())
			day := w.now.AddDate(0, 0, -w.IntN(60))
			if d := cmp.Diff(everything(w, want, day), everything(w, r, day), options); d != "" {
				t.Fatalf("seed %d, round %d (-anew +next):\n%s", seed, round, d)
			}
			if r.Judged() > want.Judged() {
				t.Errorf("seed %d, round %d: judged %d of %d", seed, round, r.Judged(), want.Judged())
			}
		}
	}
}

// After a poll only what moved is judged, however many changes there are.
func TestOnlyWhatMovedIsJudged(t *testing.T) {
	g, in := crowd(10_000)
	r := progress.Compute(g, in)
	next := func(name string, want int, change func(in *progress.Input)) {
		t.Helper()
		in.Members, in.All = slices.Clone(in.Members), slices.Clone(in.All)
		change(&in)
		if r = r.Next(in); r.Judged() != want {
			t.Errorf("%s: judged %d changes, want %d", name, r.Judged(), want)
		}
	}
	again := func(in *progress.Input, number int, change func(c *store.Change)) {
		c := *in.All[number-1]
		change(&c)
		in.All[number-1], in.Members[number-1].Change = &c, &c
	}
	if r.Judged() != 10_000 {
		t.Errorf("at first judged %d", r.Judged())
	}
	next("nothing", 0, func(*progress.Input) {})
	next("a minute", 0, func(in *progress.Input) { in.Now = in.Now.Add(time.Minute) })
	next("20 of 10,000", 20, func(in *progress.Input) {
		for i := range 20 {
			again(in, 1+500*i+i, func(c *store.Change) { c.Subject += "." })
		}
	})
	// 9 has the commit of 8 as its parent.
	next("what another waits for merged", 2, func(in *progress.Input) {
		again(in, 8, func(c *store.Change) { c.Status, c.Submitted = store.StatusMerged, in.Now })
	})
	next("a revert merged", 2, func(in *progress.Input) {
		again(in, 9, func(c *store.Change) { c.Status, c.Submitted, c.RevertOf = store.StatusMerged, in.Now, 8 })
	})
	next("approved by two", 1, func(in *progress.Input) {
		again(in, 18, func(c *store.Change) {
			at, h := in.Now, history{store.Member{Change: c}}
			c.Parents, c.Labels = nil, slices.Clone(c.Labels)
			h.vote(at, alice, "Code-Review", 2).vote(at, alice, "Workflow", 1)
		})
	})
	if c := r.Change(18); c.WaitsOn != progress.Gate {
		t.Errorf("approved, it waits on %q: %s", c.WaitsOn, c.Reason.Text)
	}
	next("two days", 1, func(in *progress.Input) { in.Now = in.Now.Add(48*time.Hour + 1) })
	if c := r.Change(18); c.Reason.Code != progress.ReasonGateStuck {
		t.Errorf("after two days: %q", c.Reason.Code)
	}
}

// A Gerrit whose clock is ahead of ours has changes with moments still to come. Their
// timelines are made again each time, and those of the others of their project are not.
func TestOneTimelineAheadLeavesTheOthers(t *testing.T) {
	early, ahead := newChange(1, ago(48)).merge(ago(24)), newChange(2, ago(48)).merge(ago(-1))
	in := input([]*history{early, ahead})
	r := progress.Compute(newGoal(), in)
	in.Now = in.Now.Add(time.Minute)
	later := r.Next(in)
	in.Now = in.Now.Add(2 * time.Hour)
	latest := later.Next(in)
	for _, tc := range []struct {
		name   string
		a, b   *progress.Result
		number int
		want   bool
	}{
		{"asked twice", r, r, 1, true},
		{"asked twice, ahead", r, r, 2, false},
		{"a minute later", r, later, 1, true},
		{"a minute later, ahead", r, later, 2, false},
		{"when nothing is ahead any more", later, latest, 1, true},
		{"once it has come", latest, latest, 2, true},
	} {
		if got := tc.a.SharesTimeline(tc.b, tc.number); got != tc.want {
			t.Errorf("%s: shared is %t", tc.name, got)
		}
	}
}
