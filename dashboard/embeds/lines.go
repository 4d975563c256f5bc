package embeds

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// Line is something to paste.
type Line struct{ What, Text string }

// Group are the lines for one kind of embed.
type Group struct {
	ID    string
	Title string
	Note  string
	Lines []Line
}

// Choice is what lines are made for.
type Choice struct {
	Subject
	Links   link.Links
	Metric  string   // one of Metrics
	Theme   string   // one of Themes
	Several bool     // there are other goals
	Picked  []int    // changes that are picked by hand
	Sites   []string // origins that may frame a widget
}

// Number is an element that /embed.js fills, with what it says until then.
type Number struct {
	Headway string // goal or goal/project
	Show    string
	AsOf    string // 2026-11-23; "" while loading
	Text    string
}

// Number is a metric as text; a sparkline has none, so it is what it ends with.
func (s Subject) Number(metric string) Number {
	if metric == "sparkline" {
		metric = "merged"
	}
	n := Number{Headway: s.Result.Goal.Name, Show: metric, Text: "–"}
	if s.Project != "" {
		n.Headway += "/" + s.Project
	}
	if of := s.numbers(); of.Loading == nil {
		n.Text = s.say(metric).Value
		n.AsOf = of.AsOf.UTC().Format("2006-01-02")
	}
	return n
}

// html is the number as an element.
func (n Number) html() string {
	return fmt.Sprintf(`<span data-headway="%s" data-show="%s" data-as-of="%s">%s</span>`,
		html.EscapeString(n.Headway), html.EscapeString(n.Show), n.AsOf, html.EscapeString(n.Text))
}

// BadgeURL and WidgetURL are absolute if we know where readers find us; Page is the
// page that tells more.
func (c Choice) BadgeURL() string {
	return c.Links.Badge(c.Result.Goal.Name, c.Project) +
		link.Query("metric", UnlessDefault(c.Metric, Metrics), "theme", UnlessDefault(c.Theme, Themes))
}

func (c Choice) WidgetURL() string {
	return c.Links.Absolute(c.Links.Widget(c.Result.Goal.Name, c.Project, "theme", UnlessDefault(c.Theme, Themes)))
}

func (c Choice) page() string {
	if c.Project == "" {
		return c.Links.Absolute(c.Links.Summary(c.Result.Goal.Name))
	}
	return c.Links.Absolute(c.Links.Project(c.Result.Goal.Name, c.Project))
}

// badge are the lines for a badge in all languages.
func (c Choice) badge() []Line {
	name, badge, page := c.Name(), c.BadgeURL(), c.page()
	return []Line{
		{"Markdown", "[![" + inMarkdown(name) + "](" + badge + ")](" + page + ")"},
		{"HTML", `<a href="` + html.EscapeString(page) + `"><img src="` + html.EscapeString(badge) + `" alt="` + html.EscapeString(name) + `"></a>`},
		{"reStructuredText", ".. image:: " + badge + "\n   :alt: " + name + "\n   :target: " + page},
	}
}

// BadgeLines are a few lines for the default badge, for a page that is about something
// else.
func (c Choice) BadgeLines() []Line {
	badge := c.BadgeURL()
	return append(c.badge()[:2],
		Line{"Image", badge},
		Line{"Status instead of percent", badge + "?metric=status"},
		Line{"For shields.io", strings.TrimSuffix(badge, ".svg") + ".json"},
	)
}

// Groups are the lines for each kind of embed.
func (c Choice) Groups() []Group {
	number := Group{ID: "number", Title: "A number in your text", Note: "The number that is built in stays wherever the live one can't be had, and then says how old it is. One script is enough for a page."}
	if inLiquid.MatchString(c.Project) {
		number.Lines = append(number.Lines, Line{"Jekyll", c.liquid(` show="` + c.Number(c.Metric).Show + `"`)})
	}
	number.Lines = append(number.Lines, Line{"HTML", c.Number(c.Metric).html() + "\n" + c.script()})
	return []Group{
		number,
		{ID: "badge", Title: "A badge", Note: "An image that says its number and how old it is. Add label= to its address to give it other words.", Lines: c.badge()},
		{ID: "widget", Title: "A widget", Note: "A small page for a frame, without any script. " + c.sites(), Lines: []Line{
			{"HTML", frame(c.WidgetURL(), c.Name(), WidgetHeight)},
		}},
		c.pickedGroup(),
	}
}

