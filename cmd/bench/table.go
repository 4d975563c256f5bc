package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// table is what was measured, a column for each size.
type table struct {
	sizes []int
	keys  []key // in the order in which they came
	cells map[key]map[int]cell
	size  int // of the column that is written

	firsts map[string]int64 // figures of the first size, by row
}

// key is a row: what was measured, and what it is held against.
type key struct{ row, against string }

type cell struct {
	ours, reference string
	ratio           float64 // ours divided by the reference; 0: there is none
}

// goals are what ours may be of the reference, or in all, at 10,000 changes.
var goals = map[key]string{
	{"open, CPU", "gunzip what Gerrit sent"}:                     "≤ 0.5",
	{"RssAnon after start", "the file, compacted"}:               "≤ 60 MiB",
	{"RssAnon after load", "the file, compacted"}:                "≤ 160 MiB",
	{"RssAnon, peak of a first poll", "the file, compacted"}:     "≤ 200 MiB",
	{"bytes a change, compacted", "gzip -1 of what Gerrit sent"}: "≤ 1.2",
}

// goal is what a row shall be, "" if nothing was set.
func (k key) goal() string {
	name, measure, _ := strings.Cut(k.row, ", gzip, ")
	switch asked := slices.Contains([]string{"page", "project", "changes", "badge", "count", "API"}, name); {
	case asked && measure == "requests a second" && k.against == "net/http from memory":
		return "≥ 0.5"
	case asked && measure == "p99 while a poll writes":
		return "≤ 2"
	}
	return goals[k]
}

func newTable() *table { return &table{cells: map[key]map[int]cell{}, firsts: map[string]int64{}} }

// column begins the column of a size.
func (t *table) column(size int) {
	t.size = size
	t.sizes = append(t.sizes, size)
}

func (t *table) add(row, against string, c cell) {
	k := key{row, against}
	if t.cells[k] == nil {
		t.cells[k] = map[int]cell{}
		t.keys = append(t.keys, k)
	}
	t.cells[k][t.size] = c
}

func ratio[T ~int64 | ~float64](ours, reference T) float64 {
	if reference == 0 {
		return 0
	}
	return float64(ours) / float64(reference)
}

func (t *table) rate(row, against string, ours, reference float64) {
	t.add(row, against, cell{thousands(int64(ours)), thousands(int64(reference)), ratio(ours, reference)})
}

func (t *table) count(row, against string, ours, reference float64) {
	t.rate(row, against, ours, reference)
}

func (t *table) time(row, against string, ours, reference time.Duration) {
	t.add(row, against, cell{short(ours), short(reference), ratio(ours, reference)})
}

func (t *table) bytes(row, against string, ours, reference int64) {
	t.add(row, against, cell{size(ours), size(reference), ratio(ours, reference)})
}

// missing says why there is no figure.
func (t *table) missing(row, against, why string) { t.add(row, against, cell{reference: why}) }

// write prints the table as Markdown.
func (t *table) write(w io.Writer) {
	head, line := "| What | Against | Goal at 10,000 |", "|---|---|---|"
	for _, size := range t.sizes {
		head += fmt.Sprintf(" %s: ours | reference | ratio |", thousands(int64(size)))
		line += "--:|--:|--:|"
	}
	fmt.Fprintf(w, "%s\n%s\n", head, line)
	for _, k := range t.keys {
		row := fmt.Sprintf("| %s | %s | %s |", k.row, k.against, k.goal())
		for _, size := range t.sizes {
			c, ok := t.cells[k][size]
			switch {
			case !ok:
				row += " | | |"
			case c.ratio == 0:
				row += fmt.Sprintf(" %s | %s | |", c.ours, c.reference)
			default:
				row += fmt.Sprintf(" %s | %s | %s |", c.ours, c.reference, strconv.FormatFloat(c.ratio, 'g', 2, 64))
			}
		}
		fmt.Fprintln(w, row)
	}
}

// short is a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.3g µs", float64(d)/1e3)
}

// size is a number of bytes.
func size(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
	case n >= 100<<10:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return thousands(n) + " B"
}

// thousands is a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// first compares a figure with that of the run's first size.
func (t *table) first(row string, ours int64, format func(int64) string) {
	reference := t.firsts[row]
	if t.firsts[row] == 0 {
		t.firsts[row], reference = ours, ours
	}
	t.add(row, "the same at "+thousands(int64(t.sizes[0])), cell{format(ours), format(reference), ratio(ours, reference)})
}
