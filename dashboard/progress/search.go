package progress

import (
	"slices"
	"strconv"
	"strings"
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
		return anyOf(changeTerms(r.numbers(s, func(c *Change) bool { return c.State == Left && c.Backport == backports })))
	}
	copies := changeTerms(r.numbers(s, func(c *Change) bool { return c.Backport && !r.view.branches.backport(c.Branch) }))
	terms := []string{parens(base)}
	if backports {
		which := copies
		if pattern := branchPattern(r.Goal.Backports); pattern != "" {
			which = append([]string{pattern}, copies...)
		}
		if len(which) == 0 {
			return ""
		}
		terms = append(terms, anyOf(which))
	} else {
		if pattern := branchPattern(r.Goal.Backports); pattern != "" {
			terms = append(terms, "-"+pattern)
		}
		terms = append(terms, without(copies)...)
	}
	if len(states) > 0 {
		reverted := changeTerms(r.numbers(s, func(c *Change) bool { return c.State == Reverted && c.Backport == backports }))
		state := stateTerms(states, reverted)
		if len(state) == 0 {
			return ""
		}
		terms = append(terms, anyOf(state))
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
		terms = append(terms, "("+strings.Join(append([]string{"status:merged"}, without(reverted)...), " ")+")")
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

func (r *Result) numbers(s Scope, want func(*Change) bool) []int {
	var out []int
	for _, c := range r.Select(s, want) {
		out = append(out, c.Change.Number)
	}
	return out
}

func changeTerms(list []int) []string {
	terms := make([]string, len(list))
	for i, n := range list {
		terms[i] = "change:" + strconv.Itoa(n)
	}
	return terms
}

func without(terms []string) []string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = "-" + t
	}
	return out
}

// branchPattern is one term for all branches that match any pattern, "" for none.
// Gerrit matches the whole branch name. The alternatives stand in parentheses,
// because it puts refs/heads/ behind the ^, and so the value has to be quoted.
func branchPattern(patterns []string) string {
	if len(patterns) == 0 {
		return ""
	}
	alternatives := make([]string, len(patterns))
	for i, p := range patterns {
		var b strings.Builder
		for _, r := range p {
			switch {
			case r == '*':
				b.WriteString(".*")
			case strings.ContainsRune(`.+|(){}#@&<>$"`, r): // in a class nothing needs a backslash
				b.WriteString("[" + string(r) + "]")
			default:
				b.WriteRune(r)
			}
		}
		alternatives[i] = b.String()
	}
	return "branch:" + quote("^("+strings.Join(alternatives, "|")+")")
}
