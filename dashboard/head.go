package dashboard

import (
	"cmp"
	"net/url"
)

// canonical is the one address of what this request shows: the same in another order, or
// on one of several pages of a list, is no other page.
func (q *request) canonical() string {
	if q.static && q.links.External() == "" {
		return "" // whoever publishes an export decides where
	}
	values := without(q.values, "sort")
	values.Del("page")
	values.Del(onParameter)
	if day := q.links.Day(); day != "" { // today is now
		values.Set(onParameter, day)
	}
	u := url.URL{Path: q.URL.Path, RawQuery: values.Encode()}
	address := q.links.Prefix() + u.EscapedPath()
	if goals := q.server.cfg.Goals; len(goals) == 1 && address == q.links.Now().Summary(goals[0].Name) {
		address = q.links.Home() // there it stands as well
	}
	if u.RawQuery != "" {
		address += "?" + u.RawQuery
	}
	return q.links.Absolute(address)
}

// footer is what stands below each page.
type footer struct {
	Host    string // whose data it is
	API     string
	Source  string
	Mistake string // where to report one
}

func (q *request) footer() footer {
	host := q.links.Gerrit()
	if u, err := url.Parse(host); err == nil {
		host = cmp.Or(u.Host, host)
	}
	const source = "https://github.com/eventlet-removal/headway"
	return footer{Host: host, API: q.links.API(), Source: source, Mistake: source + "/issues"}
}
