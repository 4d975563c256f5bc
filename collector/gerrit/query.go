package gerrit

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/store/query"
)

// errEmptyQuery refuses a query without words. Gerrit would answer 400, or, if
// the parameter got lost on the way, every open change of the server.
var errEmptyQuery = errors.New("the query is empty: it would not select any particular changes")

// quoteTime gives a time for after: and before:. Unquoted, Gerrit takes the hours
// for a full-text term and finds nothing, without an error. The fraction is only sent if
// there is one; Gerrit itself keeps whole seconds.
func quoteTime(t time.Time) string {
	return `"` + t.UTC().Format(stampLayout+".999999999") + `"`
}

// checkQuery refuses what would change its meaning once it stands in parentheses
// beside another term.
func checkQuery(text string) error {
	if strings.Trim(text, " \t\r\n()") == "" {
		return errEmptyQuery
	}
	if _, problem := query.Bare(text); problem != "" {
		return fmt.Errorf("query %s %s", shorten(text), problem)
	}
	return nil
}

// window narrows a query to changes updated in [after, before], both inclusive; a
// zero time is no bound.
func window(text string, after, before time.Time) string {
	if after.IsZero() && before.IsZero() {
		return text
	}
	text = "(" + text + ")"
	if !after.IsZero() {
		text += " after:" + quoteTime(after)
	}
	if !before.IsZero() {
		text += " before:" + quoteTime(before)
	}
	return text
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
