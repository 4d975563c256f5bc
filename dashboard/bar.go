package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// segment is one part of a bar. X and Width are in thousandths of the bar.
type segment struct {
	figure
	Class    string
	Word     string
	Gerrit   string // the same in Gerrit's own search
	X, Width int
}

// bar shows how the changes of a scope divide.
type bar struct {
	Segments []segment
	Label    string // the same in words
}

// narrowest is the least width of a part that is not empty: 2 px of the narrowest
// bar with parts to click, about 340 px.
const narrowest = 6

// gap keeps neighbours apart where there is room for it.
const gap = 2

// bar divides the development changes by state, in an order that never changes.
// Expected changes that nobody has uploaded yet close the row.
func (s scope) bar() bar {
	c := s.n.Counts
	parts := []struct {
		state progress.State
		n     int
	}{
		{progress.Merged, c.Merged}, {progress.Open, c.Open}, {progress.WIP, c.WIP},
		{progress.Abandoned, c.Abandoned}, {progress.Reverted, c.Reverted},
	}
	var b bar
	if s.n.Loading != nil {
		return b
	}
	var sizes []int
	var words []string
	for _, p := range parts {
		word := meaning(progress.States, string(p.state)).Title
		b.Segments = append(b.Segments, segment{
			figure: s.figure("counts."+string(p.state), p.n, "state", string(p.state)),
			Class:  "state-" + string(p.state), Word: word,
		})
		if p.n > 0 {
			b.Segments[len(b.Segments)-1].Gerrit = s.inGerrit(false, p.state)
		}
		sizes = append(sizes, p.n)
		words = append(words, strconv.Itoa(p.n)+" "+word)
	}
	if missing := s.n.Denominator - c.Merged - c.InFlight(); missing > 0 {
		b.Segments = append(b.Segments, segment{figure: figure{Text: strconv.Itoa(missing), Stale: s.n.Stale}, Class: "state-expected", Word: "expected, not uploaded"})
		sizes = append(sizes, missing)
		words = append(words, strconv.Itoa(missing)+" expected, not uploaded")
	}
	b.Label = strings.Join(words, ", ")
	x := 0
	for i, width := range divide(sizes, 1000) {
		b.Segments[i].X, b.Segments[i].Width = x, width
		x += width
		if width > 2*narrowest {
			b.Segments[i].Width -= gap
		}
	}
	return b
}

// divide shares a width out in proportion; what is not empty stays visible, at the
// cost of the widest.
func divide(sizes []int, width int) []int {
	total := 0
	for _, n := range sizes {
		total += n
	}
	out := make([]int, len(sizes))
	if total == 0 {
		return out
	}
	rest := width
	for i, n := range sizes {
		if n > 0 {
			out[i] = max(n*width/total, narrowest)
		}
		rest -= out[i]
	}
	out[slices.Index(out, slices.Max(out))] += rest
	return out
}
