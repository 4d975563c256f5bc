package dashboard

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/chart"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
)

//go:embed templates
var templateFS embed.FS

// pageTemplates are the pages by name: each file of templates is one, in the
// layout, with the parts at hand that pages share.
var pageTemplates = parsePages(false)

// staticTemplates are the same in their static form: without what needs a server, and
// without ages, which a page that stands still can't keep true.
var staticTemplates = parsePages(true)

func parsePages(static bool) map[string]*template.Template {
	out := map[string]*template.Template{}
	is := template.FuncMap{"static": func() bool { return static }}
	for _, name := range []string{"index", "summary", "project", "team", "changes", "attention", "states", "testimonials", "polls", "embeds", "problem"} {
		out[name] = template.Must(template.New("").Funcs(is).ParseFS(templateFS, "templates/layout.html", "templates/parts.html", "templates/chart.html", "templates/"+name+".html"))
	}
	return out
}

// basePage is what every page has.
type basePage struct {
	Title   string // of the window: the number first, so that a row of tabs can be read
	Icon    template.URL
	Style   string
	Script  template.JS // keeps the page true; inline, so that a first visit costs two requests
	Copy    string      // address of the script of copy buttons, on pages that have them
	Notice  string
	Version string
	Home    string
	Brand   string // the goal's title, or ours
	Nav     []navLink
	AsOf    *asOf     // nil: nothing on the page has one
	Polls   string    // the sync log
	On      *pastNote // nil: the page is live
}

type navLink struct {
	Text    string
	URL     string
	Current bool
}

// asOf says what the numbers of a page are worth.
type asOf struct {
	At      when // absent: never complete
	Stale   bool
	Ahead   bool // stale, because the clock was set back
	Loading *api.Loading
	Started bool     // loading: how far is known
	Alone   []string // projects that are still loading by themselves
	Nothing string   // what there is to say if the selector matches nothing
}

// page renders a page in the form that is asked for.
func (q *request) page(name string, data any) (*response, error) {
	templates := pageTemplates
	if q.static {
		templates = staticTemplates
	}
	var out bytes.Buffer
	if err := templates[name].ExecuteTemplate(&out, "layout", data); err != nil {
		return nil, fmt.Errorf("render page %s: %w", name, err)
	}
	return &response{contentType: htmlType, body: out.Bytes()}, nil
}

// base is the common part of a page; v is nil where there is no goal.
func (q *request) base(result *progress.Result, title, current string) basePage {
	b := basePage{
		Title: title + " · headway", Icon: chart.Icon(0, false),
		Style: q.links.Static(static.Style.Name), Script: template.JS(static.Live.Body), Polls: q.links.Polls(), Notice: q.server.cfg.Notice, Version: q.server.cfg.Version,
		Home: q.links.Home(), Brand: "headway",
	}
	if len(q.server.cfg.Goals) > 1 {
		b.Nav = append(b.Nav, navLink{"All goals", q.links.Home(), current == "index"})
	}
	if result == nil {
		return b
	}
	g := result.Goal.Name
	if len(q.server.cfg.Goals) > 1 {
		b.Polls = q.links.Polls("goal", g)
	}
	b.Brand, b.Home = result.Goal.Title, q.links.Now().Summary(g)
	if len(q.server.cfg.Goals) == 1 {
		b.Home = q.links.Home()
	}
	summary := b.Home
	if result.Past() {
		summary = q.links.Summary(g)
	}
	percent, ok := result.Percent()
	b.Icon = chart.Icon(percent, ok && result.Loading == nil)
	b.Nav = append(b.Nav,
		navLink{"Summary", summary, current == "summary"},
		navLink{"Who must act", q.links.Attention(g), current == "attention"},
		navLink{"Changes", q.links.Changes(g), current == "changes"},
	)
	if q.server.cfg.Testimonials != nil {
		b.Nav = append(b.Nav, navLink{"Testimonials", q.links.Testimonials(g), current == "testimonials"})
	}
	b.Nav = append(b.Nav, navLink{"What the words mean", q.links.States(g), current == "states"})
	return b
}

// asOfNumbers is nil on a past day that no round to come can change.
func asOfNumbers(result *progress.Result, n *progress.Numbers, alone []string) *asOf {
	if result.Past() && n.Loading == nil && !n.Stale && len(alone) == 0 {
		return nil
	}
	a := &asOf{At: whenAt(n.AsOf, result.Now), Stale: n.Stale, Ahead: progress.Ahead(n.AsOf, result.Now), Alone: alone}
	if n.Loading != nil {
		a.Loading = api.NewLoading(n.Loading)
		a.Started = n.Loading.Of > 0
	}
	if result.MatchesNothing() {
		a.Nothing = title(progress.MatchesNothing)
	}
	return a
}

// problemPage is an error as a page that leads on. If even that fails, a sentence
// is better than nothing.
func (q *request) problemPage(p *problem) []byte {
	q.links = q.links.Now() // an error is of no day
	var result *progress.Result
	if g := q.server.goals[q.PathValue("goal")]; g != nil {
		result = q.result(g)
	}
	data := struct {
		basePage
		Status int
		Text   string
		Goals  []navLink
	}{basePage: q.base(result, fmt.Sprint(p.status), ""), Status: p.status, Text: p.text}
	for _, g := range q.server.cfg.Goals {
		data.Goals = append(data.Goals, navLink{Text: g.Title, URL: q.links.Summary(g.Name)})
	}
	resp, err := q.page("problem", data)
	if err != nil {
		q.server.cfg.Logger.Error("render error page", "err", err)
		return []byte("<!DOCTYPE html><title>Error</title><p>" + template.HTMLEscapeString(p.text))
	}
	return resp.body
}
