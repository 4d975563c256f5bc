package dashboard

import (
	"sync"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// histories keeps the history of each scope of a view: charts, sparklines and the
// API ask for the same ones.
type histories struct {
	mu sync.Mutex
	of map[progress.Scope][]progress.Day
}

// history is the past of a scope up to today, whatever day the view shows.
func (v *view) history(s progress.Scope) []progress.Day {
	h := v.histories
	h.mu.Lock()
	defer h.mu.Unlock()
	days, ok := h.of[s]
	if !ok {
		days = v.present().result.History(s)
		h.of[s] = days
	}
	return days
}

// part is what a scope is to progress.
func (s scope) part() progress.Scope {
	switch {
	case len(s.filter) == 0:
		return progress.Scope{}
	case s.filter[0] == "team":
		return progress.Scope{Team: s.filter[1]}
	}
	return progress.Scope{Project: s.filter[1]}
}

// until is the history up to the day that the view shows.
func (v *view) until(s progress.Scope) []progress.Day {
	days := v.history(s)
	for v.past() && len(days) > 0 && days[len(days)-1].Date.After(v.day) {
		days = days[:len(days)-1]
	}
	return days
}
