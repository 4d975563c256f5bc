package report

import (
	"fmt"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// cycles are that of the last day, or else the last one that began, and the one before.
func (w *writer) cycles() {
	w.Cycles = []Cycle{}
	goal, end := w.now.Goal.Cycles, earlier(w.period.Until, w.now.Now)
	newest := len(goal) - 1
	for newest >= 0 && !goal[newest].Start.Before(end) {
		newest--
	}
	if newest < 0 {
		return
	}
	current := goal[newest]
	const day = 24 * time.Hour
	days := int((min(current.End.Sub(current.Start), end.Sub(current.Start)) + day - 1) / day) // one that has begun counts
	for i := newest; i >= 0 && i >= newest-1; i-- {
		c := goal[i]
		out := Cycle{Name: c.Name, Since: iso(c.Start), Until: iso(c.End), Merged: w.then.NumbersOf(w.scope).Cycles[i].Merged, Ended: !c.End.After(end), Days: days}
		out.MergedByThen = out.Merged
		if i < newest {
			out.MergedByThen = w.mergedIn(progress.Cycle{Start: c.Start, End: earlier(c.Start.AddDate(0, 0, days), c.End)})
		}
		w.Cycles = append(w.Cycles, out)
	}
}

func (w *writer) mergedIn(c progress.Cycle) int {
	return len(w.then.Select(w.scope, func(change *progress.Change) bool { return !change.Backport && change.MergedIn(c) }))
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// cyclesUntil is what was merged in each cycle that has begun, newest first.
func cyclesUntil(r *progress.Result, n *progress.Numbers) []Paragraph {
	worth := func(c progress.CycleCount) bool { return c.Merged > 0 || c.Cycle.Holds(r.Until()) }
	cycles := n.Cycles
	for len(cycles) > 0 && !worth(cycles[0]) { // before the goal began
		cycles = cycles[1:]
	}
	var out []Paragraph
	for _, c := range slices.Backward(cycles) {
		switch {
		case c.Cycle.Start.After(r.Until()) || len(out) == 0 && !worth(c):
			continue
		case c.Cycle.Holds(r.Until()):
			out = append(out, text(fmt.Sprintf("%s: %d so far", c.Cycle.Name, c.Merged)))
		default:
			out = append(out, text(fmt.Sprintf("%s: %d", c.Cycle.Name, c.Merged)))
		}
	}
	return out
}
