package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/api"
)

// historyParameters choose a part of a goal and its last day.
var historyParameters = []string{"project", "team", "class", onParameter}

// apiHistory answers with the past of development changes, or of backports.
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
	return jsonResponse(api.HistoryOf(result.History(of.Scope), class == backport), false), nil
}