// pickedGroup are the lines for changes that somebody picks.
func (c Choice) pickedGroup() Group {
	g := Group{ID: "picked", Title: "Changes you pick", Note: "List change numbers in data-changes: each link inside gets its state; without links the element shows the totals. As a widget, up to " + strconv.Itoa(maxPicked) + " are listed. " + c.sites()}
	if len(c.Picked) == 0 {
		return g
	}
	var links []string
	for _, n := range c.Picked {
		links = append(links, `<a href="`+html.EscapeString(c.Links.ChangeNumber(n))+`">`+strconv.Itoa(n)+`</a>`)
	}
	list := link.Numbers(c.Picked)
	element := `<p data-headway="` + html.EscapeString(c.Result.Goal.Name) + `" data-changes="` + list + `">` + strings.Join(links, ", ") + `</p>`
	g.Lines = []Line{
		{"HTML", element + "\n" + c.script()},
		{"Jekyll, the totals", Choice{Subject: Subject{Result: c.Result}, Several: c.Several}.liquid(` changes="` + list + `" text="` + when.Changes(len(c.Picked)) + `"`)},
		{"Widget", frame(c.PickedURL(), c.Result.Goal.Title, pickedHeight(len(c.Picked)))},
	}
	return g
}

// PickedURL is the widget of the changes that are picked.
func (c Choice) PickedURL() string {
	return c.Links.Absolute(c.Links.Widget(c.Result.Goal.Name, "", "changes", link.Numbers(c.Picked), "theme", UnlessDefault(c.Theme, Themes)))
}

func (c Choice) script() string {
	return `<script src="` + html.EscapeString(c.Links.Absolute(c.Links.EmbedScript())) + `" defer></script>`
}

// sites says who may show a widget.
func (c Choice) sites() string {
	if len(c.Sites) == 0 {
		return "It may be shown on no site yet: ask the operator for embed.frame_ancestors."
	}
	var names []string
	for _, origin := range c.Sites {
		names = append(names, strings.TrimPrefix(origin, "https://"))
	}
	return "It may be shown on: " + strings.Join(names, ", ") + "."
}

// Heights of frames in pixels, as Chromium needs them from 300 px of width on. A list of
// changes has so much for each, and the rest around them.
const (
	WidgetHeight = 280
	leastHeight  = 128
	rowHeight    = 52
)

func pickedHeight(n int) int { return leastHeight + n*rowHeight }

func frame(address, title string, height int) string {
	return `<iframe src="` + html.EscapeString(address) + `" title="` + html.EscapeString(title) + `" width="100%" height="` + strconv.Itoa(height) + `" style="border:0" loading="lazy"></iframe>`
}

// Examples are a few changes of the subject to begin with: the last merged and the
// last open ones.
func (s Subject) Examples() []int {
	var numbers []int
	for _, want := range []progress.State{progress.Merged, progress.Open} {
		found := s.Result.Select(progress.Scope{Project: s.Project}, func(c *progress.Change) bool { return !c.Backport && c.State == want })
		for _, c := range found[max(0, len(found)-1):] {
			numbers = append(numbers, c.Number)
		}
	}
	return numbers
}

// inLiquid are the names that can stand in quotes in a Liquid tag, which knows no
// escapes.
var inLiquid = regexp.MustCompile(`^[^"\\{}%\n\r]*$`)

// liquid is the include of deploy/jekyll, with what else it is to say.
func (c Choice) liquid(what string) string {
	out := "{% include headway.html"
	if c.Several {
		out += ` goal="` + c.Result.Goal.Name + `"`
	}
	if c.Project != "" {
		out += ` project="` + c.Project + `"`
	}
	return out + what + " %}"
}

// inMarkdown keeps a name from closing the brackets it stands in. Addresses need no
// such care: what is special in them is escaped already.
func inMarkdown(name string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "`", "\\`", "<", `\<`, "\n", " ").Replace(name)
}

// UnlessDefault is "" for the first of the values.
func UnlessDefault(value string, values []string) string {
	if value == values[0] {
		return ""
	}
	return value
}
