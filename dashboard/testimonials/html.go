package testimonials

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// element is an open element.
type element struct {
	name string
	line int
}

// maxDepth is how deep elements may be nested. Browsers stop at 512.
const maxDepth = 256

type role int

const (
	blockRole role = 1 << iota // begins a new block of text
	skipRole                   // no content: navigation, scripts, drawings
	voidRole                   // never has an end tag
	openRole                   // its end tag may be left out
)

var roles = map[atom.Atom]role{
	atom.Html: blockRole | openRole, atom.Head: blockRole | openRole, atom.Body: blockRole | openRole,
	atom.Title: blockRole, atom.Main: blockRole, atom.Div: blockRole, atom.Section: blockRole,
	atom.Article: blockRole, atom.Header: blockRole, atom.Address: blockRole, atom.Blockquote: blockRole,
	atom.Figure: blockRole, atom.Figcaption: blockRole, atom.Details: blockRole, atom.Summary: blockRole,
	atom.Fieldset: blockRole, atom.Form: blockRole, atom.Pre: blockRole, atom.Center: blockRole,
	atom.H1: blockRole, atom.H2: blockRole, atom.H3: blockRole, atom.H4: blockRole, atom.H5: blockRole, atom.H6: blockRole,
	atom.P: blockRole | openRole, atom.Ul: blockRole, atom.Ol: blockRole, atom.Li: blockRole | openRole,
	atom.Dl: blockRole, atom.Dt: blockRole | openRole, atom.Dd: blockRole | openRole,
	atom.Table: blockRole, atom.Thead: blockRole | openRole, atom.Tbody: blockRole | openRole, atom.Tfoot: blockRole | openRole,
	atom.Tr: blockRole | openRole, atom.Td: blockRole | openRole, atom.Th: blockRole | openRole, atom.Caption: blockRole,
	atom.Colgroup: blockRole | openRole, atom.Option: openRole, atom.Optgroup: openRole,

	atom.Nav: blockRole | skipRole, atom.Aside: blockRole | skipRole, atom.Footer: blockRole | skipRole,
	atom.Script: skipRole, atom.Style: skipRole, atom.Template: skipRole,
	atom.Iframe: skipRole, atom.Noscript: skipRole, atom.Object: skipRole, atom.Svg: skipRole,
	atom.Math: skipRole, atom.Select: skipRole, atom.Textarea: skipRole, atom.Button: skipRole,

	atom.Hr: blockRole | voidRole, atom.Br: voidRole, atom.Img: voidRole, atom.Input: voidRole, atom.Meta: voidRole,
	atom.Link: voidRole, atom.Base: voidRole, atom.Col: voidRole, atom.Embed: voidRole, atom.Source: voidRole,
	atom.Track: voidRole, atom.Wbr: voidRole, atom.Area: voidRole, atom.Param: voidRole,
}

func roleOf(name string) role { return roles[atom.Lookup([]byte(name))] }

// closedBy are the elements without an end tag that end where one of these begins,
// if they are the innermost; at any block, a paragraph does.
var closedBy = map[string][]string{
	"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "td": {"td", "th"}, "th": {"td", "th"},
	"tr": {"td", "th", "tr"}, "tbody": {"td", "th", "tr", "thead", "tbody"}, "tfoot": {"td", "th", "tr", "tbody"},
	"option": {"option"}, "body": {"head"},
}

// readHTML reads HTML, of which the first line is given. With one, it stops at the
// end of the line in which the first element, comment or stray tag ends. It returns
// how many bytes it read.
//
// It works on tokens, not on the tree the specification makes of them: only tokens
// have lines, and nothing is built that could be deep.
func (d *document) readHTML(src string, line int, one bool) int {
	z := html.NewTokenizer(strings.NewReader(src))
	read := 0
	for {
		tt := z.Next()
		raw := string(z.Raw())
		if tt == html.ErrorToken {
			if read < len(src) && strings.TrimSpace(src[read:]) != "" {
				d.report.add(line, "broken HTML: a tag is not finished")
			}
			d.popTo(0, line)
			return len(src)
		}
		switch tt {
		case html.TextToken:
			if one && len(d.stack) == 0 {
				raw, _, _ = strings.Cut(raw, "\n")
			}
			d.htmlText(raw, line)
		case html.StartTagToken, html.SelfClosingTagToken:
			d.startTag(z.Token(), line)
		case html.EndTagToken:
			d.endTag(z.Token().Data, line)
		}
		read += len(raw)
		line += strings.Count(raw, "\n")
		if len(d.stack) > maxDepth {
			d.report.add(line, "broken HTML: elements are nested deeper than %d; the rest is not read", maxDepth)
			d.stack = d.stack[:0]
			return len(src)
		}
		if one && len(d.stack) == 0 && (read == len(src) || src[read] == '\n') {
			return read
		}
	}
}

