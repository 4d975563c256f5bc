package gerrit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// errEmptyQuery refuses a query without words. Gerrit would answer 400, or, if
// the parameter got lost on the way, every open change of the server.
var errEmptyQuery = errors.New("the query is empty: it would not select any particular changes")

// Quote gives a term of a query in quotation marks, so that spaces, colons and
// parentheses in it mean nothing: project:"openstack/nova".
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// quoteTime gives a time for after: and before:. Unquoted, Gerrit takes the hours
// for a full-text term and silently finds nothing. The fraction is only sent if
// there is one; Gerrit itself keeps whole seconds.
func quoteTime(t time.Time) string {
	return `"` + t.UTC().Format(stampLayout+".999999999") + `"`
}

// checkQuery refuses what would change its meaning once it stands in parentheses
// beside another term: `a) OR (b` is an error alone, but not as `(a) OR (b) after:…`.
func checkQuery(query string) error {
	if strings.Trim(query, " \t\r\n()") == "" {
		return errEmptyQuery
	}
	depth := 0
	for i := 0; i < len(query); i++ {
		switch query[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return fmt.Errorf("query %s: a closing parenthesis too many", shorten(query))
			}
		case '"', '{':
			end := closing(query[i:])
			if end < 0 {
				return fmt.Errorf("query %s: a quotation is not closed", shorten(query))
			}
			i += end
		}
	}
	if depth > 0 {
		return fmt.Errorf("query %s: a parenthesis is not closed", shorten(query))
	}
	return nil
}

// closing finds the end of the quotation that s starts with, "…" with escapes or
// {…} without; -1 if there is none.
func closing(s string) int {
	if s[0] == '{' {
		return strings.IndexByte(s, '}')
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// window narrows a query to changes updated in [after, before], both inclusive; a
// zero time is no bound.
func window(query string, after, before time.Time) string {
	if after.IsZero() && before.IsZero() {
		return query
	}
	query = "(" + query + ")"
	if !after.IsZero() {
		query += " after:" + quoteTime(after)
	}
	if !before.IsZero() {
		query += " before:" + quoteTime(before)
	}
	return query
}

// anyOf selects changes by number, whatever project they are in now.
func anyOf(numbers []int) string {
	terms := make([]string, len(numbers))
	for i, number := range numbers {
		terms[i] = "change:" + strconv.Itoa(number)
	}
	return strings.Join(terms, " OR ")
}

// shorten cuts what came from outside to a length an error message bears, in one
// line.
func shorten(s string) string {
	const longest = 120
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
}
