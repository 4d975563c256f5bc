package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// figure is a number that leads to the rows behind it.
type figure struct {
	Text  string // "" shows as a dash: not known
	Field string // its path in the API's JSON
	URL   string // "" if it leads nowhere
	Stale bool
}

// scope is a goal, a project or a team: whose numbers are shown, and where their
// links lead.
type scope struct {
	progress.Scope
	result *progress.Result
	n      *progress.Numbers
	links  links
}

// scope is a part of a goal that there is.
func (q *request) scope(result *progress.Result, s progress.Scope) scope {
	return scope{s, result, result.NumbersOf(s), q.links}
}

// askedScope is the part of a goal that the address asks for by project or team.
func (q *request) askedScope(result *progress.Result) (scope, error) {
	var s progress.Scope
	var err error
	if s.Project, err = one(q.values, "project"); err != nil {
		return scope{}, err
	}
	if s.Team, err = one(q.values, "team"); err != nil {
		return scope{}, err
	}
	switch {
	case s.Project != "" && s.Team != "":
		err = badParameter("team", "give a project or a team, not both")
	case s.Project != "":
		_, err = askedProject(result, s.Project)
	case s.Team != "":
		_, err = askedTeam(result, s.Team)
	}
	if err != nil {
		return scope{}, err
	}
	return q.scope(result, s), nil
}

func askedProject(result *progress.Result, name string) (*progress.ProjectNumbers, error) {
	if p := result.Project(name); p != nil {
		return p, nil
	}
	return nil, badParameter("project", "there is no project %q in %s", name, result.Goal.Title)
}

func askedTeam(result *progress.Result, name string) (*progress.TeamNumbers, error) {
	if t := result.Team(name); t != nil {
		return t, nil
	}
	return nil, badParameter("team", "there is no team %q in %s", name, result.Goal.Title)
}

// only is what a scope is called within its goal, "" for all of it.
func (s scope) only() string {
	if s.Team != "" {
		return s.result.Team(s.Team).Title
	}
	return s.Project
}

// filter is the scope as parameters of an address.
func (s scope) filter() []string { return []string{"project", s.Project, "team", s.Team} }

