package testimonials

import (
	"regexp"
	"strings"
)

var (
	atxHeading = regexp.MustCompile(`^(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	headingID  = regexp.MustCompile(`[ \t]*\{[:#][^{}]*\}$`)
	underline  = regexp.MustCompile(`^(?:=+|--+)[ \t]*$`)
	rule       = regexp.MustCompile(`^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$`)
	listItem   = regexp.MustCompile(`^(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)`)
	ruledRow   = regexp.MustCompile(`^\|[-:| \t]*$`)
	target     = regexp.MustCompile(`(?m)^ {0,3}\[([^\[\]]{1,200})\]:[ \t]*<?([^\s<>]+)>?(?:[ \t]+["'(].*)?$`)
	htmlStart  = regexp.MustCompile(`^</?([A-Za-z][A-Za-z0-9]*)`)
	asMarkdown = regexp.MustCompile(`^<([A-Za-z][A-Za-z0-9]*)\b[^<>]*\bmarkdown=["']?(?:1|block|span)["']?[^<>]*>`)
)

// markdownReader goes through Markdown line by line. It reads what testimonials are
// made of: paragraphs, headings, lists, quotes, code, tables as rows, and HTML; it
// doesn't nest lists, because no one asks how deep a sentence stood.
type markdownReader struct {
	*document
	src  string
	at   int
	eol  int // end of the line
	line int // of at

	pieces []string // lines of the block being gathered
	block  block
	fence  string // what closes a code block; "" outside
	blank  bool   // the line before was empty
	list   bool   // indented lines belong to an item
}

func (d *document) readMarkdown(src string, line int) {
	d.targets = map[string]string{}
	for _, m := range target.FindAllStringSubmatch(src, maxLinks) {
		if name := strings.ToLower(m[1]); !strings.HasPrefix(name, "^") && d.targets[name] == "" {
			d.targets[name] = m[2]
		}
	}
	d.markdown = map[string]int{}
	r := &markdownReader{document: d, src: src, line: line, blank: true}
	for r.at < len(src) {
		r.next()
	}
	r.flush()
}

// next reads a line, or the HTML that begins in it.
func (r *markdownReader) next() {
	if r.eol < r.at || r.eol == 0 {
		if r.eol = strings.IndexByte(r.src[r.at:], '\n'); r.eol < 0 {
			r.eol = len(r.src) - r.at
		}
		r.eol += r.at
	}
	text := r.src[r.at:r.eol]
	content := strings.TrimLeft(text, " \t")
	indent := len(strings.ReplaceAll(text[:len(text)-len(content)], "\t", "    "))
	content = strings.TrimRight(content, " \t")
	code := indent >= 4 && !r.list && len(r.pieces) == 0
	if r.fence == "" && !code && r.startsHTML(content) {
		r.flush()
		start := r.at + strings.IndexByte(text, '<')
		r.skip(start + r.html(r.src[start:]) - r.at)
		r.blank = true
		return
	}
	if r.fence != "" || code && content != "" {
		r.code(text, content)
	} else {
		quoted := r.quoted(&content)
		r.read(content, indent, quoted)
		r.blank = content == ""
	}
	r.skip(min(len(text)+1, len(r.src)-r.at))
}

// skip goes on n bytes.
func (r *markdownReader) skip(n int) {
	r.line += strings.Count(r.src[r.at:r.at+n], "\n")
	r.at += n
}

// startsHTML reports whether a line begins HTML that stands by itself.
func (r *markdownReader) startsHTML(content string) bool {
	if strings.HasPrefix(content, "<!--") {
		return true
	}
	m := htmlStart.FindStringSubmatch(content)
	return m != nil && roleOf(strings.ToLower(m[1]))&(blockRole|skipRole) != 0
}

// html reads an element and returns its length. What is in an element with
// markdown="1" is Markdown.
func (r *markdownReader) html(src string) int {
	if m := asMarkdown.FindStringSubmatch(src[:min(len(src), maxTag)]); m != nil {
		r.markdown[strings.ToLower(m[1])]++
		return len(m[0])
	}
	n := r.readHTML(src, r.line, true)
	r.closeLink()
	r.end()
	return n
}

func (r *markdownReader) code(text, content string) {
	if r.fence != "" && strings.HasPrefix(content, r.fence) && strings.Trim(content, r.fence[:1]) == "" {
		r.fence = ""
		r.end()
		return
	}
	if r.current == nil {
		r.begin(block{kind: code})
	}
	r.text(text+"\n", r.line)
	if r.fence == "" {
		r.end()
	}
}

// quoted takes the signs of a quotation from a line.
func (r *markdownReader) quoted(content *string) bool {
	quoted := false
	for strings.HasPrefix(*content, ">") {
		*content = strings.TrimSpace((*content)[1:])
		quoted = true
	}
	return quoted
}

// read reads a line that is neither code nor HTML.
func (r *markdownReader) read(content string, indent int, quoted bool) {
	switch {
	case content == "":
		r.flush()
		return
	case len(r.pieces) > 0 && r.block.kind == paragraph && underline.MatchString(content):
		r.block.kind, r.block.level = heading, 2
		if content[0] == '=' {
			r.block.level = 1
		}
		r.flush()
		return
	case rule.MatchString(content), ruledRow.MatchString(content), target.MatchString(content):
		r.flush()
		return
	case strings.HasPrefix(content, "```"), strings.HasPrefix(content, "~~~"):
		r.flush()
		r.fence = content[:len(content)-len(strings.TrimLeft(content, content[:1]))]
		return
	}
	if r.blank && indent == 0 {
		r.list = false
	}
	switch m := atxHeading.FindStringSubmatch(content); {
	case m != nil:
		r.start(heading, quoted)
		r.block.level = len(m[1])
		r.pieces = append(r.pieces, headingID.ReplaceAllString(m[2], ""))
		r.flush()
		return
	case listItem.MatchString(content):
		r.start(item, quoted)
		r.list = true
		content = content[len(listItem.FindString(content)):]
	case content[0] == '|':
		r.start(cell, quoted)
		content = strings.Trim(strings.ReplaceAll(content, "|", " "), " ")
	case len(r.pieces) == 0 || quoted && !r.block.quoted:
		kind := paragraph
		if r.list {
			kind = item
		}
		r.start(kind, quoted)
	}
	r.pieces = append(r.pieces, content)
}

// start begins a block at this line.
func (r *markdownReader) start(k kind, quoted bool) {
	r.flush()
	r.block = block{kind: k, quoted: quoted, line: r.line}
}

// flush ends the block that is being gathered.
func (r *markdownReader) flush() {
	if len(r.pieces) > 0 {
		r.begin(r.block)
		r.inline(strings.Join(r.pieces, "\n"), r.block.line)
		r.closeLink()
		r.end()
	}
	r.pieces, r.block = nil, block{}
}
