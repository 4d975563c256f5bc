// Package sentences splits text into sentences. It is pure; dashboard/testimonials
// imports it.
package sentences

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is a sentence of a text.
type Sentence struct {
	Text string
	At   int // its first byte in the text
}

// Statement reports whether it stands by itself: no question, and no lead to a list.
func (s Sentence) Statement() bool {
	w := s.Words()
	return strings.HasSuffix(w, ".") || strings.HasSuffix(w, "!") || strings.HasSuffix(w, "…")
}

// Words is the sentence without the quotes and parentheses that close it.
func (s Sentence) Words() string { return strings.TrimRight(s.Text, `"'”’)]»`) }

// abbreviations end in a full stop that ends no sentence.
var abbreviations = map[string]bool{
	"e.g": true, "i.e": true, "vs": true, "cf": true, "mr": true, "mrs": true, "ms": true, "dr": true,
	"prof": true, "st": true, "no": true, "approx": true, "resp": true, "incl": true, "esp": true, "aka": true,
}

// Split splits plain text. A sentence ends at a full stop, a question mark or
// an exclamation mark, with what closes quotes after it, before white space and
// something that can begin the next.
func Split(text string) []Sentence {
	var all []Sentence
	start, seen := 0, 0
	for i, r := range text {
		if i < seen || r != '.' && r != '!' && r != '?' && r != '…' {
			continue
		}
		end := i + utf8.RuneLen(r)
		end += len(text[end:]) - len(strings.TrimLeft(text[end:], `.!?…"'”’)]»`))
		seen = end // a long row of dots is looked at once
		if end < len(text) && (text[end] != ' ' || !begins(text[end+1:]) || r == '.' && abbreviated(text[start:i])) {
			continue
		}
		all = append(all, Sentence{text[start:end], start})
		if start = end + 1; start >= len(text) {
			return all
		}
	}
	return append(all, Sentence{text[start:], start})
}

// begins reports whether a sentence can begin so.
func begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, `"'“‘([«`))
	return r != utf8.RuneError && !unicode.IsLower(r)
}

// abbreviated reports whether the full stop after s belongs to its last word.
func abbreviated(s string) bool {
	w := strings.ToLower(strings.TrimLeft(s[strings.LastIndexByte(s, ' ')+1:], `("'“‘`))
	return abbreviations[w] || utf8.RuneCountInString(w) == 1 && w != "i"
}
