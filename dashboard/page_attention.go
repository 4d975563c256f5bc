package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/preview"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// longestList is how many changes the attention page shows of one reason; the rest is
// a click away.
const longestList = 20

// waiting is what waits on one of those who must act.
type waiting struct {
	actor
	Lists   []waitingList // by reason, in the order of the rules
	ListURL string        // of all of it, with every filter
}

// waitingList is what waits for one reason.
type waitingList struct {
	Code  string
	Title string
	Says  string // what the reason means and what clears it, once for all rows
	Count int
	Rows  []waitingRow
	More  string // how many are not shown
	URL   string // all of them
}

// waitingRow is a change, and what is to be said of it beyond what its list says.
type waitingRow struct {
	changeRow
	Detail string
}

type attentionPage struct {
	basePage
	Heading  string
	Actors   []waiting
	Empty    bool
	Loading  bool
	Only     string // the project or team, "" for all of the goal
	Project  string // the project
	All      string // the page of all of the goal
	Review   string // everything in review, to search in
	Action   string
	Projects []string
	Teams    []option
	unjudged
}

// attention shows who must act on what, the longest waiting first, and what clears
// each.
func (s *Server) attention(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	for name, values := range q.values { // a form sends its empty fields too
		if strings.Join(values, "") == "" {
			q.values.Del(name)
		}
	}
	of, err := q.askedScope(result)
	if err != nil {
		return nil, err
	}
	var changes []*progress.Change
	if of.n.Loading == nil {
		changes = result.InReview(of.Scope)
	}
	p := attentionPage{
		basePage: q.base(result, preview.ToDo(of.n)+" · "+result.Goal.Title, "attention"), Heading: "What is waiting, and for whom",
		Only: of.only(), Project: of.Project, All: q.links.Attention(result.Goal.Name), Review: of.rows("state", filter.InFlight),
		Empty: len(changes) == 0, Loading: of.n.Loading != nil, Action: q.links.Attention(result.Goal.Name), unjudged: unjudgedOf(changes),
	}
	p.AsOf = asOfNumbers(result, of.n, result.LoadingIn(of.Scope))
	p.Projects = waitingProjects(result)
	for _, t := range result.Teams {
		p.Teams = append(p.Teams, option{t.Name, t.Title, t.Name == of.Team})
	}
	byActor := map[string][]*progress.Change{}
	for _, c := range changes {
		byActor[string(c.WaitsOn)] = append(byActor[string(c.WaitsOn)], c)
	}
	for _, a := range of.actors() {
		if waits := byActor[a.Code]; len(waits) > 0 {
			p.Actors = append(p.Actors, waiting{a, q.waitingLists(of, waits), a.figure.URL})
		}
	}
	resp, err := q.page("attention", p)
	return notKept(resp, of), err
}

// waitingProjects are the projects in which something waits, at most so many as a field
// offers.
func waitingProjects(result *progress.Result) []string {
	var out []string
	for _, p := range result.Projects {
		if p.Loading == nil && p.Counts.InFlight() > 0 && len(out) < mostOffered {
			out = append(out, p.Name)
		}
	}
	return out
}

// waitingLists divides changes by reason.
func (q *request) waitingLists(of scope, changes []*progress.Change) []waitingList {
	q.sortChanges(changes, order.Attention)
	var out []waitingList
	for _, m := range of.result.Reasons() {
		l := waitingList{Code: m.Code, Title: progress.Capital(m.Title), URL: of.rows("reason", m.Code)}
		for _, c := range changes {
			if string(c.Reason.Code) != m.Code {
				continue
			}
			if l.Count++; l.Count <= longestList {
				row := q.changeRow(of.result, c)
				l.Rows = append(l.Rows, waitingRow{row, row.Reason})
			}
		}
		if l.Count == 0 {
			continue
		}
		l.Says = m.Meaning + " " + m.Next
		l.sayOnce()
		if hidden := l.Count - len(l.Rows); hidden > 0 {
			l.More = strconv.Itoa(hidden) + " more"
		}
		out = append(out, l)
	}
	return out
}

// sayOnce takes out of the rows what the list says of all of them: where all reasons
// read the same nothing is left, else what stands before the colon.
func (l *waitingList) sayOnce() {
	same := !slices.ContainsFunc(l.Rows, func(r waitingRow) bool { return r.Detail != l.Rows[0].Detail })
	if same {
		l.Says = l.Rows[0].Detail
	}
	for i := range l.Rows {
		detail, _, _ := strings.Cut(l.Rows[i].Detail, ": ")
		l.Rows[i].Detail = detail
		if same {
			l.Rows[i].Detail = ""
		}
	}
}
