// Package reverts reads the sentence by which a commit message names what it takes
// back: "This reverts commit SHA." It is pure grammar: which change a name means, and
// whether that counts, is decided by package progress, the only one that imports it.
//
// The sentence counts at the very beginning of a line, in any case of letters:
//
//	This reverts commit 0123abc.
//	This reverts commits 0123abc ("Use threads"), 4567def and commit 89abcde.
//	This reverts change I0123….
//	This reverts
//	commit 0123abc.
//	This reverts commits:
//	- 0123abc Use threads
//	- 4567def Use more threads
//
// Quoted with ">", set in, or inside prose it is something that a message tells of
// another, as a reland does of the revert before it.
package reverts

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Target is what a sentence names: a commit or a change. One of the fields is set.
type Target struct {
	Commit   string // 7 to 40 hexadecimal digits, lower case
	ChangeID string // "I" and 7 to 40 hexadecimal digits, lower case
}

// Read returns what the sentences of a text name, each once, in the order of the
// text: a commit message or some whole lines of one.
func Read(text string) []Target {
	var all []Target
	for rest, more := plain(text), true; more; _, rest, more = strings.Cut(rest, "\n") {
		s := sentence{rest: rest}
		if !s.head() {
			continue
		}
		s.names()
		for _, t := range s.targets {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}

// plain makes every kind of space a space, and drops those at the end of a line.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// Between two words of a sentence there are spaces or one line break.
const gap = `(?: +|\n *)`

var (
	head = regexp.MustCompile(`^(?i:this` + gap + `reverts` + gap + `(commit|change)(s?)\b)( *:)?`)
	kind = regexp.MustCompile(`^(?i:(commit|change)s?)` + gap)
	name = regexp.MustCompile("^([`'\"]?)(?i:(i?)([0-9a-f]{7,40}))")
	// A name goes on in a range, a path, an ancestor or a longer word.
	longer = regexp.MustCompile(`^(?:[\pL\pN_/~^@-]|\.\.\.?[\pL\pN]|:[^ \n])`)
	and    = regexp.MustCompile(`^` + gap + `?(?:,(?:` + gap + `?(?i:and\b))?|(?i:and\b)|&)` + gap + `?`)
	below  = regexp.MustCompile(`^,?(?: *(?i:and))?\n`)
	mark   = regexp.MustCompile(`^(?:[-*+•]|\(?\d{1,3}[.)]) +`)
	aside  = regexp.MustCompile(`^` + gap + `?[("'“]`)
)

// closing are the ends of what stands beside a name, by its beginning: a subject
// within quotation marks may hold a parenthesis, but hardly the mark.
var closing = []struct{ open, end string }{
	{`("`, `")`}, {`('`, `')`}, {`(“`, `”)`}, {`"`, `"`}, {`'`, `'`}, {`“`, `”`},
}

// sentence is what is left to read of a sentence, and what it named so far.
type sentence struct {
	rest    string
	commits bool // "commit" was the last word of its kind, not "change"
	many    bool // it announces more than one name
	targets []Target
}

// skip drops what matches at the beginning of the rest.
func (s *sentence) skip(re *regexp.Regexp) bool {
	at := re.FindStringIndex(s.rest)
	if at == nil {
		return false
	}
	s.rest = s.rest[at[1]:]
	return true
}

// head reads the words before the first name.
func (s *sentence) head() bool {
	m := head.FindStringSubmatch(s.rest)
	if m == nil {
		return false
	}
	s.commits = strings.EqualFold(m[1], "commit")
	s.many = m[2] != "" || m[3] != ""
	s.rest = s.rest[len(m[0]):]
	return true
}

// names reads the names after the head: in the sentence, or as a list below it.
func (s *sentence) names() {
	line, lines, _ := strings.Cut(s.rest, "\n")
	if strings.Trim(line, " ") == "" {
		s.rest = strings.TrimLeft(lines, " ")
		if mark.MatchString(s.rest) || !s.series() {
			s.list(lines)
			return
		}
	} else {
		s.rest = strings.TrimLeft(s.rest, " ")
		if !s.series() {
			return
		}
	}
	if s.many && s.skip(below) {
		s.list(s.rest)
	}
}

// list reads one name or more from the beginning of each line, until a line has
// none. With marks before the names, blank lines may stand between them, and a line
// that is set in goes on with what the one above is about.
func (s *sentence) list(lines string) {
	marked, blank := false, false
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		s.rest = strings.TrimLeft(line, " ")
		setIn := s.rest != line
		switch hasMark := s.skip(mark); {
		case line == "" && (marked || len(s.targets) == 0):
			blank = true
			continue
		case marked && !hasMark && setIn && !blank:
		case marked && !hasMark || !s.series():
			return
		case !hasMark && !s.many:
			return
		default:
			marked = hasMark
		}
		blank = false
	}
}

// series reads names with "and" and commas between them, and reports whether there
// was one.
func (s *sentence) series() bool {
	if !s.name() {
		return false
	}
	for {
		s.besides()
		before := s.rest
		if !s.skip(and) || !s.name() {
			s.rest = before
			return true
		}
	}
}

// name reads one name. What stands after "change" is not a commit: it may be the
// number of a change.
func (s *sentence) name() bool {
	was := *s
	if m := kind.FindStringSubmatch(s.rest); m != nil {
		s.commits = strings.EqualFold(m[1], "commit")
		s.rest = s.rest[len(m[0]):]
	}
	if m := name.FindStringSubmatch(s.rest); m != nil && (m[2] != "" || s.commits) {
		after, closed := strings.CutPrefix(s.rest[len(m[0]):], m[1])
		if closed && !longer.MatchString(after) {
			s.rest = after
			s.add(m[2] != "", strings.ToLower(m[3]))
			return true
		}
	}
	*s = was
	return false
}

func (s *sentence) add(isChange bool, digits string) {
	if isChange {
		s.targets = append(s.targets, Target{ChangeID: "I" + digits})
	} else {
		s.targets = append(s.targets, Target{Commit: digits})
	}
}

// besides drops the subject or remark that stands in parentheses or quotation marks
// beside a name, unless it never ends.
func (s *sentence) besides() {
	at := aside.FindStringIndex(s.rest)
	if at == nil {
		return
	}
	paragraph, _, _ := strings.Cut(s.rest, "\n\n")
	text := strings.TrimLeft(paragraph, " \n")
	for _, c := range closing {
		if inner, ok := strings.CutPrefix(text, c.open); ok {
			if _, _, ok := strings.Cut(inner, c.end); ok {
				_, s.rest, _ = strings.Cut(s.rest[len(paragraph)-len(inner):], c.end)
			}
			return
		}
	}
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			s.rest = s.rest[len(paragraph)-len(text)+i+1:]
			return
		}
	}
}
