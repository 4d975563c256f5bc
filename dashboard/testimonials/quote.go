package testimonials

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is a sentence of a block's text.
type sentence struct {
	text string
	at   int
}

// statement reports whether it stands by itself: no question, and no lead to a list.
func (s sentence) statement() bool {
	w := s.words()
	return strings.HasSuffix(w, ".") || strings.HasSuffix(w, "!") || strings.HasSuffix(w, "…")
}

// words is the sentence without the quotes and parentheses that close it.
func (s sentence) words() string { return strings.TrimRight(s.text, `"'”’)]»`) }

// abbreviations end in a full stop that ends no sentence.
var abbreviations = map[string]bool{
	"e.g": true, "i.e": true, "vs": true, "cf": true, "mr": true, "mrs": true, "ms": true, "dr": true,
	"prof": true, "st": true, "no": true, "approx": true, "resp": true, "incl": true, "esp": true, "aka": true,
}

// sentences splits plain text. A sentence ends at a full stop, a question mark or
// an exclamation mark, with what closes quotes after it, before white space and
// something that can begin the next.
func sentences(text string) []sentence {
	var all []sentence
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
		all = append(all, sentence{text[start:end], start})
		if start = end + 1; start >= len(text) {
			return all
		}
	}
	return append(all, sentence{text[start:], start})
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

// wanted are the questions whose answers make the best quotes, best first: what
// the person tells others, what came of it, why it was done.
var wanted = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(advi[cs]e|recommend|hesitant|tell (other|a) )`),
	regexp.MustCompile(`(?i)\b(benefits?|outcomes?|results?|gain(ed)?|improve)`),
	regexp.MustCompile(`(?i)\b(lessons?|learn(ed|t)?|motivat|why|conclusion|final|share with the community)`),
}

const (
	minQuote = 40
	minFirst = 20 // "Not by much." says nothing without its question
)

// pullQuote is one or two whole sentences of the body: a blockquote, else from the
// answer to a wanted question, else from the first paragraph that has some. Headings,
// questions, lists and code give none. It is "" if there are none that fit.
func pullQuote(d *document) string {
	for _, only := range []func(*block) bool{
		func(b *block) bool { return b.quoted && b.kind == paragraph },
		func(b *block) bool { return b.quoted && b.kind == loose },
	} {
		if q := quoteOf(d.blocks, only); q != "" {
			return q
		}
	}
	isParagraph := func(b *block) bool { return b.kind == paragraph }
	for _, question := range wanted {
		for i := range d.blocks {
			if b := &d.blocks[i]; b.kind == heading && question.MatchString(b.text) {
				if q := quoteOf(d.section(i), isParagraph); q != "" {
					return q
				}
			}
		}
	}
	if q := quoteOf(d.blocks, isParagraph); q != "" {
		return q
	}
	return quoteOf(d.blocks, func(b *block) bool { return b.kind == loose })
}

// quoteOf is the first quote of the blocks that are taken.
func quoteOf(blocks []block, taken func(*block) bool) string {
	for i := range blocks {
		b := &blocks[i]
		if !taken(b) || len(b.text) < minQuote {
			continue
		}
		all := sentences(b.text)
		for j, s := range all {
			if !quotable(s) || utf8.RuneCountInString(s.text) < minFirst {
				continue
			}
			q := s.text
			if j+1 < len(all) && quotable(all[j+1]) && utf8.RuneCountInString(q)+1+utf8.RuneCountInString(all[j+1].text) <= maxQuote {
				q += " " + all[j+1].text
			}
			if utf8.RuneCountInString(q) >= minQuote {
				return q
			}
		}
	}
	return ""
}

func quotable(s sentence) bool {
	return s.statement() && utf8.RuneCountInString(s.text) <= maxQuote && !strings.Contains(s.text, "://")
}
