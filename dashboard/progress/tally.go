package progress

import (
	"slices"
	"time"
)

// tally adds up changes or other tallies.
type tally struct {
	Numbers
	first time.Time // creation of the oldest development change; zero: none
	paces paces
}

// newTally starts at zero, with a row for each cycle.
func newTally(g *Goal) *tally {
	t := &tally{}
	t.Cycles = make([]Landed, len(g.Cycles))
	for i, c := range g.Cycles {
		t.Cycles[i].Cycle = c
	}
	return t
}

// add counts n changes in a state; former members stand outside the counts.
func (c *Counts) add(s State, n int) {
	switch s {
	case Merged:
		c.Merged += n
	case Reverted:
		c.Reverted += n
	case Open:
		c.Open += n
	case WIP:
		c.WIP += n
	case Abandoned:
		c.Abandoned += n
	default:
		return
	}
	c.Total += n
}

// Add adds other counts.
func (c *Counts) Add(o Counts) {
	c.Total += o.Total
	c.Merged += o.Merged
	c.Reverted += o.Reverted
	c.Open += o.Open
	c.WIP += o.WIP
	c.Abandoned += o.Abandoned
}

func (a *Attention) add(w WaitsOn) {
	switch w {
	case Author:
		a.Author++
	case Reviewers:
		a.Reviewers++
	case CI:
		a.CI++
	case Gate:
		a.Gate++
	case Dependency:
		a.Dependency++
	}
}

// Add adds other attention.
func (a *Attention) Add(o Attention) {
	a.Author += o.Author
	a.Reviewers += o.Reviewers
	a.CI += o.CI
	a.Gate += o.Gate
	a.Dependency += o.Dependency
}

// add counts one change of a project.
func (t *tally) add(c *Change, v *view) {
	switch {
	case c.Backport && !c.State.Counted():
		return
	case c.Backport:
		t.Backports.add(c.State, 1)
		return
	case c.State == Left:
		t.Left++
		return
	case c.State == Gone:
		t.Gone++
		return
	}
	t.Counts.add(c.State, 1)
	t.PatchSets += c.Change.CurrentPatchSet()
	t.first = earlier(t.first, c.Created)
	switch c.State {
	case Merged:
		t.addMerge(c.MergedAt, v.until)
		t.paces.add(c, c.Change.CurrentPatchSet())
	case Open, WIP:
		t.Attention.add(c.WaitsOn)
		t.OldestWaiting = earlier(t.OldestWaiting, c.WaitingSince)
	}
}

func (t *tally) addMerge(at, now time.Time) {
	t.LastMerged = later(t.LastMerged, at)
	for i := range t.Cycles {
		if t.Cycles[i].Cycle.Holds(at) {
			t.Cycles[i].Landed++
		}
	}
	if age := now.Sub(at); age < MonthDays*day {
		t.Landed28++
		t.Landed84++
	} else if age < QuarterDays*day {
		t.Landed84++
	}
}

// setDenominator sets the denominator of a project's progress.
func (t *tally) setDenominator(expected int) {
	t.Denominator = t.Counts.Merged + t.Counts.InFlight()
	if expected > 0 {
		t.Expected = &expected
		t.Denominator = max(t.Denominator, expected)
	}
}

// Add adds the numbers of a project to a team's or the goal's.
func (t *tally) Add(o *tally) {
	t.Counts.Add(o.Counts)
	t.Backports.Add(o.Backports)
	t.Left += o.Left
	t.Gone += o.Gone
	t.Denominator += o.Denominator
	if o.Expected != nil {
		sum := *o.Expected
		if t.Expected != nil {
			sum += *t.Expected
		}
		t.Expected = &sum
	}
	t.PatchSets += o.PatchSets
	t.Attention.Add(o.Attention)
	t.LastMerged = later(t.LastMerged, o.LastMerged)
	t.OldestWaiting = earlier(t.OldestWaiting, o.OldestWaiting)
	for i := range t.Cycles {
		t.Cycles[i].Landed += o.Cycles[i].Landed
	}
	t.Landed28 += o.Landed28
	t.Landed84 += o.Landed84
	t.first = earlier(t.first, o.first)
	t.paces.Add(o.paces)
}

// finish derives what follows from the sums.
func (t *tally) finish(now time.Time) {
	if t.Denominator > 0 {
		p := float64(t.Counts.Merged) / float64(t.Denominator)
		t.Progress = &p
	}
	if t.Expected != nil {
		left := t.Denominator - t.Counts.Merged
		t.Remaining = &left
	}
	t.Pace = t.paces.pace()
	t.ETA = Estimate(t.Counts.InFlight(), t.Landed28, t.Landed84, now)
}

