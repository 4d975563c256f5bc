package dashboard

import (
	"cmp"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// scopePage is what the pages of a goal, a project and a team have in common.
type scopePage struct {
	basePage
	Heading  string
	Headline headline
	Bar      bar
	Actors   []actor
	InFlight bool
	Forecast string
	Cycles   []cycleRow
	Chart    *burnup
	Days     *dayForm
	Moved    *moved
	Beside   beside
	Excerpts []excerpt

	// Of a project or a team only.
	Answer     string // whether it is done
	Pill       pill
	Since      string
	Approach   string
	Warnings   []string
	Chains     *chains
	Pace       *paceBox
	SummaryURL string
}

// scopePage fills in what a scope's page has in common with others; current is its
// place in the navigation.
func (q *request) scopePage(of scope, current string) scopePage {
	result := of.result
	live := of.address(q.links.Now())
	name := cmp.Or(of.only(), result.Goal.Title)
	p := scopePage{
		basePage: q.base(result, name, current), Heading: name,
		Headline: of.headline(), Bar: of.bar(), Beside: of.beside(),
		Actors: of.actors(), InFlight: of.n.Counts.InFlight() > 0 && !result.Past(), Forecast: forecast(of.n),
		Cycles: of.cycles(), Chart: of.burnup(name), Moved: of.moved(), Days: of.dayForm(live),
		Excerpts: q.server.excerpts(names(result.ProjectsOf(of.Scope))...),
	}
	p.On = of.pastNote(live)
	// Whether a project is loading says all that there is to say of it: it has no parts.
	if of.Project == "" {
		p.AsOf = asOfNumbers(result, of.n, result.LoadingIn(of.Scope))
	} else {
		p.AsOf = asOfNumbers(result, of.n, nil)
	}
	if of.Scope == (progress.Scope{}) {
		p.Title = windowTitle(of, name)
		return p
	}
	status := result.StatusOf(of.Scope)
	p.Title = windowTitle(of, name+" · "+result.Goal.Title)
	p.Answer, p.Pill = result.Answer(of.Scope), statusPill(status.Declared, status.Measured)
	p.Since, p.Approach = status.Since, status.Approach
	for _, c := range status.Contradictions {
		p.Warnings = append(p.Warnings, c.Text)
	}
	p.Chains, p.Pace = q.chains(result, of), of.pace()
	p.SummaryURL = q.links.Summary(result.Goal.Name)
	return p
}

// address is the page of a scope.
func (s scope) address(l link.Links) string {
	switch g := s.result.Goal.Name; {
	case s.Project != "":
		return l.Project(g, s.Project)
	case s.Team != "":
		return l.Team(g, s.Team)
	default:
		return l.Summary(g)
	}
}
