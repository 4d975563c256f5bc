package dashboard

import "github.com/eventlet-removal/headway/dashboard/progress"

type teamPage struct {
	scopePage
	Statuses []statusLink
	List     projectList
}

// team shows the projects of a team, and their sum.
func (s *Server) team(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	t := result.Team(q.PathValue("team"))
	if t == nil {
		return nil, notFound("There is no team %q in %s.", q.PathValue("team"), result.Goal.Title)
	}
	of := q.scope(result, progress.Scope{Team: t.Name})
	list, err := q.projectList(of)
	if err != nil {
		return nil, err
	}
	resp, err := q.page("team", teamPage{scopePage: q.scopePage(of, ""), Statuses: of.statusLinks(), List: list})
	return notKept(resp, of), err
}
