package dashboard

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"
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

type sortKey struct{ Code, Text string }

// parseSort reads a sort key of a list; "" is the first.
func parseSort(q *request, keys []sortKey) (string, error) {
	key, err := one(q.values, "sort")
	if err != nil {
		return "", err
	}
	if key == "" {
		return keys[0].Code, nil
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		if k.Code == key {
			return key, nil
		}
		names[i] = k.Code
	}
	return "", badParameter("sort", "there is no order %q; there are %s", key, strings.Join(names, ", "))
}

// sortLinks are the orders a table offers.
func sortLinks(address func(sort string) string, keys []sortKey, current string) []navLink {
	out := make([]navLink, len(keys))
	for i, k := range keys {
		code := k.Code
		if i == 0 {
			code = ""
		}
		out[i] = navLink{k.Text, address(code), k.Code == current}
	}
	return out
}

func (q *request) projectRow(result *progress.Result, p *progress.ProjectNumbers) row {
	r := q.row(q.scope(result, progress.Scope{Project: p.Name}), p.Declared, p.Measured, p.Contradictions)
	r.Name, r.URL = p.Name, q.links.project(result.Goal.Name, p.Name)
	r.Since, r.Approach = p.Since, p.Approach
	r.Excerpts = q.server.excerpts(p.Name)
	r.Waits = longestWait(result, p)
	return r
}

func (q *request) teamRow(result *progress.Result, t *progress.TeamNumbers) row {
	r := q.row(q.scope(result, progress.Scope{Team: t.Name}), t.Declared, t.Measured, t.Contradictions)
	r.Name, r.URL = t.Title, q.links.team(result.Goal.Name, t.Name)
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

// changeRow is a change in a table.
type changeRow struct {
	Number   int
	URL      string // in Gerrit
	Subject  string
	Project  string
	Page     string // the project's page
	Branch   string
	Backport bool
	State    pill
	Reason   string // why it waits and what comes next
	Who      string // who must act
	Waiting  when
	Owner    string
	Updated  when
	Merged   when
	Note     string // reverts 12345; cherry-pick of 12345; left for another topic
	PatchSet int
	Copies   []changeRow // its backports, where they stand beside it
}

func (q *request) changeRow(result *progress.Result, c *progress.Change) changeRow {
	r := changeRow{
		Number: c.Change.Number, URL: q.links.change(c.Change.Project, c.Change.Number),
		Subject: c.Subject, Project: c.Change.Project, Page: q.links.project(result.Goal.Name, c.Change.Project),
		Branch: c.Branch, Backport: c.Backport, State: statePill(c.State),
		Reason: c.Reason.Text, Waiting: ago(result, c.WaitingSince), Owner: q.server.person(c.Change, c.Owner),
		Updated: ago(result, c.Updated), Merged: ago(result, c.MergedAt), PatchSet: c.PatchSet,
	}
	if c.WaitsOn != "" {
		r.Who = waitsOn(c.WaitsOn)
	}
	r.Note = changeNote(c)
	return r
}

func changeNote(c *progress.Change) string {
	var notes []string
	if len(c.Undoes) > 0 {
		var numbers []string
		for _, n := range c.Undoes {
			numbers = append(numbers, strconv.Itoa(n))
		}
		notes = append(notes, "reverts "+strings.Join(numbers, ", "))
	}
	if c.CherryPickOf != 0 {
		notes = append(notes, "cherry-pick of "+strconv.Itoa(c.CherryPickOf))
	}
	if c.Departed != nil && !c.Departed.Gone {
		if c.Departed.Topic == "" {
			notes = append(notes, "has no topic now")
		} else {
			notes = append(notes, "topic is now "+c.Departed.Topic)
		}
	}
	if c.Quarantined != "" {
		notes = append(notes, "details unknown: "+c.Quarantined)
	}
	return strings.Join(notes, "; ")
}

// changeSort is how lists of changes can be sorted; the first is the default. A
// minus in front turns the others round.
var changeSort = []sortKey{
	{"attention", "what needs attention"}, {"-number", "newest"}, {"number", "oldest"}, {"-updated", "last updated"},
	{"-merged", "last merged"}, {"project", "project"}, {"state", "state"}, {"owner", "owner"},
}

// sortChanges sorts stably by a key of changeSort, then by number.
func (q *request) sortChanges(changes []*progress.Change, key string) {
	compare := map[string]func(a, b *progress.Change) int{
		"attention": func(a, b *progress.Change) int {
			return cmp.Or(compareWaiting(a.WaitingSince, b.WaitingSince), b.Updated.Compare(a.Updated))
		},
		"-updated": func(a, b *progress.Change) int { return b.Updated.Compare(a.Updated) },
		"-merged":  func(a, b *progress.Change) int { return b.MergedAt.Compare(a.MergedAt) },
		"project":  func(a, b *progress.Change) int { return cmp.Compare(a.Change.Project, b.Change.Project) },
		"state":    func(a, b *progress.Change) int { return cmp.Compare(stateRank(a.State), stateRank(b.State)) },
		"owner": func(a, b *progress.Change) int {
			return cmp.Compare(strings.ToLower(q.server.person(a.Change, a.Owner)), strings.ToLower(q.server.person(b.Change, b.Owner)))
		},
		"-number": func(a, b *progress.Change) int { return cmp.Compare(b.Change.Number, a.Change.Number) },
	}[key]
	slices.SortStableFunc(changes, func(a, b *progress.Change) int {
		if compare != nil {
			if c := compare(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Change.Number, b.Change.Number)
	})
}

func stateRank(state progress.State) int {
	return slices.IndexFunc(progress.States, func(m progress.Meaning) bool { return m.Code == string(state) })
}
