package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// historyParameters choose a part of a goal and its last day.
var historyParameters = []string{"project", "team", "class", onParameter}

// apiHistory tells the past of development changes, or of backports.
func (s *Server) apiHistory(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	of, err := q.askedScope(result)
	if err != nil {
		return nil, err
	}
	class, err := one(q.values, "class")
	if err != nil {
		return nil, err
	}
	if class != "" && class != development && class != backport {
		return nil, badParameter("class", "there is no history of %q; there are development, backport, which are never added up", class)
	}
	if of.n.Loading != nil {
		return jsonResponse(api.History{}, true), nil
	}
	days := result.History(of.Scope)
	out := api.History{Days: make([]api.Day, len(days))}
	for i, d := range days {
		c := d.Counts
		if class == backport {
			c = d.Backports
		}
		out.Days[i] = api.Day{
			Date: d.Date.Format(time.DateOnly), Merged: c.Merged, Reverted: c.Reverted,
			Open: c.Open, WIP: c.WIP, Abandoned: c.Abandoned, Observed: d.Observed,
		}
	}
	return jsonResponse(out, false), nil
}
