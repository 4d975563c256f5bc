package dashboard

import (
	"cmp"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/embeds"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

var badgeParameters = []string{"metric", "theme", "label", onParameter}

func (s *Server) goalBadge(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return q.badge(q.scope(result, progress.Scope{}))
}

// projectBadge answers with SVG unless the address ends in .json. A project whose
// name has such an ending itself wins.
func (s *Server) projectBadge(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	name := q.PathValue("project")
	p := result.Project(name)
	for _, suffix := range []string{".svg", ".json"} {
		if stem, ok := strings.CutSuffix(name, suffix); ok && p == nil {
			p = result.Project(stem)
			break
		}
	}
	if p == nil && result.Loading != nil {
		return q.badge(q.scope(result, progress.Scope{})) // loading, as all of the goal is
	}
	if p == nil {
		return nil, notFound("There is no project for the badge %q in %s.", name, result.Goal.Title)
	}
	return q.badge(q.scope(result, progress.Scope{Project: p.Name}))
}

func (q *request) badge(of scope) (*response, error) {
	metric, err := parameter.Choice(q.values, "metric", embeds.Metrics)
	if err != nil {
		return nil, err
	}
	theme, err := parameter.Choice(q.values, "theme", embeds.Themes)
	if err != nil {
		return nil, err
	}
	label, err := parameter.One(q.values, "label")
	if err != nil {
		return nil, err
	}
	b := of.embed().Badge(metric)
	b.Theme, b.Label = badge.Theme(theme), cmp.Or(label, b.Label)
	resp := &response{contentType: svgType}
	if strings.HasSuffix(q.URL.Path, ".json") {
		resp.contentType = jsonType
		resp.body = badge.Endpoint(b, of.n.Loading == nil)
	} else {
		resp.body = badge.SVG(b)
	}
	return notKept(resp, of), nil
}
