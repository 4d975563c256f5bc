package verify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a commit message reverts is read here once more, from the contract alone: a
// line that begins with "This reverts commit" or "change" in any case of letters,
// and after that names with little else between them.

// revertedNames are the commits and Change-Ids that a message names as reverted, in
// lower case, a Change-Id with its i.
func revertedNames(message string) []string {
	lines := strings.Split(strings.ReplaceAll(message, "\ufeff", ""), "\n")
	for i, line := range lines {
		spaced := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return ' '
			}
			return r
		}, line)
		lines[i] = strings.TrimRight(spaced, " ")
	}
	r := reader{lines: lines, seen: map[string]bool{}}
	for i := range lines {
		r.row, r.column = i, 0
		r.sentence()
	}
	return r.names
}

// reader reads the lines of a message from a place in them.
type reader struct {
	lines       []string
	row, column int

	commits bool // what is named are commits, not changes
	many    bool // several are announced
	colon   bool // by a colon
	found   int  // names in this sentence
	inLine  bool // it may not go on in the next line: an item of a list

	names []string
	seen  map[string]bool
}

// rest is what follows in the line.
func (r *reader) rest() string {
	if r.row >= len(r.lines) {
		return ""
	}
	return r.lines[r.row][r.column:]
}

func (r *reader) atEnd() bool   { return r.rest() == "" }
func (r *reader) setIn() bool   { return strings.HasPrefix(r.lines[r.row], " ") }
func (r *reader) blank() bool   { return r.row < len(r.lines) && r.lines[r.row] == "" }
func (r *reader) more() bool    { return r.row+1 < len(r.lines) }
func (r *reader) spaces()       { r.column += len(r.rest()) - len(strings.TrimLeft(r.rest(), " ")) }
func (r *reader) place() [2]int { return [2]int{r.row, r.column} }
func (r *reader) back(p [2]int) { r.row, r.column = p[0], p[1] }
func (r *reader) next()         { r.row, r.column = r.row+1, 0 }

// gap passes spaces, or the end of the line and what sets the next one in.
func (r *reader) gap() bool {
	was := r.place()
	if r.atEnd() && r.more() && !r.inLine {
		r.next()
	}
	r.spaces()
	return r.place() != was
}

// word passes a word in any case of letters.
func (r *reader) word(word string) bool {
	rest := r.rest()
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) || goesOn(rest[len(word):]) {
		return false
	}
	r.column += len(word)
	return true
}

// goesOn reports whether a word is longer than what was read of it.
func goesOn(rest string) bool {
	return rest != "" && (rest[0] == '_' || rest[0] < utf8.RuneSelf && (unicode.IsLetter(rune(rest[0])) || unicode.IsDigit(rune(rest[0]))))
}

// kind passes "commit", "change" or one of their plurals.
func (r *reader) kind() bool {
	for _, kind := range []string{"commit", "commits", "change", "changes"} {
		if r.word(kind) {
			r.commits = kind[1] == 'o'
			r.many = r.many || strings.HasSuffix(kind, "s")
			return true
		}
	}
	return false
}

// sentence reads what begins at the beginning of a line.
func (r *reader) sentence() {
	r.many, r.colon, r.inLine, r.found = false, false, false, 0
	if !r.word("this") || !r.gap() || !r.word("reverts") || !r.gap() || !r.kind() {
		return
	}
	if after, ok := strings.CutPrefix(strings.TrimLeft(r.rest(), " "), ":"); ok {
		r.column = len(r.lines[r.row]) - len(after)
		r.many, r.colon = true, true
	}
	below := r.atEnd()
	if below && !r.more() {
		return
	}
	r.gap()
	if below && r.atEnd() {
		r.items(r.colon)
		return
	}
	if below && r.mark() {
		r.items(true)
		return
	}
	if r.series() && r.many && r.endsLine() {
		r.next()
		r.items(below)
	}
}

// endsLine reports whether nothing but a comma or "and" stands behind a name.
func (r *reader) endsLine() bool {
	rest := strings.TrimSpace(strings.TrimPrefix(r.rest(), ","))
	return r.row+1 < len(r.lines) && (rest == "" || strings.EqualFold(rest, "and"))
}

// mark passes what begins an item of a list.
func (r *reader) mark() bool {
	was := r.place()
	rest := r.rest()
	for _, mark := range []string{"-", "*", "+", "•", "–", "—"} {
		if strings.HasPrefix(rest, mark+" ") {
			r.column += len(mark)
			r.spaces()
			return true
		}
	}
	number := strings.TrimPrefix(rest, "(")
	after := strings.TrimLeft(number, "0123456789")
	if n := len(number) - len(after); n >= 1 && n <= 3 && (strings.HasPrefix(after, ". ") || strings.HasPrefix(after, ") ")) {
		r.column += len(rest) - len(after) + 1
		r.spaces()
		return true
	}
	r.back(was)
	return false
}

// items reads lines that begin with a name. The first decides whether all have marks.
// Bare may be those of a list that a colon announces or that goes on below its first.
func (r *reader) items(bare bool) {
	const (
		undecided = iota
		marked
		unmarked
	)
	form, blank := undecided, false
	r.inLine = true
	for ; r.row < len(r.lines); r.next() {
		if r.column = 0; r.blank() {
			if form == undecided && r.found > 0 {
				return
			}
			blank = true
			continue
		}
		r.spaces()
		has := r.mark()
		switch {
		case has:
			form = marked
		case form == marked && r.setIn() && !blank:
			continue
		case form == marked || form == undecided && !bare || !r.many:
			return
		case form == unmarked && blank && !(r.colon && r.setIn()):
			return
		default:
			form = unmarked
		}
		if blank = false; !r.series() {
			return
		}
	}
}

