package dashboard

import (
	"cmp"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/preview"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/forecast"
)

// scopePage is what the pages of a goal, a project and a team have in common.
type scopePage struct {
	basePage
	Heading   string
	Headline  headline
	Bar       bar
	Waits     *waits // nil: nothing can wait
	Deadlines []deadlineRow
	Forecast  string
	Cycles    []cycleRow
	Chart     *burnup
	Days      *dayForm
	Moved     *moved
	Report    string // the page that tells more of it; "" if there is none
	Beside    beside

	// Of a project or a team only.
	Excerpts   []excerpt
	Answer     string // whether it is done
	Pill       pill
	Since      string
	Approach   string
	Warnings   []string
	Chains     *chainsBox
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
		Waits: q.waits(of), Deadlines: of.deadlines(), Forecast: of.forecast(),
		Cycles: of.cycles(), Chart: of.burnup(name), Moved: of.moved(), Days: of.dayForm(live),
	}
	p.Description = preview.Describe(result, of.Scope)
	p.On, p.Feeds, p.Copies = of.pastNote(live), of.feeds(), q.copies(of)
	// Whether a project is loading says all that there is to say of it: it has no parts.
	if of.Project == "" {
		p.AsOf = asOfNumbers(result, of.n, result.LoadingIn(of.Scope))
	} else {
		p.AsOf = asOfNumbers(result, of.n, nil)
	}
	if of.Scope == (progress.Scope{}) || !q.static {
		p.Report = q.links.Report(result.Goal.Name, append(of.filter(), "until", reportUntil(result))...)
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
	p.Excerpts = q.excerpts(result, names(result.ProjectsOf(of.Scope))...)
	p.Chains, p.Pace = q.chains(result, of), of.pace()
	p.SummaryURL = q.links.Summary(result.Goal.Name)
	return p
}

// address is the page of a scope.
func (s scope) address(l link.Links, params ...string) string {
	switch g := s.result.Goal.Name; {
	case s.Project != "":
		return l.Project(g, s.Project, params...)
	case s.Team != "":
		return l.Team(g, s.Team, params...)
	default:
		return l.Summary(g, params...)
	}
}

// forecast is when what is not merged yet will be merged, in words.
func (s scope) forecast() string {
	if s.n.Loading != nil {
		return ""
	}
	return forecast.Sentence(s.n.Counts.InFlight(), s.n.ETA)
}
