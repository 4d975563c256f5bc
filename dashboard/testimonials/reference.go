package testimonials

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sites are the hosts that links are compared with.
type sites struct {
	gerrit []site
	code   []string
	known  map[string]bool // projects
}

// site is an address without its scheme: a page may well link to http.
type site struct{ host, path string }

func newSites(o Options) sites {
	s := sites{known: map[string]bool{}}
	for _, base := range o.Gerrit {
		u, err := webAddress(base)
		if err != nil {
			continue // no link can lead there
		}
		s.gerrit = append(s.gerrit, site{hostOf(u), strings.Trim(u.EscapedPath(), "/")})
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

// under is the escaped path of an address below the site's own.
func (s site) under(u *url.URL) (string, bool) {
	path := strings.TrimLeft(u.EscapedPath(), "/")
	if hostOf(u) != s.host || s.path == "" {
		return path, hostOf(u) == s.host
	}
	below, ok := strings.CutPrefix(path+"/", s.path+"/")
	return strings.TrimSuffix(below, "/"), ok
}

// references finds the page's references, by links and in its text.
func (r *reader) references(p *Page, d *document, report *report) {
	f := &finder{sites: r.sites, page: p, report: report}
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
	ref.Line, ref.URL, ref.Text = line, u.String(), firstOf(text, clip(u.String(), maxLinkText))
	f.add(ref, foreign)
}

// reference reads an address.
func (s sites) reference(u *url.URL) (ref Reference, foreign, ok bool) {
	for _, g := range s.gerrit {
		if path, ours := g.under(u); ours {
			ref, _, ok = gerritReference(u, path)
			return ref, false, ok
		}
	}
	host := hostOf(u)
	if slices.Contains(s.code, host) || host == "github.com" {
		ref, ok = commitReference(u)
		return ref, false, ok && (host != "github.com" || s.known[ref.Project])
	}
	ref, sure, ok := gerritReference(u, strings.TrimLeft(u.EscapedPath(), "/"))
	named := strings.HasPrefix(host, "review.") || strings.HasPrefix(host, "gerrit.") || strings.Contains(host, "-review.")
	return ref, true, ok && (sure || named)
}

var (
	changePath    = regexp.MustCompile(`^c/(.+)/\+/(\d+)(?:/(\d+)?.*)?$`)
	changeOnly    = regexp.MustCompile(`^(?:c/)?(\d+)(?:/(\d+)?.*)?$`)
	searchPath    = regexp.MustCompile(`^q/(.+)$`)
	gitilesPath   = regexp.MustCompile(`^plugins/gitiles/(.+)/\+/([0-9a-fA-F]{7,40})(?:[/^!~].*)?$`)
	commitPath    = regexp.MustCompile(`^/(.+?)/commit/([0-9a-fA-F]{7,40})/?$`)
	commitSHA     = regexp.MustCompile(`^[0-9a-fA-F]{7,40}$`)
	projectName   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._/@+-]{0,199}$`)
	searchOffset  = regexp.MustCompile(`,(?:n,[0-9a-z]+|\d+)$`)
	escapedOctet  = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	gitwebProject = regexp.MustCompile(`(?:^|[;&])p=([^;&]+)`)
	gitwebCommit  = regexp.MustCompile(`(?:^|[;&])h=([^;&]+)`)
)

// gerritReference reads the escaped path of an address within a Gerrit, and its
// fragment, where Gerrit before 2.15 kept the page. It is sure if no other program
// has such addresses.
func gerritReference(u *url.URL, path string) (ref Reference, sure, ok bool) {
	if fragment, found := strings.CutPrefix(u.EscapedFragment(), "/"); found && strings.Trim(path, "/") == "" {
		if ref, _, ok = pathReference(fragment); ok {
			return ref, true, true
		}
	}
	if path == "gitweb" || path == "gitweb.cgi" {
		p, h := gitwebProject.FindStringSubmatch(u.RawQuery), gitwebCommit.FindStringSubmatch(u.RawQuery)
		if p == nil || h == nil || !commitSHA.MatchString(h[1]) {
			return ref, false, false
		}
		ref.Project, ok = asProject(p[1])
		ref.Commit = strings.ToLower(h[1])
		return ref, false, ok
	}
	if strings.Trim(path, "/") == "changes" {
		return searchReference(u.Query().Get("q"))
	}
	return pathReference(path)
}

func pathReference(path string) (ref Reference, sure, ok bool) {
	if m := changePath.FindStringSubmatch(path); m != nil {
		if ref.Project, ok = asProject(m[1]); ok {
			ref.Number, ref.PatchSet, ok = numbers(m[2], m[3])
		}
		return ref, true, ok
	}
	if m := changeOnly.FindStringSubmatch(path); m != nil {
		ref.Number, ref.PatchSet, ok = numbers(m[1], m[2])
		return ref, false, ok
	}
	if m := gitilesPath.FindStringSubmatch(path); m != nil {
		ref.Project, ok = asProject(m[1])
		ref.Commit = strings.ToLower(m[2])
		return ref, true, ok
	}
	if m := searchPath.FindStringSubmatch(path); m != nil {
		return searchReference(unescapeQuery(m[1]))
	}
	return ref, false, false
}

func searchReference(query string) (ref Reference, sure, ok bool) {
	query = plain(query)
	if query == "" || len(query) > maxAddress {
		return ref, false, false
	}
	return Reference{Query: query, Project: onlyProject(query)}, false, true
}

func commitReference(u *url.URL) (ref Reference, ok bool) {
	m := commitPath.FindStringSubmatch(u.EscapedPath())
	if m == nil {
		return ref, false
	}
	ref.Project, ok = asProject(m[1])
	ref.Commit = strings.ToLower(m[2])
	return ref, ok
}

// unescapeQuery decodes the search in an address. Gerrit reads a plus as a space,
// and its own links escape slashes twice. A page of results hangs at the end.
func unescapeQuery(s string) string {
	decoded, err := url.PathUnescape(strings.ReplaceAll(s, "+", " "))
	if err != nil {
		return s
	}
	if escapedOctet.MatchString(decoded) {
		if again, err := url.PathUnescape(decoded); err == nil {
			decoded = again
		}
	}
	return searchOffset.ReplaceAllString(decoded, "")
}

// asProject reads an escaped project name.
func asProject(s string) (string, bool) {
	name, err := url.PathUnescape(s)
	name = strings.TrimSuffix(strings.Trim(name, "/"), ".git")
	if err != nil || !projectName.MatchString(name) || strings.Contains(name, "//") || strings.Contains(name, "..") {
		return "", false
	}
	return name, true
}

// numbers are a change's and, if it is given, a patch set's.
func numbers(change, patchSet string) (n, ps int, ok bool) {
	const most = 1<<31 - 1 // Gerrit's numbers are of this size
	n, err := strconv.Atoi(change)
	if err != nil || n < 1 || n > most {
		return 0, 0, false
	}
	if ps, err = strconv.Atoi(patchSet); err != nil || ps > most {
		ps = 0
	}
	return n, ps, true
}

// onlyProject is the project a search is about, if it names exactly one.
func onlyProject(query string) string {
	only := ""
	for _, t := range Terms(query) {
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
