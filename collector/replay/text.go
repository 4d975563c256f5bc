package replay

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// fullText finds v as a phrase of whole words in one of a change's texts, as
// Lucene does behind Gerrit's message:, comment: and intopic:.
func fullText(v string, texts func(*Change) []string) (predicate, error) {
	phrase := words(v)
	if len(phrase) == 0 {
		return nil, refuse("Cannot create full-text query with value: " + v)
	}
	return func(ch *Change) bool {
		return slices.ContainsFunc(texts(ch), func(text string) bool {
			return containsPhrase(words(text), phrase)
		})
	}, nil
}

func containsPhrase(text, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(text); i++ {
		if slices.Equal(text[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

// words cuts a text as Lucene's standard analyser does, after Gerrit has turned
// underscores and full stops into spaces: runs of letters and digits, lower case.
// An apostrophe or colon between letters, and a comma or semicolon between
// digits, belong to the word.
func words(text string) []string {
	r := []rune(text)
	in := func(i int, class func(rune) bool) bool { return i >= 0 && i < len(r) && class(r[i]) }
	part := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) }
	var out []string
	start := -1
	for i := 0; i <= len(r); i++ {
		inside := in(i, part)
		if !inside && start >= 0 && i < len(r) {
			switch r[i] {
			case '\'', '’', ':':
				inside = in(i-1, unicode.IsLetter) && in(i+1, unicode.IsLetter)
			case ',', ';':
				inside = in(i-1, unicode.IsDigit) && in(i+1, unicode.IsDigit)
			}
		}
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			out = append(out, strings.ToLower(string(r[start:i])))
			start = -1
		}
	}
	return out
}

// hasPieces looks for v as Gerrit does without its index: all its pieces between
// spaces and some punctuation must be among those of one text, case apart.
func hasPieces(v string, texts []string) bool {
	want := pieces(v)
	return slices.ContainsFunc(texts, func(text string) bool {
		have := pieces(text)
		return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(have, w) })
	})
}

func pieces(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,.-:\\/_=\n", r) })
}

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
