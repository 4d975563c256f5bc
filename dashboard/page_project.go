package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
)

type projectPage struct {
	basePage
	Name       string
	Answer     string
	Pill       pill
	Measured   string // what now
	Since      string
	Approach   string
	Warnings   []string
	Teams      []navLink
	Hero       hero
	Bar        bar
	Actors     []actor
	InFlight   bool
	Forecast   string
	Cycles     []cycleRow
	Chart      *burnup
	Days       *dayForm
	Moved      *moved
	Review     []section // what is in review
	Sections   []section // the rest
	Chains     *chains
	Pace       *paceBox
	Beside     beside
	Excerpts   []excerpt
	Embed      embedBox
	SummaryURL string
	Empty      bool
	Search     string // what will be found here
}

// project answers "is it done?" for one project.
func (s *Server) project(q *request) (*response, error) {
	result, n, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{Project: n.Name})
	g := result.Goal.Name
	p := projectPage{
		basePage: q.base(result, n.Name, ""),
		Name:     n.Name, Answer: result.Answer(of.Scope), Pill: statusPill(n.Declared, n.Measured),
		Since: n.Since, Approach: n.Approach,
		Hero: of.hero(), Bar: of.bar(), Beside: of.beside(),
		Actors: of.actors(), InFlight: n.Counts.InFlight() > 0 && !result.Past(),
		Forecast: forecast(of.n), Cycles: of.cycles(),
		Chains: q.chains(result, of), Pace: of.pace(), Search: n.Query,
		Excerpts: s.excerpts(n.Name), Embed: q.embedBox(result.Goal, n.Name), SummaryURL: q.links.summary(g),
	}
	p.Title = windowTitle(of, n.Name+" · "+result.Goal.Title)
	p.AsOf = asOfNumbers(result, of.n, nil)
	p.On = of.pastNote(q.links.now().project(g, n.Name))
	p.Chart, p.Moved = of.burnup(n.Name), of.moved()
	p.Days = of.dayForm(q.links.now().project(g, n.Name))
	if n.Loading == nil && !result.Past() {
		p.Measured = meaning(progress.Measures, string(n.Measured)).Next
	}
	if n.Declared == progress.DeclaredCompleted || n.Declared == progress.DeclaredNotAffected {
		p.Measured = ""
	}
	for _, c := range n.Contradictions {
		p.Warnings = append(p.Warnings, c.Text)
	}
	for _, name := range n.Teams {
		p.Teams = append(p.Teams, navLink{Text: result.Team(name).Title, URL: q.links.team(g, name)})
	}
	for _, a := range q.sections(result, of) {
		if a.ID == string(progress.Open) || a.ID == string(progress.WIP) {
			p.Review = append(p.Review, a)
		} else {
			p.Sections = append(p.Sections, a)
		}
	}
	p.Empty = n.Loading == nil && len(p.Review)+len(p.Sections) == 0
	resp, err := s.page("project", p)
	return notKept(resp, of), err
}
