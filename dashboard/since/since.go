// Package since says in one sentence what a history shows: what merged and what was
// uploaded since a day, and what that did to the number of changes that are not merged.
// It is pure and the only place that words it. Pages and reports import it.
package since

import (
	"fmt"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// enough is how many days a time must have lasted before it is worth a sentence.
const enough = 28

// Sentence is what moved up to the last of some days, which follow one another without
// holes. It begins where a cycle began or ended, in the last year and four weeks ago or
// more; else a year ago, or with the first day. "" if there are no days.
//
// The sum is right: what was not merged at first, and each number of the sentence added or
// taken away, is what is not merged at the end. So a change that came and went on one
// day is not in it, and neither is what was merged and reverted, or abandoned and restored.
func Sentence(days []progress.Day, cycles []progress.Cycle) string {
	if len(days) == 0 {
		return ""
	}
	from := begin(days, cycles)
	before := progress.Counts{}
	if from > 0 {
		before = days[from-1].Counts
	}
	last := days[len(days)-1]
	m := movedIn(days[from:], before)
	return prefix(days, from) + ": " + strings.Join(m.parts(), ", ") + outcome(before.InFlight(), last.Counts.InFlight(), m != moved{})
}

// begin is the place of the day with which the sentence begins.
func begin(days []progress.Day, cycles []progress.Cycle) int {
	first, last := days[0].Date, days[len(days)-1].Date
	yearAgo := last.AddDate(-1, 0, 1)
	best := first
	if best.Before(yearAgo) {
		best = yearAgo
	}
	latest := last.AddDate(0, 0, 1-enough)
	for _, c := range cycles {
		for _, t := range []time.Time{c.Start, c.End} {
			if t.After(best) && !t.After(latest) {
				best = t
			}
		}
	}
	return int(best.Sub(first) / (24 * time.Hour))
}

// prefix says since when.
func prefix(days []progress.Day, from int) string {
	day := when.Date(days[from].Date)
	switch {
	case from > 0:
		return "Since " + day
	case len(days) == 1:
		return "On " + day + ", the first day"
	}
	return "Since the first change, on " + day
}

// moved is how many changes moved how. Merged, abandoned and reverted are what remained of
// it at the end, and may be negative.
type moved struct {
	merged, uploaded, abandoned, reverted, left int
}

func movedIn(days []progress.Day, before progress.Counts) moved {
	var m moved
	at := before
	for _, d := range days {
		m.uploaded += max(d.Counts.Total-at.Total, 0)
		m.left += max(at.Total-d.Counts.Total, 0)
		at = d.Counts
	}
	m.merged, m.abandoned, m.reverted = at.Merged-before.Merged, at.Abandoned-before.Abandoned, at.Reverted-before.Reverted
	return m
}

// parts are the numbers. What merged and what was uploaded is told always, because
// these two make the chart.
func (m moved) parts() []string {
	merged, uploaded := fmt.Sprintf("%d merged", m.merged), fmt.Sprintf("%d uploaded", m.uploaded)
	if m.merged < 0 {
		merged = fmt.Sprintf("%d fewer merged", -m.merged)
	}
	if m.merged == 0 {
		merged = "nothing merged"
	}
	if m.uploaded == 0 {
		uploaded = "nothing uploaded"
	}
	out := []string{merged, uploaded}
	for _, p := range []struct {
		n    int
		word string
	}{
		{-m.abandoned, "restored"}, {m.abandoned, "abandoned"}, {m.reverted, "reverted"}, {-m.reverted, "no longer reverted"}, {m.left, "left the goal"},
	} {
		if p.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	return out
}

// outcome is what became of the number of changes that are not merged; some is whether
// anything moved.
func outcome(before, after int, some bool) string {
	switch {
	case before == 0 && after == 0:
		return "; nothing is in review."
	case !some:
		return fmt.Sprintf("; %s not merged yet, as before.", when.Plural(after, "change is", "changes are"))
	case after > before:
		return fmt.Sprintf(", so what is not merged grew from %d to %d.", before, after)
	case after < before:
		return fmt.Sprintf(", so what is not merged fell from %d to %d.", before, after)
	}
	return fmt.Sprintf(", so what is not merged stayed at %d.", after)
}
