package dashboard

import (
	"net/http"

	"github.com/eventlet-removal/headway/dashboard/nearest"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

const (
	mostOffered = 35 // names that a field offers
	mostNearest = 12 // names that somebody may have meant
)

// goForm is the field that leads to a project.
type goForm struct {
	Action string
	Day    string   // "": now
	Names  []string // what the field offers
}

func (q *request) goForm(result *progress.Result) *goForm {
	f := &goForm{Action: q.links.Go(result.Goal.Name), Day: q.links.Day()}
	for _, p := range result.Projects[:min(len(result.Projects), mostOffered)] {
		f.Names = append(f.Names, p.Name)
	}
	return f
}

type goPage struct {
	basePage
	Heading string
	Asked   string
	Nearest []navLink
	Summary string
}

// goTo leads to the page of the project that is asked for, or offers the nearest names.
func (s *Server) goTo(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	asked, err := parameter.One(q.values, "project")
	if err != nil {
		return nil, err
	}
	g := result.Goal.Name
	all := names(result.ProjectsOf(progress.Scope{}))
	if name := nearest.Exact(asked, all); name != "" {
		return &response{status: http.StatusSeeOther, location: q.links.Project(g, name), cache: noStore}, nil
	}
	if asked != "" && result.Loading != nil {
		return nil, notKnown(result.Loading, asked)
	}
	p := goPage{
		basePage: q.base(result, "Go to project · "+result.Goal.Title, ""),
		Heading:  "Go to project", Asked: asked, Nearest: q.nearest(result, asked, all, mostNearest), Summary: q.links.Summary(g) + "#projects",
	}
	resp, err := q.page("go", p)
	if resp != nil {
		resp.cache = noStore
	}
	return resp, err
}

// nearest are links to the projects, of all those names, that somebody may have meant.
func (q *request) nearest(result *progress.Result, asked string, all []string, most int) []navLink {
	var out []navLink
	for _, name := range nearest.Names(asked, all, most) {
		out = append(out, navLink{Text: name, URL: q.links.Project(result.Goal.Name, name)})
	}
	return out
}
