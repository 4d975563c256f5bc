package progress

import "github.com/eventlet-removal/headway/dashboard/progress/forecast"

// What forecasts say.
type (
	ETA       = forecast.ETA
	Judgement = forecast.Judgement
	Pace      = forecast.Pace
)

// Judged is a deadline with the judgement on it.
type Judged struct {
	Deadline
	Judgement *Judgement // nil while loading and of past days, whose declarations nobody knows
}

// Deadlines judges the deadlines of a goal by what one part of it has left and by that
// part's own pace, in the order of the configuration.
func (r *Result) Deadlines(s Scope) []Judged {
	out := make([]Judged, len(r.Goal.Deadlines))
	n := r.NumbersOf(s)
	for i, d := range r.Goal.Deadlines {
		out[i].Deadline = d
		if n != nil && n.Loading == nil && !r.Past() {
			j := forecast.Judge(forecast.Due{At: d.Due, Cycle: d.Of}, r.work(s, n), r.Now)
			out[i].Judgement = &j
		}
	}
	return out
}

// work is what a part of a goal has left. What is declared completed or not affected
// expects nothing more; an expectation beyond what is uploaded says so itself.
func (r *Result) work(s Scope, n *Numbers) forecast.Work {
	w := forecast.Work{NotMerged: n.Counts.InFlight(), Begun: n.Counts.Total > 0, ETA: n.ETA}
	for _, p := range r.ProjectsOf(s) {
		if p.Loading != nil {
			continue
		}
		switch p.Declared {
		case DeclaredCompleted, DeclaredNotAffected:
			w.Begun = true
			continue
		case DeclaredInProgress, DeclaredPlanning, DeclaredNotStarted:
			w.Unfinished++
		}
		w.NotUploaded += max(p.Denominator-p.Counts.Merged-p.Counts.InFlight(), 0)
	}
	return w
}