// rows is the address of the changes of this scope that a further filter finds.
func (s scope) rows(filter ...string) string {
	return s.links.changes(s.result.Goal.Name, slices.Concat(s.filter(), filter)...)
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

// inFlight are the states that in flight adds up, as a filter takes them.
var inFlight = func() string {
	var codes []string
	for _, m := range progress.States {
		if progress.State(m.Code).InFlight() {
			codes = append(codes, m.Code)
		}
	}
	return strings.Join(codes, ",")
}()

func (s scope) merged() figure {
	return s.figure("counts.merged", s.n.Counts.Merged, "state", string(progress.Merged))
}

func (s scope) inReview() figure {
	return s.figure("in_flight", s.n.Counts.InFlight(), "state", inFlight)
}

// percent is the progress; it always stands with its fraction.
func (s scope) percent() figure {
	f := figure{Field: "progress", Stale: s.n.Stale}
	if p, ok := s.n.Percent(); ok && s.n.Loading == nil {
		f.Text = strconv.Itoa(p) + "%"
	}
	return f
}

// segment is one part of a bar. X and Width are in thousandths of the bar.
type segment struct {
	figure
	Class    string
	Word     string
	Gerrit   string // the same in Gerrit's own search
	X, Width int
}

// bar shows how the changes of a scope divide.
type bar struct {
	Segments []segment
	Label    string // the same in words
}

// narrowest is the least width of a part that is not empty: 2 px of the narrowest
// bar with parts to click, about 340 px.
const narrowest = 6

// gap keeps neighbours apart where there is room for it.
const gap = 2

// bar divides the development changes by state, in an order that never changes.
// Expected changes that nobody has uploaded yet close the row.
func (s scope) bar() bar {
	c := s.n.Counts
	parts := []struct {
		state progress.State
		n     int
	}{
		{progress.Merged, c.Merged}, {progress.Open, c.Open}, {progress.WIP, c.WIP},
		{progress.Abandoned, c.Abandoned}, {progress.Reverted, c.Reverted},
	}
	var b bar
	if s.n.Loading != nil {
		return b
	}
	var sizes []int
	var words []string
	for _, p := range parts {
		word := meaning(progress.States, string(p.state)).Title
		b.Segments = append(b.Segments, segment{
			figure: s.figure("counts."+string(p.state), p.n, "state", string(p.state)),
			Class:  "state-" + string(p.state), Word: word,
		})
		if p.n > 0 {
			b.Segments[len(b.Segments)-1].Gerrit = s.inGerrit(false, p.state)
		}
		sizes = append(sizes, p.n)
		words = append(words, strconv.Itoa(p.n)+" "+word)
	}
	if missing := s.n.Denominator - c.Merged - c.InFlight(); missing > 0 {
		b.Segments = append(b.Segments, segment{figure: figure{Text: strconv.Itoa(missing), Stale: s.n.Stale}, Class: "state-expected", Word: "expected, not uploaded"})
		sizes = append(sizes, missing)
		words = append(words, strconv.Itoa(missing)+" expected, not uploaded")
	}
	b.Label = strings.Join(words, ", ")
	x := 0
	for i, width := range divide(sizes, 1000) {
		b.Segments[i].X, b.Segments[i].Width = x, width
		x += width
		if width > 2*narrowest {
			b.Segments[i].Width -= gap
		}
	}
	return b
}

// divide shares a width out in proportion; what is not empty stays visible, at the
// cost of the widest.
func divide(sizes []int, width int) []int {
	total := 0
	for _, n := range sizes {
		total += n
	}
	out := make([]int, len(sizes))
	if total == 0 {
		return out
	}
	rest := width
	for i, n := range sizes {
		if n > 0 {
			out[i] = max(n*width/total, narrowest)
		}
		rest -= out[i]
	}
	out[slices.Index(out, slices.Max(out))] += rest
	return out
}

// actor is one of those who must act, with what waits on them.
type actor struct {
	figure
	Code   string
	Who    string // as in "waits on the author"
	Next   string // what clears it
	Oldest when   // absent: nothing waits
	Page   string // the attention page where they stand
}

// actorOrder puts first whom a reader can help.
var actorOrder = []progress.WaitsOn{progress.Reviewers, progress.Author, progress.Dependency, progress.CI, progress.Gate}

// actorPhrases follow "wait on".
var actorPhrases = map[progress.WaitsOn]string{
	progress.Reviewers: "reviewers", progress.Author: "the author", progress.Dependency: "another change",
	progress.CI: "CI", progress.Gate: "the gate",
}

// waitsOn is whom a change waits on, to follow "on".
func waitsOn(w progress.WaitsOn) string { return cmp.Or(actorPhrases[w], string(w)) }

// actors are those who must act on the changes in flight of this scope.
func (s scope) actors() []actor {
	a := s.n.Attention
	counts := map[progress.WaitsOn]int{
		progress.Reviewers: a.Reviewers, progress.Author: a.Author, progress.Dependency: a.Dependency,
		progress.CI: a.CI, progress.Gate: a.Gate,
	}
	oldest := map[progress.WaitsOn]time.Time{}
	for _, c := range s.changes((*progress.Change).InReview) {
		if t := oldest[c.WaitsOn]; !c.WaitingSince.IsZero() && (t.IsZero() || c.WaitingSince.Before(t)) {
			oldest[c.WaitsOn] = c.WaitingSince
		}
	}
	var out []actor
	for _, w := range actorOrder {
		m := meaning(progress.Waits, string(w))
		f := s.figure("attention."+string(w), counts[w], "waits_on", string(w))
		out = append(out, actor{
			figure: f, Code: m.Code, Who: waitsOn(w), Next: m.Next,
			Oldest: ago(s.result, oldest[w]), Page: s.links.attention(s.result.Goal.Name, s.filter()...) + "#" + m.Code,
		})
	}
	return out
}

// cycleRow is what landed in one cycle.
type cycleRow struct {
	figure
	Name    string
	Dates   string
	Current string // "" or that it is the cycle of the day
	Width   int    // of its bar, in thousandths of the greatest
}

// cycles are those that have begun, the newest first.
func (s scope) cycles() []cycleRow {
	most := 1
	for _, c := range s.n.Cycles {
		most = max(most, c.Landed)
	}
	var out []cycleRow
	for _, c := range s.n.Cycles {
		if c.Cycle.Start.After(s.result.Until()) {
			continue
		}
		row := cycleRow{
			figure: s.figure("cycles", c.Landed, "cycle", c.Cycle.Name),
			Name:   c.Cycle.Name,
			Dates:  date(c.Cycle.Start) + " – " + date(c.Cycle.End.Add(-time.Second)),
		}
		switch current := c.Cycle.Holds(s.result.Until()); {
		case current && s.result.Past():
			row.Current = "then"
		case current:
			row.Current = "now"
		}
		if s.n.Loading == nil {
			row.Width = c.Landed * 1000 / most
		}
		out = append(out, row)
	}
	slices.Reverse(out)
	return out
}
