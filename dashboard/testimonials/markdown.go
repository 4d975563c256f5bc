package testimonials

import (
	"bufio"
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	htmlwriter "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

var (
	// tagSetIn is the indent of a line that begins with a tag. Jekyll's dialect keeps
	// HTML whole over blank lines; CommonMark ends it there, and would take the lines
	// that follow, set in as they are, for code.
	tagSetIn = regexp.MustCompile(`(?m)^[ \t]+(</?[A-Za-z]|<!--)`)
	// asMarkdown is a tag by which Jekyll reads Markdown within HTML.
	asMarkdown = regexp.MustCompile(`(?m)^[ \t]*<[A-Za-z][^<>\n]*\bmarkdown=[^<>\n]*>`)
	// deepLine begins with the signs of so many quotations and lists that the parser,
	// which tries all that are open with each sign, would take minutes.
	deepLine = regexp.MustCompile(`(?m)^(?:[ \t]*(?:>|(?:[-+*]|\d+[.)])[ \t])){` + strconv.Itoa(maxSigns) + `}`)
)

const maxSigns = 64

// commonMark reads no tables as such: it fills rows up to the width of the head, so
// that a small page could make it build very many cells. A row is text to us.
var commonMark = goldmark.New(
	goldmark.WithExtensions(extension.Strikethrough),
	goldmark.WithParserOptions(
		parser.WithBlockParsers(util.Prioritized(shortHeading{parser.NewATXHeadingParser()}, 599)), // before the parser's own
		parser.WithParagraphTransformers(util.Prioritized(shortParagraph{}, 1)),                    // before link targets
		parser.WithInlineParsers(util.Prioritized(kramdownMark{}, 150)),                            // before links
	),
).Parser()

// maxText is how much of a paragraph or heading is read, in bytes: what is opened in
// it and never closed is looked for up to its end, once for each sign that opens it.
const maxText = 16 << 10

type shortParagraph struct{}

func (shortParagraph) Transform(n *ast.Paragraph, _ text.Reader, _ parser.Context) { shorten(n) }

type shortHeading struct{ parser.BlockParser }

func (h shortHeading) Close(n ast.Node, r text.Reader, pc parser.Context) {
	h.BlockParser.Close(n, r, pc)
	shorten(n)
}

// shorten cuts a block's text. That it did is noted at the node.
func shorten(n ast.Node) {
	left := maxText
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		if line.Len() > left {
			line.Stop = line.Start + left
			lines.Set(i, line)
			lines.SetSliced(0, i+1)
			n.SetAttributeString("short", true)
			return
		}
		left -= line.Len()
	}
}

// kramdownMark drops what Jekyll's dialect adds within a line: a footnote's number,
// [^1], and attributes, {: .lead} or {#id}.
type kramdownMark struct{}

var kramdownMarks = regexp.MustCompile(`^(?:\[\^[^\[\]\n]+\]|\{[:#][^{}\n]*\})`)

func (kramdownMark) Trigger() []byte { return []byte("[{") }

func (kramdownMark) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := len(kramdownMarks.Find(line))
	if n == 0 {
		return nil
	}
	block.Advance(n)
	return ast.NewTextSegment(text.NewSegment(segment.Start, segment.Start))
}

// markdownReader goes through the syntax tree of Markdown.
type markdownReader struct {
	*document
	src   []byte
	lines []int // where they begin
	first int   // the number of the first
}

func (d *document) readMarkdown(src string, line int) {
	src = tagSetIn.ReplaceAllString(asMarkdown.ReplaceAllString(src, ""), "$1")
	r := &markdownReader{document: d, src: []byte(src), lines: []int{0}, first: line}
	for i, c := range r.src {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	if at := deepLine.FindStringIndex(src); at != nil {
		r.src = r.src[:at[0]]
		r.report.add(r.lineOf(at[0]), tooDeep, maxSigns)
	}
	r.read(commonMark.Parse(text.NewReader(r.src)), block{})
	d.popTo(0)
}

// lineOf is the line of a byte of the source.
func (r *markdownReader) lineOf(at int) int {
	return r.first + sort.SearchInts(r.lines, at+1) - 1
}

// read reads a node that is a block or holds blocks.
func (r *markdownReader) read(n ast.Node, b block) {
	if r.cut {
		return
	}
	switch n := n.(type) {
	case *ast.HTMLBlock:
		r.html(n)
	case *ast.Heading:
		b.kind, b.level = heading, n.Level
		r.leaf(n, b)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		b.kind = code
		r.leaf(n, b)
	case *ast.Paragraph, *ast.TextBlock:
		r.leaf(n, r.paragraph(n, b))
	default:
		switch n.Kind() {
		case ast.KindBlockquote:
			b.quoted = true
		case ast.KindListItem:
			b.kind = item
		}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			r.read(c, b)
		}
	}
}

