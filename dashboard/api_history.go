package dashboard

import (
	"cmp"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// historyParameters choose a part of a goal and its last day.
var historyParameters = []string{"project", "team", "class", onParameter}

// apiHistory answers with the past of development changes, or of backports.
func (s *Server) apiHistory(q *request) (*response, error) {
	result, of, class, err := q.history()
	if err != nil {
		return nil, err
	}
	if of.n.Loading != nil {
		return jsonResponse(api.History{}, true), nil
	}
	return jsonResponse(api.HistoryOf(result.History(of.Scope), class == filter.Backports), false), nil
}

// historyCSV is the same as a table.
func (s *Server) historyCSV(q *request) (*response, error) {
	result, of, class, err := q.history()
	if err != nil {
		return nil, err
	}
	bom, err := parameter.Whole(q.values, "bom", 0, 1)
	if err != nil {
		return nil, err
	}
	if of.n.Loading != nil {
		return nil, notKnown(of.n.Loading, cmp.Or(of.Project, of.Team, result.Goal.Title))
	}
	return &response{
		contentType: csvType, filename: result.Goal.Name + "-history.csv",
		body: api.HistoryCSV(result.History(of.Scope), class == filter.Backports, bom == 1),
	}, nil
}

// history is whose past the address asks for.
func (q *request) history() (result *progress.Result, of scope, class string, err error) {
	if result, err = q.goal(); err != nil {
		return nil, scope{}, "", err
	}
	if of, err = q.askedScope(result); err != nil {
		return nil, scope{}, "", err
	}
	if class, err = parameter.One(q.values, "class"); err != nil {
		return nil, scope{}, "", err
	}
	if class != "" && class != filter.Development && class != filter.Backports {
		err = parameter.Bad("class", "there is no history of %q; there are development, backport, which are never added up", class)
	}
	return result, of, class, err
}
