package progress

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/ci"
	"github.com/eventlet-removal/headway/store"
)

// Compute judges every member of a goal and adds them up. It is pure: the same
// goal and input give the same result, whatever the order of Members and All. The
// result shares the records of its input.
func Compute(g *Goal, in Input) *Result {
	v := newView(g, in)
	r := &Result{Goal: g, Now: in.Now, Changes: v.judgeAll(), view: v, memo: newMemo()}
	v.sum(r)
	return r
}

// view is what the rules look at: the input with the indexes they need, each built
// once. It is never changed after newView, only copied for another day.
type view struct {
	goal    *Goal
	now     time.Time
	until   time.Time // when counting ends: now, or the end of a day gone by
	gerrit  string
	sources sources

	members []store.Member        // of projects that are not loading, by number
	all     []*store.Change       // members and references, by number
	byNum   map[int]*store.Change // the same
	gone    map[int]bool          // members that Gerrit answers 404 for
	counted map[int]bool          // members that did not depart

	branches branches
	bots     roster // robots other than the CI
	ci       *ci.Reader

	mayWaitForGate, mayWaitForCI bool // see findWaits

	names   names           // changes by commit and Change-Id, where somebody refers to them
	undoes  map[int]undoing // revert -> what it reverts
	undone  map[int]bool    // merged changes in state reverted
	copies  map[int]bool    // cherry-picks on development branches that are backports
	reverts []revert        // merged ones that revert something merged, oldest first

	// For the past.
	topics      map[string]func(string) bool // see topicMatchers
	revertTurns func() map[int][]turn        // computed once, when asked: most readers want no history
}

func newView(g *Goal, in Input) *view {
	v := &view{
		goal: g, now: in.Now, until: in.Now, gerrit: in.Gerrit,
		sources:  newSources(g, in.Selectors),
		branches: newBranches(g.Backports),
		bots:     newRoster(g.Bots),
	}
	v.index(in)
	v.names = newNames(v.all)
	v.ci = newCI(g.Labels, v.all)
	v.mayWaitForGate, v.mayWaitForCI = v.findWaits()
	v.undoes = v.findReverts()
	v.reverts = v.mergedReverts()
	v.undone = undone(v.reverts)
	v.copies = v.findCopies()
	v.topics = topicMatchers(g)
	v.revertTurns = sync.OnceValue(func() map[int][]turn { return turnsOfReverts(v.reverts) })
	return v
}

// index fills the lists by number. Members of a project that is loading are left
// out: their numbers are not known yet, so nothing may add them up.
func (v *view) index(in Input) {
	v.byNum = make(map[int]*store.Change, len(in.All))
	v.gone, v.counted = map[int]bool{}, map[int]bool{}
	for _, c := range in.All {
		v.byNum[c.Number] = c
	}
	v.members = make([]store.Member, 0, len(in.Members))
	for _, m := range in.Members {
		v.byNum[m.Change.Number] = m.Change
		if m.Departed != nil && m.Departed.Gone {
			v.gone[m.Change.Number] = true
		}
		v.counted[m.Change.Number] = m.Departed == nil
		if !v.sources.loading(m.Change.Project) {
			v.members = append(v.members, m)
		}
	}
	slices.SortFunc(v.members, func(a, b store.Member) int { return cmp.Compare(a.Change.Number, b.Change.Number) })
	v.all = make([]*store.Change, 0, len(v.byNum))
	for _, c := range v.byNum {
		v.all = append(v.all, c)
	}
	slices.SortFunc(v.all, func(a, b *store.Change) int { return cmp.Compare(a.Number, b.Number) })
}

func (v *view) judgeAll() []Change {
	changes := make([]Change, len(v.members))
	for i, m := range v.members {
		changes[i] = v.judge(m)
	}
	return changes
}

func (v *view) judge(m store.Member) Change {
	c := Change{
		Member:   m,
		State:    v.memberState(m),
		Backport: v.branches.backport(m.Branch) || v.copies[m.Change.Number],
		Undoes:   v.undoes[m.Change.Number].all(),
	}
	if c.State.HasMerged() {
		c.MergedAt = mergedAt(m.Change)
	}
	if detailed(m) {
		c.CI = v.ci.Of(m.Change).State
		c.LastHuman = v.lastHuman(m.Change)
	}
	if c.State.InFlight() {
		v.wait(&c)
	}
	return c
}

// detailed reports whether the details of a member are known and belong to its row.
// The fetch's time can't decide: it is our clock, the row's is Gerrit's.
func detailed(m store.Member) bool { return !m.Detailed.IsZero() && m.Quarantined == "" }
