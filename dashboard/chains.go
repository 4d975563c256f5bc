package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/chains"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
	"github.com/eventlet-removal/headway/store"
)

// longestChain is how many changes all chains of a page show.
const longestChain = 10

// chainsBox are the changes of a scope that wait for one another.
type chainsBox struct {
	Links []chainLink
	More  string // those that are not shown
}

// chainLink is a change of a chain, with those that wait for it.
type chainLink struct {
	Number  int
	URL     string
	Subject string
	Project string // "" if it is that of the page
	State   pill
	Who     string
	Waiting when.Time
	Note    string // where it belongs, if that is not here
	Others  []int  // what else it waits for; it stands below the first only
	Next    []chainLink
}

// chains is nil where nothing waits for another change, and where nobody knows.
func (q *request) chains(result *progress.Result, of scope) *chainsBox {
	if of.n.Loading != nil || result.Past() {
		return nil
	}
	links, hidden := chains.Of(result.InReview(of.Scope), longestChain) // what merged depends on nothing any more
	if len(links) == 0 {
		return nil
	}
	out := &chainsBox{Links: q.chainLinks(result, of, links)}
	if hidden > 0 {
		out.More = when.Plural(hidden, "more change", "more changes")
	}
	return out
}

func (q *request) chainLinks(result *progress.Result, of scope, links []chains.Link) []chainLink {
	var out []chainLink
	for _, link := range links {
		l := chainLink{
			Number: link.Number, State: statePill(link.State),
			Others: link.Others,
			Next:   q.chainLinks(result, of, link.Next),
		}
		var c *store.Change
		if member := result.Change(link.Number); member != nil {
			c = member.Change
			row := q.changeRow(result, member)
			l.Subject, l.Who, l.Waiting = row.Subject, row.Who, row.Waiting
		} else if c = q.snap.Change(link.Number); c != nil {
			l.Subject, l.Note = c.Subject, "not of this goal"
		}
		if c != nil {
			l.URL = q.links.Change(c.Project, c.Number)
			if of.Project != c.Project {
				l.Project = c.Project
			}
		}
		out = append(out, l)
	}
	return out
}
