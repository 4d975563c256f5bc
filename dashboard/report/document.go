package report

import (
	"regexp"
	"strings"
	"unicode"
)

// Document is a short text in parts: what a page shows, and what is copied from it as
// plain text or Markdown.
type Document struct {
	Title    string
	Lead     []Paragraph
	AsOf     Paragraph // what the numbers are worth
	Sections []Section
}

// Section is a part with a heading.
type Section struct {
	ID      string
	Heading string
	Blocks  []Block
}

// Block is a paragraph, a list or a table; or a line with a list or a table under it.
type Block struct {
	Text  Paragraph
	Items []Paragraph
	Table *Table
}

// Paragraph is text, some of which leads somewhere.
type Paragraph []Span

// Span is a piece of text and the address that it leads to, "" if it leads nowhere.
type Span struct{ Text, URL string }

// Table is a table with a head. All columns but the first may hold numbers, which stand
// to the right.
type Table struct {
	Head  []string
	Right []bool // one for each column
	Rows  [][]Span
}

// text is a sentence whose days stay on one line.
func text(s string) Paragraph {
	return Paragraph{{Text: day.ReplaceAllStringFunc(s, unbroken)}}
}

var day = regexp.MustCompile(`\b\d{1,2} [A-Z][a-z]{2} \d{4}\b`)

// clean is somebody's text as part of a line: without control characters, and without
// those that turn the direction of what follows.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r >= 0x7f && r <= 0x9f || r != unbreaking && unicode.IsSpace(r):
			return ' '
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}

// unbreaking is a space at which a line does not break.
const unbreaking = '\u00a0'

// unbroken is a text that stays on one line.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", string(unbreaking)) }