// htmlText adds text, entity by entity decoded; a decoded line end is no line of
// the file.
func (d *document) htmlText(raw string, line int) {
	if d.skipped > 0 {
		return
	}
	if len(d.stack) > 0 && d.stack[len(d.stack)-1].name == "title" {
		d.title = firstOf(d.title, plain(html.UnescapeString(raw)))
		return
	}
	if d.current == nil {
		if strings.TrimSpace(raw) == "" {
			return
		}
		d.begin(d.blockHere())
	}
	for i, s := range strings.Split(raw, "\n") {
		if i > 0 {
			d.text(" ", line+i)
		}
		d.text(strings.ReplaceAll(html.UnescapeString(s), "\n", " "), line+i)
	}
}

// blockHere is a block of what the open elements say.
func (d *document) blockHere() block {
	b := block{}
	for i := len(d.stack) - 1; i >= 0; i-- {
		name := d.stack[i].name
		if name == "blockquote" {
			b.quoted = true
		}
		if b.kind != loose {
			continue
		}
		switch name {
		case "h1", "h2", "h3", "h4", "h5", "h6":
			b.kind, b.level = heading, int(name[1]-'0')
		case "p":
			b.kind = paragraph
		case "li", "dd", "dt":
			b.kind = item
		case "td", "th", "caption", "figcaption":
			b.kind = cell
		case "pre", "code":
			b.kind = code
		}
	}
	return b
}

func (d *document) startTag(t html.Token, line int) {
	name, role := t.Data, roleOf(t.Data)
	attr := attributes(t)
	if role&blockRole != 0 {
		d.closeImplied(name)
		d.end()
	}
	d.note(name, attr, line)
	if name == "br" {
		d.space = true
	}
	if role&voidRole != 0 || t.Type == html.SelfClosingTagToken {
		return
	}
	if _, hidden := attr["hidden"]; hidden || role&skipRole != 0 || d.skipped > 0 {
		d.skipped++ // all that is in it, too, so that closing counts back to none
	}
	if name == "main" && d.skipped == 0 {
		d.mains++
		d.hasMain = true
	}
	d.stack = append(d.stack, element{name, line})
	if href, ok := attr["href"]; ok && name == "a" && d.skipped == 0 {
		d.openLink(href, line)
	}
}

// attributes are a tag's; of one given twice the first counts.
func attributes(t html.Token) map[string]string {
	attr := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		if _, twice := attr[a.Key]; !twice {
			attr[a.Key] = a.Val
		}
	}
	return attr
}

// note keeps what tags themselves tell.
func (d *document) note(name string, attr map[string]string, line int) {
	if d.skipped > 0 {
		return
	}
	switch {
	case name == "meta" && strings.EqualFold(attr["name"], "description"):
		d.description = plain(attr["content"])
	case name == "meta" && strings.EqualFold(attr["property"], "og:description"):
		d.description = firstOf(d.description, plain(attr["content"]))
	case name == "link" && strings.EqualFold(attr["rel"], "canonical"):
		d.canonical = attr["href"]
	}
	// <span data-headway="goal/project">: the goal's name has no slash.
	if _, project, ok := strings.Cut(attr["data-headway"], "/"); ok && len(d.embeds) < maxLinks {
		d.embeds = append(d.embeds, embed{line: line, project: project})
	}
}

// closeImplied closes the elements whose end tag is left out before this one.
func (d *document) closeImplied(name string) {
	for len(d.stack) > 0 {
		top := d.stack[len(d.stack)-1].name
		closes := top == "p"
		for _, open := range closedBy[name] {
			closes = closes || top == open
		}
		if !closes {
			return
		}
		d.pop()
	}
}

func (d *document) endTag(name string, line int) {
	role := roleOf(name)
	if role&voidRole != 0 {
		return
	}
	at := len(d.stack) - 1
	for at >= 0 && d.stack[at].name != name {
		at--
	}
	switch {
	case at >= 0:
		d.popTo(at+1, line)
		d.pop()
	case d.markdown[name] > 0:
		d.markdown[name]--
	case !d.unbalanced:
		d.report.add(line, "broken HTML: </%s> closes nothing", clip(name, 20))
	}
	if role&blockRole != 0 {
		d.end()
	}
}

// popTo closes the elements above the lowest n, which should have been closed.
func (d *document) popTo(n, line int) {
	for len(d.stack) > n {
		top := d.stack[len(d.stack)-1]
		if roleOf(top.name)&openRole == 0 && !d.unbalanced {
			d.report.add(top.line, "broken HTML: <%s> is not closed by line %d", clip(top.name, 20), line)
		}
		d.pop()
	}
}

func (d *document) pop() {
	top := d.stack[len(d.stack)-1]
	d.stack = d.stack[:len(d.stack)-1]
	if top.name == "main" && d.skipped == 0 {
		d.mains--
	}
	if d.skipped > 0 {
		d.skipped--
	}
	if top.name == "a" && d.skipped == 0 {
		d.closeLink()
	}
	if roleOf(top.name)&blockRole != 0 {
		d.end()
	}
}
