package testimonials

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// How far a construct within a paragraph may reach. They keep reading linear,
// whatever is opened and never closed.
const (
	maxTag    = 4096
	maxTarget = 2048
	maxCode   = 1024
)

// inlineReader reads what is within a block of Markdown.
type inlineReader struct {
	*document
	src     string
	at      int
	line    int         // of at
	matches map[int]int // brackets
	linkEnd int         // where the text of the open link ends
	resume  int         // and what follows its target
}

func (d *document) inline(src string, line int) {
	r := &inlineReader{document: d, src: src, line: line, matches: brackets(src), linkEnd: -1}
	for r.at < len(src) {
		if r.linkEnd >= 0 && r.at >= r.linkEnd { // a tag or code can reach over it
			d.closeLink()
			r.linkEnd = -1
			r.skip(max(0, r.resume-r.at))
			continue
		}
		if n := r.construct(); n > 0 {
			r.skip(n)
			continue
		}
		// What begins no construct is text, up to what may begin the next.
		n := 1
		for r.at+n < len(src) && r.at+n != r.linkEnd && strings.IndexByte("\\`![<*_~{&]", src[r.at+n]) < 0 {
			n++
		}
		d.text(src[r.at:r.at+n], r.line)
		r.skip(n)
	}
}

func (r *inlineReader) skip(n int) {
	r.line += strings.Count(r.src[r.at:r.at+n], "\n")
	r.at += n
}

// brackets matches the square brackets of a text.
func brackets(src string) map[int]int {
	matches := map[int]int{}
	var open []int
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '[':
			open = append(open, i)
		case ']':
			if n := len(open); n > 0 {
				matches[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
	return matches
}

// construct reads the construct at the reader's place and returns its length: 0 if
// what stands there is text.
func (r *inlineReader) construct() int {
	rest := r.src[r.at:]
	switch rest[0] {
	case '\\':
		if len(rest) > 1 && rest[1] < utf8.RuneSelf && unicode.In(rune(rest[1]), unicode.Punct, unicode.Symbol) {
			r.text(rest[1:2], r.line)
			return 2
		}
	case '`':
		return r.codeSpan(rest)
	case '!':
		if strings.HasPrefix(rest, "![") {
			if closing, ok := r.matches[r.at+1]; ok {
				if _, end, ok := r.linkTarget(r.at+1, closing); ok {
					return end - r.at
				}
			}
		}
	case '[':
		return r.openBracket(rest)
	case '<':
		return r.angle(rest)
	case '*', '_', '~':
		return r.emphasis(rest)
	case '{':
		if end := strings.IndexByte(rest[:min(len(rest), maxCode)], '}'); strings.HasPrefix(rest, "{:") && end > 0 {
			return end + 1
		}
	case '&':
		if end := strings.IndexByte(rest[:min(len(rest), 32)], ';'); end > 0 {
			r.text(html.UnescapeString(rest[:end+1]), r.line)
			return end + 1
		}
	}
	return 0
}

func (r *inlineReader) codeSpan(rest string) int {
	n := len(rest) - len(strings.TrimLeft(rest, "`"))
	ticks := rest[:n]
	for from := n; from < min(len(rest), maxCode); {
		i := strings.Index(rest[from:min(len(rest), maxCode)], ticks)
		if i < 0 {
			break
		}
		i += from
		length := len(rest[i:]) - len(strings.TrimLeft(rest[i:], "`"))
		if length == n {
			r.text(rest[n:i], r.line)
			return i + n
		}
		from = i + length
	}
	r.text(ticks, r.line)
	return n
}

func (r *inlineReader) openBracket(rest string) int {
	closing, ok := r.matches[r.at]
	if strings.HasPrefix(rest, "[^") && ok {
		return closing + 1 - r.at // a footnote's number
	}
	if !ok || r.link != nil {
		return 0
	}
	href, end, ok := r.linkTarget(r.at, closing)
	if !ok {
		return 0
	}
	r.openLink(href, r.line)
	r.linkEnd, r.resume = closing, end
	return 1
}

// linkTarget is the address that belongs to the brackets at open and closing, and
// where what names it ends.
func (r *inlineReader) linkTarget(open, closing int) (href string, end int, ok bool) {
	name := r.src[open+1 : min(closing, open+201)]
	rest := r.src[closing+1:]
	switch {
	case strings.HasPrefix(rest, "("):
		if href, n := inlineTarget(rest); n > 0 {
			return href, closing + 1 + n, true
		}
	case strings.HasPrefix(rest, "["):
		if second, ok := r.matches[closing+1]; ok && second <= closing+202 {
			if named := r.src[closing+2 : second]; named != "" {
				name = named
			}
			href, ok = r.targets[strings.ToLower(name)]
			return href, second + 1, ok
		}
	}
	href, ok = r.targets[strings.ToLower(name)]
	return href, closing + 1, ok
}

// inlineTarget reads "(address "title")" and returns its length, 0 if it is none.
func inlineTarget(s string) (href string, n int) {
	s = s[:min(len(s), maxTarget)]
	if strings.IndexByte(s, ')') < 0 {
		return "", 0
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				href, _, _ = strings.Cut(strings.TrimSpace(strings.ReplaceAll(s[1:i], "\n", " ")), " ")
				return html.UnescapeString(strings.Trim(href, "<>")), i + 1
			}
		}
	}
	return "", 0
}

// angle reads <https://address>, <me@address> or a tag.
func (r *inlineReader) angle(rest string) int {
	window := rest[:min(len(rest), maxTag)]
	end := strings.IndexByte(window, '>')
	if end < 2 || !isWord(rune(rest[1])) && rest[1] != '/' && rest[1] != '!' {
		return 0
	}
	if inner := rest[1:end]; isAddress(inner) && !strings.ContainsAny(inner, " \n<") {
		r.openLink(inner, r.line)
		r.text(inner, r.line)
		r.closeLink()
		return end + 1
	} else if strings.Contains(inner, "@") && !strings.ContainsAny(inner, " =\n") {
		return end + 1
	}
	z := html.NewTokenizer(strings.NewReader(window))
	tt := z.Next()
	length := len(z.Raw())
	switch tt {
	case html.CommentToken, html.DoctypeToken:
		return length
	case html.StartTagToken, html.SelfClosingTagToken:
		t := z.Token()
		attr := attributes(t)
		r.note(t.Data, attr, r.line)
		if href, ok := attr["href"]; ok && t.Data == "a" {
			r.linkEnd = -1
			r.openLink(href, r.line)
		}
		r.space = r.space || t.Data == "br"
		return length
	case html.EndTagToken:
		if z.Token().Data == "a" && r.linkEnd < 0 {
			r.closeLink()
		}
		return length
	}
	return 0
}

// emphasis drops the signs of emphasis: those that touch a word on one side. The
// underscore within a word is a part of it.
func (r *inlineReader) emphasis(rest string) int {
	n := len(rest) - len(strings.TrimLeft(rest, rest[:1]))
	before, _ := utf8.DecodeLastRuneInString(r.src[:r.at])
	after, _ := utf8.DecodeRuneInString(rest[n:])
	opens := r.at+n < len(r.src) && !unicode.IsSpace(after)
	closes := r.at > 0 && !unicode.IsSpace(before)
	within := opens && closes && isWord(before) && isWord(after)
	if !opens && !closes || rest[0] == '_' && within || rest[0] == '~' && n != 2 {
		r.text(rest[:n], r.line)
	}
	return n
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
