package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// historyParameters choose a part of a goal and its last day.
var historyParameters = []string{"project", "team", "class", onParameter}

// apiHistory tells the past of development changes, or of backports.
func (s *Server) apiHistory(q *request) (*response, error) {
	v, err := q.goal()
	if err != nil {
		return nil, err
	}
	scope, n, err := v.asked(q)
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
	if n.Loading != nil {
		return jsonResponse(api.History{}, true), nil
	}
	days := v.result.History(scope)
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

// asked is the part of a goal that a request names.
func (v *view) asked(q *request) (progress.Scope, *progress.Numbers, error) {
	var scope progress.Scope
	var err error
	if scope.Project, err = one(q.values, "project"); err != nil {
		return scope, nil, err
	}
	if scope.Team, err = one(q.values, "team"); err != nil {
		return scope, nil, err
	}
	switch {
	case scope.Project != "" && scope.Team != "":
		return scope, nil, badParameter("team", "give a project or a team, not both")
	case scope.Project != "":
		if p := v.result.Project(scope.Project); p != nil {
			return scope, &p.Numbers, nil
		}
		return scope, nil, badParameter("project", "there is no project %q in %s", scope.Project, v.goal.Title)
	case scope.Team != "":
		if t := v.result.Team(scope.Team); t != nil {
			return scope, &t.Numbers, nil
		}
		return scope, nil, badParameter("team", "there is no team %q in %s", scope.Team, v.goal.Title)
	}
	return scope, &v.result.Numbers, nil
}
