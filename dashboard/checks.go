package dashboard

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/linkcheck"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// check is one line of the link check, with its addresses.
type check struct {
	linkcheck.Check
	URL  string    // where What leads; "" nowhere
	More []navLink // what helps to mend it
}

// Class is how the verdict is coloured; it is a word as well.
func (k check) Class() string {
	return map[linkcheck.Verdict]string{linkcheck.Holds: "completed", linkcheck.Broken: "planning"}[k.Verdict]
}

// checker compares testimonials with what is known of a goal.
func (s *Server) checker(result *progress.Result, snap *store.Snapshot, now time.Time) *linkcheck.Checker {
	return linkcheck.New(result, snap, func(project string) bool {
		return slices.ContainsFunc(s.cfg.Goals, func(g *progress.Goal) bool {
			return g != result.Goal && s.results.Of(g, snap, now).Project(project) != nil
		})
	})
}

// checked links a check to what it speaks of.
func (q *request) checked(result *progress.Result, c linkcheck.Check) check {
	out := check{Check: c, URL: link.Web(c.Address)}
	if c.Query != "" {
		out.URL = q.links.Search(c.Query)
	}
	if c.Change != nil {
		out.More = append(out.More, navLink{Text: "The change", URL: q.links.Change(c.Change.Project, c.Change.Number)})
	}
	if n := len(c.Missed); n > 0 && n <= filter.MaxNumbers {
		out.More = append(out.More, navLink{Text: "What it misses", URL: q.links.Changes(result.Goal.Name, "class", filter.AllClasses, "numbers", link.Numbers(c.Missed))})
	}
	if address := q.links.Search(c.All); address != "" {
		out.More = append(out.More, navLink{Text: "A search that finds all", URL: address})
	}
	return out
}
