package dashboard

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/answers"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// Source is where snapshots come from; a *store.DB is one.
type Source interface {
	Snapshot() *store.Snapshot // never nil
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
	Version        string       // shown at the foot of each page
	Notice         string       // shown at the head of each page, such as "synthetic data"
	Metrics        http.Handler // answers /metrics below the prefix; nil: there is no such address
	CacheSize      int64        // bytes of answers that are kept at most; 0: none are

	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: nothing is logged
}

// Server answers requests. It may be used by many goroutines.
type Server struct {
	cfg     Config
	src     Source
	links   link.Links
	results *results
	goals   map[string]*progress.Goal // by name
	site    http.Handler              // makes all answers
	answers *answers.Cache

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
		cfg:     cfg,
		src:     src,
		links:   link.New(cfg.ExternalURL, cfg.Gerrit),
		results: newResults(),
		goals:   make(map[string]*progress.Goal, len(cfg.Goals)),
		tag:     rand.Text()[:8],
	}
	for _, g := range cfg.Goals {
		if s.goals[g.Name] != nil {
			return nil, fmt.Errorf("dashboard: goal %q is configured twice", g.Name)
		}
		s.goals[g.Name] = g
	}
	s.site = s.belowPrefix(s.mux())
	s.answers = answers.New(answers.Config{
		Maker: s.site, Version: s.version, Headers: []string{export.Header}, Bytes: cfg.CacheSize, Now: cfg.Now, Logger: cfg.Logger,
	})
	return s, nil
}

// Run makes the answers that readers come back to again when they have changed,
// before somebody asks. It returns nil when ctx is cancelled. Without it they are
// made when somebody does.
func (s *Server) Run(ctx context.Context) error { return s.answers.Run(ctx) }

func (s *Server) String() string { return "answers" }

// Handler answers all addresses: pages, API, badges, style, /-/healthy, /-/ready
// and, if cfg.Metrics is set, /metrics. All of them lie below the prefix, the path
// of cfg.ExternalURL; "/" itself leads there.
//
// Answers are kept for as long as they would be the same. What operators ask is
// answered anew each time, however much there is to do.
func (s *Server) Handler() http.Handler {
	return s.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if form := r.Header.Get(export.Header); form != "" && form != export.Static {
			r = r.Clone(r.Context()) // to be one with those who ask for no form
			r.Header.Del(export.Header)
		}
		switch strings.TrimPrefix(r.URL.Path, s.links.Prefix()) {
		case "/-/healthy", "/-/ready", "/metrics":
			s.site.ServeHTTP(w, r)
		default:
			s.answers.ServeHTTP(w, r)
		}
	}))
}

func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle("GET "+r.pattern, s.serve(r))
	}
	mux.Handle("GET /-/static/{file}", http.HandlerFunc(s.static))
	mux.Handle("GET /embed.js", http.HandlerFunc(s.embedScript))
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics)
	}
	return mux
}

// route is one address.
type route struct {
	pattern    string // of http.ServeMux, without the method: all are GET and HEAD
	surface    surface
	handler    func(*request) (*response, error)
	parameters []string // that its query may have
}

// routes are all addresses that are answered from a snapshot. They have to be of
// the same depth or clearly apart: a pattern that overlaps another without being
// narrower makes ServeMux panic, and one without a method would take the 405s away.
func (s *Server) routes() []route {
	return []route{
		{"/{$}", pages, s.index, []string{"sort", onParameter}},
		{"/{goal}", pages, s.addSlash, nil},
		{"/{goal}/{$}", pages, s.summary, []string{"sort", onParameter}},
		{"/{goal}/projects/{project...}", pages, s.project, []string{onParameter}},
		{"/{goal}/teams/{team}", pages, s.team, []string{"sort", onParameter}},
		{"/{goal}/changes", pages, s.changes, append([]string{"sort", "page", onParameter}, filterParameters...)},
		{"/{goal}/changes.csv", pages, s.changesCSV, append([]string{"sort", "bom", onParameter}, filterParameters...)},
		{"/{goal}/attention", pages, s.attention, []string{"project", "team"}},
		{"/{goal}/states", pages, s.states, nil},
		{"/{goal}/testimonials", pages, s.testimonials, nil},
		{"/polls", pages, s.polls, []string{"goal", "page"}},

		{"/{goal}/badge.svg", badges, s.fallback(s.goalBadge), badgeParameters},
		{"/{goal}/badge.json", endpoints, s.fallback(s.goalBadge), badgeParameters},
		{"/{goal}/badge/{project...}", badges, s.fallback(s.projectBadge), badgeParameters},
		{"/{goal}/embed", widgets, s.fallback(s.goalWidget), []string{"changes", "theme"}},
		{"/{goal}/embed/{project...}", widgets, s.fallback(s.projectWidget), []string{"theme"}},
		{"/embeds", builder, s.embeds, embedsParameters},

		{"/api/v1/goals", apiJSON, s.apiGoals, nil},
		{"/api/v1/goals/{goal}", apiJSON, s.apiSummary, []string{onParameter}},
		{"/api/v1/goals/{goal}/projects/{project...}", apiJSON, s.apiProject, []string{onParameter}},
		{"/api/v1/goals/{goal}/count", apiJSON, s.apiCount, nil},
		{"/api/v1/goals/{goal}/count/{project...}", apiJSON, s.apiProjectCount, nil},
		{"/api/v1/goals/{goal}/changes", apiJSON, s.apiChanges, append([]string{"limit", "cursor", onParameter}, filterParameters...)},
		{"/api/v1/goals/{goal}/history", apiJSON, s.apiHistory, historyParameters},

		{"/api/v1/polls", apiJSON, s.apiPolls, []string{"goal", "limit"}},

		{"/-/healthy", plain, s.healthy, nil},
		{"/-/ready", plain, s.ready, nil},
		{"/api/v1/{rest...}", apiJSON, s.unknownAddress, anyParameters},
		{"/{rest...}", pages, s.unknownAddress, anyParameters},
	}
}

// healthy answers as long as the process does.
func (s *Server) healthy(*request) (*response, error) {
	return &response{contentType: textType, body: []byte("headway is healthy.\n"), cache: noStore}, nil
}

// ready reports whether every goal has had one complete round, if only on disk.
// Staleness is no reason not to be ready: the last known numbers are still there.
func (s *Server) ready(q *request) (*response, error) {
	for _, g := range s.cfg.Goals {
		if q.result(g).AsOf.IsZero() {
			return &response{
				status: http.StatusServiceUnavailable, contentType: textType, cache: noStore,
				body: fmt.Appendf(nil, "headway is not ready: goal %s has had no complete round yet.\n", g.Name),
			}, nil
		}
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

func (s *Server) unknownAddress(q *request) (*response, error) {
	return nil, notFound("There is nothing at %s.", q.URL.Path)
}
