package dashboard

import (
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/chart"
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
		word := progress.MeaningOf(progress.States, string(p.state)).Title
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
	for i, p := range chart.Bar(sizes) {
		b.Segments[i].X, b.Segments[i].Width = p.X, p.Width
	}
	return b
}
