package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

// mostGroups bounds the requests of a recount: with more projects than this,
// several share a query.
const mostGroups = 25

// byState are the queries that separate Gerrit's states. is:wip is true of some
// abandoned changes, too.
var byState = []struct {
	state progress.State
	term  string
}{
	{progress.Merged, "is:merged"},
	{progress.Open, "is:open -is:wip"},
	{progress.WIP, "is:open is:wip"},
	{progress.Abandoned, "is:abandoned"},
}

// recount is what Gerrit has of one goal.
type recount struct {
	auditor *Auditor
	shown   *Claims
	queries []selector         // those that are not loading
	found   map[int]*found     // what the queries find, by number
	outside map[int]*found     // what they don't find: reverts, and what was asked for by number
	bad     map[int]gerrit.Bad // members whose rows can't be read, by number; 0 if that can't be read either
	texts   map[int]*text      // what commit messages name as reverted, of those that were read
	undoes  map[int]undoing    // revert -> what it takes out; by judge
}

// selector is a query as it is sent to Gerrit; project is "" for the goal's.
type selector struct{ project, text string }

// found is one change as Gerrit has it.
type found struct {
	gerrit.Change
	state    progress.State // by the query that found it; reverted is judged afterwards
	stable   bool           // on a branch of backports, by Gerrit's own search
	backport bool
}

// recount asks Gerrit for all that we show of a goal.
func (a *Auditor) recount(ctx context.Context, g *Claims) (*recount, error) {
	r := &recount{auditor: a, shown: g, found: map[int]*found{}, outside: map[int]*found{}, bad: map[int]gerrit.Bad{}, texts: map[int]*text{}}
	for _, q := range g.Goal.Queries {
		if q.Project == "" || !slices.Contains(g.Summary.LoadingProjects, q.Project) {
			r.queries = append(r.queries, selector{q.Project, q.Text})
		}
	}
	before, scopes := a.requests, r.scopes()
	a.log.Info("asking Gerrit", "goal", g.Goal.Name, "requests_at_least", r.expected(len(scopes)))
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return r.listStates(ctx, scopes) },
		r.listBackports, r.findAbsent, r.findReverts, r.findTexts, r.explainReverted,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	a.log.Info("Gerrit answered", "goal", g.Goal.Name, "requests", a.requests-before, "changes", len(r.found))
	r.judge()
	return r, nil
}

// expected is how many requests are needed if we are right: more if a query finds
// more than a page holds.
func (r *recount) expected(scopes int) int {
	perQuery := 1 // the texts of reverts
	if branchTerm(r.shown.Goal.Backports) != "" {
		perQuery++
	}
	var merged, gone []int
	for number, c := range r.shown.changes {
		switch c.state {
		case progress.Merged, progress.Reverted:
			merged = append(merged, number)
		case progress.Gone:
			gone = append(gone, number)
		}
	}
	return scopes*len(byState) + perQuery*len(r.queries) +
		len(query.Fit(query.Numbered("revertof", merged), "is:merged", query.MaxNamed)) + len(query.Fit(query.Numbered("change", gone), "", query.MaxNamed))
}

// scopes are queries that together find all members: each selector's, the goal's
// once for each group of projects that we show and once for what lies in none of
// them.
func (r *recount) scopes() []string {
	var scopes []string
	own := map[string]bool{}
	for _, q := range r.shown.Goal.Queries {
		own[q.Project] = true
	}
	var projects []string
	for _, p := range r.shown.Summary.Projects {
		if !own[p.Project] {
			projects = append(projects, "project:"+query.Quote(p.Project))
		}
	}
	slices.Sort(projects)
	for _, q := range r.queries {
		base := "(" + q.text + ")"
		if q.project != "" {
			scopes = append(scopes, base)
			continue
		}
		size := (len(projects) + mostGroups - 1) / mostGroups
		for _, group := range query.Fit(projects, base, size) {
			scopes = append(scopes, base+" "+query.Any(group...))
		}
		rest := base
		for _, p := range projects {
			rest += " -" + p
		}
		if !query.Fits(rest) { // then all of them, once more
			rest = base
		}
		scopes = append(scopes, rest)
	}
	return scopes
}

func (r *recount) listStates(ctx context.Context, scopes []string) error {
	for _, scope := range scopes {
		for _, by := range byState {
			listing, err := r.auditor.client.List(ctx, scope+" "+by.term, time.Time{})
			if err != nil {
				return err
			}
			for _, row := range listing.Changes {
				r.find(row, by.state)
			}
			for _, b := range listing.Bad {
				r.bad[b.Number] = b
			}
		}
	}
	return nil
}

