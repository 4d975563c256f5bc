package link

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eventlet-removal/headway/store/query"
)

// Terms are the filters of a list of changes that can be written into the search box
// too, as in
//
//	state:open,wip owner:"Olga Owner" older:30d "a phrase" conductor
//
// in the order in which the box shows them. What is in quotes is looked for as it
// is; a quote or backslash in it takes a backslash.
var Terms = []string{"project", "team", "state", "class", "waits_on", "reason", "branch", "owner", "older", "cycle", "numbers"}

// Search is the text of the search box, read.
type Search struct {
	Terms url.Values // by Terms, in the form of the address's own parameters
	Words []string   // what is left, to be looked for as it is
}

// lists are the terms that may name several values, separated by commas or repeated.
// Those of project, too, but a project's name may hold a comma: its values stay apart.
var lists = []string{"state", "waits_on", "reason", "numbers"}

// Several are the values of a parameter, separated by commas or repeated.
func Several(values url.Values, name string) []string {
	var out []string
	for _, v := range values[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// Numbers are change numbers as a parameter takes them, which Several reads.
func Numbers(numbers []int) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ",")
}

// TermError is a term that can't be read, and why.
type TermError struct{ Term, Reason string }

func (e *TermError) Error() string { return fmt.Sprintf("bad term %q: %s", e.Term, e.Reason) }

// termKey is how a term begins. Bug:123 and Depends-On: are text.
var termKey = regexp.MustCompile(`^[a-z_]+$`)

// ParseSearch reads the search box, or returns a *TermError; the address of a change in the Gerrit at base
// stands for its number. A term that does not exist is refused: it must not show more,
// or less, than was asked for.
func ParseSearch(text, base string) (Search, error) {
	out := Search{Terms: url.Values{}}
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
			out.Words = append(out.Words, word)
		case isAddress:
			out.Terms.Add("numbers", strconv.Itoa(number))
		case isTerm && slices.Contains(Terms, key):
			if value == "" {
				return Search{}, &TermError{word, "it has no value"}
			}
			out.Terms.Add(key, value)
		case isTerm && termKey.MatchString(key) && value != "" && !strings.HasPrefix(value, "//"):
			return Search{}, &TermError{word, fmt.Sprintf("there is no %q; there are %s. To look for it as text, put it in quotes", key+":", strings.Join(Terms, ", "))}
		default:
			out.Words = append(out.Words, word)
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

// String is a text that ParseSearch reads as the same search.
func (s Search) String() string {
	var parts []string
	for _, key := range Terms {
		values := s.Terms[key]
		if slices.Contains(lists, key) {
			values = Several(s.Terms, key)
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
	for _, word := range s.Words {
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
