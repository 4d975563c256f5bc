package progress

import (
	"math"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
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
	for c := range r.pasts(s) {
		seen = earlier(seen, c.Seen)
	}
	begin, ok := r.begin(s)
	if !ok {
		return nil, seen
	}
	days = make([]Day, timeline.Day(r.Now)-begin+1)
	for c, moments := range r.pasts(s) {
		steps(moments, func(n int, from, to State) {
			if n -= begin; n < 0 { // before anything counted
				return
			}
			counts := &days[n].Counts
			if c.Backport {
				counts = &days[n].Backports
			}
			counts.add(from, -1)
			counts.add(to, 1)
		})
	}
	for i := range days {
		days[i].Date = timeline.Date(begin + i)
		if i > 0 {
			days[i].Counts.Add(days[i-1].Counts)
			days[i].Backports.Add(days[i-1].Backports)
		}
	}
	return days, seen
}

// begin is the day of the first moment that counts: before a change joined nothing
// happened here.
func (r *Result) begin(s Scope) (day int, ok bool) {
	day = math.MaxInt
	for _, moments := range r.pasts(s) {
		if i := slices.IndexFunc(moments, func(m moment) bool { return m.State != "" }); i >= 0 {
			day, ok = min(day, timeline.Day(moments[i].At)), true
		}
	}
	return day, ok
}

// Weeks are Day.Denominator and Day.Counts.Merged at the end of so many days, seven
// apart, of which the last is the result's; zero before the first event. They are nil
// where there is no History.
func (r *Result) Weeks(s Scope, count int) (denominators, merged []int) {
	live := r.Live()
	begin, ok := live.begin(s)
	end := timeline.Day(r.Until().Add(-1))
	if n := live.NumbersOf(s); !ok || n == nil || n.Loading != nil || begin > end {
		return nil, nil
	}
	first := end - 7*(count-1)
	week := func(day int) int { return max(0, (day-first+6)/7) }
	moved := make([]int, count)
	denominators, merged = make([]int, count), make([]int, count)
	sum := func(total []int, expected int) {
		n := 0
		for i := range moved {
			if n += moved[i]; first+7*i >= begin {
				total[i] += max(n, expected)
			}
		}
		clear(moved)
	}
	live.move(s, week, moved, func(s State) bool { return s == Merged })
	sum(merged, 0)
	for _, p := range live.ProjectsOf(s) {
		if p.Loading == nil {
			live.move(Scope{Project: p.Name}, week, moved, State.live)
			sum(denominators, p.Project.Expected)
		}
	}
	return denominators, merged
}

// steps tells on which day a change went from one state into another. Steps of one day
// cancel out, so that its end remains.
func steps(moments []moment, tell func(day int, from, to State)) {
	state := State("")
	for _, m := range moments {
		tell(timeline.Day(m.At), state, m.State)
		state = m.State
	}
}

// setDenominators sets the denominator of each day: what had been uploaded, and what is
// expected beyond it, project by project.
func (r *Result) setDenominators(days []Day, s Scope) {
	for i := range days {
		days[i].Denominator = days[i].Counts.live()
	}
	begin, moved := timeline.Day(days[0].Date), make([]int, len(days))
	for _, p := range r.ProjectsOf(s) {
		if p.Project.Expected == 0 || p.Loading != nil {
			continue
		}
		clear(moved)
		r.move(Scope{Project: p.Name}, func(day int) int { return day - begin }, moved, State.live)
		uploaded := 0
		for i := range days {
			uploaded += moved[i]
			days[i].Denominator += max(p.Project.Expected-uploaded, 0)
		}
	}
}

// move adds to moved, at the place of each day, how many more development changes of a
// scope were in certain states.
func (r *Result) move(s Scope, place func(day int) int, moved []int, in func(State) bool) {
	for c, moments := range r.pasts(s) {
		if c.Backport {
			continue
		}
		steps(moments, func(day int, from, to State) {
			n := place(day)
			if n < 0 || n >= len(moved) {
				return
			}
			if in(from) {
				moved[n]--
			}
			if in(to) {
				moved[n]++
			}
		})
	}
}

// live reports whether progress is taken of a change in this state.
func (s State) live() bool { return s == Merged || s.InFlight() }

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

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
