package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/answers"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
	"github.com/eventlet-removal/headway/store"
)

// surface is the kind of reader an address speaks to. It decides how errors look.
type surface int

const (
	pages     surface = iota // HTML
	apiJSON                  // JSON for any origin
	badges                   // SVG
	endpoints                // JSON in the form of the shields endpoint
	widgets                  // HTML in a frame of another site
	builder                  // the page that shows what others would see
	plain                    // text for operators
)

// Content types.
const (
	htmlType = "text/html; charset=utf-8"
	jsonType = "application/json"
	csvType  = "text/csv; charset=utf-8"
	svgType  = "image/svg+xml; charset=utf-8"
	textType = "text/plain; charset=utf-8"
)

// Values of Cache-Control.
const (
	// What a reader reloads shall be what we know now; the ETag makes that cheap.
	revalidate = "no-cache"
	// Pages that embed us ask for each reader; ages are told by the minute.
	shortly = "public, max-age=60"
	// Image proxies keep a badge at least this long anyway. When we are down, a
	// badge of last week is better than a broken picture.
	badgeCache = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=604800"
	// The address holds a hash of the content.
	forever = "public, max-age=31536000, immutable"
	// Errors and numbers that are not there yet: no proxy may keep them.
	noStore = "no-store"
)

// anyParameters stands for: whatever the query says does not matter.
var anyParameters = []string{"*"}

// request is one request, pinned to one snapshot and one time.
type request struct {
	*http.Request
	server   *Server
	snap     *store.Snapshot
	now      time.Time
	links    link.Links // of its answer
	values   url.Values // the query
	static   bool       // its pages stand in an export
	fallback bool       // after trouble: the last result will do
}

// response is a whole answer.
type response struct {
	status      int // 0: 200
	contentType string
	body        []byte
	cache       string // Cache-Control
	filename    string // offered for saving
	location    string // of a redirect
	fleeting    bool   // the next reader may get another one
}

// result is that of a goal as of this request's snapshot.
func (q *request) result(g *progress.Goal) *progress.Result {
	if q.fallback {
		return q.server.results.last(g)
	}
	return q.server.results.of(g, q.snap, q.now)
}

// goal returns the result of the goal that the address names, on the day it asks for.
func (q *request) goal() (*progress.Result, error) {
	name := q.PathValue("goal")
	g := q.server.goals[name]
	if g == nil {
		return nil, notFound("There is no goal %q.", name)
	}
	return q.at(q.result(g))
}

// goalProject returns the goal and the project that the address names.
func (q *request) goalProject() (*progress.Result, *progress.ProjectNumbers, error) {
	result, err := q.goal()
	if err != nil {
		return nil, nil, err
	}
	name := q.PathValue("project")
	p := result.Project(name)
	if p == nil {
		return nil, nil, notFound("There is no project %q in %s.", name, result.Goal.Title)
	}
	return result, p, nil
}

func (s *Server) request(r *http.Request) *request {
	return &request{Request: r, server: s, snap: s.src.Snapshot(), now: s.cfg.Now(), links: s.links, static: r.Header.Get(export.Header) == export.Static}
}

// serve answers one route: parameters checked, sent only when whole.
func (s *Server) serve(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := r // its surface depends on the request
		q := s.request(hr)
		if r.surface == badges && strings.HasSuffix(hr.URL.Path, ".json") {
			r.surface = endpoints
		}
		s.header(w.Header(), r.surface)
		etag := fmt.Sprintf(`W/"%s-%d-%d-%d"`, s.tag, q.snap.Revision(), s.generation(), minute(q.now))
		resp, err := answer(q, r)
		if err != nil {
			resp = s.problem(q, r.surface, err)
		}
		if resp.cache == "" {
			resp.cache = cacheOf(r.surface)
		}
		if q.static {
			resp.fleeting = true
			if r.surface == pages {
				w.Header().Set(export.Header, export.Static)
				if u := s.cfg.ExternalURL; u != nil {
					w.Header().Set(export.External, strings.TrimRight(u.String(), "/")+"/")
				}
				resp.cache = noStore
			}
		}
		if resp.cache != noStore {
			w.Header().Set("ETag", etag)
		}
		s.send(w, hr, resp)
	})
}

