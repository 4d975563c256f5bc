package dashboard

type indexPage struct {
	basePage
	Heading string
	Goals   []goalCard
}

// goalCard is a goal among others.
type goalCard struct {
	ID      string
	Name    string
	URL     string
	Hero    hero
	Bar     bar
	AsOf    *asOf
	Polls   string
	Actors  []actor // those on whom something waits
	Act     string  // the page that tells who must act
	Empty   string  // the selector of a goal without changes
	Loading bool
}

// index is the list of goals, or the summary of the only one: nobody shall click
// through a list of one.
func (s *Server) index(q *request) (*response, error) {
	if len(s.cfg.Goals) == 1 {
		v, err := q.at(q.view(s.cfg.Goals[0]))
		if err != nil {
			return nil, err
		}
		return s.summaryPage(q, v)
	}
	if _, err := parseSort(q, []sortKey{{"", ""}}); err != nil {
		return nil, badParameter("sort", "this list has one order")
	}
	if q.values.Has(onParameter) {
		return nil, badParameter(onParameter, "this list is of now; ask a goal for its past")
	}
	p := indexPage{basePage: s.base(nil, "All goals", "index"), Heading: "All goals"}
	loading := false
	for _, g := range s.cfg.Goals {
		card := s.goalCard(q.view(g))
		loading = loading || card.Loading
		p.Goals = append(p.Goals, card)
	}
	resp, err := s.page("index", p)
	if resp != nil && loading {
		resp.cache = noStore
	}
	return resp, err
}

func (s *Server) goalCard(v *view) goalCard {
	of := s.goalScope(v)
	card := goalCard{
		ID: "goal-" + v.goal.Name, Name: v.goal.Title, URL: s.links.summary(v.goal.Name), Hero: of.hero(), Bar: of.bar(),
		AsOf: asOfNumbers(v, of.n, v.result.LoadingProjects), Polls: s.links.polls("goal", v.goal.Name),
		Act: s.links.attention(v.goal.Name), Loading: of.n.Loading != nil,
	}
	for _, a := range of.actors() {
		if a.URL != "" {
			card.Actors = append(card.Actors, a)
		}
	}
	if !card.Loading && len(v.result.Changes) == 0 {
		card.Empty = v.goal.Selector
	}
	return card
}
