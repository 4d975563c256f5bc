package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// changesCSV is all that a filter finds, in the order of the page, not only what fits
// on it.
func (s *Server) changesCSV(q *request) (*response, error) {
	result, err := q.loadedGoal()
	if err != nil {
		return nil, err
	}
	f, by, err := q.chosen(result)
	if err != nil {
		return nil, err
	}
	bom, err := q.withBOM()
	if err != nil {
		return nil, err
	}
	owner := func(c *progress.Change) string { return s.person(c.Change, c.Owner) }
	return &response{
		contentType: csvType, filename: result.Goal.Name + "-changes.csv",
		body: api.ChangesCSV(q.sorted(f, result, by), q.links, owner, bom),
	}, nil
}

// projectsCSV is all projects, by name.
func (s *Server) projectsCSV(q *request) (*response, error) {
	result, err := q.loadedGoal()
	if err != nil {
		return nil, err
	}
	bom, err := q.withBOM()
	if err != nil {
		return nil, err
	}
	return &response{
		contentType: csvType, filename: result.Goal.Name + "-projects.csv",
		body: api.ProjectsCSV(result, result.ProjectsOf(progress.Scope{}), q.links, bom),
	}, nil
}

// loadedGoal is the goal that the address names, read whole. In an export it may still
// be loading: whoever makes one is told.
func (q *request) loadedGoal() (*progress.Result, error) {
	result, err := q.goal()
	if err == nil && !q.static {
		err = notLoaded(result)
	}
	return result, err
}

// withBOM reads whether a table shall begin with a byte order mark, as Excel wants it.
func (q *request) withBOM() (bool, error) {
	bom, err := parameter.One(q.values, "bom")
	if err == nil && bom != "" && bom != "1" {
		err = parameter.Bad("bom", "it is 1 or not given")
	}
	return bom == "1", err
}
