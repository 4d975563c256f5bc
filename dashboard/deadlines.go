package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// deadlineRow is a deadline, how far away it is, and how it stands.
type deadlineRow struct {
	Name      string
	Date      string // "" if it has none yet
	In        string
	Judgement string // "" if there is none
	Class     string // how it is coloured; the judgement says it in words
}

// deadlines are nil while loading and on past days: what was judged then nobody knows.
func (s scope) deadlines() []deadlineRow {
	var out []deadlineRow
	for _, d := range s.result.Deadlines(s.Scope) {
		if d.Judgement == nil {
			return nil
		}
		row := deadlineRow{Name: d.Name, Judgement: progress.Capital(d.Judgement.Text), Class: string(d.Judgement.Code)}
		if !d.Due.IsZero() {
			row.Date = when.Date(d.Due)
			if away := d.Due.Sub(s.result.Until()); away >= 0 {
				row.In = "in " + when.Span(away)
			}
		}
		out = append(out, row)
	}
	return out
}
