package testimonials

import (
	"sort"
	"unicode"
	"unicode/utf8"
)

// document is a page's content without its markup.
type document struct {
	report *report

	title       string // of rendered HTML
	description string
	canonical   string // address, untrusted
	blocks      []block
	links       []link
	embeds      []embed
	pictures    []picture

	hasMain bool // then only what stands in <main> is content
	cut     bool // too deep: what follows is not read

	current  *block // being written
	buf      []byte // its text
	space    bool   // before the next character
	link     *link  // being written
	linkText []byte

	stack   []string // open elements of HTML
	skipped int      // how many of them are no content
	mains   int      // how many of them are <main>
}

// kind is what a block is.
type kind int

const (
	loose kind = iota // text outside a paragraph
	heading
	paragraph
	item
	cell
	code
)

// block is a piece of text that stands by itself.
type block struct {
	kind   kind
	level  int // of a heading
	quoted bool
	main   bool
	line   int
	text   string
	marks  []mark
	spans  []span // the parts of text that are links
}

// mark says from which byte of a block's text on it comes from a line.
type mark struct{ at, line int }

type span struct{ start, end int }

// link is an address on a page, untrusted.
type link struct {
	line  int
	href  string
	text  string
	main  bool
	block int // index of the block it begins in
}

// embed is one of our embeds on a page.
type embed struct {
	line    int
	project string
}

const maxLinks = 2000

// begin starts a block; the one before is finished.
func (d *document) begin(b block) {
	d.end()
	b.main = d.mains > 0
	d.current, d.buf = &b, d.buf[:0]
}

// end finishes the current block. Blocks without text are dropped.
func (d *document) end() {
	if b := d.current; b != nil && len(d.buf) > 0 {
		b.text = string(d.buf)
		d.blocks = append(d.blocks, *b)
	}
	d.current, d.space = nil, false
}

// text adds to the current block. White space collapses, what can't be shown is
// dropped.
func (d *document) text(s string, line int) {
	b := d.current
	if b == nil {
		return
	}
	start := len(d.buf)
	for _, r := range s {
		switch {
		case r == '\n':
			line++
			d.space = true
		case unicode.IsSpace(r):
			d.space = true
		case shown(r):
			if d.space && len(d.buf) > 0 {
				d.buf = append(d.buf, ' ')
			}
			d.space = false
			if len(b.marks) == 0 {
				b.line = line
			}
			if n := len(b.marks); n == 0 || b.marks[n-1].line != line {
				b.marks = append(b.marks, mark{len(d.buf), line})
			}
			d.buf = utf8.AppendRune(d.buf, r)
		}
	}
	if d.link != nil {
		d.linkText = append(d.linkText, s...)
		if end := len(d.buf); end > start {
			b.spans = append(b.spans, span{start, end})
		}
	}
}

// lineAt is the line of a byte of the text.
func (b *block) lineAt(at int) int {
	i := sort.Search(len(b.marks), func(i int) bool { return b.marks[i].at > at })
	if i == 0 {
		return b.line
	}
	return b.marks[i-1].line
}

// linked reports whether a byte of the text belongs to a link.
func (b *block) linked(at int) bool {
	i := sort.Search(len(b.spans), func(i int) bool { return b.spans[i].end > at })
	return i < len(b.spans) && b.spans[i].start <= at
}

func (d *document) openLink(href string, line int) {
	d.closeLink()
	d.link = &link{line: line, href: href, main: d.mains > 0, block: len(d.blocks)}
	d.linkText = d.linkText[:0]
}

func (d *document) closeLink() {
	l := d.link
	if d.link = nil; l == nil {
		return
	}
	switch len(d.links) {
	case maxLinks:
		return
	case maxLinks - 1:
		d.report.add(l.line, "more than %d links: the rest is not read", maxLinks)
	}
	l.text = clip(string(d.linkText), maxLinkText)
	d.links = append(d.links, *l)
}

// finish ends what is open and, if the page has a <main>, drops what is around it.
func (d *document) finish() {
	d.closeLink()
	d.end()
	if !d.hasMain {
		return
	}
	place := make([]int, len(d.blocks)+1) // of blocks among those that stay
	var blocks []block
	for i, b := range d.blocks {
		place[i] = len(blocks)
		if b.main {
			blocks = append(blocks, b)
		}
	}
	place[len(d.blocks)] = len(blocks)
	var links []link
	for _, l := range d.links {
		if l.main {
			l.block = place[l.block]
			links = append(links, l)
		}
	}
	d.blocks, d.links = blocks, links
}

// firstHeading is the text of the first heading of the highest level there is.
func (d *document) firstHeading() string {
	best, level := "", 7
	for _, b := range d.blocks {
		if b.kind == heading && b.level < level {
			best, level = b.text, b.level
		}
	}
	return best
}

// section are the blocks after a heading, up to the next one.
func (d *document) section(i int) []block {
	end := i + 1
	for end < len(d.blocks) && d.blocks[end].kind != heading {
		end++
	}
	return d.blocks[i+1 : end]
}
