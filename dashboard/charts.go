package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/chart"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/since"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// burnup is the past of a scope as a chart, with what stands around the drawing.
type burnup struct {
	Sentence string
	Drawing  *chart.Burnup
	Key      []chartKey
	JSON     string // the address of all days
	CSV      string // the same as a table
}

// chartKey is an entry of the key: a look, a number and what it is.
type chartKey struct {
	figure
	Class   string
	Word    string
	Percent string
}

// burnup draws the history of a scope; nil while there is none.
func (s scope) burnup(name string) *burnup {
	days := s.result.History(s.Scope)
	if len(days) == 0 || s.n.Loading != nil {
		return nil
	}
	g := s.result.Goal
	var cycles []chart.Cycle
	for _, c := range g.Cycles {
		cycles = append(cycles, chart.Cycle{Name: c.Name, Start: c.Start, End: c.End})
	}
	var deadlines []chart.Deadline
	for _, d := range g.Deadlines {
		deadlines = append(deadlines, chart.Deadline{Name: d.Name, Due: d.Due})
	}
	return &burnup{
		Sentence: since.Sentence(days, g.Cycles),
		Drawing:  chart.NewBurnup(name, chartDays(days), cycles, deadlines),
		Key:      s.chartKey(),
		JSON:     s.links.History(g.Name, s.Project, s.Team),
		CSV:      s.links.HistoryCSV(g.Name, s.Project, s.Team),
	}
}

func chartDays(days []progress.Day) []chart.Day {
	out := make([]chart.Day, len(days))
	for i, d := range days {
		c := d.Counts
		percent, ok := d.Percent()
		if !ok {
			percent = -1
		}
		out[i] = chart.Day{
			Date: d.Date, Merged: c.Merged, InReview: c.InFlight(), Abandoned: c.Abandoned, Reverted: c.Reverted,
			Of: d.Denominator, Percent: percent, Observed: d.Observed, Gap: d.Gap,
		}
	}
	return out
}

// chartKey is what the colours are, with the numbers they end at.
func (s scope) chartKey() []chartKey {
	c := s.n.Counts
	total := s.figure("", s.n.Denominator)
	total.URL = s.rows("state", string(progress.Merged)+","+filter.InFlight)
	word := "uploaded, merged or not"
	if s.n.Denominator > c.Merged+c.InFlight() {
		word, total.URL = "uploaded or expected", ""
	}
	return []chartKey{
		{figure: s.merged(), Class: "merged", Word: "merged", Percent: s.percent().Text},
		{figure: s.inReview(), Class: "review", Word: progress.NotMerged},
		{figure: total, Class: "total", Word: word},
	}
}

// year is the 52 weeks up to the result's day.
type year struct{ total, merged []int }

func (s scope) year() year {
	total, merged := s.result.Weeks(s.Scope, chart.Weeks)
	return year{total, merged}
}

// drawYears draws the years of a table, all on one scale, and says which.
func (t *projectTable) drawYears() {
	top := 0
	for _, r := range t.Rows {
		for _, n := range r.year.total {
			top = max(top, n)
		}
	}
	if top == 0 {
		return
	}
	for i, r := range t.Rows {
		t.Rows[i].Spark = chart.Spark(r.year.total, r.year.merged, top)
	}
	t.Scale = when.Changes(top)
}
