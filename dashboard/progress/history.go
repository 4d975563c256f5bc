package progress

import (
	"time"
)

// Day is what counted at the end of one UTC day; the last one is today, as of now.
type Day struct {
	Date      time.Time // midnight at which the day begins, UTC
	Counts    Counts    // development
	Backports Counts

	// Denominator is that of progress on the day, as in Numbers, by what is expected
	// today: what a project expected then is recorded nowhere.
	Denominator int

	// Observed is false for days before the first poll that saw any of these changes,
	// and for gaps: they are reconstructed from what Gerrit remembers, which leaves
	// out who came and departed unseen.
	Observed bool

	// Gap is true for days after the first complete round on which none was complete:
	// we did not look. Today is one only when its numbers are stale.
	Gap bool
}

// Percent is progress on the day, rounded down, and whether there was one.
func (d Day) Percent() (percent int, ok bool) {
	if d.Denominator == 0 {
		return 0, false
	}
	return 100 * d.Counts.Merged / d.Denominator, true
}

// History is the past of a scope, one entry for each UTC day from the first event
// of any of its changes to today, derived from the events of the changes and never
// from samples. The last day equals the live numbers. A change is development or
// backport all its life as it is today. It is empty when there was no event.
//
// What is loading has no history, like it has no numbers: nil for itself, and its
// projects are not in any other. A result of a past day has the same history, up to
// that day. What is returned is remembered and shared: it must not be changed.
func (r *Result) History(s Scope) []Day {
	live := r.Live()
	n := live.NumbersOf(s)
	if n == nil || n.Loading != nil {
		return nil
	}
	days := live.memo.history(s, func() []Day { return live.history(s, n) })
	for r.Past() && len(days) > 0 && days[len(days)-1].Date.After(r.Day()) {
		days = days[:len(days)-1]
	}
	return days
}

func (r *Result) history(s Scope, n *Numbers) []Day {
	days, seen := r.days(s)
	if len(days) == 0 {
		return nil
	}
	r.setDenominators(days, s)
	sources := r.view.sources.behind(r.includes(s))
	today := len(days) - 1
	for i := range days {
		d := &days[i]
		d.Gap = i < today && unpolled(sources, d.Date) || i == today && n.Stale
		d.Observed = !d.Gap && !seen.IsZero() && seen.Before(d.Date.AddDate(0, 0, 1))
	}
	return days
}

// days are the counts of each day, and when a poll first saw any of the changes.
func (r *Result) days(s Scope) (days []Day, seen time.Time) {
	projects := r.includes(s)
	var first time.Time
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
		return nil, seen
	}
	start := midnight(first)
	days = make([]Day, dayNumber(start, midnight(r.Now))+1)
	for _, p := range pasts {
		p.mark(days, start)
	}
	for i := range days {
		days[i].Date = start.AddDate(0, 0, i)
		if i > 0 {
			days[i].Counts.Add(days[i-1].Counts)
			days[i].Backports.Add(days[i-1].Backports)
		}
	}
	return days, seen
}

// setDenominators sets the denominator of each day: what had been uploaded, and what is
// expected beyond it, project by project.
func (r *Result) setDenominators(days []Day, s Scope) {
	for i := range days {
		days[i].Denominator = days[i].Counts.live()
	}
	projects := r.includes(s)
	for i := range r.Projects {
		p := &r.Projects[i]
		if p.Project.Expected == 0 || p.Loading != nil || projects != nil && !projects[p.Name] {
			continue
		}
		own, _ := r.days(Scope{Project: p.Name})
		for i := range days {
			uploaded := 0
			if n := i - (len(days) - len(own)); n >= 0 { // both end today
				uploaded = own[n].Counts.live()
			}
			days[i].Denominator += max(p.Project.Expected-uploaded, 0)
		}
	}
}

// live is what progress is taken of, unless more is expected.
func (c Counts) live() int { return c.Merged + c.InFlight() }

// unpolled reports whether a past day went by without a complete round of one of the
// sources. Days before the first round are reconstructed, not missed.
func unpolled(sources []source, date time.Time) bool {
	for _, src := range sources {
		if src.AsOf.Before(date) {
			return true
		}
		for _, g := range src.Gaps {
			if g.Holds(date) {
				return true
			}
		}
	}
	return false
}

// behind are the complete sources that answer for some projects; nil stands for all.
func (s *sources) behind(projects map[string]bool) []source {
	var out []source
	goal := projects == nil
	for p := range projects {
		if _, own := s.own[p]; !own {
			goal = true
		}
	}
	if goal && s.goal.complete() {
		out = append(out, s.goal)
	}
	for _, name := range s.names {
		if own := s.own[name]; own.complete() && (projects == nil || projects[name]) {
			out = append(out, own)
		}
	}
	return out
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
		counts.add(state, -1)
		counts.add(m.state, 1)
		state = m.state
	}
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dayNumber counts the days between two midnights.
func dayNumber(from, to time.Time) int { return int(to.Sub(from) / day) }
