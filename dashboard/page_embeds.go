package dashboard

import (
	"cmp"

	"github.com/eventlet-removal/headway/dashboard/embeds"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
)

var embedsParameters = []string{"goal", "project", "metric", "theme", "changes"}

// embedsPage builds lines that people paste into their own pages. A form chooses
// what they are about; beside each line stands what it will look like.
type embedsPage struct {
	basePage
	Heading  string
	Action   string
	Goals    []navLink // if there are several
	Goal     string
	Projects []option
	Metrics  []option
	Themes   []option
	Relative bool // we don't know where readers find us, so the addresses are not whole

	Subject      string // what the lines are about
	Number       embeds.Number
	Badge        string // addresses for the previews
	Widget       string
	Height       int    // of a widget
	List         string // changes that are picked
	PickedWidget string
	Lines        []embeds.Group
	Live         string // /embed.js
}

func (s *Server) builder(q *request) (*response, error) {
	of, err := q.embedded()
	if err != nil {
		return nil, err
	}
	metric, err := parameter.Choice(q.values, "metric", embeds.Metrics)
	if err != nil {
		return nil, err
	}
	theme, err := parameter.Choice(q.values, "theme", embeds.Themes)
	if err != nil {
		return nil, err
	}
	result := of.result
	chosen := embeds.Choice{Subject: of.embed(), Links: q.links, Metric: metric, Theme: theme, Several: len(s.cfg.Goals) > 1, Sites: s.cfg.FrameAncestors}
	if q.values.Get("changes") == "" {
		chosen.Picked = chosen.Examples()
	} else if chosen.Picked, err = embeds.ParsePicked(q.values["changes"]); err != nil {
		return nil, parameter.Bad("changes", "%v", err)
	}
	here := chosen
	here.Links = q.links.Local() // previews come from where the page does
	p := embedsPage{
		basePage: q.base(result, "Embed the numbers of "+result.Goal.Title, "embeds"),
		Heading:  "Embed these numbers", Action: q.links.Embeds(), Goal: result.Goal.Name,
		Relative: q.links.External() == "", Subject: cmp.Or(of.Project, result.Goal.Title),
		Number: chosen.Number(metric), Live: q.links.EmbedScript(),
		Badge: here.BadgeURL(), Widget: here.WidgetURL(), Lines: chosen.Groups(),
		Height: embeds.WidgetHeight, List: link.Numbers(chosen.Picked), PickedWidget: here.PickedURL(),
	}
	p.Script, p.Copy = "", q.links.Static(static.Copy.Name) // nothing here needs refreshing
	p.AsOf = asOfNumbers(result, of.n, nil)
	if len(s.cfg.Goals) > 1 {
		for _, g := range s.cfg.Goals {
			p.Goals = append(p.Goals, navLink{g.Title, q.links.Embeds("goal", g.Name), g == result.Goal})
		}
	}
	p.Projects = append(p.Projects, option{"", "All of " + result.Goal.Title, of.Project == ""})
	for _, project := range result.Projects {
		p.Projects = append(p.Projects, option{project.Name, project.Name, project.Name == of.Project})
	}
	for _, m := range embeds.Metrics {
		p.Metrics = append(p.Metrics, option{m, progress.Capital(embeds.MetricWords[m]), m == metric})
	}
	for _, t := range embeds.Themes {
		p.Themes = append(p.Themes, option{t, progress.Capital(t), t == theme})
	}
	resp, err := q.page("embeds", p)
	return notKept(resp, of), err
}

// embedded is what the builder's form asks for.
func (q *request) embedded() (scope, error) {
	name, err := parameter.One(q.values, "goal")
	if err != nil {
		return scope{}, err
	}
	g := q.server.goals[cmp.Or(name, q.server.cfg.Goals[0].Name)]
	if g == nil {
		return scope{}, parameter.Bad("goal", "there is no goal %q", name)
	}
	result := q.result(g)
	of, err := q.askedScope(result)
	if loading := notLoaded(result); err != nil && loading != nil {
		err = loading // the project may come yet
	}
	return of, err
}

// embed is a goal or project as other people's pages show it.
func (s scope) embed() embeds.Subject { return embeds.Subject{Result: s.result, Project: s.Project} }

// unlessOnly is the goal's name where there are others to tell it from.
func (s *Server) unlessOnly(g *progress.Goal) string {
	if len(s.cfg.Goals) == 1 {
		return ""
	}
	return g.Name
}
