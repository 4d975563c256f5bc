package chart

import (
	"fmt"
	"strconv"
	"time"
)

// Day is what a burn-up shows of one UTC day, as of its end.
type Day struct {
	Date                                  time.Time // its midnight
	Merged, InReview, Abandoned, Reverted int
	Of                                    int  // what progress is measured against: uploaded or expected
	Percent                               int  // merged of Of, rounded down; -1 if there is none
	Observed                              bool // false: reconstructed
	Gap                                   bool // no poll was complete
}

func (d Day) percent() string {
	if d.Percent < 0 {
		return ""
	}
	return strconv.Itoa(d.Percent) + "%"
}

// Cycle is a named time, shown between vertical lines.
type Cycle struct {
	Name       string
	Start, End time.Time
}

// Deadline is a named day, shown as a vertical line. One without a day is left out.
type Deadline struct {
	Name string
	Due  time.Time
}

// Burnup is a past as a chart: what has merged under all that has been uploaded, so
// that added scope is seen, and below it what was not merged yet.
type Burnup struct {
	Title, Desc    string // for those who can't see it
	Height         int    // pixels
	Upload, Review plot   // merged under uploaded; not merged yet
	Days           int    // of the axis
	Marked         int    // how far down the marks reach, in pixels
	Cycles         string // paths of the marks, a unit a day across and a pixel down
	Deadlines      string
	Gaps           string
	Labels         []label

	Key   []Key // what is drawn beside the series
	Notes []string
	Table Table
}

// Heights in pixels.
const (
	labelRow     = 16
	uploadHeight = 210
	reviewGap    = 30
	reviewHeight = 70
)

// series holds the numbers of a history that are drawn, day by day.
type series struct {
	merged, uploaded, of, inReview []int
}

func seriesOf(days []Day) series {
	s := series{}
	for _, d := range days {
		s.merged = append(s.merged, d.Merged)
		s.uploaded = append(s.uploaded, d.Merged+d.InReview)
		s.of = append(s.of, d.Of)
		s.inReview = append(s.inReview, d.InReview)
	}
	return s
}

// NewBurnup draws a history, a day for each of its days without holes. It must not be
// empty. Name is whose it is.
func NewBurnup(name string, all []Day, cycles []Cycle, deadlines []Deadline) *Burnup {
	days := lively(all)
	axis := timeAxis{days[0].Date, len(days)}
	if next := nextDeadline(deadlines, axis); !next.IsZero() {
		axis.days = int(axis.at(next)) + 1
	}
	bands := axis.bands(cycles)
	deadlines = deadlinesWithin(deadlines, axis)
	b := drawBurnup(days, axis, bands, deadlines)
	b.Title = fmt.Sprintf("%s: changes merged, uploaded and not merged yet, %s to %s", name, date(days[0].Date), date(days[len(days)-1].Date))
	b.Desc = describe(days, bands)
	b.Key = keyOf(days, b)
	b.Notes = notesOf(all, days)
	b.Table = newTable(all)
	return b
}

// lively returns a history without a long beginning in which next to nothing happened: the chart
// begins where a thirtieth of the most was uploaded, if a fifth of the days go by
// before that.
func lively(days []Day) []Day {
	most := most(seriesOf(days).of)
	for i, d := range days {
		if 30*d.Of >= most {
			if 5*i >= len(days) {
				return days[i:]
			}
			break
		}
	}
	return days
}

// drawBurnup returns the part of the chart that is drawn.
func drawBurnup(days []Day, axis timeAxis, bands []band, deadlines []Deadline) *Burnup {
	v := seriesOf(days)
	names := 0
	if len(deadlines) > 0 {
		names = labelRow
	}
	top := names + 2*labelRow + 4
	b := &Burnup{Days: axis.days}
	old := reconstructed(days)
	b.Upload = newPlot(top, uploadHeight, axis.days, most(v.of), 4, "change", "changes")
	b.Upload.shade(old)
	b.Upload.area("review", v.uploaded)
	b.Upload.area("merged", v.merged)
	b.Upload.line("total", v.of)
	b.Upload.line("merged", v.merged)
	b.Review = newPlot(top+uploadHeight+reviewGap, reviewHeight, axis.days, most(v.inReview), 2, "", "")
	b.Review.shade(old)
	b.Review.area("review", v.inReview)
	b.Review.line("review", v.inReview)
	b.Marked = b.Review.Y + reviewHeight
	b.Height = b.Marked + labelRow + 6
	b.Cycles = verticals(axis.boundaries(bands), names, b.Marked)
	var due []int
	for _, d := range deadlines {
		due = append(due, int(axis.at(d.Due)))
	}
	b.Deadlines = verticals(due, 0, b.Marked)
	for i, d := range days {
		if d.Gap {
			b.Gaps += fmt.Sprintf("M%d %dh1V%dh-1Z", i, top, b.Marked)
		}
	}
	b.label(days, axis, bands, deadlines, names)
	return b
}

// reconstructed returns how many days lie before the first that was observed.
func reconstructed(days []Day) int {
	for i, d := range days {
		if d.Observed {
			return i
		}
	}
	return len(days)
}

// label writes the names of deadlines and cycles, the progress that each cycle ended with,
// dates, and what the lower plot is. The names of cycles begin below those of deadlines.
func (b *Burnup) label(days []Day, axis timeAxis, bands []band, deadlines []Deadline, names int) {
	const baseline = labelRow - 4
	for _, on := range []struct {
		class string
		width int
	}{{"w", wideWidth}, {"n", narrowWidth}} {
		b.Labels = append(b.Labels, axis.due(deadlines, on.width, baseline, "due "+on.class)...)
		b.Labels = append(b.Labels, axis.names(bands, on.width, names+baseline, "cycle "+on.class)...)
		b.Labels = append(b.Labels, axis.reached(bands, days, on.width, names+labelRow+baseline, on.class)...)
		b.Labels = append(b.Labels, axis.dates(on.width, b.Marked+labelRow, on.class)...)
	}
	b.Labels = append(b.Labels, label{X: "0", Y: b.Review.Y - 6, Text: "Not merged yet", Class: "head"})
}

// due labels the deadlines, the last first, on the side where there is room.
func (a timeAxis) due(deadlines []Deadline, width, y int, class string) []label {
	var out []label
	limit := float64(width)
	for i := len(deadlines) - 1; i >= 0; i-- {
		d := deadlines[i]
		text := d.Name + ", " + date(d.Due)
		at, needs := a.at(d.Due)/float64(a.days)*float64(width), textWidth(text)
		l := label{X: a.x(d.Due), Y: y, Text: text, Class: class}
		switch {
		case at+needs <= limit:
			limit = at - charWidth
		case at <= limit && at-needs >= 0:
			l.End = true
			limit = at - needs - charWidth
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

// nextDeadline returns the first that lies ahead of a history, if the chart can show it
// without giving more than a third of its width to the future; else zero.
func nextDeadline(deadlines []Deadline, axis timeAxis) time.Time {
	var next time.Time
	for _, d := range deadlines {
		if d.Due.Before(axis.end()) || axis.at(d.Due) > 1.5*float64(axis.days) {
			continue
		}
		if next.IsZero() || d.Due.Before(next) {
			next = d.Due
		}
	}
	return next
}

func deadlinesWithin(deadlines []Deadline, axis timeAxis) []Deadline {
	var out []Deadline
	for _, d := range deadlines {
		if !d.Due.Before(axis.from) && d.Due.Before(axis.end()) {
			out = append(out, d)
		}
	}
	return out
}

func most(values []int) int {
	m := 0
	for _, v := range values {
		m = max(m, v)
	}
	return m
}
