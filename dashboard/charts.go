package dashboard

import (
	"html/template"
	"time"

	"github.com/eventlet-removal/headway/dashboard/chart"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// burnup is the past of a scope as a chart, with what stands around the drawing.
type burnup struct {
	Drawing *chart.Burnup
	Key     []chartKey
	JSON    string // the address of all days
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
		Drawing: chart.NewBurnup(name, chartDays(days), cycles, deadlines),
		Key:     s.chartKey(),
		JSON:    s.links.History(g.Name, s.Project, s.Team),
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
			Date: d.Date, Merged: c.Merged, InReview: c.InFlight(), WIP: c.WIP, Abandoned: c.Abandoned, Reverted: c.Reverted,
			Of: d.Denominator, Percent: percent, Observed: d.Observed, Gap: d.Gap,
		}
	}
	return out
}

// chartKey is what the colours are, with the numbers they end at.
func (s scope) chartKey() []chartKey {
	c := s.n.Counts
	total := s.figure("", s.n.Denominator)
	total.URL = s.rows("state", string(progress.Merged)+","+inFlight)
	word := "uploaded: merged or in review"
	if s.n.Denominator > c.Merged+c.InFlight() {
		word, total.URL = "uploaded or expected", ""
	}
	return []chartKey{
		{figure: s.merged(), Class: "state-merged", Word: "merged", Percent: s.percent().Text},
		{figure: s.inReview(), Class: "state-open", Word: "in review"},
		{figure: total, Class: "total", Word: word},
	}
}

// spark draws the 52 weeks up to the result's day.
func (s scope) spark() template.HTML {
	days := s.result.History(s.Scope)
	if len(days) == 0 {
		return ""
	}
	total, merged := make([]int, chart.Weeks), make([]int, chart.Weeks)
	for week := range chart.Weeks {
		day := days[len(days)-1].Date.AddDate(0, 0, -7*(chart.Weeks-1-week))
		if i := int(day.Sub(days[0].Date) / (24 * time.Hour)); i >= 0 {
			total[week], merged[week] = days[i].Denominator, days[i].Counts.Merged
		}
	}
	return chart.Spark(total, merged)
}
