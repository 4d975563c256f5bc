package progress

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/ci"
	"github.com/eventlet-removal/headway/dashboard/progress/numbered"
	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
	"github.com/eventlet-removal/headway/store"
)

// family are the changes of one project, with what connects them and what is judged of
// them. It does not change once it is made, and is a part of each view until something
// in it moves.
type family struct {
	all     []*store.Change            // members and references, by number
	ties    *reverts.Ties              //
	asks    map[reverts.Ask]bool       // what its reverts name and it does not have; whether another project does
	parents map[string][]*store.Change // see findParents
	ids     []string                   // that its open changes depend on: changes of any project
	ci      ci.Presence
	gate    bool   // a member has the approve label
	pasts   *pasts // of changes
	part    *part  // of changes
	loading bool

	changes []*Change         // members, by number; none while loading
	watched []int             // places in changes: what moves although nothing in the project does
	turns   map[int]time.Time // when that is by time alone, by number
}

// movement is what is not as it was in the view before.
type movement struct {
	projects map[string]bool
	records  []*store.Change            // old and new ones
	fresh    map[string][]*store.Change // new ones, by project and number
	stale    map[*store.Change]bool     // old ones
	members  map[string][]*store.Member // new ones, by project and number
	former   map[int]bool               // the numbers of old ones
}

// whatMoved compares the records and memberships with those of the last view. Families
// with reverts that name what moved elsewhere move with it, and those that are no longer
// loading.
func (v *view) whatMoved(last *view) movement {
	m := movement{
		projects: map[string]bool{}, fresh: map[string][]*store.Change{}, stale: map[*store.Change]bool{},
		members: map[string][]*store.Member{}, former: map[int]bool{},
	}
	numbered.Compare(last.all, v.all, func(c **store.Change) int { return (*c).Number },
		func(a, b **store.Change) bool { return *a == *b },
		func(was **store.Change) {
			m.records, m.stale[*was], m.projects[(*was).Project] = append(m.records, *was), true, true
		}, func(is **store.Change) {
			project := (*is).Project
			m.records, m.fresh[project], m.projects[project] = append(m.records, *is), append(m.fresh[project], *is), true
		})
	numbered.Compare(last.members, v.members, func(m *store.Member) int { return m.Membership.Number }, sameMember,
		func(was *store.Member) { m.former[was.Membership.Number], m.projects[was.Change.Project] = true, true },
		func(is *store.Member) {
			project := is.Change.Project
			m.members[project], m.projects[project] = append(m.members[project], is), true
		})
	for name, f := range last.families {
		if f.loading != v.sources.loading(name) || f.asksFor(m.records) {
			m.projects[name] = true
		}
	}
	return m
}

// sameMember reports whether a record and its membership are the same: what nobody wrote
// is shared by all inputs.
func sameMember(a, b *store.Member) bool {
	return a.Change == b.Change && a.Selector == b.Selector && a.Query == b.Query && a.Seen.Equal(b.Seen) && a.Reference == b.Reference &&
		a.Quarantined == b.Quarantined && a.Missing == b.Missing && a.Departed == b.Departed &&
		len(a.Past) == len(b.Past) && (len(a.Past) == 0 || &a.Past[0] == &b.Past[0])
}

// asksFor reports whether a revert of the family names one of these changes, as far as
// the project itself does not have it.
func (f *family) asksFor(records []*store.Change) bool {
	for a := range f.asks {
		if slices.ContainsFunc(records, a.Means) {
			return true
		}
	}
	return false
}

// judgeFamilies makes the families anew in which something moved, and looks in the
// others at what moves with other projects and with time.
func (v *view) judgeFamilies(last *view) {
	moved := v.whatMoved(last)
	v.families = maps.Clone(last.families)
	if v.families == nil {
		v.families = map[string]*family{}
	}
	of, all := map[string][]*store.Member{}, sync.OnceValue(v.membersByProject)
	for name := range moved.projects {
		was := last.families[name]
		if was == nil {
			was = &family{}
		}
		if was.loading { // nothing of it was judged
			of[name] = all()[name]
		} else {
			of[name] = moved.membersOf(name, was.changes)
		}
		f := &family{all: moved.recordsOf(name, was.all)}
		if delete(v.families, name); len(f.all)+len(of[name]) > 0 {
			v.families[name] = f
		}
	}
	v.tie(moved, of, last)
	v.ids = v.findIDs()
	fresh := map[string]bool{} // whose changes are not those of the last view
	for name, f := range v.families {
		was := last.families[name]
		if moved.projects[name] {
			v.judgeAll(f, of[name], was)
			fresh[name] = true
		} else if is := v.judgeWatched(f); is != f {
			v.families[name], fresh[name] = is, true
		}
	}
	for name := range last.families {
		if v.families[name] == nil {
			fresh[name] = true
		}
	}
	v.changes = v.collect(last.changes, fresh)
	v.judged = nil
}

