package dashboard

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// burnup is the past of a scope as a chart: what has merged under all that has been
// uploaded, so that added scope is seen, and below it what was in review.
type burnup struct {
	Title, Desc  string // for those who can't see it
	Height       int    // pixels
	Upload, View plot   // merged under uploaded; in review
	Days         int    // of the axis
	Marked       int    // how far down the marks reach
	Cycles       string // paths over the whole height
	Deadlines    string
	Gaps         string
	Today        string // "" where the chart ends today
	Labels       []label

	Key   []chartKey
	Notes []string // what the lines don't say
	Table chartTable
	JSON  string // all days
}

// chartKey is an entry of the key: a look, a number and what it is.
type chartKey struct {
	figure
	Class   string
	Word    string
	Percent string
}

// Heights in pixels.
const (
	labelRow     = 16
	uploadHeight = 210
	reviewGap    = 30
	reviewHeight = 70
)

// series are the numbers of a history that are drawn, day by day.
type series struct {
	merged, uploaded, denominator, inFlight, wip []int
}

func seriesOf(days []progress.Day) series {
	s := series{}
	for _, d := range days {
		c := d.Counts
		s.merged = append(s.merged, c.Merged)
		s.uploaded = append(s.uploaded, c.Merged+c.InFlight())
		s.denominator = append(s.denominator, d.Denominator)
		s.inFlight = append(s.inFlight, c.InFlight())
		s.wip = append(s.wip, c.WIP)
	}
	return s
}

// burnup draws the history of a scope; nil while there is none.
func (s scope) burnup(name string) *burnup {
	days := s.view.until(s.part())
	if len(days) == 0 || s.n.Loading != nil {
		return nil
	}
	b := newBurnup(days, s.view.goal, name)
	b.Key = s.chartKey()
	b.JSON = s.links.history(s.view.goal.Name, s.part(), s.view.onDay())
	return b
}

// newBurnup draws a history that is not empty.
func newBurnup(all []progress.Day, g *progress.Goal, name string) *burnup {
	days := lively(all)
	axis := timeAxis{days[0].Date, len(days)}
	if next := nextDeadline(g.Deadlines, axis); !next.IsZero() {
		axis.days = int(axis.at(next)) + 1
	}
	bands := axis.bands(g.Cycles)
	b := drawBurnup(days, axis, bands, deadlinesWithin(g.Deadlines, axis))
	b.Title = fmt.Sprintf("%s: changes merged, uploaded and in review, %s to %s", name, date(days[0].Date), date(days[len(days)-1].Date))
	b.Desc = inWords(days, bands)
	b.Notes = chartNotes(all, days, len(bands) > 0)
	b.Table = newChartTable(all)
	return b
}

// lively leaves out a long beginning in which next to nothing happened: the chart
// begins where a thirtieth of the most was uploaded, if a fifth of the days go by
// before that.
func lively(days []progress.Day) []progress.Day {
	most := most(seriesOf(days).denominator)
	for i, d := range days {
		if 30*d.Denominator >= most {
			if 5*i >= len(days) {
				return days[i:]
			}
			break
		}
	}
	return days
}

// drawBurnup is the part of the chart that is drawn.
func drawBurnup(days []progress.Day, axis timeAxis, bands []band, deadlines []progress.Deadline) *burnup {
	v := seriesOf(days)
	top := 2*labelRow + 4
	if len(deadlines) > 0 {
		top += labelRow
	}
	b := &burnup{Days: axis.days}
	b.Upload = newPlot(top, uploadHeight, axis.days, most(v.denominator), 4, "changes")
	b.Upload.area("review", v.uploaded)
	b.Upload.area("merged", v.merged)
	b.View = newPlot(top+uploadHeight+reviewGap, reviewHeight, axis.days, most(v.inFlight), 2, "")
	b.View.area("review", v.inFlight)
	b.View.area("wip", v.wip)
	for _, r := range runs(days) {
		b.Upload.line("total"+r.class, v.denominator, r.from, r.to)
		b.Upload.line("merged"+r.class, v.merged, r.from, r.to)
		b.View.line("review"+r.class, v.inFlight, r.from, r.to)
	}
	bottom := b.View.Y + reviewHeight
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

func runs(days []progress.Day) []run {
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
func (b *burnup) mark(days []progress.Day, axis timeAxis, bands []band, deadlines []progress.Deadline) {
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
func (b *burnup) label(days []progress.Day, axis timeAxis, bands []band, deadlines []progress.Deadline, bottom int) {
	y := labelRow - 4
	reached := func(c band, _ float64) string {
		i := min(int(axis.at(c.end)), len(days)) - 1
		percent, ok := days[max(i, 0)].Percent()
		if !ok || i < 0 || int(axis.at(c.start)) >= len(days) {
			return ""
		}
		return "→ " + strconv.Itoa(percent) + "%"
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
	b.Labels = append(b.Labels, label{X: "0", Y: b.View.Y - 6, Text: "In review", Class: "head"})
}

// shown are the bands that have a name.
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

// due label the deadlines, the last first, on the side where there is room.
func (a timeAxis) due(deadlines []progress.Deadline, width, y int, class string) []label {
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

// nextDeadline is the first that lies ahead of a history, if the chart can show it
// without giving more than a third of its width to the future; else zero.
func nextDeadline(deadlines []progress.Deadline, axis timeAxis) time.Time {
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

func deadlinesWithin(deadlines []progress.Deadline, axis timeAxis) []progress.Deadline {
	var out []progress.Deadline
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
