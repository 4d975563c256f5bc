package dashboard

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/answers"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/card"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/metrics"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/pasted"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/results"
	"github.com/eventlet-removal/headway/dashboard/surface"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// Source is where snapshots come from; a *store.DB is one.
type Source interface {
	Snapshot() *store.Snapshot // never nil
	InPlace() error            // what keeps polls from being stored; nil: nothing
}

// Config says what is shown and how. Only Goals and Gerrit are required.
type Config struct {
	Goals       []*progress.Goal // at least one, in the order they are shown
	Gerrit      string           // base URL, for links
	ExternalURL *url.URL         // where readers find us; its path is the prefix of all addresses

	// Testimonials are the pages on which people tell of their migration, as they were
	// last read; nil: nobody reads any. It is asked at each request, so it must be
	// quick, and what it returns must not change afterwards.
	Testimonials func() testimonials.Set

	FrameAncestors []string     // origins that may frame our widgets; none: nobody may
	HidePeople     bool         // show no names of people anywhere
	Restricted     bool         // no proxy may give an answer to others: what is shown is not for everybody
	Version        string       // shown at the foot of each page
	Notice         string       // shown at the head of each page, such as "synthetic data"
	Metrics        http.Handler // answers /metrics below the prefix; nil: there is no such address
	OperatorsApart bool         // what operators ask is answered by Operators, not by Handler
	CacheSize      int64        // bytes of answers that are kept at most; 0: none are

	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: nothing is logged
}

// Server answers requests. It may be used by many goroutines.
type Server struct {
	cfg      Config
	src      Source
	links    link.Links
	results  *results.Cache
	goals    map[string]*progress.Goal // by name
	site     http.Handler              // makes all answers of Handler
	answers  *answers.Cache
	cards    card.Deck
	requests *metrics.Requests

	versions versions

	// tag begins every ETag. A snapshot's revision starts anew with the process, so
	// it alone would let an answer of an earlier one pass for ours.
	tag string
}

// New prepares a server. The slices and goals of cfg must not change afterwards.
func New(cfg Config, src Source) (*Server, error) {
	if len(cfg.Goals) == 0 {
		return nil, errors.New("dashboard: no goals")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		cfg:      cfg,
		src:      src,
		links:    link.New(cfg.ExternalURL, cfg.Gerrit),
		results:  results.New(),
		goals:    make(map[string]*progress.Goal, len(cfg.Goals)),
		tag:      rand.Text()[:8],
		requests: metrics.NewRequests(),
	}
	for _, g := range cfg.Goals {
		if s.goals[g.Name] != nil {
			return nil, fmt.Errorf("dashboard: goal %q is configured twice", g.Name)
		}
		s.goals[g.Name] = g
	}
	s.site = s.belowPrefix(s.mux())
	s.answers = answers.New(answers.Config{
		Maker: s.site, Version: s.version, Headers: []string{export.Header}, Bytes: cfg.CacheSize, Now: cfg.Now, Logger: cfg.Logger, Busy: s.busy(),
	})
	return s, nil
}

// Run makes the answers that readers come back to again when they have changed,
// before somebody asks. It returns nil when ctx is cancelled. Without it they are
// made when somebody does.
func (s *Server) Run(ctx context.Context) error { return s.answers.Run(ctx) }

func (s *Server) String() string { return "answers" }

// Result is what a configured goal amounts to now. It is the one that all answers are
// made from, so it costs what moved since the last, and must not be changed.
func (s *Server) Result(goal string) *progress.Result {
	return s.results.Of(s.goals[goal], s.src.Snapshot(), s.cfg.Now())
}

// Handler answers all addresses: pages, API, badges, style, /-/healthy, /-/ready
// and, if cfg.Metrics is set, /metrics. All of them lie below the prefix, the path
// of cfg.ExternalURL, and answer without it as well.
//
// Answers are kept for as long as they would be the same. What operators ask is
// answered anew each time, however much there is to do.
func (s *Server) Handler() http.Handler {
	return s.requests.Count(s.links.Prefix(), s.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if form := r.Header.Get(export.Header); form != "" && form != export.Static {
			r = r.Clone(r.Context()) // to be one with those who ask for no form
			r.Header.Del(export.Header)
		}
		address := s.meant(*r.URL)
		if address.Path != r.URL.Path {
			http.Redirect(w, r, address.String(), http.StatusMovedPermanently)
			return
		}
		if address.RawQuery != r.URL.RawQuery {
			r = r.Clone(r.Context())
			r.URL.RawQuery = address.RawQuery
		}
		switch strings.TrimPrefix(r.URL.Path, s.links.Prefix()) {
		case "/-/healthy", "/-/ready", "/metrics":
			s.site.ServeHTTP(w, r)
		default:
			s.answers.ServeHTTP(s.restricted(w, r), r)
		}
	})))
}

