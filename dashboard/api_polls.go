package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/synclog"
	"github.com/eventlet-removal/headway/store"
)

// apiPolls lists polls, newest first.
func (s *Server) apiPolls(q *request) (*response, error) {
	goals, err := s.chosenGoals(q)
	if err != nil {
		return nil, err
	}
	below, err := parameter.Whole(q.values, "cursor", 0, 0)
	if err != nil {
		return nil, err
	}
	polls := synclog.Of(q.snap, goals)
	if below > 0 {
		polls = slices.DeleteFunc(polls, func(p store.Poll) bool { return p.ID >= uint64(below) })
	}
	polls, next, err := parameter.Cut(q.values, polls, func(p store.Poll) string { return strconv.FormatUint(p.ID, 10) })
	if err != nil {
		return nil, err
	}
	out := api.Polls{Polls: make([]api.Poll, 0, len(polls)), NextCursor: next, Goals: make([]api.Sync, 0, len(goals))}
	for _, p := range polls {
		out.Polls = append(out.Polls, api.PollOf(p))
	}
	for _, g := range goals {
		out.Goals = append(out.Goals, api.SyncOf(q.result(g), q.snap, q.now, q.links, q.server.cfg.HidePeople))
	}
	return jsonResponse(out, slices.ContainsFunc(goals, func(g *progress.Goal) bool { return q.result(g).Loading != nil })), nil
}

// chosenGoals are the one that ?goal= names, or all.
func (s *Server) chosenGoals(q *request) ([]*progress.Goal, error) {
	name, err := parameter.One(q.values, "goal")
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
	return nil, parameter.Bad("goal", "there is no goal %q; there are %s", name, strings.Join(names, ", "))
}
