package testimonials

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MaxBytes is the size of the largest page that is read. Real testimonials have
// about 15 kB, rendered pages three times that.
const MaxBytes = 512 << 10

// Bounds of what one page may yield. More is reported and left out.
const (
	maxReferences = 200
	maxProblems   = 50
)

// Options say what is ours.
type Options struct {
	// Gerrit are the addresses of our Gerrit, such as https://review.opendev.org/;
	// more than one if it had other names. Links to other Gerrits are kept apart.
	Gerrit []string
	// Code are hosts that show commits at /{project}/commit/{sha}. If there are none,
	// opendev.org is one where Gerrit is review.opendev.org. A commit on github.com
	// counts if its project is one of Projects.
	Code []string
	// Projects are the full names of the projects a page can speak of. If there are
	// none, every project that a link or a search names is taken.
	Projects []string
	// ProjectOf is the project of a change of our Gerrit, "" if it is not known: many
	// links name a change by its number alone. It may be nil.
	ProjectOf func(number int) string
	// Overrides are the projects of pages by their slug, or by the name given to
	// Parse; they replace what the page itself says.
	Overrides map[string][]string
	// URL is where pages are published, with {slug} in the place of the slug.
	URL string
}

// Page is what a testimonial says, as plain text. Texts are "" if unknown.
type Page struct {
	Name        string // as given to Parse
	Slug        string // from the permalink, else the name; letters, digits, dots, dashes and underscores
	URL         string // http or https, from Options.URL, else Name if that is one
	Permalink   string // a path, as the page gives it
	Title       string
	Description string
	Person      string // who speaks
	Role        string // "Software Engineer at Red Hat"
	Affiliation string // "Red Hat"
	Quote       string // one or two whole sentences, at most 280 characters
	Portrait    string // the address of a picture of the person, of URL's origin
	Picture     []byte // the portrait, made by package portrait; set by whoever fetched it
	Unpublished bool   // Jekyll leaves it out; `published: false`

	Projects []string   // the projects it speaks of, sorted
	Evidence []Evidence // why, in the order of the page; one for each project and By

	References []Reference // to our Gerrit, in the order of the page
	Foreign    []Reference // to other Gerrits
}

// Reference is a link to Gerrit, or a search written as text. Exactly one of Query,
// Number and Commit is set.
type Reference struct {
	Line     int    // in the file
	URL      string // http or https; "" for a search written as text
	Text     string // of the link, or the search as written
	Query    string // a Gerrit search, decoded; see Terms
	Number   int    // a change
	PatchSet int    // of the change, if the link names one
	Commit   string // lower-case hexadecimal, perhaps abbreviated
	Project  string // of the change or commit, or the only one a search names; "" if it doesn't say
}

// Evidence says why a project was taken.
type Evidence struct {
	Project string
	By      By
	Line    int    // in the file; 0 for ByConfiguration
	Text    string // what was matched, in its context
}

// By is a kind of evidence.
type By string

const (
	ByConfiguration By = "configuration" // Options.Overrides; then there is no other
	ByFrontMatter   By = "front matter"  // a key `projects` or `project`
	ByEmbed         By = "embed"         // one of our embeds for the project
	ByReference     By = "reference"     // a link to a change, a commit or a search
	BySentence      By = "sentence"      // the sentence on what was worked on
)

// Problem is something wrong with a page.
type Problem struct {
	File string
	Line int    // 0: the whole file
	Text string // plain text, may quote the page
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// Parse reads a page. The name is a file name or the address the page came from; it
// decides the syntax (.md, .html) where the content doesn't, and the slug where the
// page has no permalink. The page is nil if there is nothing to read. Problems are
// sorted by line.
func Parse(name string, data []byte, o Options) (*Page, []Problem) {
	return newReader(o).parse(name, data)
}

// reader holds what is prepared once for all pages.
type reader struct {
	o     Options
	sites sites
	names names
}

func newReader(o Options) *reader { return &reader{o, newSites(o), newNames(o.Projects)} }

func (r *reader) parse(name string, data []byte) (*Page, []Problem) {
	report := &report{file: name}
	src, ok := readSource(name, data, report)
	if !ok {
		return nil, report.sorted()
	}
	doc := src.document(report)
	p := &Page{Name: name, Unpublished: src.front.text("published") == "false"}
	p.Title = clip(cmp.Or(src.front.text("title"), doc.title, doc.firstHeading()), maxTitle)
	p.Description = clip(cmp.Or(src.front.text("description"), doc.description), maxDescription)
	if p.Title == "" {
		report.add(0, "no title: neither front matter nor a heading gives one")
	}
	who := findSpeaker(src.front, p.Title, doc)
	p.Person, p.Role, p.Affiliation = who.person, who.role, who.affiliation
	if p.Person == "" {
		report.add(0, "no person: neither front matter, the title nor a heading names who speaks")
	}
	p.Quote = clip(cmp.Or(src.front.text("quote"), pullQuote(doc)), maxQuote)
	r.place(p, src, doc, report)
	p.Portrait = p.portrait(src.front, doc)
	r.references(p, doc, report)
	r.projects(p, src, doc, report)
	return p.detached(), report.sorted()
}

// detached copies the texts that may be slices of the page's bytes: a set of pages
// is kept for long and must not keep every page's bytes with it.
func (p *Page) detached() *Page {
	for _, s := range []*string{&p.Slug, &p.URL, &p.Permalink, &p.Title, &p.Description, &p.Person, &p.Role, &p.Affiliation, &p.Quote, &p.Portrait} {
		*s = strings.Clone(*s)
	}
	for _, refs := range [][]Reference{p.References, p.Foreign} {
		for i := range refs {
			for _, s := range []*string{&refs[i].URL, &refs[i].Text, &refs[i].Query, &refs[i].Commit, &refs[i].Project} {
				*s = strings.Clone(*s)
			}
		}
	}
	for i := range p.Projects {
		p.Projects[i] = strings.Clone(p.Projects[i])
	}
	for i := range p.Evidence {
		p.Evidence[i].Project = strings.Clone(p.Evidence[i].Project)
		p.Evidence[i].Text = strings.Clone(p.Evidence[i].Text)
	}
	return p
}

// report collects the problems of one page.
type report struct {
	file     string
	problems []Problem
	more     int
}

func (r *report) add(line int, format string, args ...any) {
	if len(r.problems) == maxProblems {
		r.more++
		return
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Text: plain(fmt.Sprintf(format, args...))})
}

func (r *report) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	if r.more > 0 {
		r.problems = append(r.problems, Problem{File: r.file, Text: fmt.Sprintf("%d more problems", r.more)})
		r.more = 0
	}
	return r.problems
}
