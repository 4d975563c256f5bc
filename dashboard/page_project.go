package dashboard

import (
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// longestSection is how many changes one section of a project's page shows; the
// rest is a click away.
const longestSection = 40

// section is a part of a project's changes.
type section struct {
	ID      string
	Title   string
	Note    string
	Rows    []changeRow
	All     figure // how many there are, and where
	Waiting bool   // the rows wait on somebody
	Closed  bool   // collapsed at first
}

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
	Sections   []section
	Beside     beside
	Stories    []story
	Badge      string // its address
	Markdown   string // the badge, to be copied
	SummaryURL string
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
		Name:     n.Name, Answer: isItDone(n), Pill: statusPill(n.Declared, n.Measured),
		Since: n.Since, Approach: n.Approach,
		Hero: of.hero(), Bar: of.bar(), Beside: of.beside(),
		Actors: of.actors(v.inFlight(n.Name)), InFlight: n.Counts.InFlight() > 0 && !v.past(),
		Forecast: forecast(of.n), Cycles: of.cycles(), Sections: s.sections(v, n, of),
		Stories: s.stories(n.Name), Badge: s.links.badge(g, n.Name), SummaryURL: s.links.summary(g),
	}
	p.Title = windowTitle(of, n.Name+" · "+v.goal.Title)
	p.AsOf = asOfNumbers(v, of.n, nil)
	p.Markdown = "[![" + v.goal.Title + "](" + p.Badge + ")](" + s.links.absolute(s.links.now().project(g, n.Name)) + ")"
	p.On = v.pastNote(of.part(), s.links.now().project(g, n.Name))
	p.Chart, p.Moved = of.burnup(n.Name), of.moved()
	p.Days = v.dayForm(of.part(), s.links.now().project(g, n.Name))
	if n.Loading == nil && !v.past() {
		p.Measured = meaning(progress.Measures, string(n.Measured)).Next
	}
	if n.Declared == progress.DeclaredCompleted || n.Declared == progress.DeclaredNotAffected {
		p.Measured = ""
	}
	for _, c := range n.Contradictions {
		p.Warnings = append(p.Warnings, c.Text)
	}
	for _, name := range n.Teams {
		p.Teams = append(p.Teams, navLink{Text: v.team(name).Title, URL: s.links.team(g, name)})
	}
	resp, err := s.page("project", p)
	return notKept(resp, of), err
}

// sections are a project's changes by what a reader wants of them.
func (s *Server) sections(v *view, n *progress.ProjectNumbers, of scope) []section {
	if n.Loading != nil {
		return nil
	}
	states := func(list ...progress.State) func(*progress.Change) bool {
		return func(c *progress.Change) bool { return !c.Backport && slices.Contains(list, c.State) }
	}
	c := n.Counts
	all := []struct {
		section
		order string
		in    func(*progress.Change) bool
	}{
		{section{ID: "review", Title: "In review", Waiting: true, All: of.inReview()}, "attention", states(progress.Open, progress.WIP)},
		{section{ID: "merged", Title: "Merged", All: of.merged()}, "-merged", states(progress.Merged)},
		{section{
			ID: "closed", Title: "Reverted and abandoned", Closed: true,
			All: of.figure("", c.Reverted+c.Abandoned, "state", string(progress.Reverted)+","+string(progress.Abandoned)),
		}, "-updated", states(progress.Reverted, progress.Abandoned)},
		{section{
			ID: "backports", Title: "Backports", Note: "They stand beside their originals and are never in progress.", Closed: true,
			All: of.figure("backports.total", n.Backports.Total, "class", backport),
		}, "-updated", func(c *progress.Change) bool {
			return c.Backport && c.State != progress.Left && c.State != progress.Gone
		}},
		{section{
			ID: "left", Title: "No longer part of this goal", Note: "Their topic changed, or Gerrit no longer shows them.", Closed: true,
			All: of.figure("", n.Left+n.Gone, "state", string(progress.Left)+","+string(progress.Gone)),
		}, "-updated", states(progress.Left, progress.Gone)},
	}
	var out []section
	for _, a := range all {
		var changes []*progress.Change
		for i := range v.result.Changes {
			if c := &v.result.Changes[i]; c.Change.Project == n.Name && a.in(c) {
				changes = append(changes, c)
			}
		}
		if len(changes) == 0 {
			continue
		}
		s.sortChanges(changes, a.order)
		for _, c := range changes[:min(len(changes), longestSection)] {
			a.Rows = append(a.Rows, s.changeRow(v, c))
		}
		out = append(out, a.section)
	}
	return out
}
