package chart

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Key is what something looks like that is drawn beside the series, and what it means.
type Key struct{ Class, Text string }

// keyOf returns what there is to explain, and nothing that is not drawn.
func keyOf(days []Day, b *Burnup) []Key {
	var out []Key
	add := func(drawn string, class, text string) {
		if drawn != "" {
			out = append(out, Key{class, text})
		}
	}
	add(b.Cycles, "boundary", "a cycle ends, with the progress reached")
	add(b.Deadlines, "due", "deadline")
	old := "all is reconstructed: what left the goal before the first poll is unknown"
	if n := reconstructed(days); n < len(days) {
		old = "reconstructed, before " + date(days[n].Date) + ": what left the goal until then is unknown"
	}
	add(b.Upload.Shade, "shade", old)
	gaps := 0
	for _, d := range days {
		if d.Gap {
			gaps++
		}
	}
	add(b.Gaps, "gap", "no complete poll on "+plural(gaps, "day", "days")+": what came and left then was not seen")
	return out
}

// notesOf returns what the chart leaves out.
func notesOf(all, days []Day) []string {
	skipped := len(all) - len(days)
	if skipped == 0 {
		return nil
	}
	before := "Nothing was counted before"
	if n := most(seriesOf(all[:skipped]).of); n > 0 {
		before = "No day before had more than " + plural(n, "change", "changes")
	}
	return []string{"The chart begins on " + date(days[0].Date) + ". " + before + ": see the numbers."}
}

// describe returns the chart as text: the ends of cycles, the last day, and the most
// that was ever not merged yet.
func describe(days []Day, bands []band) string {
	var parts []string
	say := func(d Day, at string) {
		text := fmt.Sprintf("%s: %d merged of %d", at, d.Merged, d.Of)
		if percent := d.percent(); percent != "" {
			text += " (" + percent + ")"
		}
		parts = append(parts, text+fmt.Sprintf(", %d not merged yet.", d.InReview))
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
		parts = append(parts, fmt.Sprintf("At most %d were not merged yet, on %s.", peak.InReview, date(peak.Date)))
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
