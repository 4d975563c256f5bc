package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
)

type projectPage struct {
	scopePage
	Measured string // what now
	Teams    []navLink
	Review   []section // what is in review
	Sections []section // the rest
	Embed    embedBox
	Empty    bool
	Search   string // what will be found here
}

// project answers "is it done?" for one project.
func (s *Server) project(q *request) (*response, error) {
	result, n, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{Project: n.Name})
	p := projectPage{scopePage: q.scopePage(of, ""), Embed: q.embedBox(result.Goal, n.Name), Search: n.Query}
	if n.Loading == nil && !result.Past() {
		p.Measured = progress.MeaningOf(progress.Measures, string(n.Measured)).Next
	}
	if n.Declared == progress.DeclaredCompleted || n.Declared == progress.DeclaredNotAffected {
		p.Measured = ""
	}
	for _, name := range n.Teams {
		p.Teams = append(p.Teams, navLink{Text: result.Team(name).Title, URL: q.links.Team(result.Goal.Name, name)})
	}
	for _, a := range q.sections(result, of) {
		if a.ID == string(progress.Open) || a.ID == string(progress.WIP) {
			p.Review = append(p.Review, a)
		} else {
			p.Sections = append(p.Sections, a)
		}
	}
	p.Empty = n.Loading == nil && len(p.Review)+len(p.Sections) == 0
	resp, err := q.page("project", p)
	return notKept(resp, of), err
}
