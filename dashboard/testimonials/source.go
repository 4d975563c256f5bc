package testimonials

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// syntax is how the body of a page is written.
type syntax int

const (
	markdownSyntax syntax = iota
	htmlSyntax
	rendered // HTML as browsers get it: no front matter, no Liquid
)

// source is a page's text, split.
type source struct {
	syntax syntax
	front  frontMatter
	body   string
	line   int // the body's first
}

// readSource makes text of bytes and finds its parts. It reports false if there is
// nothing that can be read.
func readSource(name string, data []byte, report *report) (source, bool) {
	if len(data) > MaxBytes {
		report.add(0, "more than %d bytes: not read", MaxBytes)
		return source{}, false
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		report.add(1, "UTF-16: not read; save it as UTF-8")
		return source{}, false
	}
	text := decode(data, report)
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\ufeff"))
	if !strings.ContainsFunc(text, func(r rune) bool { return shown(r) && !unicode.IsSpace(r) }) {
		report.add(0, "empty")
		return source{}, false
	}
	src := source{syntax: syntaxOf(name, text), body: text, line: 1}
	if src.syntax == rendered {
		return src, true
	}
	raw, rest, found, closed := splitFrontMatter(text)
	switch {
	case !found:
		report.add(1, "no front matter: Jekyll copies such a file as it is")
		return src, true
	case !closed:
		report.add(1, "front matter is not closed by a line of three dashes: Jekyll copies such a file as it is")
	}
	src.front = parseFrontMatter(raw, report)
	src.body, src.line = rest, 1+strings.Count(text[:len(text)-len(rest)], "\n")
	return src, true
}

// decode makes UTF-8 of a page. Bytes that are not UTF-8 are read as Windows-1252,
// what browsers take Latin-1 for, each on its own: so a Latin-1 file and a UTF-8
// file with a stray byte both come out right. The first is reported.
func decode(data []byte, report *report) string {
	if utf8.Valid(data) {
		return string(data)
	}
	var b strings.Builder
	reported := false
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			if !reported {
				report.add(1+bytes.Count(data[:i], []byte("\n")), "not UTF-8 (byte 0x%02x): read as Latin-1", data[i])
				reported = true
			}
			r = charmap.Windows1252.DecodeByte(data[i])
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

func syntaxOf(name, text string) syntax {
	if !strings.HasPrefix(text, "---") {
		start := strings.ToLower(strings.TrimSpace(text[:min(len(text), 1024)]))
		if isAddress(name) || strings.HasPrefix(start, "<!doctype") || strings.Contains(start, "<html") {
			return rendered
		}
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".xhtml":
		return htmlSyntax
	}
	return markdownSyntax
}

// document reads the body.
func (s source) document(report *report) *document {
	d := &document{report: report}
	body := s.body
	if s.syntax != rendered {
		body = d.stripLiquid(body, s.line)
	}
	if s.syntax == markdownSyntax {
		d.readMarkdown(body, s.line)
	} else {
		d.readHTML(body, s.line)
	}
	d.finish()
	return d
}
