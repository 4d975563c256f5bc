package export

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// page is a page whose links are not relative yet.
type page struct {
	place
	doc   *html.Node
	ids   map[string]bool
	links []pageLink
	whole []*html.Attribute // where the page itself is found: its canonical address and og:url
}

type pageLink struct {
	node      *html.Node
	attribute *html.Attribute // href or src
}

func newPage(p place, doc *html.Node) *page {
	out := &page{place: p, doc: doc, ids: map[string]bool{}}
	for n := range doc.Descendants() {
		if id := attribute(n, "id"); id != "" {
			out.ids[id] = true
		}
		for i := range n.Attr {
			a := &n.Attr[i]
			switch {
			case a.Key == "href" && attribute(n, "rel") == "canonical", a.Key == "content" && attribute(n, "property") == "og:url":
				out.whole = append(out.whole, a)
			case a.Key == "href", a.Key == "src":
				out.links = append(out.links, pageLink{n, a})
			}
		}
	}
	return out
}

// relink makes the links of a page relative, now that it is known what there is. Links
// that would lead nowhere, or to where they stand, become text.
func (e *export) relink(p *page) {
	for _, a := range p.whole {
		parts := strings.Split(strings.TrimSuffix(p.file, "index.html"), "/")
		for i, part := range parts {
			parts[i] = url.PathEscape(part)
		}
		a.Val = strings.TrimRight(e.external, "/") + "/" + strings.Join(parts, "/")
	}
	for _, l := range p.links {
		to, ours := e.follow(p, l.attribute.Val)
		switch {
		case !ours:
		case to.file == "", to.nearest && to.file == p.file && (!p.ids[to.fragment] || within(l.node, to.fragment)):
			unwrap(l.node)
		default:
			l.attribute.Val = e.relative(p.file, to)
		}
	}
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

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// within reports whether a node is in the section that has this part as its heading.
func within(n *html.Node, part string) bool {
	for a := range n.Ancestors() {
		if attribute(a, "aria-labelledby") == part {
			return true
		}
	}
	return false
}

// unwrap leaves the text of a link.
func unwrap(n *html.Node) {
	for n.FirstChild != nil {
		c := n.FirstChild
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}
