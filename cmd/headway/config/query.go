package config

import (
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// queries are what is sent to Gerrit for a goal: one query for the goal's selector
// and one for each project with a selector of its own (own, by project). Together
// they list each change at most once, because the goal's query leaves those
// projects out. Without discovery it is limited to the listed projects and those
// of teams.
func queries(g *progress.Goal, own map[string]string, discover bool) []store.Query {
	var out, members []string
	var qs []store.Query
	for _, p := range g.Projects {
		if sel, ok := own[p.Name]; ok {
			out = append(out, query.Not(projectTerm(p.Name))...)
			qs = append(qs, store.Query{Project: p.Name, Text: projectTerm(p.Name) + " (" + sel + ")"})
			continue
		}
		members = append(members, p.Name)
	}
	for _, t := range g.Teams {
		for _, name := range t.Projects {
			if _, ok := own[name]; !ok && !slices.Contains(members, name) {
				members = append(members, name)
			}
		}
	}
	text := g.Selector
	switch {
	case !discover && len(members) == 0 && len(qs) > 0:
		// All have their own. The goal's as-of time and its references still belong
		// to the goal's query, so there is one, and it finds nothing.
		text = "(" + text + ") " + projectTerm(qs[0].Project) + " " + out[0]
	case !discover:
		terms := make([]string, len(members))
		for i, name := range members {
			terms[i] = projectTerm(name)
		}
		text = "(" + text + ") (" + query.Or(terms...) + ")"
	case len(out) > 0:
		text = "(" + text + ") " + strings.Join(out, " ")
	}
	return slices.Insert(qs, 0, store.Query{Text: text})
}

func projectTerm(name string) string { return "project:" + query.Quote(name) }

func (c *checker) selector(path string, t text) {
	if t.given() {
		if wrong := selectorProblem(t.value); wrong != "" {
			c.problem(t.at, path, "%s", wrong)
		}
	}
}

// selectorProblem is what is wrong with a selector, "" if nothing. Gerrit checks
// the rest; this is what would select something else without an error.
func selectorProblem(s string) string {
	if s == "" {
		return "is empty; an empty selector would match every change on the server"
	}
	// We put selectors in parentheses, which only works if theirs are paired.
	bare, wrong := query.Bare(s)
	switch {
	case wrong != "":
		return wrong
	case strings.Trim(bare, " ()") == "" && !strings.ContainsAny(s, `"{`):
		return "is empty; an empty selector would match every change on the server"
	}
	for _, t := range query.Terms(s) {
		switch {
		case t.Operator == "limit":
			return "must not contain limit:, which would cut every listing"
		case t.Value == "" && slices.Contains(topicOperators, t.Operator):
			return "names an empty topic, which would match every change without one"
		}
	}
	return passing(s)
}

var topicOperators = []string{"topic", "intopic", "prefixtopic"}
