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
	v, n, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	s = s.at(v)
	of := s.projectScope(v, n)
	g := v.goal.Name
	p := projectPage{
		basePage: s.base(v, n.Name, ""),
		Name:     n.Name, Answer: v.result.Answer(of.Scope), Pill: statusPill(n.Declared, n.Measured),
		Since: n.Since, Approach: n.Approach,
		Hero: of.hero(), Bar: of.bar(), Beside: of.beside(),
		Actors: of.actors(), InFlight: n.Counts.InFlight() > 0 && !v.result.Past(),
		Forecast: forecast(of.n), Cycles: of.cycles(),
		Chains: s.chains(q, v, of), Pace: of.pace(), Search: n.Query,
		Excerpts: s.excerpts(n.Name), Embed: s.embedBox(v.goal, n.Name), SummaryURL: s.links.summary(g),
	}
	p.Title = windowTitle(of, n.Name+" · "+v.goal.Title)
	p.AsOf = asOfNumbers(v, of.n, nil)
	p.On = v.pastNote(of.Scope, s.links.now().project(g, n.Name))
	p.Chart, p.Moved = of.burnup(n.Name), of.moved()
	p.Days = v.dayForm(of.Scope, s.links.now().project(g, n.Name))
	if n.Loading == nil && !v.result.Past() {
		p.Measured = meaning(progress.Measures, string(n.Measured)).Next
	}
	if n.Declared == progress.DeclaredCompleted || n.Declared == progress.DeclaredNotAffected {
		p.Measured = ""
	}
	for _, c := range n.Contradictions {
		p.Warnings = append(p.Warnings, c.Text)
	}
	for _, name := range n.Teams {
		p.Teams = append(p.Teams, navLink{Text: v.result.Team(name).Title, URL: s.links.team(g, name)})
	}
	for _, a := range s.sections(v, of) {
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