// list is one query. Whose rows can't be read was noted when the states were
// listed.
func (r *recount) list(ctx context.Context, text string) ([]gerrit.Change, error) {
	listing, err := r.auditor.client.List(ctx, text, time.Time{})
	if err != nil {
		return nil, err
	}
	return listing.Changes, nil
}

// find notes a member. One that moved while we asked is found in two states: then
// its newest row holds.
func (r *recount) find(row gerrit.Change, state progress.State) {
	if old := r.found[row.Number]; old == nil || row.Updated.After(old.Updated.Time) {
		row.Subject = r.auditor.clean(row.Subject)
		r.found[row.Number] = &found{Change: row, state: state}
	}
}

// listBackports asks which members are on branches of backports.
func (r *recount) listBackports(ctx context.Context) error {
	term := branchTerm(r.shown.Goal.Backports)
	if term == "" {
		return nil
	}
	for _, q := range r.queries {
		rows, err := r.list(ctx, "("+q.text+") "+term)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if f := r.found[row.Number]; f != nil {
				f.stable = true
			}
		}
	}
	return nil
}

// findAbsent asks by number for what we count and no query found, and for what we
// call gone. Gerrit's two indexes can both miss a change at the instant of its
// merge, so the selectors are asked for it again before anything is judged.
func (r *recount) findAbsent(ctx context.Context) error {
	var absent, former []int
	for n, c := range r.shown.changes {
		switch {
		case r.found[n] != nil:
		case c.counted():
			absent = append(absent, n)
		case c.state == progress.Gone:
			former = append(former, n)
		}
	}
	slices.Sort(absent)
	for _, q := range r.queries {
		rows, err := r.byNumber(ctx, "("+q.text+")", absent)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.find(row, stateOfRow(row))
		}
	}
	absent = slices.DeleteFunc(append(absent, former...), func(n int) bool { return r.found[n] != nil })
	slices.Sort(absent)
	rows, err := r.byNumber(ctx, "", absent)
	for _, row := range rows {
		r.outside[row.Number] = &found{Change: row, state: stateOfRow(row)}
	}
	return err
}

// byNumber lists those of some changes that a query finds.
func (r *recount) byNumber(ctx context.Context, beside string, numbers []int) ([]gerrit.Change, error) {
	return r.anyOf(ctx, beside, query.Numbered("change", numbers))
}

// anyOf lists what a query and any of some terms find, in as few requests as fit and
// as the server takes.
func (r *recount) anyOf(ctx context.Context, beside string, terms []string) ([]gerrit.Change, error) {
	var all []gerrit.Change
	most := query.MaxNamed
	for _, chunk := range query.Fit(terms, beside, most) {
		for len(chunk) > 0 {
			n := min(len(chunk), most)
			rows, err := r.list(ctx, strings.TrimSpace(beside+" "+query.Any(chunk[:n]...)))
			var failed *gerrit.Error
			if errors.As(err, &failed) && failed.TooManyTerms() && n > 1 {
				most = n / 2
				continue
			}
			if err != nil {
				return nil, err
			}
			all, chunk = append(all, rows...), chunk[n:]
		}
	}
	return all, nil
}

// stateOfRow is the state in a row, where no query by state was asked.
func stateOfRow(row gerrit.Change) progress.State {
	switch {
	case row.Status == "MERGED":
		return progress.Merged
	case row.Status == "ABANDONED":
		return progress.Abandoned
	case row.WorkInProgress:
		return progress.WIP
	}
	return progress.Open
}

// known are the numbers of all changes that Gerrit has shown us, in order.
func (r *recount) known() []int {
	all := maps.Clone(r.outside)
	maps.Copy(all, r.found)
	return slices.Sorted(maps.Keys(all))
}

// change is what Gerrit has shown us of a change, nil if nothing.
func (r *recount) change(n int) *found {
	if f := r.found[n]; f != nil {
		return f
	}
	return r.outside[n]
}

// branchTerm finds what is on a branch that matches any of the patterns, "" for no
// patterns. Gerrit puts refs/heads/ behind the ^ and matches the whole name.
func branchTerm(patterns []string) string {
	if len(patterns) == 0 {
		return ""
	}
	var alternatives []string
	for _, p := range patterns {
		var b strings.Builder
		for _, c := range p {
			switch {
			case c == '*':
				b.WriteString(".*")
			case strings.ContainsRune(`.+|(){}#@&<>$"`, c): // others have no place in a branch's name
				fmt.Fprintf(&b, "[%c]", c)
			default:
				b.WriteRune(c)
			}
		}
		alternatives = append(alternatives, b.String())
	}
	return "branch:" + query.Quote("^("+strings.Join(alternatives, "|")+")")
}
