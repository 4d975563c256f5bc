package dashboard

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// settle takes out of a page what needs a server, and what a static page can't keep
// true: scripts, forms, other orders, and ages, which become dates.
func settle(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		settle(c)
		settleElement(c)
		c = next
	}
}

func settleElement(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	switch {
	case n.DataAtom == atom.Form && n.Parent != nil && n.Parent.DataAtom == atom.Details:
		remove(n.Parent) // it was opened for the form only
	case n.DataAtom == atom.Script, n.DataAtom == atom.Form,
		hasClass(n, "terms"), attribute(n, "id") == "live",
		hasClass(n, "sorts") && strings.HasPrefix(textOf(n), "Order by"):
		remove(n)
	case n.DataAtom == atom.Span && isDeadline(n.Parent) && textOf(n) != "no date yet":
		remove(n) // how long until then
	case attribute(n, "data-seconds") != "":
		cutAround(n, " (", ")")
		remove(n)
	case n.DataAtom == atom.Time && attribute(n, "title") != "":
		settleAge(n)
	}
}

func isDeadline(n *html.Node) bool {
	return n != nil && n.Parent != nil && hasClass(n.Parent, "deadlines")
}

// settleAge makes an age the date that it counts from.
func settleAge(n *html.Node) {
	at, err := time.Parse(time.RFC3339, attribute(n, "datetime"))
	if err != nil {
		return
	}
	text := date(at)
	if hasClass(n, "age") {
		cutAround(n, "for ", "")
		text = "since " + text
	}
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
}

// cutAround cuts the ends off the texts beside a node.
func cutAround(n *html.Node, before, after string) {
	if p := n.PrevSibling; p != nil && p.Type == html.TextNode {
		p.Data = strings.TrimSuffix(p.Data, before)
	}
	if p := n.NextSibling; p != nil && p.Type == html.TextNode {
		p.Data = strings.TrimPrefix(p.Data, after)
	}
}

// link makes the links of a page relative, now that it is known what there is.
func (e *export) link(page *exportedPage) {
	for n := range slices.Values(slices.Collect(page.doc.Descendants())) {
		at := linkAttribute(n)
		if at == nil {
			continue
		}
		to, ours := e.follow(page, at.Val)
		switch more := n.Parent != nil && hasClass(n.Parent, "more"); {
		case !ours:
		case to.file == "" && (more || !holdsTime(n) && leadsToServer(at.Val)), more && to.nearest && to.file == page.file:
			cutAround(n, "", " · ")
			cutAround(n, " · ", "")
			parent := n.Parent
			remove(n)
			if more && strings.TrimSpace(textOf(parent)) == "" {
				remove(parent)
			}
		case to.file == "", to.nearest && to.file == page.file && (!page.ids[to.fragment] || within(n, to.fragment)):
			unwrap(n)
		default:
			at.Val = e.relative(page.file, to)
		}
	}
}

// leadsToServer tells whether a link's own words make no sense without the page that
// it leads to.
func leadsToServer(link string) bool {
	return strings.Contains(link, "/polls") || strings.Contains(link, "/embeds")
}

// relative is the address of a place as a page links it. Pages are named in full, so
// that they open from a disk too.
func (e *export) relative(from string, to place) string {
	fragment := ""
	if target := e.pages[to.file]; target != nil && target.ids[to.fragment] {
		fragment = "#" + url.PathEscape(to.fragment)
	}
	if to.file == from && fragment != "" {
		return fragment
	}
	have, want := strings.Split(from, "/"), strings.Split(to.file, "/")
	for len(have) > 1 && len(want) > 1 && have[0] == want[0] {
		have, want = have[1:], want[1:]
	}
	for i, part := range want {
		want[i] = url.PathEscape(part)
	}
	return strings.Repeat("../", len(have)-1) + strings.Join(want, "/") + fragment
}

// linkAttribute is the attribute that makes an element a link, or nil.
func linkAttribute(n *html.Node) *html.Attribute {
	if n.Type != html.ElementNode {
		return nil
	}
	for i := range n.Attr {
		if a := &n.Attr[i]; a.Key == "href" || a.Key == "src" {
			return a
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attribute(n, "class")), class)
}

func holdsTime(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.DataAtom == atom.Time {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			text.WriteString(c.Data)
		}
	}
	return text.String()
}

// within tells whether a node is in the section that has this part as its heading: a
// link to it would lead nowhere.
func within(n *html.Node, part string) bool {
	for a := range n.Ancestors() {
		if attribute(a, "aria-labelledby") == part {
			return true
		}
	}
	return false
}

// dropBadges takes the badges to copy out of a page: they are asked for by query, and
// of a server whose address nobody knows.
func dropBadges(doc *html.Node) {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Section && attribute(n, "aria-labelledby") == "embed" {
			remove(n)
			return
		}
	}
}

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// unwrap leaves of a link what it says.
func unwrap(n *html.Node) {
	for n.FirstChild != nil {
		c := n.FirstChild
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	remove(n)
}
