package chart

import (
	"strconv"
	"strings"
)

// plot is one drawing area of a chart.
type plot struct {
	Y, Height int    // pixels
	Days, Max int    // of its viewBox: from 0 to Days, and from Max down to 0
	Shade     string // of the days that are reconstructed
	Grid      string
	Ticks     []tick
	Areas     []shape
	Lines     []shape
}

// shape is one path and the class that gives it its looks.
type shape struct{ Class, Path string }

// tick is a number beside its line of the grid; Y is in pixels of the chart.
type tick struct {
	Y    int
	Text string
}

// newPlot returns an empty plot for values up to most, with about so many grid lines.
// It leaves a little air above, where the highest line has its number, with a unit if there is one.
func newPlot(y, height, days, most, lines int, one, many string) plot {
	p := plot{Y: y, Height: height, Days: max(days, 1), Max: max(most+(most+9)/10, 1)}
	var grid strings.Builder
	step := niceStep(most, lines)
	for n := step; n <= most; n += step {
		grid.WriteString("M0 " + strconv.Itoa(p.Max-n) + "H" + strconv.Itoa(p.Days))
		p.Ticks = append(p.Ticks, tick{Y: y + height - n*height/p.Max - 4, Text: strconv.Itoa(n)})
	}
	p.Grid = grid.String()
	if n := len(p.Ticks); n > 0 && one != "" {
		p.Ticks[n-1].Text = plural(n*step, one, many)
	}
	return p
}

// niceStep returns the least of 1, 2, 5, 10, 20, 50, … of which at most so many fit
// into a value.
func niceStep(value, lines int) int {
	for step := 1; ; step *= 10 {
		for _, nice := range []int{step, 2 * step, 5 * step} {
			if value/nice <= lines {
				return nice
			}
		}
	}
}

// mostColumns is how many columns a path may have: more than a screen can show would only cost bytes.
const mostColumns = 200

// column returns how many days a column of a chart holds, for a number of days.
func column(days int) int { return (days + mostColumns - 1) / mostColumns }

// area adds the path of the ground below a series of daily values, of which each
// column shows the last. It begins at day 0; filling closes it.
func (p *plot) area(class string, values []int) {
	if len(values) == 0 {
		return
	}
	bottom := strconv.Itoa(p.Max)
	p.Areas = append(p.Areas, shape{class, "M0 " + bottom + "V" + strconv.Itoa(p.Max-p.first(values, 0)) + p.steps(values) + "V" + bottom})
}

// line adds the path above a series of daily values.
func (p *plot) line(class string, values []int) {
	if len(values) > 0 {
		p.Lines = append(p.Lines, shape{class, "M0 " + strconv.Itoa(p.Max-p.first(values, 0)) + p.steps(values)})
	}
}

// shade marks so many days from the first one on.
func (p *plot) shade(days int) {
	if days > 0 {
		p.Shade = "M0 0H" + strconv.Itoa(days) + "V" + strconv.Itoa(p.Max) + "H0Z"
	}
}

// first returns the value of the column that a day lies in.
func (p *plot) first(values []int, day int) int { return values[p.end(values, day)-1] }

// end returns the day before which the column of a day ends. Columns are counted from
// the last day, so that this one is always seen.
func (p *plot) end(values []int, day int) int {
	size := column(len(values))
	return len(values) - (len(values)-1-day)/size*size
}

// steps goes from day to day with relative moves: runs of equal values are one.
func (p *plot) steps(values []int) string {
	var b strings.Builder
	run, at := 0, p.first(values, 0)
	for day := 0; day < len(values); {
		end := p.end(values, day)
		if v := p.first(values, day); v != at {
			b.WriteString("h" + strconv.Itoa(run) + "v" + strconv.Itoa(at-v))
			run, at = 0, v
		}
		run += end - day
		day = end
	}
	b.WriteString("h" + strconv.Itoa(run))
	return b.String()
}