// Operators answers what operators ask, and nothing else: /-/healthy, /-/ready and, if
// cfg.Metrics is set, /metrics.
func (s *Server) Operators() http.Handler {
	mux := http.NewServeMux()
	s.forOperators(mux)
	mux.Handle("GET /{rest...}", s.serve(route{"", surface.Plain, s.unknownAddress, anyParameters}))
	return s.requests.Count(s.links.Prefix(), s.guard(s.belowPrefix(mux)))
}

// meant is an address as whoever pasted it meant it: of a page without a slash at its end
// and without trackers. Another path has the prefix, also where a proxy takes it off.
func (s *Server) meant(u url.URL) url.URL {
	below, inside := strings.CutPrefix(u.Path, s.links.Prefix())
	if !inside || !strings.HasPrefix(below, "/") {
		below = u.Path
	}
	path := below
	if u.RawPath == "" || strings.HasSuffix(below, "/") {
		path = pasted.Clean(below)
	}
	name, page, _ := strings.Cut(path[min(1, len(path)):], "/")
	page, _, _ = strings.Cut(page, "/")
	// What others embed has one address: many of those who load it follow no other.
	if name == "polls" || name == "embeds" || s.goals[name] != nil && page != "" && page != "badge" && page != "embed" {
		path = strings.TrimSuffix(path, "/")
	}
	if s.surfaceOf(u.Path) == surface.Page {
		u.RawQuery = pasted.Query(u.RawQuery)
	}
	if path != below {
		u.Path, u.RawPath = s.links.Prefix()+path, ""
	}
	return u
}

func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle("GET "+r.pattern, s.serve(r))
	}
	mux.Handle("GET /-/static/{file}", http.HandlerFunc(s.static))
	mux.Handle("GET /embed.js", http.HandlerFunc(s.embedScript))
	if !s.cfg.OperatorsApart {
		s.forOperators(mux)
	}
	return mux
}

// forOperators adds what operators ask.
func (s *Server) forOperators(mux *http.ServeMux) {
	mux.Handle("GET /-/healthy", s.serve(route{"", surface.Plain, s.healthy, nil}))
	mux.Handle("GET /-/ready", s.serve(route{"", surface.Plain, s.ready, nil}))
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics)
	}
}

// route is one address.
type route struct {
	pattern    string // of http.ServeMux, without the method: all are GET and HEAD
	surface    surface.Kind
	handler    func(*request) (*response, error)
	parameters []string // that its query may have
}

// everything is the pattern of what no other matches; its surface is that of the address.
const everything = "/{rest...}"

