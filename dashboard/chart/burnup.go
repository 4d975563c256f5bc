package chart

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is what a burn-up shows of one UTC day, as of its end.
type Day struct {
	Date                                  time.Time // its midnight
	Merged, InReview, Abandoned, Reverted int
	WIP                                   int  // of those in review
	Of                                    int  // what progress is measured against: uploaded or expected
	Percent                               int  // merged of Of, rounded down; -1 if there is none
	Observed                              bool // false: reconstructed, and drawn dashed
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
// that added scope is seen, and below it what was in review.
type Burnup struct {
	Title, Desc    string // for those who can't see it
	Height         int    // pixels
	Upload, Review plot   // merged under uploaded; in review
	Days           int    // of the axis
	Marked         int    // how far down the marks reach
	Cycles         string // paths over the whole height
	Deadlines      string
	Gaps           string
	Today          string // "" where the chart ends today
	Labels         []label

	Notes []string // what the lines leave out
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
	merged, uploaded, of, inReview, wip []int
}

func seriesOf(days []Day) series {
	s := series{}
	for _, d := range days {
		s.merged = append(s.merged, d.Merged)
		s.uploaded = append(s.uploaded, d.Merged+d.InReview)
		s.of = append(s.of, d.Of)
		s.inReview = append(s.inReview, d.InReview)
		s.wip = append(s.wip, d.WIP)
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
	b := drawBurnup(days, axis, bands, deadlinesWithin(deadlines, axis))
	b.Title = fmt.Sprintf("%s: changes merged, uploaded and in review, %s to %s", name, date(days[0].Date), date(days[len(days)-1].Date))
	b.Desc = describe(days, bands)
	b.Notes = notesOf(all, days, len(bands) > 0)
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
	top := 2*labelRow + 4
	if len(deadlines) > 0 {
		top += labelRow
	}
	b := &Burnup{Days: axis.days}
	b.Upload = newPlot(top, uploadHeight, axis.days, most(v.of), 4, "changes")
	b.Upload.area("review", v.uploaded)
	b.Upload.area("merged", v.merged)
	b.Review = newPlot(top+uploadHeight+reviewGap, reviewHeight, axis.days, most(v.inReview), 2, "")
	b.Review.area("review", v.inReview)
	b.Review.area("wip", v.wip)
	for _, r := range runs(days) {
		b.Upload.line("total"+r.class, v.of, r.from, r.to)
		b.Upload.line("merged"+r.class, v.merged, r.from, r.to)
		b.Review.line("review"+r.class, v.inReview, r.from, r.to)
	}
	bottom := b.Review.Y + reviewHeight
	b.Marked = bottom
	b.Height = bottom + labelRow + 6
	b.mark(days, axis, bands, deadlines)
	b.label(days, axis, bands, deadlines, bottom+labelRow)
	return b
}

// run is a stretch of days that are equally sure.
type run struct {
	from, to int
	class    string
}

func runs(days []Day) []run {
	var out []run
	for i, d := range days {
		class := " old"
		if d.Observed {
			class = ""
		}
		if n := len(out); n > 0 && out[n-1].class == class {
			out[n-1].to = i + 1
		} else {
			out = append(out, run{i, i + 1, class})
		}
	}
	return out
}

// mark draws what stands at certain days, over the whole height.
func (b *Burnup) mark(days []Day, axis timeAxis, bands []band, deadlines []Deadline) {
	var starts, due []time.Time
	for _, c := range bands {
		if c.start.After(axis.from) {
			starts = append(starts, c.start)
		}
	}
	for _, d := range deadlines {
		due = append(due, d.Due)
	}
	b.Cycles, b.Deadlines = axis.verticals(starts), axis.verticals(due)
	var gaps strings.Builder
	for i, d := range days {
		if d.Gap {
			fmt.Fprintf(&gaps, "M%d 0h1V1h-1Z", i)
		}
	}
	b.Gaps = gaps.String()
	if axis.days > len(days) {
		b.Today = fmt.Sprintf("M%d 0V1", len(days))
	}
}

// label writes the names of cycles with the progress that each ended with,
// deadlines, dates and what the lower plot is.
func (b *Burnup) label(days []Day, axis timeAxis, bands []band, deadlines []Deadline, bottom int) {
	y := labelRow - 4
	reached := func(c band, _ float64) string {
		i := min(int(axis.at(c.end)), len(days)) - 1
		percent := days[max(i, 0)].percent()
		if percent == "" || i < 0 || int(axis.at(c.start)) >= len(days) {
			return ""
		}
		return "→ " + percent
	}
	for _, on := range []struct {
		class string
		width int
	}{{"w", wideWidth}, {"n", narrowWidth}} {
		names := axis.names(bands, on.width, y, "cycle "+on.class, cycleName)
		b.Labels = append(b.Labels, names...)
		b.Labels = append(b.Labels, axis.names(shown(axis, bands, names), on.width, y+labelRow, on.class, reached)...)
		b.Labels = append(b.Labels, axis.dates(on.width, bottom, on.class)...)
		b.Labels = append(b.Labels, axis.due(deadlines, on.width, y+2*labelRow, "due "+on.class)...)
	}
	b.Labels = append(b.Labels, label{X: "0", Y: b.Review.Y - 6, Text: "In review", Class: "head"})
}

// shown returns the bands that have a name.
func shown(axis timeAxis, bands []band, names []label) []band {
	var out []band
	for _, b := range bands {
		for _, n := range names {
			if n.X == axis.x(b.start) {
				out = append(out, b)
			}
		}
	}
	return out
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
