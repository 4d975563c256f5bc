package dashboard

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// row is a project, a team or a goal in a table.
type row struct {
	Name     string
	URL      string
	Pill     pill
	Since    string
	Approach string
	Warnings []string // contradictions
	Excerpts []excerpt
	Loading  bool
	Stale    bool

	Percent  figure
	Fraction string // 7 of 9; "" if there is no progress to speak of
	Done, Of int    // the same for a bar
	InReview figure
	Waits    string // reviewers
	Oldest   when
	Last     when // last merge
	Merged   figure
	Spark    template.HTML // its last year
}

// group is a part of a table of projects.
type group struct {
	Title  string
	Note   string
	Rows   []row
	Closed bool // collapsed at first
	Done   bool // worth a celebration
}

// projectSort is how tables of projects can be sorted; the first is the default.
var projectSort = []sortKey{
	{"attention", "what needs attention"}, {"name", "name"}, {"progress", "progress"},
	{"in-review", "in review"}, {"last-merge", "last merge"},
}

func (q *request) projectRow(result *progress.Result, p *progress.ProjectNumbers) row {
	r := q.row(q.scope(result, progress.Scope{Project: p.Name}), p.Declared, p.Measured, p.Contradictions)
	r.Name, r.URL = p.Name, q.links.Project(result.Goal.Name, p.Name)
	r.Since, r.Approach = p.Since, p.Approach
	r.Excerpts = q.server.excerpts(p.Name)
	r.Waits = longestWait(result, p)
	return r
}

func (q *request) teamRow(result *progress.Result, t *progress.TeamNumbers) row {
	r := q.row(q.scope(result, progress.Scope{Team: t.Name}), t.Declared, t.Measured, t.Contradictions)
	r.Name, r.URL = t.Title, q.links.Team(result.Goal.Name, t.Name)
	r.Since, r.Approach = t.Since, t.Approach
	return r
}

func (q *request) row(of scope, d progress.Declared, m progress.Measured, contradictions []progress.Contradiction) row {
	n := of.n
	r := row{
		Pill: statusPill(d, m), Loading: n.Loading != nil, Stale: n.Stale,
		Percent: of.percent(), InReview: of.inReview(), Merged: of.merged(),
	}
	if r.Loading {
		return r
	}
	if d == progress.DeclaredCompleted && m == progress.MeasuredNone {
		r.Approach = "no changes tracked"
	}
	if n.Denominator > 0 {
		r.Fraction, r.Done, r.Of = fraction(n), n.Counts.Merged, n.Denominator
	}
	for _, c := range contradictions {
		r.Warnings = append(r.Warnings, c.Text)
	}
	r.Spark = of.spark()
	r.Oldest, r.Last = ago(of.result, n.OldestWaiting), ago(of.result, n.LastMerged)
	return r
}

func fraction(n *progress.Numbers) string {
	return strconv.Itoa(n.Counts.Merged) + " of " + strconv.Itoa(n.Denominator)
}

// longestWait is on whom the oldest waiting change of a project waits.
func longestWait(result *progress.Result, p *progress.ProjectNumbers) string {
	if p.OldestWaiting.IsZero() {
		return ""
	}
	for i := range result.Changes {
		c := &result.Changes[i]
		if !c.Backport && c.Change.Project == p.Name && c.WaitsOn != "" && c.WaitingSince.Equal(p.OldestWaiting) {
			return waitsOn(c.WaitsOn)
		}
	}
	return ""
}

// celebrated is said of projects that are done.
const celebrated = "Declared completed, and nothing in review."

// groups divides projects into those that need somebody, those where nothing
// happens, and those that are done, each in the chosen order.
func (q *request) groups(result *progress.Result, projects []*progress.ProjectNumbers, order string) []group {
	parts := map[progress.Group][]*progress.ProjectNumbers{}
	for _, p := range projects {
		parts[p.Group()] = append(parts[p.Group()], p)
	}
	done, quiet, unaffected := parts[progress.GroupCompleted], parts[progress.GroupQuiet], parts[progress.GroupNotAffected]
	var out []group
	add := func(title, note string, projects []*progress.ProjectNumbers, closed bool) {
		if len(projects) == 0 {
			return
		}
		g := group{Title: title, Note: note, Closed: closed, Done: note == celebrated}
		sortProjects(projects, order)
		for _, p := range projects {
			g.Rows = append(g.Rows, q.projectRow(result, p))
		}
		out = append(out, g)
	}
	undeclared := "Nobody has declared them completed."
	if result.Past() { // nobody knows what was declared then
		undeclared = ""
	}
	add("", "", parts[progress.GroupActive], false)
	add(plural(len(done), "project completed", "projects completed"), celebrated, done, true)
	add(plural(len(quiet), "more project", "more projects")+" with nothing in review", undeclared, quiet, true)
	add(plural(len(unaffected), "project", "projects")+" not affected", "", unaffected, true)
	return out
}

func sortProjects(projects []*progress.ProjectNumbers, order string) {
	slices.SortStableFunc(projects, func(a, b *progress.ProjectNumbers) int {
		switch order {
		case "progress":
			if c := cmp.Compare(ratio(b), ratio(a)); c != 0 {
				return c
			}
		case "in-review":
			if c := cmp.Compare(b.Counts.InFlight(), a.Counts.InFlight()); c != 0 {
				return c
			}
		case "last-merge":
			if c := b.LastMerged.Compare(a.LastMerged); c != 0 {
				return c
			}
		case "attention":
			return cmp.Or(
				cmp.Compare(min(len(b.Contradictions), 1), min(len(a.Contradictions), 1)),
				compareWaiting(a.OldestWaiting, b.OldestWaiting),
				cmp.Compare(a.Name, b.Name))
		}
		return cmp.Compare(a.Name, b.Name)
	})
}

// ratio orders projects without progress behind those that have none done.
func ratio(p *progress.ProjectNumbers) float64 {
	if p.Progress == nil || p.Loading != nil {
		return -1
	}
	return *p.Progress
}

// compareWaiting puts what has waited longest first, and what does not wait last.
func compareWaiting(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}
