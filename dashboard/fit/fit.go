// Package fit keeps pages within their bounds, whatever somebody wrote into Gerrit: HTML
// in, HTML out, with control characters gone, letters with a few marks at most, and what
// is too long cut with an ellipsis. What is cut is whole in JSON and CSV. It relies on how
// our templates write: foreign text stands in <bdi> or in an attribute, and <, > and quotes
// in it are escaped. Only dashboard imports it.
package fit

import (
	"bytes"
	"html"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const (
	// mostText is the longest foreign text on any page, in bytes of HTML: of a subject of a
	// screenful the rest is in Gerrit.
	mostText = 1000
	// mostMarks are the marks that a letter may carry: all writing needs fewer, and more of
	// them stand on the lines above and below.
	mostMarks = 6
)

// tighter are the bounds on all text, one after the other, of a page that is too large.
var tighter = []int{200, 100, 50, 25}

// Page returns a page within so many bytes, if cutting its texts can do that.
func Page(page []byte, most int) []byte {
	page = cut(printable(page), mostText, false)
	for _, room := range tighter {
		if len(page) <= most {
			break
		}
		page = cut(page, room, true)
	}
	return page
}

// Text returns a text that takes at most so many bytes of HTML.
func Text(text string, most int) string {
	text = string(printable([]byte(text)))
	escaped := html.EscapeString(text)
	if len(escaped) <= most {
		return text
	}
	return html.UnescapeString(string(shortened([]byte(escaped), most)))
}

// printable drops control characters and marks beyond a few on one letter.
func printable(page []byte) []byte {
	out, kept, marks := []byte(nil), 0, 0
	for i := 0; i < len(page); {
		r, size := rune(page[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(page[i:])
		}
		drop := unicode.IsControl(r) && r != '\n' && r != '\t'
		switch {
		case r < utf8.RuneSelf, !unicode.In(r, unicode.Mn, unicode.Me):
			marks = 0
		default:
			marks++
			drop = marks > mostMarks
		}
		if drop {
			out = append(out, page[kept:i]...)
			kept = i + size
		}
		i += size
	}
	if kept == 0 {
		return page
	}
	return append(out, page[kept:]...)
}

// cut shortens texts to so many bytes: those in <bdi> and in titles, or all of them. Then
// addresses and values that are longer go, too, because part of one is another one.
func cut(page []byte, room int, all bool) []byte {
	var out []byte
	kept, foreign := 0, false
	replace := func(from, to int, with []byte) {
		out = append(append(out, page[kept:from]...), with...)
		kept = to
	}
	for i := 0; i < len(page); {
		end := bytes.IndexByte(page[i:], '<')
		if end < 0 {
			end = len(page) - i
		}
		if end > room && (all || foreign) {
			replace(i, i+end, shortened(page[i:i+end], room))
		}
		if i += end; i == len(page) {
			break
		}
		end = bytes.IndexByte(page[i:], '>')
		if end < 0 {
			break
		}
		tag := page[i : i+end]
		switch string(tag) {
		case "<bdi":
			foreign = true
		case "</bdi":
			foreign = false
		}
		attributes(tag, func(name string, from, to int) {
			switch {
			case to-from <= room:
			case name == "title", all && (name == "content" || name == "aria-label" || name == "placeholder" || name == "alt"):
				replace(i+from, i+to, shortened(tag[from:to], room))
			case all && (name == "href" || name == "action" || name == "value"):
				replace(i+from-len(name)-len(`=" `), i+to+1, nil)
			}
		})
		i += end + len(">")
		for _, code := range []string{"script", "style"} {
			if bytes.HasPrefix(tag, []byte("<"+code)) {
				i += max(0, bytes.Index(page[i:], []byte("</"+code)))
			}
		}
	}
	if kept == 0 {
		return page
	}
	return append(out, page[kept:]...)
}

// attributes calls f with each attribute of a tag that has a value in double quotes, and
// where the value is.
func attributes(tag []byte, f func(name string, from, to int)) {
	for at := 0; ; {
		equals := bytes.Index(tag[at:], []byte(`="`))
		if equals < 0 {
			return
		}
		from := at + equals + len(`="`)
		length := bytes.IndexByte(tag[from:], '"')
		if length < 0 {
			return
		}
		f(string(tag[bytes.LastIndexByte(tag[:at+equals], ' ')+1:at+equals]), from, from+length)
		at = from + length + 1
	}
}

// shortened cuts escaped text between characters as people see them, and says so with an
// ellipsis.
func shortened(escaped []byte, room int) []byte {
	const ellipsis = "…"
	rest, size, state := html.UnescapeString(string(escaped)), 0, -1
	var out []byte
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		written := html.EscapeString(cluster)
		if size += len(written); size > room-len(ellipsis) {
			return append(bytes.TrimRight(out, " "), ellipsis...)
		}
		out = append(out, written...)
	}
	return out
}
