package dashboard

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
	"github.com/eventlet-removal/headway/dashboard/typeset"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// row is a project, a team or a goal in a table.
type row struct {
	Name     string
	URL      string
	Pill     pill
	Since    string
	Approach string
	Warnings []string // that it is stalled, and contradictions
	Excerpts []excerpt
	Loading  bool

	Percent  figure
	Fraction string // 7 of 9; "" if there is no progress to speak of
	Done, Of int    // the same for a bar
	InReview figure
	Waits    string // reviewers
	Oldest   when.Time
	Last     when.Time     // last merge
	year     year          // zero where nothing is left to merge
	Spark    template.HTML // the same as a picture

	AsOf  *asOf // of goals, which are polled each by itself
	Polls string
}

// projectTable is a table of projects or teams.
type projectTable struct {
	Heads []order.Head
	Rows  []row
	Scale string // what the full height of the pictures is; "" without any
}

// projectList are the projects of a goal or a team: those that need somebody in a
// table, the others by name.
type projectList struct {
	Table projectTable
	Walls []wall

	Chosen string // what was asked for, if not all are shown: "2 projects stalled"
	All    string // the address of all
	Find   *findForm
	None   bool // nothing was found
}

// findForm finds projects by a part of their name.
type findForm struct {
	Action string
	Name   string
	Hidden []option // what the address asks for besides
}

// wall are projects of one kind by name.
type wall struct {
	ID    string
	Title string
	Note  string
	Rows  []row
	Done  bool // worth a celebration
}

// mostWithoutFind is how many projects are looked through without a field for it.
const mostWithoutFind = 20

var projectColumns = []order.Column{
	{Text: "Name", Class: "what", Key: "name"}, {Text: "Status", Class: "state"}, {Text: "Merged", Class: "share", Key: "-progress"},
	{Text: "12 months", Class: "year"}, {Text: "Not merged", Class: "num", Key: "-in-review"},
	{Text: "Longest wait", Class: "wait", Key: "-wait"}, {Text: "Last merge", Class: "last", Key: "-last-merge"},
}

func (q *request) projectRow(result *progress.Result, p *progress.ProjectNumbers) row {
	of := q.scope(result, progress.Scope{Project: p.Name})
	r := q.row(of, p.Status())
	r.Name, r.URL = p.Name, q.links.Project(result.Goal.Name, p.Name)
	r.Excerpts = q.excerpts(result, p.Name)
	r.Waits = longestWait(of)
	if p.Measured == progress.MeasuredStalled && !result.Past() {
		r.Warnings = append([]string{stalled(p.Counts)}, r.Warnings...)
	}
	return r
}

func (q *request) teamRow(result *progress.Result, t *progress.TeamNumbers) row {
	r := q.row(q.scope(result, progress.Scope{Team: t.Name}), t.Status())
	r.Name, r.URL = t.Title, q.links.Team(result.Goal.Name, t.Name)
	return r
}

func (q *request) row(of scope, status progress.Status) row {
	n := of.n
	r := row{
		Pill: statusPill(status.Declared, status.Measured), Since: status.Since, Approach: status.Approach,
		Loading: n.Loading != nil,
		Percent: of.percent(), InReview: of.inReview(),
	}
	r.InReview.Said = r.InReview.Text + " not merged yet"
	if r.Loading {
		return r
	}
	if status.Declared == progress.DeclaredCompleted && status.Measured == progress.MeasuredNone {
		r.Approach = "no changes tracked"
	}
	if n.Denominator > 0 {
		r.Fraction, r.Done, r.Of = fraction(n), n.Counts.Merged, n.Denominator
	}
	for _, c := range status.Contradictions {
		r.Warnings = append(r.Warnings, c.Text)
	}
	if n.Counts.InFlight() > 0 || n.Counts.Merged < n.Denominator {
		r.year = of.year()
	}
	r.Oldest, r.Last = when.Ago(of.result, n.OldestWaiting), when.Ago(of.result, n.LastMerged)
	return r
}

func fraction(n *progress.Numbers) string {
	return typeset.Thin(strconv.Itoa(n.Counts.Merged)) + " of " + typeset.Thin(strconv.Itoa(n.Denominator))
}

// stalled says what became of a project in which nothing is left, and what now.
func stalled(c progress.Counts) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Abandoned, "abandoned"}, {c.Reverted, "reverted"}} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+" "+p.word)
		}
	}
	return "Stalled: " + strings.Join(parts, ", ") + ", nothing merged. Restore a change or upload a new one."
}

