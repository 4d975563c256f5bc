package testimonials

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/store/query"
)

// sites are the hosts that links are compared with.
type sites struct {
	gerrit []site
	code   []string
	known  map[string]bool // projects
}

type site struct{ host, base string }

func newSites(o Options) sites {
	s := sites{known: map[string]bool{}}
	for _, base := range o.Gerrit {
		u, err := webAddress(base)
		if err != nil {
			continue // no link can lead there
		}
		s.gerrit = append(s.gerrit, site{hostOf(u), u.String()})
		if parent, ok := strings.CutPrefix(hostOf(u), "review."); ok && len(o.Code) == 0 {
			s.code = append(s.code, parent)
		}
	}
	for _, host := range o.Code {
		s.code = append(s.code, strings.ToLower(host))
	}
	for _, p := range o.Projects {
		s.known[p] = true
	}
	return s
}

// references finds the page's references, by links and in its text.
func (r *reader) references(p *Page, d *document, report *report) {
	f := &finder{sites: r.sites, page: p, report: report, projectOf: r.o.ProjectOf}
	links := d.links
	for i := range d.blocks {
		for ; len(links) > 0 && links[0].block <= i; links = links[1:] {
			f.link(links[0].href, links[0].text, links[0].line)
		}
		f.text(&d.blocks[i])
	}
	for _, l := range links {
		f.link(l.href, l.text, l.line)
	}
	byLine := func(a, b Reference) int { return a.Line - b.Line }
	slices.SortStableFunc(p.References, byLine)
	slices.SortStableFunc(p.Foreign, byLine)
}

// finder adds references to a page.
type finder struct {
	sites  sites
	page   *Page
	report *report
	full   bool

	projectOf func(int) string
}

func (f *finder) add(ref Reference, foreign bool) {
	if len(f.page.References)+len(f.page.Foreign) >= maxReferences {
		if !f.full {
			f.report.add(ref.Line, "more than %d Gerrit links: the rest is left out", maxReferences)
		}
		f.full = true
		return
	}
	if foreign {
		f.page.Foreign = append(f.page.Foreign, ref)
	} else {
		f.page.References = append(f.page.References, ref)
	}
}

// link adds what an untrusted address refers to, if it is a Gerrit's or a commit.
func (f *finder) link(href, text string, line int) {
	u, err := webAddress(href)
	if err != nil {
		if !errors.Is(err, errElsewhere) {
			f.report.add(line, "%v", err)
		}
		return
	}
	ref, foreign, ok := f.sites.reference(u)
	if !ok {
		return
	}
	if ref.Number > 0 && ref.Project == "" && !foreign && f.projectOf != nil {
		ref.Project = f.projectOf(ref.Number)
	}
	ref.Line, ref.URL, ref.Text = line, u.String(), cmp.Or(text, clip(u.String(), maxLinkText))
	f.add(ref, foreign)
}

// reference reads an address.
func (s sites) reference(u *url.URL) (ref Reference, foreign, ok bool) {
	for _, g := range s.gerrit {
		if path, ours := query.Below(u.String(), g.base); ours {
			ref, _, ok = gerritReference(path)
			return ref, false, ok
		}
	}
	host := hostOf(u)
	if slices.Contains(s.code, host) || host == "github.com" {
		ref, ok = commitReference(u)
		return ref, false, ok && (host != "github.com" || s.known[ref.Project])
	}
	path, _ := query.Below(u.String(), "//"+host)
	ref, sure, ok := gerritReference(path)
	named := strings.HasPrefix(host, "review.") || strings.HasPrefix(host, "gerrit.") || strings.Contains(host, "-review.")
	return ref, true, ok && (sure || named && (ref.Number == 0 || wholeNumber.MatchString(path)))
}

var (
	wholeNumber   = regexp.MustCompile(`^(?:#/)?(?:c/)?\d+(?:[/?#].*)?$`)
	gitilesPath   = regexp.MustCompile(`^plugins/gitiles/(.+)/\+/([0-9a-fA-F]{7,40})(?:[/^!~?#].*)?$`)
	gitwebPath    = regexp.MustCompile(`^gitweb(?:\.cgi)?\?([^#]*)`)
	gitwebProject = regexp.MustCompile(`(?:^|[;&])p=([^;&]+)`)
	gitwebCommit  = regexp.MustCompile(`(?:^|[;&])h=([^;&]+)`)
	commitPath    = regexp.MustCompile(`^/(.+?)/commit/([0-9a-fA-F]{7,40})/?$`)
	commitSHA     = regexp.MustCompile(`^[0-9a-fA-F]{7,40}$`)
	projectName   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._/@+-]{0,199}$`)
)

// gerritReference reads what follows a Gerrit's base address, escaped. It is sure if
// no other program has such addresses.
func gerritReference(path string) (ref Reference, sure, ok bool) {
	if c, is := query.ReadChange(path); is {
		ref = Reference{Number: c.Number, PatchSet: c.PatchSet}
		if c.Project == "" {
			return ref, false, true
		}
		ref.Project, ok = asProject(c.Project)
		return ref, true, ok
	}
	if text, is := query.ReadSearch(path); is {
		ref, ok = searchReference(text)
		return ref, false, ok
	}
	if m := gitilesPath.FindStringSubmatch(path); m != nil {
		ref, ok = inProject(m[1], m[2])
		return ref, true, ok
	}
	if m := gitwebPath.FindStringSubmatch(path); m != nil {
		p, h := gitwebProject.FindStringSubmatch(m[1]), gitwebCommit.FindStringSubmatch(m[1])
		if p != nil && h != nil && commitSHA.MatchString(h[1]) {
			ref, ok = inProject(p[1], h[1])
		}
	}
	return ref, false, ok
}

func searchReference(text string) (Reference, bool) {
	text = plain(text)
	if text == "" || len(text) > maxAddress {
		return Reference{}, false
	}
	return Reference{Query: text, Project: onlyProject(text)}, true
}

func commitReference(u *url.URL) (Reference, bool) {
	m := commitPath.FindStringSubmatch(u.EscapedPath())
	if m == nil {
		return Reference{}, false
	}
	return inProject(m[1], m[2])
}

// inProject is a commit in a project whose name is escaped.
func inProject(escaped, commit string) (ref Reference, ok bool) {
	name, err := url.PathUnescape(escaped)
	if err != nil {
		return ref, false
	}
	name, ok = asProject(name)
	return Reference{Project: name, Commit: strings.ToLower(commit)}, ok
}

// asProject is a project's name as far as an address can give it.
func asProject(name string) (string, bool) {
	name = strings.TrimSuffix(strings.Trim(name, "/"), ".git")
	if !projectName.MatchString(name) || strings.Contains(name, "//") || strings.Contains(name, "..") {
		return "", false
	}
	return name, true
}

// onlyProject is the project a search is about, if it names exactly one.
func onlyProject(text string) string {
	only := ""
	for _, t := range query.Terms(text) {
		switch {
		case t.Negated:
		case t.Operator == "projects", t.Operator == "project" && strings.HasPrefix(t.Value, "^"):
			return ""
		case t.Operator == "project":
			if only != "" && only != t.Value {
				return ""
			}
			only = t.Value
		}
	}
	if !projectName.MatchString(only) {
		return ""
	}
	return only
}
