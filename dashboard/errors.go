package dashboard

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/badge"
)

// problem is an error that is the reader's to know.
type problem struct {
	status    int
	text      string // one sentence
	parameter string // the one to blame, if one is
	reason    string // what is wrong with it
}

func (p *problem) Error() string { return p.text }

// notFound is a 404 that says so.
func notFound(format string, args ...any) error {
	return &problem{status: http.StatusNotFound, text: fmt.Sprintf(format, args...)}
}

// badParameter is a 400 that names the parameter.
func badParameter(name, format string, args ...any) error {
	reason := fmt.Sprintf(format, args...)
	return &problem{
		status: http.StatusBadRequest, parameter: name, reason: reason,
		text: fmt.Sprintf("Bad parameter %q: %s.", name, reason),
	}
}

// badTerm is a 400 that names a term of the search box.
func badTerm(term, reason string) error {
	return &problem{
		status: http.StatusBadRequest, parameter: "q",
		text: fmt.Sprintf("Bad term %q in the search: %s.", term, reason),
	}
}

// problem turns an error into what the reader of a surface understands. What is
// not a *problem is our own fault: it is logged and not told. No error is kept by
// a cache.
func (s *Server) problem(q *request, to surface, err error) *response {
	var p *problem
	if !errors.As(err, &p) {
		s.cfg.Logger.Error("answer request", "path", q.URL.Path, "err", err)
		p = &problem{status: http.StatusInternalServerError, text: "Something went wrong here. It is not your fault, and it has been logged."}
	}
	resp := &response{status: p.status, cache: noStore}
	switch to {
	case apiJSON:
		resp.contentType = jsonType
		resp.body = mustJSON(api.ErrorOf(p.text, p.parameter))
	case badges:
		resp.contentType = svgType
		resp.body = badge.SVG(badge.Badge{Label: "headway", Value: p.badgeText(), Title: p.text, Color: badge.Red})
	case endpoints:
		resp.contentType = jsonType
		resp.body = badge.EndpointError("headway", p.badgeText())
	case widgets:
		resp.contentType = htmlType
		resp.body = s.widgetProblem(p)
	case plain:
		resp.contentType = textType
		resp.body = []byte(p.text + "\n")
	default:
		resp.contentType = htmlType
		resp.body = q.problemPage(p)
	}
	return resp
}

// badgeText is a problem in the few words that a badge has room for.
func (p *problem) badgeText() string {
	switch p.status {
	case http.StatusNotFound:
		return "not found"
	case http.StatusBadRequest:
		return "bad parameter " + p.parameter
	}
	return "error"
}