// longestWait is on whom the oldest waiting change waits.
func longestWait(of scope) string {
	if of.n.OldestWaiting.IsZero() {
		return ""
	}
	for _, c := range of.result.InReview(of.Scope) {
		if c.WaitsOn != "" && c.WaitingSince.Equal(of.n.OldestWaiting) {
			return waitsOn(c.WaitsOn)
		}
	}
	return ""
}

// projectParameters choose and sort the projects of a page.
var projectParameters = []string{"sort", "status", "find", onParameter}

// projectList reads which projects of a scope are asked for, and in which order.
func (q *request) projectList(of scope) (projectList, error) {
	result, projects := of.result, of.result.ProjectsOf(of.Scope)
	by, err := order.Parse(q.values, order.Projects)
	if err != nil {
		return projectList{}, err
	}
	status, err := parameter.One(q.values, "status")
	if err != nil {
		return projectList{}, err
	}
	find, err := parameter.One(q.values, "find")
	if err != nil {
		return projectList{}, err
	}
	if err := knownStatus(result, status); err != nil {
		return projectList{}, err
	}
	out := projectList{All: of.address(of.links, "sort", q.values.Get("sort")) + "#projects"}
	out.Table.Heads = order.Heads(projectColumns, by, func(sort string) string {
		return of.address(of.links, "sort", sort, "status", status, "find", find) + "#projects"
	})
	if len(projects) >= mostWithoutFind {
		out.Find = &findForm{Action: of.address(of.links.Now()), Name: find}
		for _, name := range []string{"sort", "status", onParameter} {
			if value := q.values.Get(name); value != "" {
				out.Find.Hidden = append(out.Find.Hidden, option{Value: value, Text: name})
			}
		}
	}
	order.SortProjects(projects, by)
	if status != "" || find != "" {
		for _, p := range projects {
			if (status == "" || p.HasStatus(status)) && strings.Contains(strings.ToLower(p.Name), strings.ToLower(strings.TrimSpace(find))) {
				out.Table.Rows = append(out.Table.Rows, q.projectRow(result, p))
			}
		}
		out.Table.drawYears()
		out.Chosen, out.None = chosenProjects(len(out.Table.Rows), status, find), len(out.Table.Rows) == 0
		return out, nil
	}
	parts := map[progress.Group][]row{}
	for _, p := range projects {
		parts[p.Group()] = append(parts[p.Group()], q.projectRow(result, p))
	}
	out.Table.Rows = parts[progress.GroupActive]
	out.Table.drawYears()
	out.Walls = walls(parts)
	return out, nil
}

// walls are the projects that need nobody.
func walls(parts map[progress.Group][]row) []wall {
	var out []wall
	for _, w := range []struct {
		group     progress.Group
		one, many string
		note      string
	}{
		{progress.GroupCompleted, "project completed", "projects completed", "Declared completed, and nothing is left in review."},
		{progress.GroupQuiet, "project with nothing in review", "projects with nothing in review", ""},
		{progress.GroupNotAffected, "project not affected", "projects not affected", ""},
	} {
		if rows := parts[w.group]; len(rows) > 0 {
			out = append(out, wall{string(w.group), when.Plural(len(rows), w.one, w.many), w.note, rows, w.group == progress.GroupCompleted})
		}
	}
	return out
}

// knownStatus refuses a status that no project can have: an empty table must not look
// like good news.
func knownStatus(result *progress.Result, code string) error {
	if code == "" || slices.Contains(statuses.Codes, code) || slices.ContainsFunc(result.Projects, func(p progress.ProjectNumbers) bool { return p.HasStatus(code) }) {
		return nil
	}
	return parameter.Bad("status", "there is no status %q; there are %s", code, strings.Join(statuses.Codes, ", "))
}

// chosenProjects says which projects a table shows.
func chosenProjects(n int, status, find string) string {
	out := when.Plural(n, "project", "projects")
	if status != "" {
		d, m := progress.Declared(status), progress.Measured("")
		if !d.Known() {
			d, m = progress.Undeclared, progress.Measured(status)
		}
		out += ": " + strings.ToLower(statusPill(d, m).Word)
	}
	if find != "" {
		out += " with “" + find + "” in the name"
	}
	return out
}
