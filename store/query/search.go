package query

import (
	"strconv"
	"strings"
)

// Quote gives a value in quotation marks, so that spaces, colons and parentheses in
// it mean nothing: project:"openstack/nova". Gerrit unescapes \" and \\ in it.
func Quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// Numbered are terms of one operator with a number each: change:1, change:2.
func Numbered(operator string, numbers []int) []string {
	terms := make([]string, len(numbers))
	for i, n := range numbers {
		terms[i] = operator + ":" + strconv.Itoa(n)
	}
	return terms
}

// Or joins terms; beside others the result needs parentheses, as Any gives them.
func Or(terms ...string) string { return strings.Join(terms, " OR ") }

// Any finds what any of some terms finds, as one term; "" for none.
func Any(terms ...string) string {
	if len(terms) > 1 {
		return "(" + Or(terms...) + ")"
	}
	return Or(terms...)
}

// Either finds what any of some whole queries finds. Beside other terms it needs
// parentheses.
func Either(queries ...string) string {
	if len(queries) == 1 {
		return queries[0]
	}
	groups := make([]string, len(queries))
	for i, q := range queries {
		groups[i] = "(" + q + ")"
	}
	return Or(groups...)
}

// Group makes a query one term; a single word, quoted or not, is one already.
func Group(query string) string {
	bare, problem := Bare(query)
	if problem == "" && !strings.ContainsAny(bare, " \t\r\n\v\f") {
		return query
	}
	return "(" + query + ")"
}

// Not gives, for each term, the one that finds all else.
func Not(terms ...string) []string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = "-" + t
	}
	return out
}

// Branches is one term for all branches that match any of some patterns, in which *
// stands for any characters; "" for no patterns. Gerrit matches the whole name. The
// alternatives stand in parentheses, because it puts refs/heads/ behind the ^, and
// so the value has to be quoted.
func Branches(patterns []string) string {
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
			case strings.ContainsRune(`.+|(){}#@&<>$"`, r): // in a class nothing needs a backslash; others have no place in a branch's name
				b.WriteString("[" + string(r) + "]")
			default:
				b.WriteRune(r)
			}
		}
		alternatives[i] = b.String()
	}
	return "branch:" + Quote("^("+strings.Join(alternatives, "|")+")")
}

// Bare is a query without what is in quotes or braces. A problem, if it is not "",
// says which of its pairs is wrong, as a predicate: "has a parenthesis that is not
// closed". Such a query would mean something else once it stands in parentheses
// beside another term: `a) OR (b` is an error alone, but not as `(a) OR (b) c`.
func Bare(query string) (bare, problem string) {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(query); i++ {
		switch query[i] {
		case '"':
			end := closingQuote(query[i+1:])
			if end < 0 {
				return "", `has a quote (") that is not closed`
			}
			i += end + 1
		case '{':
			end := strings.IndexByte(query[i:], '}')
			if end < 0 {
				return "", "has a brace ({) that is not closed"
			}
			i += end
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return "", "closes a parenthesis that is not open"
			}
		}
		b.WriteByte(query[i])
	}
	if depth > 0 {
		return "", "has a parenthesis that is not closed"
	}
	return b.String(), ""
}

// closingQuote is the place of the first quote without a backslash before it.
func closingQuote(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
