package chart

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// timeAxis is the days of a chart, from a midnight on. Some of them may lie ahead.
type timeAxis struct {
	from time.Time
	days int
}

func (a timeAxis) end() time.Time { return a.from.AddDate(0, 0, a.days) }

// at returns how many days into the axis a time is.
func (a timeAxis) at(t time.Time) float64 { return float64(t.Sub(a.from)) / float64(24*time.Hour) }

// x returns the place of a time as SVG writes it.
func (a timeAxis) x(t time.Time) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*a.at(t)/float64(a.days)), ".0") + "%"
}

// Widths that labels are laid out for: that of a phone and of anything wider, in
// pixels; and about how wide a character is.
const (
	narrowWidth = 288
	wideWidth   = 660
	charWidth   = 7
)

// label is a text in a chart.
type label struct {
	X, Text string
	Y       int
	Class   string // "w", "n": on wide or narrow screens only; "": on all
	End     bool   // the text ends at X
}

func textWidth(s string) float64 { return float64(charWidth * utf8.RuneCountInString(s)) }

// dateSteps are the distances of date labels, from fine to coarse.
var dateSteps = []struct {
	days, months int
	layout       string
}{
	{days: 1, layout: "2 Jan 2006"}, {days: 2, layout: "2 Jan 2006"}, {days: 7, layout: "2 Jan 2006"}, {days: 14, layout: "2 Jan 2006"},
	{months: 1, layout: "Jan 2006"}, {months: 3, layout: "Jan 2006"}, {months: 6, layout: "Jan 2006"},
	{months: 12, layout: "2006"}, {months: 24, layout: "2006"}, {months: 60, layout: "2006"}, {months: 120, layout: "2006"}, {months: 600, layout: "2006"},
}

// dates returns labels for an axis of a width, as fine as there is room for.
func (a timeAxis) dates(width, y int, class string) []label {
	for _, step := range dateSteps {
		var out []label
		fits := true
		used := 0.0
		for t := a.firstDate(step.days, step.months); t.Before(a.end()) && fits; t = t.AddDate(0, step.months, step.days) {
			text := t.Format(step.layout)
			left := a.at(t) / float64(a.days) * float64(width)
			fits = left >= used
			if right := left + textWidth(text); right <= float64(width) {
				used = right + charWidth
				out = append(out, label{X: a.x(t), Y: y, Text: text, Class: class})
			}
		}
		if fits {
			return out
		}
	}
	return nil
}

// firstDate returns the first date on or after the beginning of the axis that a step
// falls on: weeks begin on Mondays, months with their first day.
func (a timeAxis) firstDate(days, months int) time.Time {
	if months == 0 {
		t := a.from
		for days >= 7 && t.Weekday() != time.Monday {
			t = t.AddDate(0, 0, 1)
		}
		return t
	}
	y, m, d := a.from.Date()
	count := y*12 + int(m) - 1
	if d > 1 {
		count++
	}
	count = (count + months - 1) / months * months
	return time.Date(count/12, time.Month(count%12+1), 1, 0, 0, 0, 0, time.UTC)
}

// band is the part of a cycle that lies within an axis.
type band struct {
	name       string
	start, end time.Time
	whole      bool // it ends where the cycle ends
}

// bands are the cycles that overlap the axis.
func (a timeAxis) bands(cycles []Cycle) []band {
	var out []band
	for _, c := range cycles {
		b := band{c.Name, c.Start, c.End, !c.End.After(a.end())}
		if b.start.Before(a.from) {
			b.start = a.from
		}
		if b.end.After(a.end()) {
			b.end = a.end()
		}
		if b.start.Before(b.end) {
			out = append(out, b)
		}
	}
	return out
}

// names labels the bands, as far as there is room: the newest first, and a name may
// reach into a band that has none.
func (a timeAxis) names(bands []band, width, y int, class string) []label {
	var out []label
	limit := float64(width)
	for i := len(bands) - 1; i >= 0; i-- {
		b := bands[i]
		left := a.at(b.start)/float64(a.days)*float64(width) + charWidth/2
		name := b.name
		if textWidth(name) > limit-left { // "2026.1 Gazpacho" is known as 2026.1, too
			name, _, _ = strings.Cut(name, " ")
		}
		if name == "" || left+textWidth(name) > limit {
			continue
		}
		out = append(out, label{X: a.x(b.start), Y: y, Text: name, Class: class})
		limit = left - charWidth
	}
	return out
}

// reached labels the end of each band, or the last day, with the progress of then, if there
// is room within the band.
func (a timeAxis) reached(bands []band, days []Day, width, y int, class string) []label {
	var out []label
	last := a.from.AddDate(0, 0, len(days))
	for _, b := range bands {
		end, what := b.end, " at end"
		if end.After(last) || !b.whole {
			end, what = last, " so far"
		}
		day := int(a.at(end)) - 1
		if day < 0 || !b.start.Before(end) {
			continue
		}
		percent := days[day].percent()
		room := (a.at(end)-a.at(b.start))/float64(a.days)*float64(width) - charWidth
		if textWidth(percent+what) > room {
			what = ""
		}
		if percent == "" || textWidth(percent) > room {
			continue
		}
		out = append(out, label{X: a.x(end), Y: y, Text: percent + what, Class: class, End: true})
	}
	return out
}

// boundaries are the days on which a band begins or ends, but for the first of the axis
// and those after its last.
func (a timeAxis) boundaries(bands []band) []int {
	var out []int
	for _, b := range bands {
		out = append(out, int(a.at(b.start)))
		if b.whole {
			out = append(out, int(a.at(b.end)))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(day int) bool { return day <= 0 || day >= a.days })
}

// verticals returns one path of lines at some days, from one height to another.
func verticals(days []int, from, to int) string {
	var b strings.Builder
	for _, day := range days {
		fmt.Fprintf(&b, "M%d %dV%d", day, from, to)
	}
	return b.String()
}
