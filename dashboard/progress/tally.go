package progress

import (
	"maps"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/forecast"
	"github.com/eventlet-removal/headway/dashboard/progress/reading"
)

// tally adds up changes or other tallies.
type tally struct {
	Numbers
	first time.Time // creation of the oldest development change; zero: none
	paces forecast.Paces
	turns time.Time // when it is another one by time alone; zero: never
}

// newTally starts at zero, with a row for each cycle.
func newTally(g *Goal) *tally {
	t := &tally{}
	t.Cycles = make([]CycleCount, len(g.Cycles))
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
		t.paces.Merged(c.Created, c.MergedAt, c.Change.CurrentPatchSet())
	case Open, WIP:
		t.Attention.add(c.WaitsOn)
		t.OldestWaiting = earlier(t.OldestWaiting, c.WaitingSince)
	}
}

func (t *tally) addMerge(at, now time.Time) {
	t.LastMerged = later(t.LastMerged, at)
	for i := range t.Cycles {
		if t.Cycles[i].Cycle.Holds(at) {
			t.Cycles[i].Merged++
		}
	}
	if age := now.Sub(at); age < forecast.MonthDays*day {
		t.Merged28++
		t.Merged84++
		t.turns = earlier(t.turns, at.Add(forecast.MonthDays*day))
	} else if age < forecast.QuarterDays*day {
		t.Merged84++
		t.turns = earlier(t.turns, at.Add(forecast.QuarterDays*day))
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
		t.Cycles[i].Merged += o.Cycles[i].Merged
	}
	t.Merged28 += o.Merged28
	t.Merged84 += o.Merged84
	t.first = earlier(t.first, o.first)
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
	t.ETA = forecast.Estimate(t.Counts.InFlight(), t.Merged28, t.Merged84, now)
}

// earlier is the earlier of two times, where zero means none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// sum fills in the numbers of projects, teams and the goal.
func (v *view) sum(r *Result, tallies map[string]*tally) {
	r.LoadingProjects = v.sources.loadingProjects()
	r.Projects = v.projects(tallies)
	for _, team := range v.goal.Teams {
		r.Teams = append(r.Teams, v.team(team, tallies))
	}
	total := newTally(v.goal)
	var known []string
	for _, p := range r.Projects {
		if p.Loading == nil {
			known = append(known, p.Name)
			total.Add(tallies[p.Name])
		}
	}
	if v.pace == nil {
		v.pace = paceOf(tallies, known)
	}
	total.Pace = v.pace
	total.finish(v.until)
	r.Numbers = total.Numbers
	r.Query = v.sources.searchAll()
	if lost := v.lost(); lost > 0 || !v.sources.goal.complete() {
		r.Numbers = v.unknown(r.Query, v.sources.goal, lost)
		return
	}
	r.AsOf = v.sources.oldestOfAll(v.now)
	r.Stale = v.goal.Stale(r.AsOf, v.now)
}

// tallyFamilies counts every project, but for those that are as they were in the last
// view; nil: there is none.
func (v *view) tallyFamilies(last *view) map[string]*tally {
	v.tallies = v.tally(func(name string) *tally {
		f := v.families[name]
		if f == nil {
			return v.count(name, nil)
		}
		if last != nil && last.families[name] == f {
			if t := last.tallies[name]; t != nil && (t.turns.IsZero() || v.now.Before(t.turns)) {
				return t
			}
		}
		return v.count(name, f.changes)
	})
	if last != nil && maps.Equal(v.tallies, last.tallies) {
		v.pace = last.pace
	}
	return v.tallies
}

// tally counts every project: listed, of a team, with its own selector, or
// discovered.
func (v *view) tally(count func(project string) *tally) map[string]*tally {
	out := map[string]*tally{}
	of := func(project string) {
		if out[project] == nil {
			out[project] = count(project)
		}
	}
	for _, p := range v.goal.Projects {
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
	for name, f := range v.families { // of any day: a project does not vanish from the past
		if len(f.changes) > 0 {
			of(name)
		}
	}
	return out
}

// count adds up the changes of a project.
func (v *view) count(project string, changes []*Change) *tally {
	t := newTally(v.goal)
	for _, c := range changes {
		t.add(c, v)
	}
	expected := 0
	for _, p := range v.goal.Projects {
		if p.Name == project {
			expected = p.Expected
		}
	}
	t.setDenominator(expected)
	t.Pace = t.paces.Pace()
	return t
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
		if lost := v.lost(name); lost > 0 || !src.complete() {
			p.Numbers = v.unknown(query, src, lost)
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
	names := unique(team.Projects)
	known := make([]string, 0, len(names))
	for _, name := range names {
		_, own := v.sources.own[name]
		switch {
		case !v.sources.loading(name):
			known = append(known, name)
		case !own:
			out.Numbers = v.unknown(v.sources.search(names), v.sources.goal, 0)
			return out
		}
	}
	if lost := v.lost(names...); len(names) > 0 && (len(known) == 0 || lost > 0) {
		out.Numbers = v.unknown(v.sources.search(names), v.sources.of(names[0]), lost)
		return out
	}
	t := newTally(v.goal)
	for _, name := range known {
		t.Add(tallies[name])
	}
	t.Pace = paceOf(tallies, known)
	t.finish(v.until)
	out.Numbers = t.Numbers
	out.Query = v.sources.search(known)
	out.AsOf = v.sources.oldest(known, v.now)
	out.Stale = v.goal.Stale(out.AsOf, v.now)
	out.Measured = measure(out.Counts)
	out.Contradictions = contradict(team.Declared, out.Measured, t, v.now)
	return out
}

// unknown are the numbers of what is loading, or has lost so many changes.
func (v *view) unknown(query string, src source, lost int) Numbers {
	n := newTally(v.goal).Numbers
	n.Query, n.AsOf = query, src.AsOf
	n.Loading = &Loading{Done: src.Done, Of: src.Of, Unreadable: lost}
	if !src.Failed.IsZero() {
		n.Loading.Failure = &reading.Failure{At: src.Failed, Why: src.Error}
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

// paceOf is the pace of some projects together.
func paceOf(tallies map[string]*tally, projects []string) *Pace {
	var all forecast.Paces
	for _, name := range projects {
		all.Add(tallies[name].paces)
	}
	return all.Pace()
}
