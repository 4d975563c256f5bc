// Package reverts finds what the changes of one project take back of one another. It
// reads the sentence by which a commit message names what it reverts, "This reverts
// commit SHA.", finds the changes that are meant, and plays the merged reverts against
// each other: which merged changes are reverted in the end, and when that turned. It is
// pure, and a part of progress's policy: package progress alone imports it. What other
// projects have is told by whoever asks, see Asks.
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
	seen := map[Target]bool{}
	for rest, more := plain(text), true; more; _, rest, more = strings.Cut(rest, "\n") {
		s := sentence{rest: rest}
		if !s.head() {
			continue
		}
		s.names()
		for _, t := range s.targets {
			if !seen[t] {
				seen[t], all = true, append(all, t)
			}
		}
	}
	return all
}

// byteOrderMark is what some editors leave before the first word.
const byteOrderMark = '\ufeff'

// plain makes every kind of space a space, and drops those at the end of a line.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == byteOrderMark:
			return -1
		case r != '\n' && unicode.IsSpace(r):
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
	kind = regexp.MustCompile(`^(?i:(commit|change)(s?))` + gap)
	name = regexp.MustCompile("^([`'\"]?)(?i:(i?)([0-9a-f]{7,40}))")
	// A name goes on in a range, a path, an ancestor or a longer word.
	longer = regexp.MustCompile(`^(?:[\pL\pN_/~^@-]|\.\.\.?[\pL\pN]|:[^ \n])`)
	and    = regexp.MustCompile(`^` + gap + `?(?:,(?:` + gap + `?(?i:and\b))?|(?i:and\b)|&)` + gap + `?`)
	below  = regexp.MustCompile(`^,?(?: *(?i:and))?\n`)
	mark   = regexp.MustCompile(`^(?:[-*+•–—]|\(?\d{1,3}[.)]) +`)
	aside  = regexp.MustCompile(`^` + gap + `?([("'“\[])`)
	// What may follow an aside that ended.
	onward = regexp.MustCompile(`^ *(?:$|[\n.,;:!?&]|(?i:and\b))`)
)

// An aside is a subject or a remark: what is longer never ended.
const (
	mostLines = 4
	mostBytes = 1000
)

// closing are the ends of what stands beside a name, by its beginning: a subject
// within quotation marks may hold a parenthesis, but hardly the mark.
var closing = []struct{ open, end string }{
	{`("`, `")`}, {`('`, `')`}, {`(“`, `”)`}, {`"`, `"`}, {`'`, `'`}, {`“`, `”`}, {`(`, `)`}, {`[`, `]`},
}

// sentence is what is left to read of a sentence, and what it named so far.
type sentence struct {
	rest    string
	commits bool // "commit" was the last word of its kind, not "change"
	many    bool // it announces more than one name
	colon   bool // it announces them with a colon
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
	s.colon = m[3] != ""
	s.many = m[2] != "" || s.colon
	s.rest = s.rest[len(m[0]):]
	return true
}

// names reads the names after the head: in the sentence, or as a list below it. Below
// names of the sentence only a mark makes a line an item: "1111111 was fixed" is prose.
func (s *sentence) names() {
	line, lines, _ := strings.Cut(s.rest, "\n")
	if strings.Trim(line, " ") != "" {
		s.rest = strings.TrimLeft(s.rest, " ")
		if s.series() && s.many && s.skip(below) {
			s.list(s.rest, true)
		}
		return
	}
	s.rest = strings.TrimLeft(lines, " ")
	switch {
	case strings.HasPrefix(s.rest, "\n") || mark.MatchString(s.rest):
		s.list(lines, !s.colon && strings.HasPrefix(s.rest, "\n"))
	case s.series() && s.many && s.skip(below):
		s.list(s.rest, false)
	}
}

// list reads one name or more from the beginning of each line, until a line has
// none. With marks before the names, or all set in below a colon, blank lines may
// stand between them. A line that is set in goes on with what a mark begins.
func (s *sentence) list(lines string, onlyMarked bool) {
	blank, begun := false, false
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		s.rest = strings.TrimLeft(line, " ")
		setIn := s.rest != line
		switch hasMark := s.skip(mark); {
		case line == "" && (begun || len(s.targets) == 0):
			blank = true
			continue
		case begun && onlyMarked && !hasMark && setIn && !blank:
		case onlyMarked && !hasMark || !hasMark && blank && begun && !(s.colon && setIn):
			return
		case !s.series() || !hasMark && !s.many:
			return
		default:
			begun, onlyMarked = true, hasMark
		}
		blank = false
	}
}

// series reads names with "and" and commas between them, and reports whether there
// was one. Where one is announced, another needs its "commit" before it.
func (s *sentence) series() bool {
	if !s.name() {
		return false
	}
	for {
		s.besides()
		before := s.rest
		if !s.skip(and) || !s.many && !kind.MatchString(s.rest) || !s.name() {
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
		s.many = s.many || m[2] != ""
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
// beside a name, unless it never ends. It may hold its own end: the end with which
// the sentence can go on is the right one.
func (s *sentence) besides() {
	at := aside.FindStringSubmatchIndex(s.rest)
	if at == nil || strings.HasPrefix(s.rest, "'s") { // a possessive
		return
	}
	text := fewLines(s.rest[at[2]:])
	for _, c := range closing {
		if !strings.HasPrefix(text, c.open) {
			continue
		}
		end := firstEnd(text, c.open, c.end)
		for i := len(c.open); end < 0 || !onward.MatchString(s.rest[at[2]+end:]); i++ {
			next := strings.Index(text[i:], c.end)
			if next < 0 {
				break
			}
			i += next
			if onward.MatchString(s.rest[at[2]+i+len(c.end):]) {
				end = i + len(c.end)
			}
		}
		if end > 0 {
			s.rest = s.rest[at[2]+end:]
		}
		return
	}
}

// firstEnd is where an aside ends if its parentheses come in pairs, -1 if nowhere.
func firstEnd(text, open, end string) int {
	depth := 0
	for i := range text {
		switch {
		case open == "(" && text[i] == '(':
			depth++
		case i >= len(open) && strings.HasPrefix(text[i:], end):
			if depth--; depth <= 0 {
				return i + len(end)
			}
		}
	}
	return -1
}

// fewLines cuts a text before its first blank line, and to what an aside can have.
func fewLines(text string) string {
	text = text[:min(len(text), mostBytes)]
	end := 0
	for range mostLines {
		line := strings.IndexByte(text[end:], '\n')
		if line < 0 {
			return text
		}
		end += line + 1
		if strings.HasPrefix(text[end:], "\n") {
			break
		}
	}
	return text[:end-1]
}