// earlier is the earlier of two times, where zero means none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// sum fills in the numbers of projects, teams and the goal.
func (v *view) sum(r *Result) {
	tallies := v.tallies(r.Changes)
	r.LoadingProjects = v.sources.loadingProjects()
	r.Projects = v.projects(tallies)
	for _, team := range v.goal.Teams {
		r.Teams = append(r.Teams, v.team(team, tallies))
	}
	total := newTally(v.goal)
	for _, p := range r.Projects {
		if p.Loading == nil {
			total.Add(tallies[p.Name])
		}
	}
	total.finish(v.until)
	r.Numbers = total.Numbers
	r.Query = v.sources.searchAll()
	if !v.sources.goal.complete() {
		r.Numbers = v.unknown(r.Query, v.sources.goal)
		return
	}
	r.AsOf = v.sources.oldestOfAll(v.now)
	r.Stale = v.goal.Stale(r.AsOf, v.now)
}

// tallies counts every project: listed, of a team, with its own selector, or
// discovered.
func (v *view) tallies(changes []Change) map[string]*tally {
	declared := map[string]int{}
	out := map[string]*tally{}
	of := func(project string) *tally {
		t := out[project]
		if t == nil {
			t = newTally(v.goal)
			out[project] = t
		}
		return t
	}
	for _, p := range v.goal.Projects {
		declared[p.Name] = p.Expected
		of(p.Name)
	}
	for _, team := range v.goal.Teams {
		for _, p := range team.Projects {
			of(p)
		}
	}
	for _, p := range v.sources.names {
		of(p)
	}
	for i := range v.members { // of any day: a project does not vanish from the past
		of(v.members[i].Change.Project)
	}
	for i := range changes {
		of(changes[i].Change.Project).add(&changes[i], v)
	}
	for name, t := range out {
		t.setDenominator(declared[name])
	}
	return out
}

func (v *view) projects(tallies map[string]*tally) []ProjectNumbers {
	listed := map[string]Project{}
	for _, p := range v.goal.Projects {
		listed[p.Name] = p
	}
	teams := map[string][]string{}
	for _, t := range v.goal.Teams {
		for _, p := range t.Projects {
			if !slices.Contains(teams[p], t.Name) {
				teams[p] = append(teams[p], t.Name)
			}
		}
	}
	names := make([]string, 0, len(tallies))
	for name := range tallies {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make([]ProjectNumbers, 0, len(names))
	for _, name := range names {
		p := ProjectNumbers{Project: listed[name], Teams: teams[name]}
		p.Name = name
		src, query := v.sources.of(name), v.sources.search([]string{name})
		if !src.complete() {
			p.Numbers = v.unknown(query, src)
			out = append(out, p)
			continue
		}
		t := *tallies[name]
		t.finish(v.until)
		p.Numbers = t.Numbers
		p.Query, p.AsOf = query, src.AsOf
		p.Stale = v.goal.Stale(p.AsOf, v.now)
		p.Measured = measure(p.Counts)
		p.Contradictions = contradict(p.Declared, p.Measured, &t, v.now)
		out = append(out, p)
	}
	return out
}

// team adds up a team. It is loading while the goal's selector is, if any of its
// projects needs that, or while all of its projects are.
func (v *view) team(team Team, tallies map[string]*tally) TeamNumbers {
	out := TeamNumbers{Team: team}
	known := make([]string, 0, len(team.Projects))
	for _, name := range unique(team.Projects) {
		_, own := v.sources.own[name]
		switch {
		case !v.sources.loading(name):
			known = append(known, name)
		case !own:
			out.Numbers = v.unknown(v.sources.search(unique(team.Projects)), v.sources.goal)
			return out
		}
	}
	if len(known) == 0 && len(team.Projects) > 0 {
		names := unique(team.Projects)
		out.Numbers = v.unknown(v.sources.search(names), v.sources.of(names[0]))
		return out
	}
	t := newTally(v.goal)
	for _, name := range known {
		t.Add(tallies[name])
	}
	t.finish(v.until)
	out.Numbers = t.Numbers
	out.Query = v.sources.search(known)
	out.AsOf = v.sources.oldest(known, v.now)
	out.Stale = v.goal.Stale(out.AsOf, v.now)
	out.Measured = measure(out.Counts)
	out.Contradictions = contradict(team.Declared, out.Measured, t, v.now)
	return out
}

// unknown are the numbers of what is loading.
func (v *view) unknown(query string, src source) Numbers {
	n := newTally(v.goal).Numbers
	n.Query = query
	n.Loading = &Loading{Done: src.Done, Of: src.Of}
	if !src.Failed.IsZero() {
		n.Loading.Failure = &Failure{At: src.Failed, Why: src.Error}
		if v.goal.Schedule != nil {
			n.Loading.Failure.Next = v.goal.Schedule.Next(v.now).UTC()
		}
	}
	return n
}

func unique(names []string) []string {
	var out []string
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