// paragraph is a block of what a paragraph is: by the list it is in, by the HTML
// around it, or the rows of a table.
func (r *markdownReader) paragraph(n ast.Node, b block) block {
	switch {
	case b.kind == item:
	case len(r.stack) > 0:
		quoted := b.quoted
		b = r.blockHere()
		b.quoted = b.quoted || quoted
	case n.Lines().Len() > 0 && bytes.HasPrefix(bytes.TrimLeft(r.src[n.Lines().At(0).Start:], " \t"), []byte("|")):
		b.kind = cell
	default:
		b.kind = paragraph
	}
	return b
}

// leaf reads a block that holds text.
func (r *markdownReader) leaf(n ast.Node, b block) {
	if r.skipped > 0 {
		return
	}
	if _, short := n.AttributeString("short"); short {
		r.report.add(r.lineOf(n.Pos()), "a paragraph of more than %d bytes: the rest of it is not read", maxText)
	}
	r.begin(b)
	if b.kind == code {
		r.text(r.joined(n.Lines()))
	} else {
		r.inline(n)
	}
	r.closeLink()
	r.end()
}

// html reads a piece of HTML, which goes on after a blank line with the next.
func (r *markdownReader) html(n *ast.HTMLBlock) {
	src, line := r.joined(n.Lines())
	if n.HasClosure() {
		if src == "" {
			line = r.lineOf(n.ClosureLine.Start)
		}
		src += string(n.ClosureLine.Value(r.src))
	}
	r.readHTML(src, line)
	r.closeLink()
	r.end()
}

// joined is the source a node is made of, and its first line.
func (r *markdownReader) joined(s *text.Segments) (src string, line int) {
	if s.Len() == 0 {
		return "", 0
	}
	return string(s.Value(r.src)), r.lineOf(s.At(0).Start)
}

// inline reads what is within a block.
func (r *markdownReader) inline(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			s := string(c.Value(r.src))
			if !c.IsRaw() {
				s = unescaped(s)
			}
			r.text(s, r.lineOf(c.Segment.Start))
			r.space = r.space || c.SoftLineBreak() || c.HardLineBreak()
		case *ast.Link:
			href := c.Destination[:min(len(c.Destination), maxAddress+1)] // many links may share it
			r.openLink(unescaped(string(href)), r.lineOf(c.Pos()))
			r.inline(c)
			r.closeLink()
		case *ast.AutoLink:
			if c.AutoLinkType == ast.AutoLinkURL {
				line := r.lineOf(c.Pos())
				r.openLink(string(c.URL(r.src)), line)
				r.text(string(c.Label(r.src)), line)
				r.closeLink()
			}
		case *ast.RawHTML:
			r.tag(r.joined(c.Segments))
		case *ast.Image:
			r.image(c)
		default: // emphasis, code
			r.inline(c)
		}
	}
}

// image keeps an image as a tag would.
func (r *markdownReader) image(n *ast.Image) {
	alt := ""
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			alt += string(t.Value(r.src))
		}
	}
	r.note("img", map[string]string{"alt": unescaped(alt), "src": unescaped(string(n.Destination[:min(len(n.Destination), maxAddress+1)]))}, 0)
}

// tag reads a tag within a paragraph.
func (r *markdownReader) tag(raw string, line int) {
	z := html.NewTokenizer(strings.NewReader(raw))
	switch z.Next() {
	case html.StartTagToken, html.SelfClosingTagToken:
		t := z.Token()
		attr := attributes(t)
		r.note(t.Data, attr, line)
		if href, ok := attr["href"]; ok && t.Data == "a" {
			r.openLink(href, line)
		}
		r.space = r.space || t.Data == "br"
	case html.EndTagToken:
		if z.Token().Data == "a" {
			r.closeLink()
		}
	}
}

// unescaped is text without backslashes and entities. A line end that an entity
// stands for is not one of the file.
func unescaped(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	htmlwriter.DefaultWriter.Write(w, []byte(s))
	w.Flush() // never fails: a buffer takes everything
	return strings.ReplaceAll(html.UnescapeString(b.String()), "\n", " ")
}
