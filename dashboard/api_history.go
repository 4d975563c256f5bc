package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// historyParameters choose a part of a goal and its last day.
var historyParameters = []string{"project", "team", "class", onParameter}

// History is the past of a goal or a part of it, a day for each UTC day from the
// first event on.
type History struct {
	Days []Day `json:"days"` // null while loading, empty if nothing has happened yet
}

// Day is what counted at the end of a UTC day; today as of now.
type Day struct {
	Date      string `json:"date"` // 2026-08-21
	Merged    int    `json:"merged"`
	Reverted  int    `json:"reverted"`
	Open      int    `json:"open"`
	WIP       int    `json:"wip"`
	Abandoned int    `json:"abandoned"`

	// Observed is false for days that are reconstructed from what Gerrit remembers:
	// those before the first poll, and those on which no poll was complete.
	Observed bool `json:"observed"`
}

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
		return jsonResponse(History{}, true), nil
	}
	days := v.result.History(scope)
	out := History{Days: make([]Day, len(days))}
	for i, d := range days {
		c := d.Counts
		if class == backport {
			c = d.Backports
		}
		out.Days[i] = Day{d.Date.Format(time.DateOnly), c.Merged, c.Reverted, c.Open, c.WIP, c.Abandoned, d.Observed}
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
