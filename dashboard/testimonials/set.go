package testimonials

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// MaxPages is how many pages of a directory are read.
const MaxPages = 500

// Set is what a directory, or several sources, gave.
type Set struct {
	Pages    []*Page   // by slug, each slug once
	Problems []Problem // by file and line
}

// Collect makes a set of pages, which may hold nil, and their problems. Of pages
// with the same slug the one with the lowest name stays; the others are reported.
func Collect(pages []*Page, problems []Problem) Set {
	s := Set{Problems: slices.Clone(problems)}
	byName := slices.DeleteFunc(slices.Clone(pages), func(p *Page) bool { return p == nil })
	slices.SortStableFunc(byName, func(a, b *Page) int { return strings.Compare(a.Name, b.Name) })
	first := map[string]*Page{}
	for _, p := range byName {
		if other := first[p.Slug]; other != nil {
			s.Problems = append(s.Problems, Problem{File: p.Name, Text: fmt.Sprintf("the slug %s is that of %s already: left out", p.Slug, other.Name)})
			continue
		}
		first[p.Slug] = p
		s.Pages = append(s.Pages, p)
	}
	slices.SortFunc(s.Pages, func(a, b *Page) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(s.Problems, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return s
}

// About are the pages that speak of a project, by slug.
func (s Set) About(project string) []*Page {
	var pages []*Page
	for _, p := range s.Pages {
		if slices.Contains(p.Projects, project) {
			pages = append(pages, p)
		}
	}
	return pages
}

// ReadDir reads the pages of a directory: its files *.md, *.markdown and *.html,
// without those below it, without index and readme files, and without what Jekyll
// ignores or must not publish. What is wrong with a file is one of the set's
// problems; the error says that the directory can't be read.
//
// Only regular files are read: the directory is a checkout of what anybody sends,
// and a link could lead out of it.
func ReadDir(fsys fs.FS, o Options) (Set, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return Set{}, fmt.Errorf("read testimonials: %w", err)
	}
	r := newReader(o)
	var pages []*Page
	var problems []Problem
	read := 0
	for _, e := range entries {
		if !isPage(e.Name()) {
			continue
		}
		if read == MaxPages {
			problems = append(problems, Problem{File: e.Name(), Text: fmt.Sprintf("more than %d pages: this one and the following are not read", MaxPages)})
			break
		}
		read++
		page, found := r.readFile(fsys, e)
		problems = append(problems, found...)
		if page != nil && !page.Unpublished {
			pages = append(pages, page)
		}
	}
	return Collect(pages, problems), nil
}

func isPage(name string) bool {
	stem, ext := strings.ToLower(strings.TrimSuffix(name, path.Ext(name))), strings.ToLower(path.Ext(name))
	switch {
	case strings.IndexAny(name, "._#~") == 0, stem == "index", stem == "readme":
		return false
	}
	return ext == ".md" || ext == ".markdown" || ext == ".html"
}

func (r *reader) readFile(fsys fs.FS, e fs.DirEntry) (*Page, []Problem) {
	report := &report{file: e.Name()}
	if !e.Type().IsRegular() {
		report.add(0, "not a regular file: not read")
		return nil, report.sorted()
	}
	f, err := fsys.Open(e.Name())
	if err != nil {
		report.add(0, "%v", err)
		return nil, report.sorted()
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		report.add(0, "%v", err)
		return nil, report.sorted()
	}
	return r.parse(e.Name(), data)
}

var (
	postDate  = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}-`) // of a Jekyll post's file name
	notInSlug = regexp.MustCompile(`[^\p{L}\p{M}\p{N}._-]+`)
)

const maxSlug = 80

// place fills in the page's slug and addresses.
func (r *reader) place(p *Page, src source, d *document, report *report) {
	permalink, line := src.front.text("permalink"), src.front["permalink"].line
	if permalink != "" && (!strings.HasPrefix(permalink, "/") || strings.HasPrefix(permalink, "//") || strings.Contains(permalink, `\`) || len(permalink) > maxAddress) {
		report.add(line, "the permalink is not a path that begins with a slash: ignored")
		permalink = ""
	}
	if strings.Contains(permalink, ":") { // a pattern such as /:title/, that Jekyll fills in
		permalink = ""
	}
	if permalink == "" && src.syntax == rendered {
		if u, err := webAddress(d.canonical); err == nil {
			permalink = clip(u.Path, maxLinkText)
		}
	}
	p.Permalink = permalink
	p.Slug = cmp.Or(slugOf(permalink), slugOf(src.front.text("slug")), slugOf(nameOf(p.Name)), "page")
	p.URL = r.address(p)
	if u, err := url.Parse(p.URL); err == nil && p.URL != "" && src.syntax != rendered && permalink != "" {
		if !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(permalink, "/")) {
			report.add(line, "the permalink %s is not where the configured address leads: %s", clip(permalink, maxLinkText), p.URL)
		}
	}
}

// address is where the page is published.
func (r *reader) address(p *Page) string {
	for _, address := range []string{strings.ReplaceAll(r.o.URL, "{slug}", p.Slug), p.Name} {
		if u, err := webAddress(address); err == nil {
			return u.String()
		}
	}
	return ""
}

// nameOf is the path of a page's name, which may be an address.
func nameOf(name string) string {
	if u, err := webAddress(name); err == nil {
		return u.Path
	}
	return postDate.ReplaceAllString(path.Base(name), "")
}

// slugOf is the last part of a path that says something, made of letters, digits,
// dots, dashes and underscores. It keeps its case: addresses do.
func slugOf(s string) string {
	s = strings.Trim(s, "/")
	for s != "" {
		dir, last := path.Split(s)
		switch ext := path.Ext(last); strings.ToLower(ext) {
		case ".html", ".htm", ".md", ".markdown":
			last = strings.TrimSuffix(last, ext)
		}
		last = strings.Trim(notInSlug.ReplaceAllString(last, "-"), "-.")
		if r := []rune(last); len(r) > maxSlug {
			last = strings.Trim(string(r[:maxSlug]), "-.")
		}
		if last != "" && last != "index" {
			return last
		}
		s = strings.Trim(dir, "/")
	}
	return ""
}
