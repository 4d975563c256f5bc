package progress

import (
	"cmp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/backports"
	"github.com/eventlet-removal/headway/dashboard/progress/ci"
	"github.com/eventlet-removal/headway/dashboard/progress/numbered"
	"github.com/eventlet-removal/headway/store"
)

// Compute judges every member of a goal and adds them up. It is pure: the same
// goal and input give the same result, whatever the order of Members and All. The
// result shares the records of its input.
func Compute(g *Goal, in Input) *Result { return compute(g, in, nil) }

// Next is the Compute of a later input of the same goal: it judges what moved since
// and shares the rest with r, in about the time that it takes to see what moved.
func (r *Result) Next(in Input) *Result {
	r = r.Live()
	if in.Now.Before(r.Now) || in.Gerrit != r.view.gerrit {
		return Compute(r.Goal, in) // what time has turned would have to turn back
	}
	return compute(r.Goal, in, r.view)
}

func compute(g *Goal, in Input, last *view) *Result {
	v := newView(g, in, last)
	r := &Result{Goal: g, Now: in.Now, Changes: v.changes, view: v, memo: newMemo()}
	v.sum(r, v.tallyFamilies(last))
	return r
}

// view is what the rules look at: the input with the indexes they need, each built
// once. newView and compute's sums fill it in; then it is only copied, for another day.
type view struct {
	goal    *Goal
	now     time.Time
	until   time.Time // when counting ends: now, or the end of a day gone by
	gerrit  string
	sources sources

	unreadable []store.Membership

	branches backports.Patterns
	bots     roster // robots other than the CI
	ci       *ci.Reader
	topics   map[string]func(string) bool // see topicMatchers

	members    []store.Member             // by number
	all        []*store.Change            // members and references, by number
	families   map[string]*family         // of all, by project
	changes    []*Change                  // members of projects that are not loading, by number
	ids        map[string][]*store.Change // see findIDs
	pace       *Pace                      // of the goal
	tallies    map[string]*tally          // of families
	judged     []*Change                  // those that are not the last view's; while they are collected
	judgements int                        // how many they were

	mayWaitForGate, mayWaitForCI bool // see findWaits
}

// newView looks at an input. What has not moved since the last view is taken from
// there; nil: there is none.
func newView(g *Goal, in Input, last *view) *view {
	v := &view{goal: g, now: in.Now, until: in.Now, gerrit: in.Gerrit, sources: newSources(g, in.Selectors), unreadable: in.Unreadable}
	if last != nil {
		v.branches, v.bots, v.ci, v.topics = last.branches, last.bots, last.ci, last.topics
	} else {
		v.branches, v.bots, v.ci, v.topics = backports.NewPatterns(g.Backports), newRoster(g.Bots), newCI(g.Labels), topicMatchers(g)
		last = &view{}
	}
	v.members = numbered.Sorted(in.Members, last.members, func(m *store.Member) int { return m.Membership.Number })
	v.all = numbered.Sorted(in.All, last.all, func(c **store.Change) int { return (*c).Number })
	v.judgeFamilies(last)
	v.mayWaitForGate, v.mayWaitForCI = v.findWaits()
	return v
}

// change finds a member or reference, nil if there is none.
func (v *view) change(number int) *store.Change {
	i, ok := slices.BinarySearchFunc(v.all, number, func(c *store.Change, n int) int { return cmp.Compare(c.Number, n) })
	if !ok {
		return nil
	}
	return v.all[i]
}

// gone reports whether Gerrit answers 404 for a member.
func (v *view) gone(number int) bool {
	i, ok := slices.BinarySearchFunc(v.members, number, func(m store.Member, n int) int { return cmp.Compare(m.Membership.Number, n) })
	return ok && v.members[i].Departed != nil && v.members[i].Departed.Gone
}
