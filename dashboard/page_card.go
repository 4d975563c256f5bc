package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/card"
	"github.com/eventlet-removal/headway/dashboard/embeds"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// cardLink is the picture that others show where they link a page.
type cardLink struct {
	URL           string
	Alt           string
	Width, Height int
}

// cardLink is the goal's; nil while there is nothing to show, on past days, and where
// nobody knows our address: those who read it want a whole one.
func (q *request) cardLink(result *progress.Result) *cardLink {
	live := q.links.Now()
	if live.External() == "" || result.Past() || result.Loading != nil {
		return nil
	}
	return &cardLink{
		URL: live.Absolute(live.Card(result.Goal.Name)), Alt: embeds.InWords(embeds.Subject{Result: result}.Card()),
		Width: card.Width, Height: card.Height,
	}
}

// card answers with the goal's picture.
func (s *Server) card(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	if q.links.External() == "" {
		return nil, notFound("There is no card: this headway was not told its external address.")
	}
	resp := &response{contentType: pngType, body: s.cards.PNG(result.Goal.Name, embeds.Subject{Result: result}.Card()), cache: badgeCache}
	if result.Loading != nil {
		resp.cache = noStore
	}
	return resp, nil
}
