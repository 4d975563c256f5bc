package dashboard

import (
	"net/url"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

// links makes every address on our pages, so that they can lie below a prefix.
type links struct {
	external string // scheme, host and prefix; "" if we don't know where readers find us
	prefix   string // begins with a slash and ends without, or is ""
	gerrit   string // ends without a slash
	on       string // the day that pages which know the past are linked for, "" for now
}

func newLinks(external *url.URL, gerrit string) links {
	l := links{gerrit: strings.TrimRight(gerrit, "/")}
	if external != nil {
		l.prefix = strings.TrimRight(external.EscapedPath(), "/")
		if external.Host != "" {
			l.external = external.Scheme + "://" + external.Host + l.prefix
		}
	}
	return l
}

func (l links) home() string  { return l.prefix + "/" }
func (l links) style() string { return l.prefix + "/-/static/" + styleFile.name }
func (l links) attention(goal string, filter ...string) string {
	return l.prefix + "/" + goal + "/attention" + link.Query(filter...)
}
func (l links) states(goal string) string { return l.prefix + "/" + goal + "/states" }
func (l links) polls(filter ...string) string {
	return l.prefix + "/polls" + link.Query(filter...)
}

// The pages below know the past: their links stay on the day.

func (l links) summary(goal string, params ...string) string {
	return l.prefix + "/" + goal + "/" + l.dated(params)
}

func (l links) team(goal, team string, params ...string) string {
	return l.prefix + "/" + goal + "/teams/" + url.PathEscape(team) + l.dated(params)
}

func (l links) project(goal, name string) string {
	return l.prefix + "/" + goal + "/projects/" + link.Escape(name) + l.dated(nil)
}

// history is the past of a part of a goal in the API.
func (l links) history(goal string, of progress.Scope, on string) string {
	return l.prefix + "/api/v1/goals/" + goal + "/history" + link.Query("project", of.Project, "team", of.Team, onParameter, on)
}

// dated is a query with the day.
func (l links) dated(params []string) string {
	return link.Query(append(params[:len(params):len(params)], onParameter, l.on)...)
}

// now are the links to what is live.
func (l links) now() links {
	l.on = ""
	return l
}

// badge is the address of a project's badge for other pages: absolute if we know
// where readers find us. With project "" it is the goal's.
func (l links) badge(goal, project string) string {
	base := l.prefix
	if l.external != "" {
		base = l.external
	}
	if project == "" {
		return base + "/" + goal + "/badge.svg"
	}
	return base + "/" + goal + "/badge/" + link.Escape(project) + ".svg"
}

// absolute makes an address of ours one for other pages, if we can.
func (l links) absolute(address string) string {
	if l.external == "" {
		return address
	}
	return l.external + strings.TrimPrefix(address, l.prefix)
}

// changes is the list of changes with a filter: pairs of parameter and value, of
// which empty values are left out.
func (l links) changes(goal string, filter ...string) string {
	return l.prefix + "/" + goal + "/changes" + l.dated(filter)
}

func (l links) changesCSV(goal string, values url.Values) string {
	address := l.prefix + "/" + goal + "/changes.csv" // the day is among the values
	if len(values) > 0 {
		address += "?" + values.Encode()
	}
	return address
}

// change is a change's page in Gerrit.
func (l links) change(project string, number int) string {
	return query.ChangePage(l.gerrit, project, number)
}

// search is Gerrit's own search, "" if the query is empty or too long for a link.
func (l links) search(text string) string { return query.SearchPage(l.gerrit, text) }

// searchOr is Gerrit's own search or, if that is too long, our own list.
func (l links) searchOr(text, own string) string {
	if address := l.search(text); address != "" || text == "" {
		return address
	}
	return l.absolute(own)
}
