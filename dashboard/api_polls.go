package dashboard

import (
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// blockedFix is the way out for an operator when too many changes are missing.
const blockedFix = "If they are really gone, stop the server, run “headway poll --accept-missing” once, and start it again. If not, find out what hides them: a permission, an index, the query."

// apiPolls lists polls, newest first.
func (s *Server) apiPolls(q *request) (*response, error) {
	goals, err := s.chosenGoals(q)
	if err != nil {
		return nil, err
	}
	limit, err := wholeNumber(q.values, "limit", defaultLimit, maxLimit)
	if err != nil {
		return nil, err
	}
	out := api.Polls{Polls: make([]api.Poll, 0, limit), Goals: make([]api.Sync, 0, len(goals))}
	for _, p := range pollsOf(q.snap, goals) {
		if len(out.Polls) == limit {
			break
		}
		out.Polls = append(out.Polls, pollOf(p))
	}
	for _, g := range goals {
		out.Goals = append(out.Goals, q.sync(g))
	}
	return jsonResponse(out, slices.ContainsFunc(goals, func(g *progress.Goal) bool { return q.result(g).Loading != nil })), nil
}

// chosenGoals are the one that ?goal= names, or all.
func (s *Server) chosenGoals(q *request) ([]*progress.Goal, error) {
	name, err := one(q.values, "goal")
	if err != nil || name == "" {
		return s.cfg.Goals, err
	}
	if g := s.goals[name]; g != nil {
		return []*progress.Goal{g}, nil
	}
	names := make([]string, len(s.cfg.Goals))
	for i, g := range s.cfg.Goals {
		names[i] = g.Name
	}
	return nil, badParameter("goal", "there is no goal %q; there are %s", name, strings.Join(names, ", "))
}

// pollsOf are the logged polls of some goals, newest first.
func pollsOf(snap *store.Snapshot, goals []*progress.Goal) []store.Poll {
	var out []store.Poll
	for _, p := range snap.Polls() {
		if slices.ContainsFunc(goals, func(g *progress.Goal) bool { return g.Name == p.Goal }) {
			out = append(out, p)
		}
	}
	return out
}

func pollOf(p store.Poll) api.Poll {
	return api.Poll{
		ID: p.ID, Goal: p.Goal, Start: p.Start.UTC().Truncate(time.Second), DurationSeconds: p.Duration.Seconds(),
		Full: p.Full, OK: p.OK, Version: optional(p.Version), Requests: p.Requests, Bytes: p.Bytes,
		New: p.New, Changed: p.Changed, Left: p.Left, Gone: p.Gone, Pending: p.Pending, Quarantined: p.Quarantined,
		Error: optional(p.Error),
	}
}

// sync tells how far a goal is.
func (q *request) sync(g *progress.Goal) api.Sync {
	result := q.result(g)
	out := api.Sync{
		Goal: g.Name, Title: g.Title, NextPoll: optionalTime(nextPoll(q.snap, g)), Pending: q.snap.Pending(g.Name),
		Selectors: make([]api.Selector, 0, len(g.Queries)), Quarantined: []api.Suspect{}, Missing: []api.Suspect{}, Unmatched: list(result.Unmatched()),
	}
	for range q.snap.Outdated(g.Name, g.Queries) {
		out.Outdated++
	}
	for _, query := range g.Queries {
		out.Selectors = append(out.Selectors, selectorOf(q.snap.Selector(g.Name, query), g, q.now))
	}
	for i := range result.Changes {
		c := &result.Changes[i]
		if c.Quarantined != "" {
			out.Quarantined = append(out.Quarantined, q.suspect(c, c.Quarantined, time.Time{}))
		}
		if c.Missing != nil {
			out.Missing = append(out.Missing, q.suspect(c, "Gerrit answered 404 once; a second one makes it gone.", c.Missing.Since))
		}
	}
	return out
}

// nextPoll is when the next poll of a goal is due after the last one that was
// logged; zero: none was, or nothing is scheduled.
func nextPoll(snap *store.Snapshot, g *progress.Goal) time.Time {
	if g.Schedule == nil {
		return time.Time{}
	}
	for _, p := range snap.Polls() {
		if p.Goal == g.Name {
			return g.Schedule.Next(p.Start).UTC()
		}
	}
	return time.Time{}
}

func selectorOf(s store.Selector, g *progress.Goal, now time.Time) api.Selector {
	out := api.Selector{
		Project: optional(s.Project), Query: s.Query, AsOf: optionalTime(s.AsOf), Stale: g.Stale(s.AsOf, now),
		ListedAt: optionalTime(s.Listed), FailedAt: optionalTime(s.Failed), Error: optional(s.Error), Blocked: s.Blocked,
	}
	if s.AsOf.IsZero() {
		out.Loading = &api.Loading{Done: s.Done, Of: s.Of}
	}
	if s.Blocked > 0 {
		out.BlockedFix = new(blockedFix)
	}
	return out
}

func (q *request) suspect(c *progress.Change, reason string, since time.Time) api.Suspect {
	return api.Suspect{
		Number: c.Change.Number, Project: c.Change.Project, Subject: c.Subject,
		URL: q.links.change(c.Change.Project, c.Change.Number), Reason: reason, Since: optionalTime(since),
	}
}
