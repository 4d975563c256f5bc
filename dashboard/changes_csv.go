package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// changesCSV is all that a filter finds, in the order of the page, not only the
// hundred that fit on it.
func (s *Server) changesCSV(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	f, order, err := q.chosen(result)
	if err != nil {
		return nil, err
	}
	bom, err := one(q.values, "bom")
	if err != nil {
		return nil, err
	}
	if bom != "" && bom != "1" {
		return nil, badParameter("bom", "it is 1 or not given")
	}
	owner := func(c *progress.Change) string { return s.person(c.Change, c.Owner) }
	resp := &response{
		contentType: csvType, filename: result.Goal.Name + "-changes.csv",
		body: api.ChangesCSV(q.sorted(f, result, order), q.links, owner, bom == "1"),
	}
	return notKept(resp, q.scope(result, progress.Scope{})), nil
}
