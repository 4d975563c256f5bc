package search

import (
	"slices"
	"strings"
	"unicode"
)

// fullText finds v as a phrase of whole words in a text of a change, as Lucene
// does behind Gerrit's message:.
func fullText(v string, text func(*Change) string) (predicate, error) {
	phrase := words(v)
	if len(phrase) == 0 {
		return nil, refuse("Cannot create full-text query with value: " + v)
	}
	return func(ch *Change) bool { return containsPhrase(words(text(ch)), phrase) }, nil
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
