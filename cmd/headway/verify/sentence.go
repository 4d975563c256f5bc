package verify

import (
	"regexp"
	"slices"
	"strings"
)

// What a commit message reverts is read here once more, from the contract alone: a
// line that begins with "This reverts commit" or "change" in any case of letters,
// and after that words of few kinds.

var (
	opening = regexp.MustCompile(`(?im)^this[ \n]+reverts[ \n]+(?:commit|change)s?\b`)

	// lexeme is one word of what follows: an aside in parentheses or quotation marks,
	// a line break with what stands before the first word of the next line, a sign, or
	// anything up to a space.
	lexeme = regexp.MustCompile(`\("[^\n]*?"\)|\((?:[^()]|\([^()]*\))*\)|"[^"]*"|“[^”]*”|\n[ \n]*(?:(?:[-*+•]|\(?\d{1,3}[.)]) +)?|,|&|[^ \n,&("“]+`)
	digits = regexp.MustCompile(`^i?[0-9a-f]{7,40}$`)
)

// revertedNames are the commits and Change-Ids that a message names as reverted, in
// lower case, a Change-Id with its i.
func revertedNames(message string) []string {
	text := strings.Map(func(r rune) rune {
		switch r {
		case '\r', '\t', '\v', '\f', '\u0085', '\u00a0', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000':
			return ' '
		}
		if r >= '\u2000' && r <= '\u200a' {
			return ' '
		}
		return r
	}, message)
	text = regexp.MustCompile(` +\n`).ReplaceAllString(text+"\n", "\n")
	var names []string
	for _, at := range opening.FindAllStringIndex(text, -1) {
		head := text[at[0]:at[1]]
		if strings.Contains(head, "\n\n") {
			continue
		}
		for _, name := range namesAfter(strings.ToLower(head), text[at[1]:]) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// series is where the reading of names is.
type series struct {
	commits bool // what is named are commits, not changes
	many    bool // several are announced
	names   []string

	open   bool // a name is wanted: at the beginning, after "and" and commas, in a list
	comma  bool // the last word was a comma
	broken bool // a line ended behind a name
	list   bool // each line begins with a name
	marked bool // with a mark before it
	fresh  bool // at the beginning of a line of a list
	skip   bool // the rest of the line is about what it named
}

// namesAfter reads names from what follows the opening of a sentence.
func namesAfter(head, rest string) []string {
	s := series{commits: strings.Contains(head, "commit"), many: strings.HasSuffix(head, "s"), open: true}
	if after, ok := strings.CutPrefix(strings.TrimLeft(rest, " "), ":"); ok {
		s.many, rest = true, after
	}
	for _, word := range lexeme.FindAllString(rest, -1) {
		if !s.read(word) {
			break
		}
	}
	return s.names
}

// read takes one word and reports whether the sentence may go on.
func (s *series) read(word string) bool {
	join := word == "," || word == "&" || strings.EqualFold(word, "and")
	switch {
	case word[0] == '\n':
		return s.newLine(word)
	case s.skip:
		return true
	case s.broken && !join && !aside(word):
		s.broken, s.list, s.fresh, s.open = false, true, true, true
		return s.many && s.read(word)
	case join:
		ok := len(s.names) > 0 && !s.fresh && (!s.open || s.comma && len(word) > 1)
		s.open, s.comma, s.broken = true, word == ",", false
		return ok
	case s.open && kindOf(word) != "":
		s.commits, s.comma = kindOf(word) == "commit", false
		return true
	case s.open:
		return s.name(word)
	case aside(word):
		s.broken = false
		return true
	}
	return s.leave()
}

func kindOf(word string) string {
	if kind := strings.TrimSuffix(strings.ToLower(word), "s"); kind == "commit" || kind == "change" {
		return kind
	}
	return ""
}

func aside(word string) bool {
	return strings.HasPrefix(word, "(") || strings.HasPrefix(word, `"`) || strings.HasPrefix(word, "“")
}

// leave ends the sentence or, in a list, what is read of the line.
func (s *series) leave() bool {
	s.skip = true
	return s.list
}

// name takes a name. What is something else ends the sentence, but behind a name of
// a list it is what the line is about.
func (s *series) name(word string) bool {
	text := strings.ToLower(word)
	for _, mark := range []string{"`", "'"} {
		if inner, ok := strings.CutPrefix(text, mark); ok {
			if text, _, ok = strings.Cut(inner, mark); !ok {
				return false
			}
		}
	}
	name := strings.TrimRight(text, ".:;!?")
	name, _, _ = strings.Cut(name, "'")
	if !digits.MatchString(name) || name[0] != 'i' && !s.commits {
		return !s.fresh && s.leave()
	}
	s.names, s.open, s.fresh = append(s.names, name), false, false
	return name == text || s.leave()
}

// newLine decides what the next line can be: the sentence broken, or an item.
func (s *series) newLine(word string) bool {
	blank := strings.Count(word, "\n") > 1
	mark := strings.TrimLeft(word, " \n") != ""
	setIn := strings.HasSuffix(word, " ")
	first := len(s.names) == 0
	switch {
	case mark && (first || s.marked || s.many && !blank):
		s.list, s.marked = true, true
	case s.marked:
		s.skip = true
		return setIn && !blank
	case first:
		s.list = blank
	case blank || mark || s.list && !s.many:
		return false
	case !s.list:
		s.broken = !s.open
		return true
	}
	s.open, s.fresh, s.skip = true, s.list, false
	return true
}
