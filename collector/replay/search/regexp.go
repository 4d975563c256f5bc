package search

import (
	"regexp"
	"strings"
	"unicode"
)

// regex finds changes by a regular expression of Lucene's (dk.brics.automaton)
// kind, which must match the whole field; v begins with ^.
func regex(field, v string, text func(*Change) string) (predicate, error) {
	goPattern, err := translate(v)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(`(?s)\A(?:` + goPattern + `)\z`)
	if err != nil {
		return nil, refuse("Error in operator " + field + ":" + v)
	}
	return func(ch *Change) bool { return re.MatchString(text(ch)) }, nil
}

// translate turns Lucene's syntax into Go's. A leading ^ and a trailing $ are
// taken off, elsewhere they are plain characters, and so is any escaped one. What
// only Lucene has (~ & @ # < " and \d and the like) is refused rather than
// misread.
func translate(v string) (string, error) {
	v = strings.TrimPrefix(v, "^")
	if strings.HasSuffix(v, "$") && !strings.HasSuffix(v, `\$`) {
		v = strings.TrimSuffix(v, "$")
	}
	var b strings.Builder
	class, escaped := false, false
	for i, c := range v {
		switch {
		case escaped:
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				return "", refuse(`replay: \` + string(c) + " in a regular expression is not known here")
			}
			if c < unicode.MaxASCII {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case class:
			if c == '[' || c == '&' { // Go would read a named class or an intersection
				b.WriteByte('\\')
			}
			b.WriteRune(c)
			class = c != ']'
		case c == '[':
			b.WriteRune(c)
			class = true
		case strings.ContainsRune(`~&@#<"`, c):
			return "", refuse("replay: " + string(c) + " in a regular expression is not known here")
		case c == '?' && i > 0 && strings.ContainsRune("(*+?}", rune(v[i-1])):
			return "", refuse("replay: ? after " + v[i-1:i] + " in a regular expression is not known here")
		case c == '^' || c == '$':
			b.WriteByte('\\')
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
	}
	if escaped {
		return "", refuse(`replay: \ at the end of a regular expression`)
	}
	return b.String(), nil
}
