package link

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/store/query"
)

// On is the parameter of a day: those pages that know the past take it, and link one
// another with it.
const On = "on"

// Links makes every address on a page, so that pages can lie below a prefix. Its methods
// return addresses that begin with the prefix, unless they say otherwise.
type Links struct {
	external string // scheme, host and prefix; "" if we don't know where readers find us
	prefix   string // begins with a slash and ends without, or is ""
	gerrit   string // ends without a slash
	on       string // the day that pages which know the past are linked for, "" for now
}

// New prepares the links of a server that readers find at external, nil if nobody knows,
// about the Gerrit at a base address.
func New(external *url.URL, gerrit string) Links {
	l := Links{gerrit: strings.TrimRight(gerrit, "/")}
	if external != nil {
		l.prefix = strings.TrimRight(external.EscapedPath(), "/")
		if external.Host != "" {
			l.external = external.Scheme + "://" + external.Host + l.prefix
		}
	}
	return l
}

func (l Links) Home() string { return l.prefix + "/" }

// Static is a file of the server's own: styles and scripts.
func (l Links) Static(file string) string { return l.prefix + "/-/static/" + file }

func (l Links) Attention(goal string, filter ...string) string {
	return l.prefix + "/" + goal + "/attention" + Query(filter...)
}
func (l Links) States(goal string) string { return l.prefix + "/" + goal + "/states" }
func (l Links) Polls(filter ...string) string {
	return l.prefix + "/polls" + Query(filter...)
}

// The pages below know the past: their links stay on the day.

func (l Links) Summary(goal string, params ...string) string {
	return l.prefix + "/" + goal + "/" + l.dated(params)
}

func (l Links) Team(goal, team string, params ...string) string {
	return l.prefix + "/" + goal + "/teams/" + url.PathEscape(team) + l.dated(params)
}

func (l Links) Project(goal, name string, params ...string) string {
	return l.prefix + "/" + goal + "/projects/" + Escape(name) + l.dated(params)
}

// SummaryText and SummaryMarkdown are the summary in words.
func (l Links) SummaryText(goal string) string {
	return l.prefix + "/" + goal + "/summary.txt" + l.dated(nil)
}

func (l Links) SummaryMarkdown(goal string) string {
	return l.prefix + "/" + goal + "/summary.md" + l.dated(nil)
}

// History is the past of a goal, or of a project or team of it, in the API.
func (l Links) History(goal, project, team string) string {
	return l.prefix + "/api/v1/goals/" + goal + "/history" + Query("project", project, "team", team, On, l.on)
}

// HistoryCSV is the same as a table.
func (l Links) HistoryCSV(goal, project, team string) string {
	return l.prefix + "/" + goal + "/history.csv" + Query("project", project, "team", team, On, l.on)
}

// API is where the API begins, and where people read of it.
func (l Links) API() string { return l.prefix + "/api/v1/" }

// APIPolls is the sync log of a goal, or with "" of all, in the API.
func (l Links) APIPolls(goal string) string { return l.prefix + "/api/v1/polls" + Query("goal", goal) }

// dated is a query with the day.
func (l Links) dated(params []string) string {
	return Query(append(params[:len(params):len(params)], On, l.on)...)
}

// At are the links of a day, as ?on= takes it; of now with "".
func (l Links) At(day string) Links {
	l.on = day
	return l
}

// Day is the day that pages are linked for, "" for now.
func (l Links) Day() string { return l.on }

// Now are the links to what is live.
func (l Links) Now() Links { return l.At("") }

// Local are the links for pages of the server itself, which are found where it is read.
func (l Links) Local() Links {
	l.external = ""
	return l
}

// External is where readers find the server, without a final slash; "" if nobody knows.
func (l Links) External() string { return l.external }

// Prefix is the path that all addresses begin with; "" or with a slash at its beginning
// and none at its end.
func (l Links) Prefix() string { return l.prefix }

// Gerrit is Gerrit's base address, without a final slash.
func (l Links) Gerrit() string { return l.gerrit }

