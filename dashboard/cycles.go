package dashboard

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/when"
)

// cycleRow is what was merged in one cycle.
type cycleRow struct {
	figure
	Name    string
	Dates   string
	Current string // "" or that it is the cycle of the day
	Width   int    // of its bar, in thousandths of the greatest
}

// cycles are those that have begun, from that of the first change on, the newest first.
func (s scope) cycles() []cycleRow {
	most := 1
	for _, c := range s.n.Cycles {
		most = max(most, c.Merged)
	}
	days := s.result.History(s.Scope)
	var out []cycleRow
	for _, c := range s.n.Cycles {
		if c.Cycle.Start.After(s.result.Until()) || len(days) == 0 || !c.Cycle.End.After(days[0].Date) {
			continue
		}
		row := cycleRow{
			figure: s.figure("cycles", c.Merged, "cycle", c.Cycle.Name),
			Name:   c.Cycle.Name,
			Dates:  when.Date(c.Cycle.Start) + " – " + when.Date(c.Cycle.End.Add(-time.Second)),
		}
		switch current := c.Cycle.Holds(s.result.Until()); {
		case current && s.result.Past():
			row.Current = "then"
		case current:
			row.Current = "now"
		}
		if s.n.Loading == nil {
			row.Width = c.Merged * 1000 / most
		}
		out = append(out, row)
	}
	slices.Reverse(out)
	return out
}
