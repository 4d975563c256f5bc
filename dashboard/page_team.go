package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// longestWaits is how many of the changes that wait longest a team's page names.
const longestWaits = 10

type teamPage struct {
	scopePage
	Groups []group
	Sorts  []navLink
	Waits  []changeRow // those that wait longest
	All    figure      // how many there are
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
	order, err := parseSort(q, projectSort)
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{Team: t.Name})
	p := teamPage{
		scopePage: q.scopePage(of, ""), All: of.inReview(), Groups: q.groups(result, result.ProjectsOf(of.Scope), order),
		Sorts: sortLinks(func(sort string) string { return q.links.Team(result.Goal.Name, t.Name, "sort", sort) }, projectSort, order),
	}
	changes := of.changes((*progress.Change).InReview)
	q.sortChanges(changes, "attention")
	for _, c := range changes[:min(len(changes), longestWaits)] {
		if c.WaitsOn != "" {
			p.Waits = append(p.Waits, q.changeRow(result, c))
		}
	}
	resp, err := q.page("team", p)
	return notKept(resp, of), err
}
