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
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	t := result.Team(q.PathValue("team"))
	if t == nil {
		return nil, notFound("There is no team %q in %s.", q.PathValue("team"), result.Goal.Title)
	}
	order, err := parseSort(q, projectSort)
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{Team: t.Name})
	g := result.Goal.Name
	p := teamPage{
		basePage: q.base(result, t.Title, ""), Heading: t.Title, Pill: statusPill(t.Declared, t.Measured),
		Since: t.Since, Approach: t.Approach,
		Hero: of.hero(), Bar: of.bar(), Beside: of.beside(), Forecast: forecast(of.n), Cycles: of.cycles(),
		InFlight: t.Counts.InFlight() > 0 && !result.Past(),
		Sorts:    sortLinks(func(sort string) string { return q.links.team(g, t.Name, "sort", sort) }, projectSort, order),
		Excerpts: s.excerpts(t.Projects...), SummaryURL: q.links.summary(g),
	}
	p.Title = windowTitle(of, t.Title+" · "+result.Goal.Title)
	p.AsOf = asOfNumbers(result, of.n, result.LoadingIn(progress.Scope{Team: t.Name}))
	p.On = of.pastNote(q.links.now().team(g, t.Name))
	p.Chart, p.Moved = of.burnup(t.Title), of.moved()
	p.Days = of.dayForm(q.links.now().team(g, t.Name))
	for _, c := range t.Contradictions {
		p.Warnings = append(p.Warnings, c.Text)
	}
	changes := of.changes((*progress.Change).InReview)
	p.Actors = of.actors()
	p.Chains, p.Pace, p.All = q.chains(result, of), of.pace(), of.inReview()
	p.Answer = result.Answer(of.Scope)
	q.sortChanges(changes, "attention")
	for _, c := range changes[:min(len(changes), longestWaits)] {
		if c.WaitsOn != "" {
			p.Waits = append(p.Waits, q.changeRow(result, c))
		}
	}
	p.Groups = q.groups(result, result.ProjectsOf(of.Scope), order)
	resp, err := s.page("team", p)
	return notKept(resp, of), err
}
