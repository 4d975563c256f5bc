package terminal

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// column is one of the table's.
type column struct {
	head  string // a word a line
	cell  func(row) string
	right bool // it holds numbers
}

var (
	name       = column{"project", func(r row) string { return r.name }, false}
	status     = column{"status", func(r row) string { return r.status }, false}
	share      = column{"progress", func(r row) string { return percentCell(r.Numbers) }, true}
	merged     = column{"merged", func(r row) string { return numberCell(r.Counts.Merged) }, true}
	notMerged  = column{"not merged", func(r row) string { return numberCell(r.InFlight) }, true}
	inReview   = column{"in review", func(r row) string { return numberCell(r.Counts.Open) }, true}
	inProgress = column{"work in progress", func(r row) string { return numberCell(r.Counts.WIP) }, true}
	reverted   = column{"reverted", func(r row) string { return numberCell(r.Counts.Reverted) }, true}
	abandoned  = column{"abandoned", func(r row) string { return numberCell(r.Counts.Abandoned) }, true}
	total      = column{"total", func(r row) string { return numberCell(r.Counts.Total) }, true}
	backports  = column{"backports", func(r row) string { return numberCell(r.Backports.Total) }, true}
)

// layouts are the columns that a table can have, the widest first; all have a name.
var layouts = [][]column{
	{name, status, share, merged, inReview, inProgress, reverted, abandoned, total, backports},
	{name, status, share, merged, inReview, inProgress, reverted, abandoned},
	{name, status, share, merged, inReview, inProgress},
	{name, status, share, merged, notMerged},
	{name, status, share},
}

// gap is what stands between columns.
const gap = "  "

// fit chooses the widest layout that there is room for, and says how wide its columns
// are. A name is never cut: one that leaves no room for the numbers has a line of its own,
// as long as these are few.
func (l Look) fit(rows []row) (columns []column, width []int) {
	names := make([]int, len(rows))
	for i, r := range rows {
		names[i] = uniseg.StringWidth(r.name)
	}
	slices.Sort(names)
	longest, most := names[len(names)-1], names[(len(names)-1)*few/(few+1)]
	for _, columns = range layouts {
		width = widths(columns, rows)
		room := l.Width
		for _, w := range width[1:] {
			room -= len(gap) + w
		}
		if l.Width <= 0 || longest <= room {
			return columns, width
		}
		if width[0] = max(room, len(gap)); most <= room {
			return columns, width
		}
	}
	return columns, width
}

// few is how many names fit for one that has a line of its own.
const few = 7

// widths are those of columns in which all rows fit.
func widths(columns []column, rows []row) []int {
	width := make([]int, len(columns))
	for i, c := range columns {
		for _, line := range c.lines() {
			width[i] = max(width[i], uniseg.StringWidth(line))
		}
		for _, r := range rows {
			width[i] = max(width[i], uniseg.StringWidth(c.cell(r)))
		}
	}
	return width
}

// lines are the head of a column, in as many lines as it has words, so that a column of
// numbers is as wide as those. The last two stay together where the first is short.
func (c column) lines() []string {
	words := strings.Fields(strings.ToUpper(c.head))
	if len(words) == 3 {
		words = []string{words[0] + " " + words[1], words[2]}
	}
	return words
}

// heading draws the heads of columns, which end at the same line; called is the head of
// the first one.
func (l Look) heading(b *strings.Builder, columns []column, width []int, called string) {
	high := 1
	for _, c := range columns {
		high = max(high, len(c.lines()))
	}
	for n := range high {
		cells := make([]string, len(columns))
		for i, c := range columns {
			if i == 0 {
				c.head = called
			}
			lines := c.lines()
			if at := n - (high - len(lines)); at >= 0 {
				cells[i] = lines[at]
			}
		}
		l.line(b, columns, width, cells, func(int, string) ink { return bold })
	}
}

// line draws cells; with says how each looks.
func (l Look) line(b *strings.Builder, columns []column, width []int, cells []string, with func(i int, cell string) ink) {
	last := len(cells) - 1
	for last > 0 && cells[last] == "" {
		last--
	}
	for i, cell := range cells[:last+1] {
		wide := uniseg.StringWidth(cell)
		pad := strings.Repeat(" ", max(width[i]-wide, 0))
		if i > 0 {
			b.WriteString(gap)
		}
		switch {
		case columns[i].right:
			b.WriteString(pad + l.paint(with(i, cell), cell))
		case i == 0 && wide > width[0]:
			b.WriteString(l.name(with(i, cell), cell) + "\n" + strings.Repeat(" ", width[0]))
		case i == last:
			b.WriteString(l.paint(with(i, cell), cell))
		case i == 0:
			b.WriteString(l.name(with(i, cell), cell) + pad)
		default:
			b.WriteString(l.paint(with(i, cell), cell) + pad)
		}
	}
	b.WriteByte('\n')
}

// name draws the name of a project, whose owner is dim.
func (l Look) name(with ink, s string) string {
	if i := strings.LastIndexByte(s, '/'); i >= 0 && with == "" {
		return l.paint(dim, s[:i+1]) + s[i+1:]
	}
	return l.paint(with, s)
}
