package dashboard

import (
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api/openapi"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

type apiPage struct {
	basePage
	Guide    *openapi.Guide
	Base     string // what all addresses begin with
	Document string
	Try      []string // where each operation can be seen; "" where nothing is there yet
}

// apiGuide is the description of the API for people.
func (s *Server) apiGuide(q *request) (*response, error) {
	base := strings.TrimSuffix(q.links.API(), "/")
	p := apiPage{
		basePage: q.base(nil, "API", "api"), Guide: openapi.Read(),
		Base: q.links.Absolute(base), Document: base + "/openapi.json",
	}
	p.Description = p.Guide.Summary
	result, project := q.result(s.cfg.Goals[0]), ""
	if all := result.ProjectsOf(progress.Scope{}); len(all) > 0 {
		project = link.Escape(all[0].Name)
	}
	for _, o := range p.Guide.Operations {
		try := o.At(result.Goal.Name, project)
		if try != "" {
			try = base + try
		}
		p.Try = append(p.Try, try)
	}
	return q.page("api", p)
}
