package dashboard

import (
	"slices"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// figure is a number that leads to the rows behind it.
type figure struct {
	Text  string // "" shows as a dash: not known
	Field string // its path in the API's JSON
	URL   string // "" if it leads nowhere
	Said  string // what a screen reader calls the link where the number stands alone
	Stale bool
}

// scope is a goal, a project or a team: whose numbers are shown, and where their
// links lead.
type scope struct {
	progress.Scope
	result *progress.Result
	n      *progress.Numbers
	links  link.Links
}

// scope is a part of a goal that there is.
func (q *request) scope(result *progress.Result, s progress.Scope) scope {
	return scope{s, result, result.NumbersOf(s), q.links}
}

// askedScope is the part of a goal that the address asks for by project or team.
func (q *request) askedScope(result *progress.Result) (scope, error) {
	s, err := filter.ParseScope(result, q.values)
	if err != nil {
		return scope{}, err
	}
	return q.scope(result, s), nil
}

// only is what a scope is called within its goal, "" for all of it.
func (s scope) only() string { return s.result.TitleOf(s.Scope) }

// filter is the scope as parameters of an address.
func (s scope) filter() []string { return []string{"project", s.Project, "team", s.Team} }

// rows is the address of the changes of this scope that a further filter finds.
func (s scope) rows(filter ...string) string {
	return s.links.Changes(s.result.Goal.Name, slices.Concat(s.filter(), filter)...)
}

// figure is a count of this scope and the filter that finds exactly its rows.
func (s scope) figure(field string, n int, filter ...string) figure {
	if s.n.Loading != nil {
		return figure{Field: field}
	}
	f := figure{Text: strconv.Itoa(n), Field: field, Stale: s.n.Stale}
	if n > 0 {
		f.URL = s.rows(filter...)
	}
	return f
}

// StateLists are the values of ?state= whose lists an export holds: "" for all states,
// those in flight, and each.
func StateLists() []string {
	lists := []string{"", filter.InFlight}
	for _, m := range progress.States {
		lists = append(lists, m.Code)
	}
	return lists
}

func (s scope) merged() figure {
	return s.figure("counts.merged", s.n.Counts.Merged, "state", string(progress.Merged))
}

func (s scope) inReview() figure {
	return s.figure("in_flight", s.n.Counts.InFlight(), "state", filter.InFlight)
}

// percent is the progress; it always stands with its fraction.
func (s scope) percent() figure {
	f := figure{Field: "progress", Stale: s.n.Stale}
	if p, ok := s.n.Percent(); ok && s.n.Loading == nil {
		f.Text = strconv.Itoa(p) + "%"
	}
	return f
}
