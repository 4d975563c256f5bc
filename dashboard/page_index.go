package dashboard

import "github.com/eventlet-removal/headway/dashboard/progress"

type indexPage struct {
	basePage
	Heading string
	Goals   []goalCard
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
	Loading  bool
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
	if _, err := parseSort(q, []sortKey{{"", ""}}); err != nil {
		return nil, badParameter("sort", "this list has one order")
	}
	if q.values.Has(onParameter) {
		return nil, badParameter(onParameter, "this list is of now; ask a goal for its past")
	}
	p := indexPage{basePage: q.base(nil, "All goals", "index"), Heading: "All goals"}
	loading := false
	for _, g := range s.cfg.Goals {
		card := q.goalCard(q.result(g))
		loading = loading || card.Loading
		p.Goals = append(p.Goals, card)
	}
	resp, err := q.page("index", p)
	if resp != nil && loading {
		resp.cache = noStore
	}
	return resp, err
}

func (q *request) goalCard(result *progress.Result) goalCard {
	of := q.scope(result, progress.Scope{})
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
	if !card.Loading && len(result.Changes) == 0 {
		card.Empty = result.Goal.Selector
	}
	return card
}
