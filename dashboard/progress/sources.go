package progress

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// source is one of the goal's queries and how far the store is with it.
type source struct {
	query string
	store.Selector
}

func (s source) complete() bool { return !s.AsOf.IsZero() }

// sources are the selectors, by the project that each answers for.
type sources struct {
	goal  source
	own   map[string]source
	names []string // projects with their own selector, in the order of the queries
}

func newSources(g *Goal, selectors []store.Selector) sources {
	s := sources{own: map[string]source{}}
	for i, q := range g.Queries {
		src := source{query: q.Text}
		if i < len(selectors) {
			src.Selector = selectors[i]
		}
		if q.Project == "" {
			s.goal = src
			continue
		}
		s.own[q.Project] = src
		s.names = append(s.names, q.Project)
	}
	return s
}

func (s *sources) of(project string) source {
	if own, ok := s.own[project]; ok {
		return own
	}
	return s.goal
}

func (s *sources) loading(project string) bool { return !s.of(project).complete() }

// loadingProjects are those whose own selector never completed, by name.
func (s *sources) loadingProjects() []string {
	var names []string
	for _, p := range s.names {
		if !s.own[p].complete() {
			names = append(names, p)
		}
	}
	slices.Sort(names)
	return names
}

// search is the query that finds the members of some projects: in full for those
// with their own selector, the goal's narrowed to the others.
func (s *sources) search(projects []string) string {
	var alternatives, narrowed []string
	for _, p := range projects {
		if _, ok := s.own[p]; !ok {
			narrowed = append(narrowed, "project:"+query.Quote(p))
		}
	}
	if len(narrowed) > 0 {
		alternatives = append(alternatives, query.Group(s.goal.query)+" "+query.Any(narrowed...))
	}
	for _, p := range projects {
		if own, ok := s.own[p]; ok {
			alternatives = append(alternatives, own.query)
		}
	}
	return query.Either(alternatives...)
}

// searchAll is the query that finds every member that is not loading. The goal's
// own text already leaves out projects with their own selector, so a loading one
// is left out by not being added.
func (s *sources) searchAll() string {
	alternatives := []string{s.goal.query}
	for _, p := range s.names {
		if s.own[p].complete() {
			alternatives = append(alternatives, s.own[p].query)
		}
	}
	return query.Either(alternatives...)
}

// oldest is the as-of time of a sum: of the oldest selector behind it.
func (s *sources) oldest(projects []string, now time.Time) time.Time {
	var at time.Time
	for _, p := range projects {
		if src := s.of(p); src.complete() && (at.IsZero() || older(src.AsOf, at, now)) {
			at = src.AsOf
		}
	}
	return at
}

// oldestOfAll is the as-of time of the goal.
func (s *sources) oldestOfAll(now time.Time) time.Time {
	at := s.goal.AsOf
	for _, own := range s.own {
		if own.complete() && older(own.AsOf, at, now) {
			at = own.AsOf
		}
	}
	return at
}

// older reports whether a is an older as-of time than b. One that is Ahead, of unknown
// age, counts as the oldest.
func older(a, b, now time.Time) bool {
	if Ahead(a, now) != Ahead(b, now) {
		return Ahead(a, now)
	}
	return a.Before(b)
}

// maxAhead is how much later than now an as-of time may be: clocks are adjusted.
const maxAhead = time.Minute

// Ahead reports whether an as-of time is still to come: the clock was set back since,
// and how old the numbers are is not known.
func Ahead(asOf, now time.Time) bool { return asOf.Sub(now) > maxAhead }

// Stale reports whether numbers as of a time are too old: at least one whole poll was
// due and should have ended since, or the time is Ahead. Numbers that were never
// complete are loading, not stale.
func (g *Goal) Stale(asOf, now time.Time) bool {
	at := g.StaleAfter(asOf)
	return !asOf.IsZero() && (Ahead(asOf, now) || !at.IsZero() && now.After(at))
}

// StaleAfter is when numbers as of a time become stale, if no others come; zero: never.
func (g *Goal) StaleAfter(asOf time.Time) (at time.Time) {
	if !asOf.IsZero() && g.Schedule != nil {
		at = g.Schedule.Next(asOf)
	}
	if !at.IsZero() {
		at = g.Schedule.Next(at)
	}
	if at.IsZero() {
		return at
	}
	return at.Add(g.Timeout)
}
