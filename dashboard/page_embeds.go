package dashboard

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
)

var embedsParameters = []string{"goal", "project", "metric", "theme"}

// metricWords are what the builder calls the metrics of a badge.
var metricWords = map[string]string{
	"percent": "progress", "merged": "merged", "open": "in review", "status": "status",
	"cycle": "merged in the current cycle", "sparkline": "merged over time",
}

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

	Subject string // what the lines are about
	Number  liveNumber
	Badge   string // addresses for the previews
	Widget  string
	Lines   []embedGroup
	Live    string // /embed.js
}

// embedGroup are the lines for one kind of embed.
type embedGroup struct {
	ID    string
	Title string
	Note  string
	Lines []embedLine
}

// liveNumber is an element that /embed.js fills, with what it says until then.
type liveNumber struct {
	Headway string // goal or goal/project
	Show    string
	AsOf    string // 2026-11-23; "" while loading
	Text    string
}

func (s *Server) embeds(q *request) (*response, error) {
	of, err := q.embedded()
	if err != nil {
		return nil, err
	}
	metric, err := choice(q, "metric", badgeMetrics)
	if err != nil {
		return nil, err
	}
	theme, err := choice(q, "theme", themes())
	if err != nil {
		return nil, err
	}
	result, here := of.result, q.links
	here = here.Local() // previews come from where the page does
	p := embedsPage{
		basePage: q.base(result, "Embed the numbers of "+result.Goal.Title, "embeds"),
		Heading:  "Embed these numbers", Action: here.Embeds(), Goal: result.Goal.Name,
		Relative: q.links.External() == "", Subject: cmp.Or(of.Project, result.Goal.Title),
		Number: of.number(metric), Live: here.EmbedScript(),
		Badge:  here.Badge(result.Goal.Name, of.Project) + badgeQuery(metric, theme),
		Widget: here.Widget(result.Goal.Name, of.Project, "theme", unlessDefault(theme, themes())),
	}
	p.Script, p.Copy = "", here.Static(static.Copy.Name) // nothing here needs refreshing
	p.AsOf = asOfNumbers(result, of.n, nil)
	if len(s.cfg.Goals) > 1 {
		for _, g := range s.cfg.Goals {
			p.Goals = append(p.Goals, navLink{g.Title, here.Embeds("goal", g.Name), g == result.Goal})
		}
	}
	p.Projects = append(p.Projects, option{"", "All of " + result.Goal.Title, of.Project == ""})
	for _, project := range result.Projects {
		p.Projects = append(p.Projects, option{project.Name, project.Name, project.Name == of.Project})
	}
	for _, m := range badgeMetrics {
		p.Metrics = append(p.Metrics, option{m, title(metricWords[m]), m == metric})
	}
	for _, t := range themes() {
		p.Themes = append(p.Themes, option{t, title(t), t == theme})
	}
	p.Lines = q.embedGroups(of, metric, theme)
	return q.page("embeds", p)
}

// embedded is what the builder's form asks for.
func (q *request) embedded() (scope, error) {
	name, err := one(q.values, "goal")
	if err != nil {
		return scope{}, err
	}
	g := q.server.goals[cmp.Or(name, q.server.cfg.Goals[0].Name)]
	if g == nil {
		return scope{}, badParameter("goal", "there is no goal %q", name)
	}
	return q.askedScope(q.result(g))
}

// number is the metric as text; a sparkline has none, so it is what it ends with.
func (of scope) number(metric string) liveNumber {
	if metric == "sparkline" {
		metric = "merged"
	}
	n := liveNumber{Headway: of.result.Goal.Name, Show: metric, Text: "–"}
	if of.Project != "" {
		n.Headway += "/" + of.Project
	}
	if of.n.Loading == nil {
		n.Text = of.say(metric).Value
		n.AsOf = of.n.AsOf.UTC().Format("2006-01-02")
	}
	return n
}

// html is the number as an element.
func (n liveNumber) html() string {
	return fmt.Sprintf(`<span data-headway="%s" data-show="%s" data-as-of="%s">%s</span>`,
		html.EscapeString(n.Headway), html.EscapeString(n.Show), n.AsOf, html.EscapeString(n.Text))
}

// inLiquid are the names that can stand in quotes in a Liquid tag, which knows no
// escapes.
var inLiquid = regexp.MustCompile(`^[^"\\{}%\n\r]*$`)

func (q *request) embedGroups(of scope, metric, theme string) []embedGroup {
	g, l := of.result.Goal.Name, q.links
	name, page := of.result.Goal.Title, l.Absolute(l.Summary(g))
	if of.Project != "" {
		name, page = name+": "+of.Project, l.Absolute(l.Project(g, of.Project))
	}
	name = strings.Join(strings.Fields(name), " ")
	badge := l.Badge(g, of.Project) + badgeQuery(metric, theme)
	widget := l.Absolute(l.Widget(g, of.Project, "theme", unlessDefault(theme, themes())))
	number := embedGroup{ID: "number", Title: "A number in your text", Note: "The number that is built in stays wherever the live one can't be had, and its title says how old it is. One script is enough for a page."}
	if inLiquid.MatchString(of.Project) {
		number.Lines = append(number.Lines, embedLine{"Jekyll", of.liquid(metric, len(q.server.cfg.Goals) > 1)})
	}
	script := `<script src="` + html.EscapeString(l.Absolute(l.EmbedScript())) + `" defer></script>`
	number.Lines = append(number.Lines, embedLine{"HTML", of.number(metric).html() + "\n" + script})
	return []embedGroup{
		number,
		{ID: "badge", Title: "A badge", Note: "An image that says its number and how old it is.", Lines: []embedLine{
			{"Markdown", "[![" + inMarkdown(name) + "](" + badge + ")](" + page + ")"},
			{"HTML", `<a href="` + html.EscapeString(page) + `"><img src="` + html.EscapeString(badge) + `" alt="` + html.EscapeString(name) + `"></a>`},
			{"reStructuredText", ".. image:: " + badge + "\n   :alt: " + name + "\n   :target: " + page},
		}},
		{ID: "widget", Title: "A widget", Note: "A small page for a frame, without any script. Only the sites that the configuration names may show it.", Lines: []embedLine{
			{"HTML", `<iframe src="` + html.EscapeString(widget) + `" title="` + html.EscapeString(name) + `" width="100%" height="200" style="border:0" loading="lazy"></iframe>`},
		}},
	}
}

// liquid is the include of deploy/jekyll.
func (of scope) liquid(metric string, several bool) string {
	out := "{% include headway.html"
	if several {
		out += ` goal="` + of.result.Goal.Name + `"`
	}
	if of.Project != "" {
		out += ` project="` + of.Project + `"`
	}
	return out + ` show="` + of.number(metric).Show + `" %}`
}

// badgeQuery chooses a metric and a theme, and says nothing of the defaults.
func badgeQuery(metric, theme string) string {
	return link.Query("metric", unlessDefault(metric, badgeMetrics), "theme", unlessDefault(theme, themes()))
}

// unlessDefault is "" for the first of the values.
func unlessDefault(value string, values []string) string {
	if value == values[0] {
		return ""
	}
	return value
}

// unlessOnly is the goal's name where there are others to tell it from.
func (s *Server) unlessOnly(g *progress.Goal) string {
	if len(s.cfg.Goals) == 1 {
		return ""
	}
	return g.Name
}