// recordsOf are the records of a project, of which the last view had some.
func (m movement) recordsOf(project string, was []*store.Change) []*store.Change {
	all := slices.DeleteFunc(slices.Clone(was), func(c *store.Change) bool { return m.stale[c] })
	all = append(all, m.fresh[project]...)
	slices.SortFunc(all, func(a, b *store.Change) int { return cmp.Compare(a.Number, b.Number) })
	return all
}

func (v *view) membersByProject() map[string][]*store.Member {
	of := map[string][]*store.Member{}
	for i := range v.members {
		m := &v.members[i]
		of[m.Change.Project] = append(of[m.Change.Project], m)
	}
	return of
}

// membersOf are the members of a project, of which the last view had judged some.
func (m movement) membersOf(project string, was []*Change) []*store.Member {
	members := make([]*store.Member, 0, len(was)+len(m.members[project]))
	for _, c := range was {
		if !m.former[c.Change.Number] {
			members = append(members, &c.Member)
		}
	}
	members = append(members, m.members[project]...)
	slices.SortFunc(members, func(a, b *store.Member) int { return cmp.Compare(a.Membership.Number, b.Membership.Number) })
	return members
}

// tie finds what connects the changes of families that moved.
func (v *view) tie(moved movement, members map[string][]*store.Member, last *view) {
	found := map[string]*reverts.Project{}
	var open []reverts.Ask
	for name := range moved.projects {
		f := v.families[name]
		if f == nil {
			continue
		}
		found[name] = reverts.Find(f.all)
		f.asks = map[reverts.Ask]bool{}
		for _, a := range found[name].Asks() {
			if was := last.families[name]; was != nil && !slices.ContainsFunc(moved.records, a.Means) {
				if known, ok := was.asks[a]; ok {
					f.asks[a] = known
					continue
				}
			}
			f.asks[a] = false
			open = append(open, a)
		}
	}
	answers := reverts.Answer(open, v.all)
	for name, project := range found {
		f := v.families[name]
		for a := range f.asks {
			if slices.ContainsFunc(answers[a], func(p string) bool { return p != name }) {
				f.asks[a] = true
			}
		}
		f.ties = project.Tie(reverts.Facts{
			Counted: func(number int) bool {
				i, ok := slices.BinarySearchFunc(members[name], number, func(m *store.Member, n int) int { return cmp.Compare(m.Change.Number, n) })
				return ok && members[name][i].Departed == nil
			},
			Elsewhere: func(a reverts.Ask) bool { return f.asks[a] },
		})
		f.parents = findParents(f.all)
		f.ids = v.dependsOnIDs(f.all)
		f.ci = v.ci.Listen(f.all)
		f.loading = v.sources.loading(name)
	}
}

// judgeAll judges the members of a family anew that are not as they were.
func (v *view) judgeAll(f *family, members []*store.Member, was *family) {
	if was == nil {
		was = &family{}
	}
	f.pasts = was.follow()
	if f.loading {
		members = nil
	}
	if was.ci != f.ci {
		was = &family{}
	}
	copies := v.branches.Copies(members)
	f.turns = map[int]time.Time{}
	f.changes = make([]*Change, len(members))
	before := was.changes
	for i, m := range members {
		n := m.Change.Number
		for len(before) > 0 && before[0].Change.Number < n {
			before = before[1:]
		}
		backport := v.branches.Match(m.Branch) || copies[n]
		if len(before) > 0 && before[0].Change.Number == n && v.stays(f, before[0], *m, backport, was.turns[n]) {
			f.keep(i, before[0], was.turns[n])
		} else {
			c, turns := v.judge(f, *m, backport)
			f.keep(i, c, turns)
		}
		f.gate = f.gate || m.Change.Label(v.goal.Labels.Approve) != nil
	}
	f.part = v.newPart(f.changes)
}

