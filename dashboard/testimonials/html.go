package testimonials

import (
	"cmp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxDepth is how deep elements may be nested. Browsers stop at 512.
const maxDepth = 256

const tooDeep = "nested deeper than %d: the rest is not read"

type role int

const (
	blockRole role = 1 << iota // begins a new block of text
	skipRole                   // no content: navigation, scripts, drawings
	voidRole                   // never has an end tag
)

var roles = map[atom.Atom]role{
	atom.Html: blockRole, atom.Head: blockRole, atom.Body: blockRole,
	atom.Title: blockRole, atom.Main: blockRole, atom.Div: blockRole, atom.Section: blockRole,
	atom.Article: blockRole, atom.Header: blockRole, atom.Address: blockRole, atom.Blockquote: blockRole,
	atom.Figure: blockRole, atom.Figcaption: blockRole, atom.Details: blockRole, atom.Summary: blockRole,
	atom.Fieldset: blockRole, atom.Form: blockRole, atom.Pre: blockRole, atom.Center: blockRole,
	atom.H1: blockRole, atom.H2: blockRole, atom.H3: blockRole, atom.H4: blockRole, atom.H5: blockRole, atom.H6: blockRole,
	atom.P: blockRole, atom.Ul: blockRole, atom.Ol: blockRole, atom.Li: blockRole,
	atom.Dl: blockRole, atom.Dt: blockRole, atom.Dd: blockRole,
	atom.Table: blockRole, atom.Thead: blockRole, atom.Tbody: blockRole, atom.Tfoot: blockRole,
	atom.Tr: blockRole, atom.Td: blockRole, atom.Th: blockRole, atom.Caption: blockRole,
	atom.Colgroup: blockRole,

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

// readHTML reads HTML, of which the first line is given. Elements may stay open.
//
// It works on tokens, not on the tree the specification makes of them: only tokens
// have lines, and nothing is built that could be deep.
func (d *document) readHTML(src string, line int) {
	z := html.NewTokenizer(strings.NewReader(src))
	for tt := z.Next(); tt != html.ErrorToken && !d.deeper(len(d.stack), line); tt = z.Next() {
		raw := string(z.Raw())
		switch tt {
		case html.TextToken:
			d.htmlText(raw, line)
		case html.StartTagToken, html.SelfClosingTagToken:
			d.startTag(z.Token(), line)
		case html.EndTagToken:
			d.endTag(z.Token().Data)
		}
		line += strings.Count(raw, "\n")
	}
}

// deeper reports whether so many levels are more than we follow. Then nothing is
// read any more.
func (d *document) deeper(depth, line int) bool {
	if depth > maxDepth && !d.cut {
		d.report.add(line, tooDeep, maxDepth)
		d.cut = true
	}
	return d.cut
}

// htmlText adds text, entity by entity decoded; a decoded line end begins no line of
// the file.
func (d *document) htmlText(raw string, line int) {
	if d.skipped > 0 {
		return
	}
	if len(d.stack) > 0 && d.stack[len(d.stack)-1] == "title" {
		d.title = cmp.Or(d.title, plain(html.UnescapeString(raw)))
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
		name := d.stack[i]
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
	d.stack = append(d.stack, name)
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

// note keeps what a tag itself says.
func (d *document) note(name string, attr map[string]string, line int) {
	if d.skipped > 0 {
		return
	}
	switch {
	case name == "meta" && strings.EqualFold(attr["name"], "description"):
		d.description = plain(attr["content"])
	case name == "meta" && strings.EqualFold(attr["property"], "og:description"):
		d.description = cmp.Or(d.description, plain(attr["content"]))
	case name == "link" && strings.EqualFold(attr["rel"], "canonical"):
		d.canonical = attr["href"]
	case name == "img" && len(d.pictures) < maxLinks:
		d.pictures = append(d.pictures, picture{alt: plain(attr["alt"]), src: attr["src"]})
	}
	// <span data-headway="goal/project">: the goal's name has no slash.
	if _, project, ok := strings.Cut(attr["data-headway"], "/"); ok && len(d.embeds) < maxLinks {
		d.embeds = append(d.embeds, embed{line: line, project: project})
	}
}

// closeImplied closes the elements whose end tag is left out before this one.
func (d *document) closeImplied(name string) {
	for len(d.stack) > 0 {
		top := d.stack[len(d.stack)-1]
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

func (d *document) endTag(name string) {
	role := roleOf(name)
	if role&voidRole != 0 {
		return
	}
	at := len(d.stack) - 1
	for at >= 0 && d.stack[at] != name {
		at--
	}
	if at >= 0 {
		d.popTo(at)
	}
	if role&blockRole != 0 {
		d.end()
	}
}

// popTo closes the elements above the lowest n.
func (d *document) popTo(n int) {
	for len(d.stack) > n {
		d.pop()
	}
}

func (d *document) pop() {
	top := d.stack[len(d.stack)-1]
	d.stack = d.stack[:len(d.stack)-1]
	if top == "main" && d.skipped == 0 {
		d.mains--
	}
	if d.skipped > 0 {
		d.skipped--
	}
	if top == "a" && d.skipped == 0 {
		d.closeLink()
	}
	if roleOf(top)&blockRole != 0 {
		d.end()
	}
}
