package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/report"
)

// forms are how a page can be had; all but the first are there to be pasted elsewhere.
var forms = []string{"html", "text", "markdown"}

func (s *Server) summaryText(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return q.standing(q.scope(result, progress.Scope{}), "text"), nil
}

func (s *Server) summaryMarkdown(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return q.standing(q.scope(result, progress.Scope{}), "markdown"), nil
}

// carried makes the page of a project or team one that can be had as text.
func (s *Server) carried(page func(*request) (*response, error)) func(*request) (*response, error) {
	return func(q *request) (*response, error) {
		format, err := parameter.Choice(q.values, "format", forms)
		if err != nil {
			return nil, err
		}
		if format == "html" {
			return page(q)
		}
		result, err := q.goal()
		if err != nil {
			return nil, err
		}
		of := q.scope(result, progress.Scope{Project: q.PathValue("project"), Team: q.PathValue("team")})
		if of.n == nil {
			return page(q) // which says what is not there
		}
		return q.standing(of, format), nil
	}
}

func (q *request) standing(of scope, format string) *response {
	doc := report.Standing(of.result, of.Scope, q.links, q.server.person)
	return notKept(q.pasted(doc, format), of)
}

// pasted is a document in a form that is pasted elsewhere.
func (q *request) pasted(d report.Document, format string) *response {
	if format == "markdown" {
		return &response{contentType: markdownType, body: []byte(d.Markdown())}
	}
	return &response{contentType: textType, body: []byte(d.Text())}
}

// copies are the addresses of a page in other forms. A static page has files for them
// of the whole goal only.
func (q *request) copies(of scope) []navLink {
	text, markdown := q.links.SummaryText(of.result.Goal.Name), q.links.SummaryMarkdown(of.result.Goal.Name)
	if of.Scope != (progress.Scope{}) {
		if q.static {
			return nil
		}
		text, markdown = of.address(q.links, "format", "text"), of.address(q.links, "format", "markdown")
	}
	return []navLink{{Text: "Copy as text", URL: text}, {Text: "Copy as Markdown", URL: markdown}}
}