// routes are all addresses that are answered from a snapshot. They have to be of
// the same depth or clearly apart: a pattern that overlaps another without being
// narrower makes ServeMux panic, and one without a method would take the 405s away.
func (s *Server) routes() []route {
	return []route{
		{"/{$}", surface.Page, s.index, projectParameters},
		{"/{goal}", surface.Page, s.addSlash, nil},
		{"/{goal}/{$}", surface.Page, s.summary, projectParameters},
		{"/{goal}/projects/{project...}", surface.Page, s.carried(s.project), []string{onParameter, "format"}},
		{"/{goal}/projects", surface.Page, s.toProjects, nil},
		{"/{goal}/teams", surface.Page, s.toProjects, nil},
		{"/{goal}/teams/{team}", surface.Page, s.carried(s.team), append([]string{"format"}, projectParameters...)},
		{"/{goal}/changes", surface.Page, s.changes, append([]string{"sort", "page", onParameter}, filter.Parameters...)},
		{"/{goal}/changes.csv", surface.Page, s.changesCSV, append([]string{"sort", "bom", onParameter}, filter.Parameters...)},
		{"/{goal}/history.csv", surface.Page, s.historyCSV, append([]string{"bom"}, historyParameters...)},
		{"/{goal}/projects.csv", surface.Page, s.projectsCSV, []string{"bom", onParameter}},
		{"/{goal}/go", surface.Page, s.goTo, []string{"project", onParameter}},
		{"/{goal}/attention", surface.Page, s.attention, []string{"project", "team"}},
		{"/{goal}/summary.txt", surface.Page, s.summaryText, []string{onParameter}},
		{"/{goal}/summary.md", surface.Page, s.summaryMarkdown, []string{onParameter}},
		{"/{goal}/report", surface.Page, s.report, reportParameters},
		{"/{goal}/states", surface.Page, s.states, nil},
		{"/{goal}/testimonials", surface.Page, s.testimonials, nil},
		{"/polls", surface.Page, s.polls, []string{"goal", "page"}},

		{"/{goal}/badge.svg", surface.Badge, s.fallback(s.goalBadge), badgeParameters},
		{"/{goal}/badge.json", surface.Endpoint, s.fallback(s.goalBadge), badgeParameters},
		{"/{goal}/badge/{project...}", surface.Badge, s.fallback(s.projectBadge), badgeParameters},
		{"/{goal}/embed", surface.Widget, s.fallback(s.goalWidget), []string{"changes", "theme"}},
		{"/{goal}/embed/{project...}", surface.Widget, s.fallback(s.projectWidget), []string{"theme"}},
		{"/embeds", surface.Builder, s.builder, embedsParameters},

		{"/{goal}/feed.atom", surface.Feed, s.feedAtom, feedParameters},
		{"/{goal}/feed.json", surface.Feed, s.feedJSON, feedParameters},

		{"/api/v1/goals", surface.API, s.apiGoals, nil},
		{"/api/v1/goals/{goal}", surface.API, s.apiSummary, []string{onParameter}},
		{"/api/v1/goals/{goal}/projects/{project...}", surface.API, s.apiProject, []string{onParameter}},
		{"/api/v1/goals/{goal}/count", surface.API, s.apiCount, nil},
		{"/api/v1/goals/{goal}/count/{project...}", surface.API, s.apiProjectCount, nil},
		{"/api/v1/goals/{goal}/changes", surface.API, s.apiChanges, slices.Concat(parameter.List, []string{onParameter}, filter.Parameters)},
		{"/api/v1/goals/{goal}/history", surface.API, s.apiHistory, historyParameters},
		{"/api/v1/goals/{goal}/report", surface.API, s.apiReport, apiReportParameters},
		{"/api/v1/goals/{goal}/testimonials", surface.API, s.apiTestimonials, parameter.List},
		{"/api/v1/polls", surface.API, s.apiPolls, append([]string{"goal"}, parameter.List...)},
		{"/api/v1/openapi.json", surface.API, s.apiDocument, nil},
		{"/api/v1/{$}", surface.Page, s.apiGuide, nil},
		{"/api", surface.Page, s.toAPI, nil},
		{"/api/{$}", surface.Page, s.toAPI, nil},

		{"/{goal}/card.png", surface.Plain, s.card, nil},
		{"/-/portrait/{name}", surface.Plain, s.portrait, nil},
		{everything, surface.Page, s.unknownAddress, anyParameters},
	}
}

// healthy answers as long as the process does.
func (s *Server) healthy(*request) (*response, error) {
	return &response{contentType: textType, body: []byte("headway is healthy.\n"), cache: noStore}, nil
}

// ready reports whether polls can be stored, and every goal has had one complete round, if
// only on disk. Staleness is no reason not to be ready: the last known numbers are still
// there. Where the database lies is for the log.
func (s *Server) ready(q *request) (*response, error) {
	lacking := ""
	for _, g := range s.cfg.Goals {
		if lacking == "" && q.result(g).AsOf.IsZero() {
			lacking = fmt.Sprintf("goal %s has had no complete round yet", g.Name)
		}
	}
	if s.src.InPlace() != nil {
		lacking = "its database file was removed or replaced, so nothing is stored; the log names it"
	}
	if lacking != "" {
		return &response{
			status: http.StatusServiceUnavailable, contentType: textType, cache: noStore,
			body: fmt.Appendf(nil, "%s%s.\n", api.NotReady, lacking),
		}, nil
	}
	return &response{contentType: textType, body: []byte("headway is ready.\n"), cache: noStore}, nil
}

// addSlash leads /{goal} to /{goal}/.
func (s *Server) addSlash(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return &response{status: http.StatusMovedPermanently, location: q.links.Summary(result.Goal.Name), cache: shortly}, nil
}

// toProjects leads an address that somebody has cut short to the table of projects and
// teams.
func (s *Server) toProjects(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return &response{status: http.StatusMovedPermanently, location: q.links.Summary(result.Goal.Name) + "#projects", cache: shortly}, nil
}

// toAPI leads to the description of the API.
func (s *Server) toAPI(q *request) (*response, error) {
	return &response{status: http.StatusMovedPermanently, location: q.links.API(), cache: shortly}, nil
}

func (s *Server) unknownAddress(q *request) (*response, error) {
	return nil, notFound("There is nothing at %s.", q.URL.Path)
}