// series reads names with "and" and commas between them.
func (r *reader) series() bool {
	if !r.name() {
		return false
	}
	for {
		r.aside()
		was := r.place()
		joined := r.join()
		here := r.place()
		commits, many := r.commits, r.many
		again := joined && r.kind() && r.gap()
		r.back(here)
		r.commits, r.many = commits, many
		if !joined || !many && !again || !r.name() {
			r.back(was)
			return true
		}
	}
}

// join passes what stands between two names.
func (r *reader) join() bool {
	r.gap()
	comma := strings.HasPrefix(r.rest(), ",")
	if comma || strings.HasPrefix(r.rest(), "&") {
		r.column++
		was := r.place()
		if r.gap(); !comma || !r.word("and") {
			r.back(was)
		}
	} else if !r.word("and") {
		return false
	}
	r.gap()
	return true
}

// name reads a commit or a Change-Id, perhaps in quotation marks.
func (r *reader) name() bool {
	was, commits, many := r.place(), r.commits, r.many
	if r.kind() && !r.gap() {
		r.back(was)
	}
	rest := strings.ToLower(r.rest()[:min(len(r.rest()), 60)]) // more than a name has
	mark := ""
	if rest != "" && strings.ContainsRune("`'\"", rune(rest[0])) {
		mark, rest = rest[:1], rest[1:]
	}
	isChange := strings.HasPrefix(rest, "i")
	after := strings.TrimLeft(strings.TrimPrefix(rest, "i"), "0123456789abcdef")
	name := rest[:len(rest)-len(after)]
	digits := len(strings.TrimPrefix(name, "i"))
	if digits < 7 || digits > 40 || !isChange && !r.commits || !strings.HasPrefix(after, mark) || joins(after[len(mark):]) {
		r.back(was)
		r.commits, r.many = commits, many
		return false
	}
	r.column += len(name) + 2*len(mark)
	r.found++
	if !r.seen[name] {
		r.seen[name], r.names = true, append(r.names, name)
	}
	return true
}

// joins reports whether what follows digits makes them a part of something: a longer
// word, a range, a path, an ancestor.
func joins(rest string) bool {
	letter := func(s string) bool {
		first, _ := utf8.DecodeRuneInString(s)
		return s != "" && (unicode.IsLetter(first) || unicode.IsNumber(first))
	}
	if dots := len(rest) - len(strings.TrimLeft(rest, ".")); dots == 2 || dots == 3 {
		return letter(rest[dots:])
	}
	return letter(rest) || rest != "" && strings.ContainsRune("_/~^@-", rune(rest[0])) || len(rest) > 1 && rest[0] == ':' && rest[1] != ' '
}

// Asides longer than this have no end.
const (
	asideLines = 4
	asideBytes = 1000
)

// aside passes the subject or remark beside a name, if it ends: a parenthesis with
// its like, else where the sentence can go on.
func (r *reader) aside() {
	was := r.place()
	spaced := r.gap()
	text := r.rest()
	if !r.inLine && r.row < len(r.lines) {
		few := r.lines[r.row+1 : min(len(r.lines), r.row+asideLines)]
		for _, line := range few {
			if line == "" || len(text) > asideBytes {
				break
			}
			text += "\n" + line
		}
	}
	text = text[:min(len(text), asideBytes)]
	end := 0
	switch open, _ := utf8.DecodeRuneInString(text); open {
	case '(':
		switch {
		case strings.HasPrefix(text, `("`):
			end = r.ending(text, 2, `")`)
		case strings.HasPrefix(text, `('`):
			end = r.ending(text, 2, `')`)
		case strings.HasPrefix(text, `(“`):
			end = r.ending(text, len(`(“`), `”)`)
		default:
			if end = paired(text); end == 0 || !r.onward(end) {
				if other := r.ending(text, 1, `)`); other > 0 && r.onward(other) {
					end = other
				}
			}
		}
	case '[':
		end = r.ending(text, 1, `]`)
	case '"':
		end = r.ending(text, 1, `"`)
	case '“':
		end = r.ending(text, len(`“`), `”`)
	case '\'':
		if spaced || !strings.HasPrefix(text, "'s") {
			end = r.ending(text, 1, `'`)
		}
	}
	if end == 0 {
		r.back(was)
		return
	}
	r.pass(end)
}

// pass goes on by some bytes, of which a line break is one.
func (r *reader) pass(n int) {
	for n > len(r.rest()) {
		n -= len(r.rest()) + 1
		r.next()
	}
	r.column += n
}

// ending is where a text ends with a mark that the sentence can go on behind, else
// with the first, 0 if there is none.
func (r *reader) ending(text string, from int, mark string) int {
	first := 0
	for at := from; ; {
		next := strings.Index(text[at:], mark)
		if next < 0 {
			return first
		}
		at += next + len(mark)
		if first == 0 {
			first = at
		}
		if r.onward(at) {
			return at
		}
	}
}

// paired is where the parenthesis closes that a text begins with, 0 if nowhere.
func paired(text string) int {
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			return i + 1
		}
	}
	return 0
}

// onward reports whether a sentence can go on, or stop, some bytes from here.
func (r *reader) onward(n int) bool {
	was := r.place()
	defer r.back(was)
	r.pass(n)
	r.spaces()
	return r.atEnd() || strings.ContainsRune(".,;:!?&", rune(r.rest()[0])) || r.word("and")
}
