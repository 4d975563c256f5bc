package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/answers"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/results"
	"github.com/eventlet-removal/headway/dashboard/static"
	"github.com/eventlet-removal/headway/dashboard/surface"
	"github.com/eventlet-removal/headway/store"
)

// Content types.
const (
	htmlType = "text/html; charset=utf-8"
	jsonType = "application/json"
	csvType  = "text/csv; charset=utf-8"
	svgType  = "image/svg+xml; charset=utf-8"
	textType = "text/plain; charset=utf-8"
	jpegType = "image/jpeg"
	pngType  = "image/png"

	markdownType = "text/markdown; charset=utf-8"
)

// Values of Cache-Control.
const (
	// What a reader reloads shall be what we know now, but a proxy may take the rush of a
	// shared link; and when we are down, the numbers of today are better than none.
	briefly = "public, max-age=5, stale-if-error=86400"
	// Readers of feeds come back all day; ages are told by the minute.
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
	cache       string        // Cache-Control
	filename    string        // offered for saving
	location    string        // of a redirect
	retry       time.Duration // after which it is worth while to ask again; 0: no word of it
	fleeting    bool          // the next reader may get another one
}

// result is that of a goal as of this request's snapshot.
func (q *request) result(g *progress.Goal) *progress.Result {
	if q.fallback {
		return q.server.results.Last(g)
	}
	return q.server.results.Of(g, q.snap, q.now)
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
	switch {
	case p == nil && result.Loading != nil:
		return nil, nil, notKnown(result.Loading, name)
	case p == nil:
		return nil, nil, q.noProject(result, name)
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
		if r.surface == surface.Badge && strings.HasSuffix(hr.URL.Path, ".json") {
			r.surface = surface.Endpoint
		}
		if r.pattern == everything {
			r.surface = s.surfaceOf(hr.URL.Path)
		}
		s.header(w.Header(), r.surface)
		etag := fmt.Sprintf(`W/"%s-%d-%d-%d"`, s.tag, q.snap.Revision(), s.generation(), results.Minute(q.now))
		resp, err := s.attempt(q, r)
		if err != nil {
			resp = s.problem(q, r.surface, err)
		}
		if resp.cache == "" {
			resp.cache = cacheOf(r.surface)
		}
		if q.static {
			resp.fleeting = true
			if r.surface == surface.Page {
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

// attempt answers, also if that panics.
func (s *Server) attempt(q *request, r route) (resp *response, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			s.cfg.Logger.Error("answer request", "path", q.URL.Path, "panic", trouble, "stack", string(debug.Stack()))
			err = &problem{status: http.StatusInternalServerError, text: ourFault}
		}
	}()
	return answer(q, r)
}

func answer(q *request, r route) (*response, error) {
	var err error
	q.values, err = url.ParseQuery(q.URL.RawQuery)
	if slices.Equal(r.parameters, anyParameters) {
		return r.handler(q)
	}
	if err != nil {
		return nil, parameter.Bad("query", "it can't be read: %v", err)
	}
	if err := parameter.Known(q.values, r.parameters); err != nil {
		return nil, err
	}
	return r.handler(q)
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, resp *response) {
	h := w.Header()
	h.Set("Cache-Control", resp.cache)
	if resp.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int(resp.retry/time.Second)))
	}
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
func (s *Server) header(h http.Header, to surface.Kind) {
	switch to {
	case surface.Page:
		h.Add("Vary", export.Header)
	case surface.API, surface.Endpoint, surface.Feed:
		h.Set("Access-Control-Allow-Origin", "*")
	case surface.Badge:
		// An SVG that is opened by itself is a document of ours.
		h.Set("Content-Security-Policy", "default-src 'none'; style-src "+badge.StyleHash)
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	case surface.Widget:
		h.Set("Content-Security-Policy", s.widgetPolicy())
	case surface.Builder:
		h.Set("Content-Security-Policy", pagePolicy+"; frame-src 'self'")
	}
}

func cacheOf(to surface.Kind) string {
	switch to {
	case surface.Feed:
		return shortly
	case surface.Badge, surface.Endpoint, surface.Widget:
		return badgeCache
	}
	return briefly
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
func (s *Server) surfaceOf(path string) surface.Kind {
	return surface.Of(strings.TrimPrefix(path, s.links.Prefix()))
}

// busy is the answer of each surface to a reader whom there is no room for. They are
// ready beforehand: making them would be more work.
func (s *Server) busy() http.Handler {
	made := map[surface.Kind]*response{}
	for _, to := range surface.Kinds {
		made[to] = s.problem(s.request(&http.Request{URL: &url.URL{}}), to, &problem{status: http.StatusServiceUnavailable, text: "There are too many requests at the moment. Please come back in a few seconds."})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := s.surfaceOf(r.URL.Path)
		s.header(w.Header(), to)
		s.send(w, r, made[to])
	})
}

// restricted makes answers private to readers who had to say who they are, and where what
// is shown is not for everybody: a proxy must not give them to others.
func (s *Server) restricted(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	if !s.cfg.Restricted && r.Header.Get("Authorization") == "" && (r.TLS == nil || len(r.TLS.PeerCertificates) == 0) {
		return w
	}
	return private{w}
}

type private struct{ http.ResponseWriter }

func (w private) WriteHeader(status int) {
	if cache, ok := strings.CutPrefix(w.Header().Get("Cache-Control"), "public"); ok {
		w.Header().Set("Cache-Control", "private"+cache)
	}
	w.ResponseWriter.WriteHeader(status)
}

// belowPrefix serves next below the prefix, and without it, too: many a proxy takes it
// off, and operators ask the port itself. All links have it.
func (s *Server) belowPrefix(next http.Handler) http.Handler {
	inside := http.StripPrefix(s.links.Prefix(), next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch prefix := s.links.Prefix(); {
		case prefix != "" && r.URL.Path == prefix:
			http.Redirect(w, r, s.links.Home(), http.StatusFound)
		case strings.HasPrefix(r.URL.Path, prefix+"/"):
			inside.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
