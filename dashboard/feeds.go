package dashboard

import "github.com/eventlet-removal/headway/dashboard/feed"

// feedParameters choose a part of a goal.
var feedParameters = []string{"project", "team"}

func (s *Server) feedAtom(q *request) (*response, error) {
	return q.feed(feed.AtomType, feed.Feed.AsAtom)
}

func (s *Server) feedJSON(q *request) (*response, error) {
	return q.feed(feed.JSONType, feed.Feed.AsJSON)
}

func (q *request) feed(contentType string, as func(feed.Feed) ([]byte, error)) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	of, err := q.askedScope(result)
	if err != nil {
		return nil, err
	}
	body, err := as(feed.Of(result, of.Scope, q.links, q.server.person))
	return notKept(&response{contentType: contentType, body: body}, of), err
}

// feedLink is a feed as the head of a page names it.
type feedLink struct{ Type, Title, URL string }

// feeds are those of a page's goal, project or team.
func (s scope) feeds() []feedLink {
	g, title := s.result.Goal, s.result.Goal.Title
	if only := s.only(); only != "" {
		title = only + " · " + title
	}
	return []feedLink{
		{"application/atom+xml", title, s.links.FeedAtom(g.Name, s.Project, s.Team)},
		{"application/feed+json", title, s.links.FeedJSON(g.Name, s.Project, s.Team)},
	}
}
