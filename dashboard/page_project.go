package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/embeds"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

type projectPage struct {
	scopePage
	Next     string // what now, where nothing waits on anybody
	Teams    []navLink
	Review   []section // what is in review
	Sections []section // the rest
	Embed    embedBox
	Empty    bool
	Search   string // what will be found here
}

// project answers "is it done?" for one project.
func (s *Server) project(q *request) (*response, error) {
	result, n, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{Project: n.Name})
	p := projectPage{scopePage: q.scopePage(of, ""), Embed: q.embedBox(of), Search: n.Query}
	settled := n.Declared == progress.DeclaredCompleted || n.Declared == progress.DeclaredNotAffected
	if n.Loading == nil && !result.Past() && p.Waits == nil && !settled {
		p.Next = progress.MeaningOf(progress.Measures, string(n.Measured)).Next
	}
	for _, name := range n.Teams {
		p.Teams = append(p.Teams, navLink{Text: result.Team(name).Title, URL: q.links.Team(result.Goal.Name, name)})
	}
	for _, a := range q.sections(result, of) {
		if a.ID == string(progress.Open) || a.ID == string(progress.WIP) {
			p.Review = append(p.Review, a)
		} else {
			p.Sections = append(p.Sections, a)
		}
	}
	p.Empty = n.Loading == nil && len(p.Review)+len(p.Sections) == 0
	resp, err := q.page("project", p)
	return notKept(resp, of), err
}

// embedBox is what people copy into their own pages.
type embedBox struct {
	Lines    []embeds.Line
	Builder  string // the page that makes more of them
	Relative bool   // we don't know where readers find us, so the addresses are not whole
}

func (q *request) embedBox(of scope) embedBox {
	live := q.links.Now()
	chosen := embeds.Choice{Subject: of.embed(), Links: live, Metric: embeds.Metrics[0], Theme: embeds.Themes[0]}
	return embedBox{
		Lines:    chosen.BadgeLines(),
		Builder:  live.Embeds("goal", q.server.unlessOnly(of.result.Goal), "project", of.Project),
		Relative: live.External() == "",
	}
}
