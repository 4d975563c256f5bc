package dashboard

import (
	"strconv"

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

// bar shows how the changes of a scope divide. Its segments are what the percentage is
// of, so that the merged part is as wide as the percentage; what is not counted stands
// beside them.
type bar struct {
	Segments   []segment
	NotCounted []segment // abandoned and reverted, as far as there are any
	Beside     int       // how many hundredths of the width they take
}

// hatched are the classes of the parts that are hatched.
var hatched = []string{
	"state-" + string(progress.WIP), "state-" + string(progress.Abandoned), "state-" + string(progress.Reverted), "state-expected",
}

// bar divides the development changes by state, in an order that never changes.
// Expected changes that nobody has uploaded yet close the row.
func (s scope) bar() bar {
	c := s.n.Counts
	var b bar
	if s.n.Loading != nil {
		return b
	}
	part := func(state progress.State, n int) segment {
		out := segment{
			figure: s.figure("counts."+string(state), n, "state", string(state)),
			Class:  "state-" + string(state), Word: progress.MeaningOf(progress.States, string(state)).Title,
		}
		if n > 0 {
			out.Gerrit = s.inGerrit(false, state)
		}
		return out
	}
	b.Segments = []segment{part(progress.Merged, c.Merged), part(progress.Open, c.Open), part(progress.WIP, c.WIP)}
	sizes := []int{c.Merged, c.Open, c.WIP}
	if missing := s.n.Denominator - c.Merged - c.InFlight(); missing > 0 {
		b.Segments = append(b.Segments, segment{figure: figure{Text: strconv.Itoa(missing), Stale: s.n.Stale}, Class: "state-expected", Word: "expected, not uploaded"})
		sizes = append(sizes, missing)
	}
	for i, p := range chart.Bar(sizes) {
		b.Segments[i].X, b.Segments[i].Width = p.X, p.Width
	}
	sizes = nil
	for _, p := range []struct {
		state progress.State
		n     int
	}{{progress.Abandoned, c.Abandoned}, {progress.Reverted, c.Reverted}} {
		if p.n > 0 {
			b.NotCounted = append(b.NotCounted, part(p.state, p.n))
			sizes = append(sizes, p.n)
		}
	}
	for i, p := range chart.Bar(sizes) {
		b.NotCounted[i].X, b.NotCounted[i].Width = p.X, p.Width
	}
	if out := c.Abandoned + c.Reverted; out > 0 {
		// Wide enough to click on, and never so wide that it would pass for a part.
		b.Beside = min(max(100*out/(out+max(s.n.Denominator, 1)), 4), 25)
	}
	return b
}
