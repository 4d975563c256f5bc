package chart

// What the tests look at.
type (
	Plot  = plot
	Shape = shape
	Label = label
)

// Widths that labels are laid out for, and about how wide their characters are.
const (
	NarrowWidth = narrowWidth
	WideWidth   = wideWidth
	CharWidth   = charWidth
	MostColumns = mostColumns
)

var (
	NewPlot   = newPlot
	NiceStep  = niceStep
	SparkArea = sparkArea
)

// Area draws a series into a plot.
func Area(values []int, most int) (Plot, string) {
	p := newPlot(0, 100, len(values), most, 4, "", "")
	p.area("x", values)
	return p, p.Areas[0].Path
}
