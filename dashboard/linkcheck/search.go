package linkcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// Bounds of checking searches: each one looks at all members.
const (
	mostSearches = 20 // of one page
	mostTopics   = 3  // named where a search misses them
)

// searches checks each search of a page, linked or written: does it still find what
// counts?
func (c *Checker) searches(p *testimonials.Page) []Check {
	var out []Check
	seen := map[string]bool{}
	for _, ref := range p.References {
		if ref.Query == "" || seen[ref.Query] {
			continue
		}
		seen[ref.Query] = true
		if len(seen) > mostSearches {
			return append(out, Check{Verdict: Unknown, Page: p.Name, Line: ref.Line, Text: fmt.Sprintf("It has more than %d searches: the rest is not checked.", mostSearches)})
		}
		k := c.search(ref.Query)
		k.Page, k.Line, k.What, k.Query = p.Name, ref.Line, ref.Query, ref.Query
		out = append(out, k)
	}
	return out
}

// search compares what a search finds among the members with what counts there.
func (c *Checker) search(text string) Check {
	terms, why := searchTermsOf(text)
	if why != "" {
		return Check{Verdict: Unknown, Text: "Only Gerrit can tell what this finds: " + why + "."}
	}
	projects := projectsOf(terms)
	where, all := c.goal.Goal.Title, c.goal.Query
	for _, name := range projects {
		n := c.goal.Project(name)
		if n == nil {
			return Check{Verdict: Broken, Text: fmt.Sprintf("No change of %s is known here.", name)}
		}
		if n.Loading != nil {
			return Check{Verdict: Unknown, Text: fmt.Sprintf("Nothing is known of %s yet. %s", name, n.Loading.Sentence())}
		}
		where, all = name, n.Query
	}
	k := Check{Verdict: Holds}
	found, of := 0, 0
	var missed []*progress.Change
	for _, m := range c.goal.Changes {
		if !m.State.Counted() || len(projects) > 0 && !slices.Contains(projects, m.Change.Project) {
			continue
		}
		of++
		if finds(terms, m.Change) {
			found++
		} else {
			missed = append(missed, m)
		}
	}
	switch {
	case of == 0:
		k.Verdict, k.Text = Unknown, fmt.Sprintf("There is nothing to find: no change of %s counts.", where)
		return k
	case len(missed) == 0:
		k.Text = fmt.Sprintf("Finds all %s that count in %s, backports included.", plural(of, "change", "changes"), where)
	default:
		k.Verdict = Broken
		k.Text = fmt.Sprintf("Finds %d of the %s that count in %s, backports included. %s", found, plural(of, "change", "changes"), where, missedTopics(missed))
		k.All = all
		for _, m := range missed {
			k.Missed = append(k.Missed, m.Change.Number)
		}
	}
	if !slices.ContainsFunc(terms, func(t query.Term) bool { return !t.Negated && t.Operator != "project" }) {
		k.Text += " It names no topic, so it finds work beside this goal, too."
	}
	return k
}

// searchTermsOf reads a search whose answer our own facts can give: topics and
// projects by name, all of which must hold. Why says what else there is in it.
func searchTermsOf(text string) (terms []query.Term, why string) {
	switch {
	case strings.ContainsAny(text, "()"), slices.Contains(strings.Fields(text), "OR"):
		return nil, "it has alternatives"
	case strings.Count(text, `"`)%2 != 0:
		return nil, "a quotation mark is never closed"
	}
	terms = query.Terms(text)
	for _, t := range terms {
		known := t.Operator == "topic" || t.Operator == "prefixtopic" || t.Operator == "project"
		switch {
		case t.Operator == "":
			return nil, fmt.Sprintf("the word “%s” is looked for in messages, comments and names", t.Value)
		case !known:
			return nil, fmt.Sprintf("it asks for %s:", t.Operator)
		case t.Value == "":
			return nil, fmt.Sprintf("%s: has no value", t.Operator)
		case strings.HasPrefix(t.Value, "^"):
			return nil, fmt.Sprintf("%s: is a pattern", t.Operator)
		}
	}
	if len(terms) == 0 {
		return nil, "it has no terms"
	}
	return terms, ""
}

// projectsOf returns the projects that a search names.
func projectsOf(terms []query.Term) []string {
	var names []string
	for _, t := range terms {
		if t.Operator == "project" && !t.Negated && !slices.Contains(names, t.Value) {
			names = append(names, t.Value)
		}
	}
	return names
}

// finds reports whether all terms hold for a change. Gerrit compares topics and
// projects letter by letter.
func finds(terms []query.Term, c *store.Change) bool {
	for _, t := range terms {
		var yes bool
		switch t.Operator {
		case "topic":
			yes = c.Topic == t.Value
		case "prefixtopic":
			yes = strings.HasPrefix(c.Topic, t.Value)
		case "project":
			yes = c.Project == t.Value
		}
		if yes == t.Negated {
			return false
		}
	}
	return true
}

// missedTopics returns under which topics the missed changes are, the most frequent
// first.
func missedTopics(missed []*progress.Change) string {
	count := map[string]int{}
	var topics []string
	for _, m := range missed {
		if count[m.Topic]++; count[m.Topic] == 1 {
			topics = append(topics, m.Topic)
		}
	}
	slices.SortStableFunc(topics, func(a, b string) int { return count[b] - count[a] })
	var parts []string
	for _, topic := range topics[:min(len(topics), mostTopics)] {
		name := "“" + topic + "”"
		if topic == "" {
			name = "no topic"
		}
		parts = append(parts, fmt.Sprintf("%d under %s", count[topic], name))
	}
	if more := len(topics) - mostTopics; more > 0 {
		parts = append(parts, plural(more, "more topic", "more topics"))
	}
	return "Missed: " + strings.Join(parts, ", ") + "."
}
