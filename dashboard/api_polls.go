package dashboard

import (
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

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
		out.Polls = append(out.Polls, api.PollOf(p))
	}
	for _, g := range goals {
		out.Goals = append(out.Goals, api.SyncOf(q.result(g), q.snap, q.now, q.links, q.server.cfg.HidePeople))
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
