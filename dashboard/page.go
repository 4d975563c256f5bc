package dashboard

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/eventlet-removal/headway/dashboard/chart"
	"github.com/eventlet-removal/headway/dashboard/fit"
	"github.com/eventlet-removal/headway/dashboard/pasted"
	"github.com/eventlet-removal/headway/dashboard/preview"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
	"github.com/eventlet-removal/headway/dashboard/typeset"
	"github.com/eventlet-removal/headway/dashboard/when"
)

//go:embed templates
var templateFS embed.FS

// pageTemplates are the pages by name: each file of templates is one, in the
// layout, with the sections at hand that pages share: a file each below parts.
var pageTemplates = parsePages(false)

// staticTemplates are the same in their static form: without what needs a server, and
// without ages, which a page that stands still can't keep true.
var staticTemplates = parsePages(true)

func parsePages(static bool) map[string]*template.Template {
	out := map[string]*template.Template{}
	is := template.FuncMap{"static": func() bool { return static }, "owner": typeset.Owner, "stem": typeset.Stem, "thin": typeset.Thin, "percent": typeset.Percent, "long": typeset.Long, "hatched": func() []string { return hatched }}
	for _, name := range []string{"index", "summary", "project", "team", "changes", "attention", "states", "testimonials", "polls", "embeds", "problem", "report", "go", "api"} {
		out[name] = template.Must(template.New("").Funcs(is).ParseFS(templateFS, "templates/layout.html", "templates/parts/*.html", "templates/"+name+".html"))
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
	Go      *goForm   // nil: there is no goal to look for a project in
	AsOf    *asOf     // nil: nothing on the page has one
	Polls   string    // the sync log
	Embeds  string    // the builder of badges and widgets
	On      *pastNote // nil: the page is live
	Card    *cardLink // nil: there is none
	Feeds   []feedLink
	Copies  []navLink // the page in other forms

	// StaleAfter is when a static page greys itself, in RFC 3339; "" if it can't say, or
	// says already that it is not up to date.
	StaleAfter string

	Description string
	Canonical   string // "" where there is none
	Whole       bool   // Canonical names the server too
	Foot        footer
}

// Aged is the script by which a static page looks at the clock.
func (basePage) Aged() template.JS { return template.JS(static.Aged.Body) }

type navLink struct {
	Text    string
	URL     string
	Current bool
}

// asOf says what the numbers of a page are worth.
type asOf struct {
	At      when.Time // absent: never complete
	Stale   bool
	Ahead   bool // stale, because the clock was set back
	Loading *progress.Loading
	Alone   []string // projects that are still loading by themselves
	Nothing string   // what there is to say if the selector matches nothing
}

// mostPage is how large a page may be, in bytes: a second on a slow line.
const mostPage = 100_000

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
	return &response{contentType: htmlType, body: fit.Page(preview.WithAnchors(out.Bytes()), mostPage)}, nil
}

// base is the common part of a page; v is nil where there is no goal.
func (q *request) base(result *progress.Result, title, current string) basePage {
	b := basePage{
		Title: title + " · headway", Icon: chart.Icon(0, false),
		Style: q.links.Static(static.Style.Name), Script: template.JS(static.Live.Body), Polls: q.links.Polls(), Embeds: q.links.Embeds(), Notice: q.server.cfg.Notice, Version: q.server.cfg.Version,
		Home: q.links.Home(), Brand: "headway",
	}
	b.Foot, b.Canonical, b.Whole = q.footer(), q.canonical(), q.links.External() != ""
	b.Description = "Progress of migrations that are reviewed in Gerrit."
	if len(q.server.cfg.Goals) > 1 {
		b.Nav = append(b.Nav, navLink{"All goals", q.links.Home(), current == "index"})
	}
	if result == nil {
		b.StaleAfter = q.staleAfter(q.server.cfg.Goals...)
		return b
	}
	b.StaleAfter = q.staleAfter(result.Goal)
	g := result.Goal.Name
	b.Card = q.cardLink(result)
	if len(q.server.cfg.Goals) > 1 {
		b.Polls, b.Embeds = q.links.Polls("goal", g), q.links.Embeds("goal", g)
	}
	b.Brand, b.Home = result.Goal.Title, q.links.Now().Summary(g)
	if len(q.server.cfg.Goals) == 1 {
		b.Home = q.links.Home()
	}
	summary := b.Home
	if result.Past() {
		summary = q.links.Summary(g)
	}
	b.Feeds = q.scope(result, progress.Scope{}).feeds()
	b.Description = preview.Describe(result, progress.Scope{})
	b.Title = preview.Late(&result.Numbers, b.Title)
	percent, ok := result.Percent()
	b.Icon = chart.Icon(percent, ok && result.Loading == nil)
	b.Nav = append(b.Nav,
		navLink{"Summary", summary, current == "summary"},
		navLink{"To do", q.links.Attention(g), current == "attention"},
		navLink{"Changes", q.links.Changes(g), current == "changes"},
	)
	if q.server.cfg.Testimonials != nil {
		b.Nav = append(b.Nav, navLink{"Testimonials", q.links.Testimonials(g), current == "testimonials"})
	}
	b.Nav = append(b.Nav, navLink{"Glossary", q.links.States(g), current == "states"})
	b.Go = q.goForm(result)
	return b
}

// staleAfter is when the first of the goals becomes stale; "" if one is, or never will,
// and for a live page, which says so itself.
func (q *request) staleAfter(goals ...*progress.Goal) string {
	if !q.static {
		return ""
	}
	var first time.Time
	for _, g := range goals {
		result := q.result(g)
		at := g.StaleAfter(result.AsOf)
		if result.Stale || result.Loading != nil || at.IsZero() {
			return ""
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first.UTC().Format(time.RFC3339)
}

// asOfNumbers is nil on a past day that no round to come can change.
func asOfNumbers(result *progress.Result, n *progress.Numbers, alone []string) *asOf {
	if result.Past() && n.Loading == nil && !n.Stale && len(alone) == 0 {
		return nil
	}
	a := &asOf{Loading: n.Loading, At: when.At(n.AsOf, result.Now), Stale: n.Stale, Ahead: progress.Ahead(n.AsOf, result.Now), Alone: alone}
	if result.MatchesNothing() {
		a.Nothing = progress.Capital(progress.MatchesNothing)
	}
	return a
}

// problemPage is an error as a page that leads on. If even that fails, a sentence
// is better than nothing.
func (q *request) problemPage(p *problem) []byte {
	q.links = q.links.Now() // an error is of no day
	var result *progress.Result
	if g := q.server.goals[q.PathValue("goal")]; g != nil && p.status < http.StatusInternalServerError {
		result = q.result(g)
	}
	data := struct {
		basePage
		Heading string
		Status  int
		Text    string
		Meant   []navLink // what may have been meant
		All     navLink
		Search  *pasted.Search // nil: no search is to blame
		Goals   []navLink
	}{
		basePage: q.base(result, p.heading(), ""), Heading: p.heading(), Status: p.status, Text: p.text,
		Meant: p.meant, All: p.all,
	}
	data.Description, data.Canonical, data.Whole = p.text, "", false
	if text := q.values.Get("q"); result != nil && p.parameter == "q" && text != "" {
		data.Search = pasted.NewSearch(q.links.Changes(result.Goal.Name), text, p.term)
	}
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
