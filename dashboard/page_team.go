package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// longestWaits is how many of the changes that wait longest a team's page names.
const longestWaits = 10

type teamPage struct {
	basePage
	Heading    string
	Answer     string
	Pill       pill
	Since      string
	Approach   string
	Warnings   []string
	Hero       hero
	Bar        bar
	Actors     []actor
	InFlight   bool
	Forecast   string
	Cycles     []cycleRow
	Chart      *burnup
	Days       *dayForm
	Moved      *moved
	Groups     []group
	Sorts      []navLink
	Chains     *chains
	Pace       *paceBox
	Beside     beside
	Excerpts   []excerpt
	Waits      []changeRow // those that wait longest
	All        figure      // how many there are
	SummaryURL string
}

// team shows the projects of a team, and their sum.
func (s *Server) team(q *request) (*response, error) {
	v, err := q.goal()
	if err != nil {
		return nil, err
	}
	t := v.result.Team(q.PathValue("team"))
	if t == nil {
		return nil, notFound("There is no team %q in %s.", q.PathValue("team"), v.goal.Title)
	}
	s = s.at(v)
	order, err := parseSort(q, projectSort)
	if err != nil {
		return nil, err
	}
	of := s.teamScope(v, t)
	g := v.goal.Name
	p := teamPage{
		basePage: s.base(v, t.Title, ""), Heading: t.Title, Pill: statusPill(t.Declared, t.Measured),
		Since: t.Since, Approach: t.Approach,
		Hero: of.hero(), Bar: of.bar(), Beside: of.beside(), Forecast: forecast(of.n), Cycles: of.cycles(),
		InFlight: t.Counts.InFlight() > 0 && !v.result.Past(),
		Sorts:    sortLinks(func(sort string) string { return s.links.team(g, t.Name, "sort", sort) }, projectSort, order),
		Excerpts: s.excerpts(t.Projects...), SummaryURL: s.links.summary(g),
	}
	p.Title = windowTitle(of, t.Title+" · "+v.goal.Title)
	p.AsOf = asOfNumbers(v, of.n, v.result.LoadingIn(progress.Scope{Team: t.Name}))
	p.On = v.pastNote(of.Scope, s.links.now().team(g, t.Name))
	p.Chart, p.Moved = of.burnup(t.Title), of.moved()
	p.Days = v.dayForm(of.Scope, s.links.now().team(g, t.Name))
	for _, c := range t.Contradictions {
		p.Warnings = append(p.Warnings, c.Text)
	}
	changes := of.changes((*progress.Change).InReview)
	p.Actors = of.actors()
	p.Chains, p.Pace, p.All = s.chains(q, v, of), of.pace(), of.inReview()
	p.Answer = v.result.Answer(of.Scope)
	s.sortChanges(changes, "attention")
	for _, c := range changes[:min(len(changes), longestWaits)] {
		if c.WaitsOn != "" {
			p.Waits = append(p.Waits, s.changeRow(v, c))
		}
	}
	p.Groups = s.groups(v, v.result.ProjectsOf(of.Scope), order)
	resp, err := s.page("team", p)
	return notKept(resp, of), err
}