// ChangeNumber is the page in Gerrit of a change whose project nobody knows.
func (l Links) ChangeNumber(number int) string { return l.gerrit + "/" + strconv.Itoa(number) }

// Badge is the address of a project's badge for other pages: absolute if we know
// where readers find us. With project "" it is the goal's.
func (l Links) Badge(goal, project string) string {
	base := l.prefix
	if l.external != "" {
		base = l.external
	}
	if project == "" {
		return base + "/" + goal + "/badge.svg"
	}
	return base + "/" + goal + "/badge/" + Escape(project) + ".svg"
}

// Absolute makes an address of ours one for other pages, if we can.
func (l Links) Absolute(address string) string {
	if l.external == "" {
		return address
	}
	return l.external + strings.TrimPrefix(address, l.prefix)
}

// Changes is the list of changes with a filter: pairs of parameter and value, of
// which empty values are left out.
func (l Links) Changes(goal string, filter ...string) string {
	return l.prefix + "/" + goal + "/changes" + l.dated(filter)
}

// Go leads to the page of a project that somebody names.
func (l Links) Go(goal string) string { return l.prefix + "/" + goal + "/go" }

// ProjectsCSV is the table of projects.
func (l Links) ProjectsCSV(goal string) string {
	return l.prefix + "/" + goal + "/projects.csv" + l.dated(nil)
}

func (l Links) ChangesCSV(goal string, values url.Values) string {
	address := l.prefix + "/" + goal + "/changes.csv" // the day is among the values
	if len(values) > 0 {
		address += "?" + values.Encode()
	}
	return address
}

// Change is a change's page in Gerrit, or the search for its number if its project is
// not known.
func (l Links) Change(project string, number int) string {
	if project == "" {
		return l.Search(query.Numbered("change", []int{number})[0])
	}
	return query.ChangePage(l.gerrit, project, number)
}

// Search is Gerrit's own search, "" if the query is empty or too long for a link.
func (l Links) Search(text string) string { return query.SearchPage(l.gerrit, text) }

// SearchOr is Gerrit's own search or, if that is too long, our own list.
func (l Links) SearchOr(text, own string) string {
	if address := l.Search(text); address != "" || text == "" {
		return address
	}
	return l.Absolute(own)
}

// Testimonials are what participants of a goal wrote.
func (l Links) Testimonials(goal string) string { return l.prefix + "/" + goal + "/testimonials" }

// Card is the picture of a goal that others show where they link a page.
func (l Links) Card(goal string) string { return l.prefix + "/" + goal + "/card.png" }

// Portrait is a picture of somebody who wrote one.
func (l Links) Portrait(name string) string { return l.prefix + "/-/portrait/" + name }

// Embeds is the builder of badges and widgets.
func (l Links) Embeds(params ...string) string { return l.prefix + "/embeds" + Query(params...) }

// Report is what became of a goal between two days.
func (l Links) Report(goal string, params ...string) string {
	return l.prefix + "/" + goal + "/report" + Query(params...)
}

// APIReport is the same in the API.
func (l Links) APIReport(goal string, params ...string) string {
	return l.prefix + "/api/v1/goals/" + goal + "/report" + Query(params...)
}

// FeedAtom and FeedJSON are the feeds of a goal, or of a project or team of it.
func (l Links) FeedAtom(goal, project, team string) string {
	return l.prefix + "/" + goal + "/feed.atom" + Query("project", project, "team", team)
}

func (l Links) FeedJSON(goal, project, team string) string {
	return l.prefix + "/" + goal + "/feed.json" + Query("project", project, "team", team)
}

// EmbedScript keeps numbers on other pages up to date.
func (l Links) EmbedScript() string { return l.prefix + "/embed.js" }

// Widget is a project's or, with "", the goal's.
func (l Links) Widget(goal, project string, params ...string) string {
	address := l.prefix + "/" + goal + "/embed"
	if project != "" {
		address += "/" + Escape(project)
	}
	return address + Query(params...)
}
