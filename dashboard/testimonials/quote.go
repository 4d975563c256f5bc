package testimonials

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/testimonials/sentences"
)

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
		all := sentences.Split(b.text)
		for j, s := range all {
			if !quotable(s) || utf8.RuneCountInString(s.Text) < minFirst {
				continue
			}
			q := s.Text
			if j+1 < len(all) && quotable(all[j+1]) && utf8.RuneCountInString(q)+1+utf8.RuneCountInString(all[j+1].Text) <= maxQuote {
				q += " " + all[j+1].Text
			}
			if utf8.RuneCountInString(q) >= minQuote {
				return q
			}
		}
	}
	return ""
}

func quotable(s sentences.Sentence) bool {
	return s.Statement() && utf8.RuneCountInString(s.Text) <= maxQuote && !strings.Contains(s.Text, "://")
}
