package dashboard

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eventlet-removal/headway/store/query"
)

// searchTerms are the filters that can also be written into the search box, as in
//
//	state:open,wip owner:"Olga Owner" older:30d "a phrase" conductor
//
// in the order in which the box shows them. What is in quotes is looked for as it
// is; a quote or backslash in it takes a backslash.
var searchTerms = []string{"project", "team", "state", "class", "waits_on", "branch", "owner", "older", "cycle", "numbers"}

// search is the text of the search box, read.
type search struct {
	terms url.Values // by searchTerms, in the form of the address's own parameters
	words []string   // what is left, to be looked for as it is
}

// termKey is how a term begins. Bug:123 and Depends-On: are text.
var termKey = regexp.MustCompile(`^[a-z_]+$`)

// parseSearch reads the search box; the address of a change in the Gerrit at base
// stands for its number. A term that does not exist is refused: it must not show more,
// or less, than was asked for.
func parseSearch(text, base string) (search, error) {
	out := search{terms: url.Values{}}
	for len(text) > 0 {
		var word string
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		literal := strings.HasPrefix(text, `"`)
		word, text = nextWord(text)
		key, value, isTerm := strings.Cut(word, ":")
		number, isAddress := query.ChangeNumber(word, base)
		switch {
		case word == "":
		case literal:
			out.words = append(out.words, word)
		case isAddress:
			out.terms.Add("numbers", strconv.Itoa(number))
		case isTerm && slices.Contains(searchTerms, key):
			if value == "" {
				return search{}, badTerm(word, "it has no value")
			}
			out.terms.Add(key, value)
		case isTerm && termKey.MatchString(key) && value != "" && !strings.HasPrefix(value, "//"):
			return search{}, badTerm(word, "there is no %q; there are %s. To look for it as text, put it in quotes", key+":", strings.Join(searchTerms, ", "))
		default:
			out.words = append(out.words, word)
		}
	}
	return out, nil
}

// nextWord takes what comes before the next space outside quotes, without the
// quotes. A quote that is never closed reaches to the end.
func nextWord(text string) (word, rest string) {
	var b strings.Builder
	quoted, escaped := false, false
	for i, r := range text {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case !quoted && unicode.IsSpace(r):
			return b.String(), text[i:]
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), ""
}

// String is a text that parseSearch reads as the same search.
func (s search) String() string {
	var parts []string
	for _, key := range searchTerms {
		values := s.terms[key]
		if slices.Contains(listParameters, key) {
			values = several(s.terms, key)
			if len(values) > 0 {
				values = []string{strings.Join(values, ",")}
			}
		}
		for _, value := range values {
			if value == "" {
				continue
			}
			parts = append(parts, key+":"+quoted(value))
		}
	}
	for _, word := range s.words {
		if strings.Contains(word, ":") { // else it might be read as a term
			parts = append(parts, query.Quote(word))
		} else {
			parts = append(parts, quoted(word))
		}
	}
	return strings.Join(parts, " ")
}

// quoted puts a value in quotes if it needs them.
func quoted(value string) string {
	if !strings.ContainsFunc(value, func(r rune) bool { return r == '"' || unicode.IsSpace(r) }) {
		return value
	}
	return query.Quote(value)
}
