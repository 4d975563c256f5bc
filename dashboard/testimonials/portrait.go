package testimonials

import "strings"

// picture is an image on a page; its address is untrusted.
type picture struct{ alt, src string }

// portrait is the address of a picture of who speaks: what front matter says, else the
// first picture that is called by the person's name. It has the origin of the page, as
// it is published, or there is none: whoever writes a page can't have anybody else asked.
func (p *Page) portrait(front frontMatter, d *document) string {
	src := front.text("portrait", "photo", "avatar")
	for _, pic := range d.pictures {
		if src == "" && p.Person != "" && strings.Contains(strings.ToLower(pic.alt), strings.ToLower(p.Person)) {
			src = pic.src
		}
	}
	base, err := webAddress(p.URL)
	if err != nil || src == "" || len(src) > maxAddress {
		return ""
	}
	u, err := base.Parse(strings.TrimSpace(src))
	if err != nil || u.Scheme != base.Scheme || hostOf(u) != hostOf(base) || u.User != nil {
		return ""
	}
	u.Fragment = ""
	return u.String()
}
