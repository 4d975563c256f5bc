package chart

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// notesOf returns which days are reconstructed, and what that leaves out.
func notesOf(all, days []Day, cycles bool) []string {
	var notes []string
	if cycles {
		notes = append(notes, "→ is the progress at the end of a cycle, or so far.")
	}
	if skipped := len(all) - len(days); skipped > 0 {
		notes = append(notes, "Not drawn: "+date(all[0].Date)+" to "+date(all[skipped-1].Date)+", with at most "+plural(most(seriesOf(all[:skipped]).of), "change", "changes")+".")
	}
	first, gaps := -1, 0
	for i, d := range days {
		if d.Observed && first < 0 {
			first = i
		}
		if d.Gap {
			gaps++
		}
	}
	const unknown = "what left the goal before the first poll is unknown."
	switch {
	case first < 0:
		notes = append(notes, "Dashed lines are reconstructed from what Gerrit remembers: "+unknown)
	case first > 0:
		notes = append(notes, "Dashed lines, before "+date(days[first].Date)+", are reconstructed from what Gerrit remembers: "+unknown+" Solid lines are observed.")
	default:
		notes = append(notes, "All of it was observed, poll by poll.")
	}
	if gaps > 0 {
		notes = append(notes, "On "+plural(gaps, "shaded day", "shaded days")+" no poll was complete: what came and left then was not seen.")
	}
	return notes
}

// describe returns the chart as text: the ends of cycles, the last day, and the most
// that was ever in review.
func describe(days []Day, bands []band) string {
	var parts []string
	say := func(d Day, at string) {
		text := fmt.Sprintf("%s: %d merged of %d", at, d.Merged, d.Of)
		if percent := d.percent(); percent != "" {
			text += " (" + percent + ")"
		}
		parts = append(parts, text+fmt.Sprintf(", %d in review.", d.InReview))
	}
	for _, b := range bands {
		i := int(b.end.Sub(days[0].Date)/(24*time.Hour)) - 1
		if i >= 0 && i < len(days)-1 {
			say(days[i], "End of "+b.name)
		}
	}
	last := days[len(days)-1]
	say(last, date(last.Date))
	peak := last
	for _, d := range days {
		if d.InReview > peak.InReview {
			peak = d
		}
	}
	if peak.Date != last.Date {
		parts = append(parts, fmt.Sprintf("At most %d were in review, on %s.", peak.InReview, date(peak.Date)))
	}
	return strings.Join(parts, " ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// date is a day with its year, in UTC.
func date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