// judgeWatched is a family of which only what depends on other projects and on time can
// have moved; itself if nothing has.
func (v *view) judgeWatched(f *family) *family {
	is := f
	for _, i := range f.watched {
		c := f.changes[i]
		if v.stays(f, c, c.Member, c.Backport, f.turns[c.Change.Number]) {
			continue
		}
		if is == f {
			again := *f
			again.changes, again.watched, again.turns = slices.Clone(f.changes), nil, maps.Clone(f.turns)
			is = &again
		}
		delete(is.turns, c.Change.Number)
		c, turns := v.judge(f, c.Member, c.Backport)
		is.keep(i, c, turns)
	}
	if is != f {
		is.watched = f.watched // those that need it no more do no harm
		is.part = v.newPart(is.changes)
	}
	return is
}

// keep takes what is judged of a member into a family.
func (f *family) keep(i int, c *Change, turns time.Time) {
	f.changes[i] = c
	if !turns.IsZero() {
		f.turns[c.Change.Number] = turns
	}
	if c.State.InFlight() && (!turns.IsZero() || len(c.DependsOn) > 0) {
		f.watched = append(f.watched, i)
	}
}

// stays reports whether all that judge looks at is as it was.
func (v *view) stays(f *family, was *Change, m store.Member, backport bool, turns time.Time) bool {
	return sameMember(&was.Member, &m) &&
		was.State == v.memberState(m) && was.Backport == backport &&
		slices.Equal(was.Undoes, f.ties.Undoes(m.Change.Number)) &&
		(turns.IsZero() || v.now.Before(turns)) &&
		(!was.State.InFlight() || !detailed(m) || slices.Equal(was.Depends, v.depends(m.Change)))
}

// judge judges a member of a family, and tells when that turns by time alone.
func (v *view) judge(f *family, m store.Member, backport bool) (c *Change, turns time.Time) {
	c = &Change{Member: m, State: v.memberState(m), Backport: backport, Undoes: f.ties.Undoes(m.Change.Number)}
	if c.State.HasMerged() {
		c.MergedAt = timeline.MergedAt(m.Change)
	}
	var heard ci.Verdict
	if detailed(m) {
		heard = v.ci.Of(m.Change, f.ci)
		c.CI = heard.State
		c.LastHuman = v.lastHuman(m.Change)
	}
	if c.State.InFlight() {
		turns = v.wait(c, heard)
	}
	v.judged, v.judgements = append(v.judged, c), v.judgements+1
	return c, turns
}

// detailed reports whether the details of a member are known and belong to its row.
// The fetch's time can't decide: it is our clock, the row's is Gerrit's.
func detailed(m store.Member) bool { return !m.Detailed.IsZero() && m.Quarantined == "" }

// replaced are the last changes with those that were judged anew in their place; not ok
// where some came or went.
func (v *view) replaced(last []*Change) ([]*Change, bool) {
	count := 0
	for _, f := range v.families {
		count += len(f.changes)
	}
	if count != len(last) {
		return nil, false
	}
	out := slices.Clone(last)
	for _, c := range v.judged {
		i, ok := slices.BinarySearchFunc(out, c.Change.Number, func(c *Change, n int) int { return cmp.Compare(c.Change.Number, n) })
		if !ok {
			return nil, false
		}
		out[i] = c
	}
	return out, true
}

// collect are the changes of all families by number: the last ones, but for those of
// families that are fresh.
func (v *view) collect(last []*Change, fresh map[string]bool) []*Change {
	if len(fresh) == 0 {
		return last
	}
	if out, ok := v.replaced(last); ok {
		return out
	}
	var changed []*Change
	for name := range fresh {
		if f := v.families[name]; f != nil {
			changed = append(changed, f.changes...)
		}
	}
	slices.SortFunc(changed, func(a, b *Change) int { return cmp.Compare(a.Change.Number, b.Change.Number) })
	out := make([]*Change, 0, len(last)+len(changed))
	for _, c := range last {
		if fresh[c.Change.Project] {
			continue
		}
		for len(changed) > 0 && changed[0].Change.Number < c.Change.Number {
			out, changed = append(out, changed[0]), changed[1:]
		}
		out = append(out, c)
	}
	return append(out, changed...)
}
