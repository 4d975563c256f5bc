package testimonials

import (
	"strings"
	"unicode"
)

// Lengths in characters. A page needs no more than these to be recognised.
const (
	maxTitle       = 200
	maxDescription = 500
	maxQuote       = 280
	maxRole        = 120
	maxLinkText    = 200
)

// shown reports whether a character can be put into text: no controls, and none of
// the characters that turn the direction of the text around them.
func shown(r rune) bool {
	switch {
	case r == unicode.ReplacementChar, unicode.IsControl(r):
		return false
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // embeddings, overrides, isolates
		return false
	case r == 0x200b, r == 0x200e, r == 0x200f, r == 0x061c, r == 0x2060, r == 0xfeff, r == 0x00ad: // marks of no width
		return false
	case r == 0x2028, r == 0x2029, r >= 0xe0000 && r <= 0xe007f: // separators, tags
		return false
	}
	return true
}

// plain makes one line of text: white space collapsed, what can't be shown dropped.
func plain(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
		case shown(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clip makes plain text of at most n characters, cut at a word if it must be.
func clip(s string, n int) string {
	s = plain(s)
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}
