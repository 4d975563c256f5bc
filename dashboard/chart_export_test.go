package dashboard

import (
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// What the tests of charts look at.
type (
	Burnup = burnup
	Plot   = plot
	Shape  = shape
	Label  = label
	Spark  = spark
)

// Widths that labels are laid out for, and about how wide their characters are.
const (
	NarrowWidth = narrowWidth
	WideWidth   = wideWidth
	CharWidth   = charWidth
	MostColumns = mostColumns
)

var (
	NewBurnup = newBurnup
	NewPlot   = newPlot
	NiceStep  = niceStep
	SparkOf   = sparkArea
)

// Area draws a series into a plot.
func Area(values []int, most int) (Plot, string) {
	p := newPlot(0, 100, len(values), most, 4, "")
	p.area("x", values)
	return p, p.Areas[0].Path
}

// SVG is the chart as a page has it.
func SVG(b *Burnup) string {
	var out strings.Builder
	if err := pageTemplates["summary"].ExecuteTemplate(&out, "burnup", b); err != nil {
		panic(err)
	}
	html := out.String()
	return html[strings.Index(html, `<svg class="chart"`):strings.LastIndex(html, "</svg>")] + "</svg>\n"
}

// Days is a history with these counts from a day on.
func Days(first progress.Day, counts ...progress.Counts) []progress.Day {
	out := make([]progress.Day, len(counts))
	for i, c := range counts {
		c.Total = c.Merged + c.Reverted + c.Open + c.WIP + c.Abandoned
		out[i] = progress.Day{Date: first.Date.AddDate(0, 0, i), Counts: c, Denominator: c.Merged + c.InFlight(), Observed: first.Observed}
	}
	return out
}