func answer(q *request, r route) (*response, error) {
	var err error
	if q.values, err = url.ParseQuery(q.URL.RawQuery); err != nil && !slices.Equal(r.parameters, anyParameters) {
		return nil, badParameter("query", "it can't be read: %v", err)
	}
	if err := knownParameters(q.values, r.parameters); err != nil {
		return nil, err
	}
	return r.handler(q)
}

// knownParameters refuses parameters nobody would look at: a typing error in a filter must
// not show more than was asked for.
func knownParameters(values url.Values, parameters []string) error {
	if slices.Equal(parameters, anyParameters) {
		return nil
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch {
		case slices.Contains(parameters, name):
		case len(parameters) == 0:
			return badParameter(name, "this address takes no parameters")
		default:
			return badParameter(name, "unknown parameter; there are %s", strings.Join(parameters, ", "))
		}
	}
	return nil
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, resp *response) {
	h := w.Header()
	h.Set("Cache-Control", resp.cache)
	if resp.location != "" {
		h.Set("Location", resp.location)
	}
	if resp.contentType != "" {
		h.Set("Content-Type", resp.contentType)
	}
	if resp.filename != "" {
		h.Set("Content-Disposition", `attachment; filename="`+resp.filename+`"`)
	}
	h.Set("Content-Length", strconv.Itoa(len(resp.body)))
	if resp.fleeting {
		answers.Fleeting(w)
	}
	if resp.status == 0 {
		resp.status = http.StatusOK
	}
	w.WriteHeader(resp.status)
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(resp.body); err != nil {
		s.cfg.Logger.Debug("send answer", "path", r.URL.Path, "err", err)
	}
}

// header sets what a surface needs beyond the headers that guard sets on all.
func (s *Server) header(h http.Header, to surface) {
	switch to {
	case pages:
		h.Add("Vary", export.Header)
	case apiJSON, endpoints:
		h.Set("Access-Control-Allow-Origin", "*")
	case badges:
		// An SVG that is opened by itself is a document of ours.
		h.Set("Content-Security-Policy", "default-src 'none'; style-src "+badge.StyleHash)
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	case widgets:
		h.Set("Content-Security-Policy", s.widgetPolicy())
	case builder:
		h.Set("Content-Security-Policy", pagePolicy+"; frame-src 'self'")
	}
}

func cacheOf(to surface) string {
	switch to {
	case apiJSON:
		return shortly
	case badges, endpoints, widgets:
		return badgeCache
	}
	return revalidate
}

// pagePolicy is the Content-Security-Policy of all that sets no other. Only widgets
// may be framed.
var pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self' " + static.Live.Policy + "; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets the headers that all answers have and lets only GET and HEAD pass.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			to := s.surfaceOf(r.URL.Path)
			s.header(h, to)
			q := s.request(r)
			s.send(w, r, s.problem(q, to, &problem{status: http.StatusMethodNotAllowed, text: fmt.Sprintf("%s is not allowed here: everything can only be read.", r.Method)}))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// surfaceOf is the surface of an address that no route has looked at.
func (s *Server) surfaceOf(path string) surface {
	path = strings.TrimPrefix(path, s.links.Prefix())
	switch {
	case strings.HasPrefix(path, "/api/"):
		return apiJSON
	case strings.HasPrefix(path, "/-/"), path == "/metrics":
		return plain
	}
	return pages
}

// belowPrefix serves next below the prefix.
func (s *Server) belowPrefix(next http.Handler) http.Handler {
	if s.links.Prefix() == "" {
		return next
	}
	inside := http.StripPrefix(s.links.Prefix(), next)
	elsewhere := s.serve(route{"", pages, s.unknownAddress, anyParameters})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/", r.URL.Path == s.links.Prefix():
			http.Redirect(w, r, s.links.Home(), http.StatusFound)
		case strings.HasPrefix(r.URL.Path, s.links.Prefix()+"/"):
			inside.ServeHTTP(w, r)
		default:
			elsewhere.ServeHTTP(w, r)
		}
	})
}
