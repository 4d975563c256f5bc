package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

type indexPage struct {
	basePage
	Heading string
	Count   int
	Goals   []goalCard   // a few, each with all that matters
	Table   projectTable // or many, a row each
}

// mostCards is how many goals are shown as cards: more of them fill screens.
const mostCards = 4

var goalColumns = []order.Column{
	{Text: "Goal", Class: "what"}, {Text: "Merged", Class: "share"}, {Text: "12 months", Class: "year"},
	{Text: "Not merged", Class: "num"}, {Text: "Longest wait", Class: "wait"}, {Text: "Last merge", Class: "last"},
}

// goalCard is a goal among others.
type goalCard struct {
	ID       string
	Name     string
	URL      string
	Headline headline
	Bar      bar
	AsOf     *asOf
	Polls    string
	Actors   []actor // those on whom something waits
	Act      string  // the page that tells who must act
	Empty    string  // the selector of a goal without changes
	unjudged
	Loading bool
}

// index is the list of goals, or the summary of the only one: nobody shall click
// through a list of one.
func (s *Server) index(q *request) (*response, error) {
	if len(s.cfg.Goals) == 1 {
		result, err := q.at(q.result(s.cfg.Goals[0]))
		if err != nil {
			return nil, err
		}
		return q.summaryPage(result)
	}
	for _, name := range []string{"sort", "status", "find"} {
		if q.values.Has(name) {
			return nil, parameter.Bad(name, "this is a list of goals; ask a goal for its projects")
		}
	}
	if q.values.Has(onParameter) {
		return nil, parameter.Bad(onParameter, "this list is of now; ask a goal for its past")
	}
	p := indexPage{basePage: q.base(nil, "All goals", "index"), Heading: "All goals", Count: len(s.cfg.Goals)}
	loading := false
	for _, g := range s.cfg.Goals {
		result := q.result(g)
		of := q.scope(result, progress.Scope{})
		loading = loading || of.n.Loading != nil
		if len(s.cfg.Goals) > mostCards {
			p.Table.Rows = append(p.Table.Rows, q.goalRow(of))
		} else {
			p.Goals = append(p.Goals, q.goalCard(of))
		}
	}
	p.Table.Heads = order.Heads(goalColumns, "", nil)
	p.Table.drawYears()
	resp, err := q.page("index", p)
	if resp != nil && loading {
		resp.cache = noStore
	}
	return resp, err
}

func (q *request) goalRow(of scope) row {
	g := of.result.Goal
	r := q.row(of, progress.Status{})
	r.Name, r.URL, r.Waits = g.Title, q.links.Summary(g.Name), longestWait(of)
	r.AsOf, r.Polls = asOfNumbers(of.result, of.n, of.result.LoadingProjects), q.links.Polls("goal", g.Name)
	return r
}

func (q *request) goalCard(of scope) goalCard {
	result := of.result
	card := goalCard{
		ID: "goal-" + result.Goal.Name, Name: result.Goal.Title, URL: q.links.Summary(result.Goal.Name), Headline: of.headline(), Bar: of.bar(),
		AsOf: asOfNumbers(result, of.n, result.LoadingProjects), Polls: q.links.Polls("goal", result.Goal.Name),
		Act: q.links.Attention(result.Goal.Name), Loading: of.n.Loading != nil,
	}
	for _, a := range of.actors() {
		if a.URL != "" {
			card.Actors = append(card.Actors, a)
		}
	}
	if !card.Loading && !result.Past() {
		card.unjudged = unjudgedOf(result.InReview(of.Scope))
	}
	if !card.Loading && len(result.Changes) == 0 {
		card.Empty = result.Goal.Selector
	}
	return card
}
