package progress

import (
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/store/query"
)

// Search is the query that finds, in Gerrit's own search, the changes of a scope
// that are development or backports and in one of the states; without states, in
// any that counts. Branch patterns become a regular expression; what Gerrit can't
// know, because it is our policy, is named by number: reverted changes, backports
// on development branches, changes that left.
//
// It is "" where there is nothing to find: an unknown scope, nothing reverted, no
// backports at all, or changes that are gone.
func (r *Result) Search(s Scope, backports bool, states ...State) string {
	base := r.base(s)
	if base == "" {
		return ""
	}
	if slices.Equal(states, []State{Left}) {
		return query.Any(query.Numbered("change", r.numbers(s, func(c *Change) bool { return c.State == Left && c.Backport == backports }))...)
	}
	copies := query.Numbered("change", r.numbers(s, func(c *Change) bool { return c.Backport && !r.view.branches.Match(c.Branch) }))
	terms := []string{query.Group(base)}
	if backports {
		which := copies
		if pattern := query.Branches(r.Goal.Backports); pattern != "" {
			which = append([]string{pattern}, copies...)
		}
		if len(which) == 0 {
			return ""
		}
		terms = append(terms, query.Any(which...))
	} else {
		if pattern := query.Branches(r.Goal.Backports); pattern != "" {
			terms = append(terms, "-"+pattern)
		}
		terms = append(terms, query.Not(copies...)...)
	}
	if len(states) > 0 {
		reverted := query.Numbered("change", r.numbers(s, func(c *Change) bool { return c.State == Reverted && c.Backport == backports }))
		state := stateTerms(states, reverted)
		if len(state) == 0 {
			return ""
		}
		terms = append(terms, query.Any(state...))
	}
	return strings.Join(terms, " ")
}

// stateTerms are the alternatives that find some states.
func stateTerms(states []State, reverted []string) []string {
	var terms []string
	has := func(s State) bool { return slices.Contains(states, s) }
	switch {
	case has(Merged) && has(Reverted), has(Merged) && len(reverted) == 0:
		terms = append(terms, "status:merged")
	case has(Merged):
		terms = append(terms, "("+strings.Join(append([]string{"status:merged"}, query.Not(reverted...)...), " ")+")")
	case has(Reverted):
		terms = append(terms, reverted...)
	}
	switch {
	case has(Open) && has(WIP):
		terms = append(terms, "status:open")
	case has(Open):
		terms = append(terms, "(status:open -is:wip)")
	case has(WIP):
		terms = append(terms, "(status:open is:wip)")
	}
	if has(Abandoned) {
		terms = append(terms, "status:abandoned")
	}
	return terms
}

// base is the query of a scope, "" if there is no such scope.
func (r *Result) base(s Scope) string {
	n := r.NumbersOf(s)
	if n == nil {
		return ""
	}
	return n.Query
}

// numbers are those of changes that Gerrit's search can't tell.
func (r *Result) numbers(s Scope, want func(*Change) bool) []int {
	var out []int
	for _, c := range wanted(r.collect(s, func(p *part) []*Change { return p.lists().policy }), want) {
		out = append(out, c.Change.Number)
	}
	return out
}
