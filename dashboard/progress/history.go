package progress

import (
	"time"
)

// Day is what counted at the end of one UTC day; the last one is today, as of now.
type Day struct {
	Date      time.Time // midnight at which the day begins, UTC
	Counts    Counts    // development
	Backports Counts

	// Observed is false for days before the first poll that saw any of these
	// changes: they are reconstructed from what Gerrit remembers, which leaves out
	// who had departed by then.
	Observed bool
}

// Scope is a part of a goal: one project, one team, or with neither all of it.
type Scope struct{ Project, Team string }

// includes tells which projects a scope holds; nil stands for all.
func (r *Result) includes(s Scope) map[string]bool {
	switch {
	case s.Project != "":
		return map[string]bool{s.Project: true}
	case s.Team != "":
		projects := map[string]bool{}
		for _, t := range r.Goal.Teams {
			if t.Name == s.Team {
				for _, p := range t.Projects {
					projects[p] = true
				}
			}
		}
		return projects
	}
	return nil
}

// History is the past of a scope, one entry for each UTC day from the first event
// of any of its changes to today, derived from the events of the changes and never
// from samples. The last day equals the live numbers. A change is development or
// backport all its life as it is today. It is empty when there was no event.
//
// What is loading has no history, like it has no numbers: nil for the goal, and
// its projects are not in it.
func (r *Result) History(s Scope) []Day {
	if s == (Scope{}) && r.Loading != nil {
		return nil
	}
	projects := r.includes(s)
	today := midnight(r.Now)
	var first, seen time.Time
	var pasts []past
	for i := range r.Changes {
		c := &r.Changes[i]
		if projects != nil && !projects[c.Change.Project] {
			continue
		}
		p := past{c.Backport, r.view.timeline(c.Member)}
		for _, m := range p.moments { // the first that counts: before it joined nothing happened here
			if m.state != "" {
				first = earlier(first, m.at)
				break
			}
		}
		seen = earlier(seen, c.Seen)
		pasts = append(pasts, p)
	}
	if first.IsZero() {
		return nil
	}
	start := midnight(first)
	days := make([]Day, dayNumber(start, today)+1)
	for _, p := range pasts {
		p.mark(days, start)
	}
	for i := range days {
		days[i].Date = start.AddDate(0, 0, i)
		days[i].Observed = !seen.IsZero() && seen.Before(days[i].Date.AddDate(0, 0, 1))
		if i > 0 {
			days[i].Counts.join(days[i-1].Counts)
			days[i].Backports.join(days[i-1].Backports)
		}
	}
	return days
}

// past is one change's part of a history.
type past struct {
	backport bool
	moments  []moment
}

// mark writes what each moment changes into the day it falls on. Moments of one
// day cancel out, so that its end remains.
func (p past) mark(days []Day, start time.Time) {
	state := State("")
	for _, m := range p.moments {
		n := dayNumber(start, midnight(m.at))
		if n < 0 { // before anything counted
			continue
		}
		counts := &days[n].Counts
		if p.backport {
			counts = &days[n].Backports
		}
		counts.step(state, -1)
		counts.step(m.state, 1)
		state = m.state
	}
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dayNumber counts the days between two midnights.
func dayNumber(from, to time.Time) int { return int(to.Sub(from) / day) }
