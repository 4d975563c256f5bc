package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/surface"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// problem is an error that is the reader's to know.
type problem struct {
	status    int
	title     string // the heading of its page; "": what the status is called
	text      string // one sentence
	parameter string // the one to blame, if one is
	retry     time.Duration

	meant []navLink // what may have been meant
	all   navLink   // and where everything stands
	term  string    // of the search box, that is to blame
}

func (p *problem) Error() string { return p.text }

// notFound is a 404 that says so.
func notFound(format string, args ...any) error {
	return &problem{status: http.StatusNotFound, text: fmt.Sprintf(format, args...)}
}

const ourFault = "Something went wrong here. It is not your fault, and it has been logged."

// loadingRetry is when it is worth while to ask again for what a first reading will bring.
const loadingRetry = time.Minute

// notLoaded is an answer that can't be given before a goal is read whole; nil if it is.
func notLoaded(result *progress.Result) error {
	if result.Loading == nil {
		return nil
	}
	return notKnown(result.Loading, result.Goal.Title)
}

// notKnown is what there is to say of a name before its changes are read whole.
func notKnown(loading *progress.Loading, name string) error {
	return &problem{
		status: http.StatusServiceUnavailable, title: "Not known yet", retry: loadingRetry,
		text: "Nothing is known of " + name + " yet. " + loading.Sentence(),
	}
}

// noProject is a 404 that names the projects whose names come near.
func (q *request) noProject(result *progress.Result, name string) error {
	p := &problem{
		status: http.StatusNotFound, title: "No project " + strconv.Quote(name),
		text: fmt.Sprintf("There is no project %q in %s.", name, result.Goal.Title),
	}
	if all := names(result.ProjectsOf(progress.Scope{})); len(all) > 0 {
		p.all = navLink{Text: "All " + when.Plural(len(all), "project", "projects"), URL: q.links.Summary(result.Goal.Name) + "#projects"}
		p.meant = q.nearest(result, name, all, mostMeant)
	}
	return p
}

// mostMeant is how many projects a 404 offers.
const mostMeant = 5

// heading is what stands above a problem's sentence.
func (p *problem) heading() string {
	switch {
	case p.title != "":
		return p.title
	case p.status == http.StatusNotFound:
		return "Not found"
	case p.status == http.StatusBadRequest:
		return "This address can't be answered"
	case p.status == http.StatusInternalServerError:
		return "Something went wrong"
	}
	return http.StatusText(p.status)
}

// problem turns an error into what the reader of a surface understands. What is
// not a *problem is our own fault: it is logged and not told. No error is kept by
// a cache.
func (s *Server) problem(q *request, to surface.Kind, err error) *response {
	var p *problem
	var bad *parameter.Error
	switch {
	case errors.As(err, &bad):
		p = q.badParameter(bad)
	case !errors.As(err, &p):
		s.cfg.Logger.Error("answer request", "path", q.URL.Path, "err", err)
		p = &problem{status: http.StatusInternalServerError, text: ourFault}
	}
	resp := &response{status: p.status, cache: noStore, retry: p.retry}
	switch to {
	case surface.API:
		resp.contentType = jsonType
		resp.body = mustJSON(api.ErrorOf(p.text, p.parameter))
	case surface.Badge:
		resp.contentType = svgType
		resp.body = badge.SVG(badge.Badge{Label: "headway", Value: p.badgeText(), Title: p.text, Color: badge.Red})
	case surface.Endpoint:
		resp.contentType = jsonType
		resp.body = badge.EndpointError("headway", p.badgeText())
	case surface.Widget:
		resp.contentType = htmlType
		resp.body = s.widgetProblem(p)
	case surface.Plain, surface.Feed:
		resp.contentType = textType
		resp.body = []byte(p.text + "\n")
	default:
		resp.contentType = htmlType
		resp.body = q.problemPage(p)
	}
	return resp
}

// badParameter is a 400; for a search, with the box as it was filled. Before a goal is
// read whole, nobody knows whether a project is there.
func (q *request) badParameter(bad *parameter.Error) *problem {
	g := q.server.goals[q.PathValue("goal")]
	if g != nil && (bad.Parameter == "project" || strings.HasPrefix(bad.Term, "project:")) {
		var p *problem
		if errors.As(notLoaded(q.result(g)), &p) {
			return p
		}
	}
	return &problem{status: http.StatusBadRequest, text: bad.Error(), parameter: bad.Parameter, term: bad.Term}
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
