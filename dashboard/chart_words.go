package dashboard

import (
	"fmt"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// chartKey is what the colours are, with the numbers they end at.
func (s scope) chartKey() []chartKey {
	c := s.n.Counts
	total := s.figure("", s.n.Denominator)
	total.URL = s.rows("state", string(progress.Merged)+","+inFlight)
	word := "uploaded: merged or in review"
	if s.n.Denominator > c.Merged+c.InFlight() {
		word, total.URL = "uploaded or expected", ""
	}
	return []chartKey{
		{figure: s.merged(), Class: "state-merged", Word: "merged", Percent: s.percent().Text},
		{figure: s.inReview(), Class: "state-open", Word: "in review"},
		{figure: total, Class: "total", Word: word},
	}
}

// chartNotes say which days are reconstructed, and what that leaves out.
func chartNotes(all, days []progress.Day, cycles bool) []string {
	var notes []string
	if cycles {
		notes = append(notes, "→ is the progress at the end of a cycle, or so far.")
	}
	if skipped := len(all) - len(days); skipped > 0 {
		notes = append(notes, "Not drawn: "+date(all[0].Date)+" to "+date(all[skipped-1].Date)+", with at most "+changesWord(most(seriesOf(all[:skipped]).denominator))+".")
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

// inWords tells the chart in words: the ends of cycles, the last day, and the most
// that was ever in review.
func inWords(days []progress.Day, bands []band) string {
	var parts []string
	say := func(d progress.Day, at string) {
		text := fmt.Sprintf("%s: %d merged of %d", at, d.Counts.Merged, d.Denominator)
		if percent, ok := d.Percent(); ok {
			text += fmt.Sprintf(" (%d%%)", percent)
		}
		parts = append(parts, text+fmt.Sprintf(", %d in review.", d.Counts.InFlight()))
	}
	for _, b := range bands {
		i := int(b.end.Sub(days[0].Date)/(24*time.Hour)) - 1
		if i >= 0 && i < len(days)-1 {
			say(days[i], "End of "+b.cycle.Name)
		}
	}
	last := days[len(days)-1]
	say(last, date(last.Date))
	peak := last
	for _, d := range days {
		if d.Counts.InFlight() > peak.Counts.InFlight() {
			peak = d
		}
	}
	if peak.Date != last.Date {
		parts = append(parts, fmt.Sprintf("At most %d were in review, on %s.", peak.Counts.InFlight(), date(peak.Date)))
	}
	return strings.Join(parts, " ")
}
