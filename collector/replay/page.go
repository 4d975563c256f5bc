package replay

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/collector/replay/door"
)

//go:embed page.html
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "page.html"))

// page is what the template shows: a search, a change, or why there is neither.
type page struct {
	Prefix string // path the Server is mounted at, without a slash at its end
	Title  string
	Query  string
	Error  string
	Total  int
	Rows   []*Change
	Change *Change
	Votes  []pageVote
}

type pageVote struct {
	Label string
	Name  string
	Value string
}

// changePath is the address of a change for people: project, number and, if one
// wants it, a patch set.
var changePath = regexp.MustCompile(`^/c/(.+)/\+/([0-9]+)(/[0-9]+)?/?$`)

// page answers what people follow links to: /q/{query}, /c/{project}/+/{number}
// and /{number}. All else is not found, as Gerrit puts it.
func (s *Server) page(r *http.Request, path string) *answer {
	p := &page{Prefix: mountedAt(r)}
	if decoded, err := url.PathUnescape(path); err == nil { // for the first of two times
		path = decoded
	}
	if q, ok := strings.CutPrefix(path, "/q/"); ok {
		return s.searchPage(p, q)
	}
	if path == "/" {
		return redirect(p.Prefix + "/q/status:open")
	}
	if m := changePath.FindStringSubmatch(path); m != nil {
		return s.changePage(p, unescapePath(m[1]), m[2])
	}
	if n, err := strconv.Atoi(strings.Trim(path, "/")); err == nil {
		s.mu.RLock()
		defer s.mu.RUnlock()
		if c, ok := s.changes[n]; ok && s.visible(c, false) {
			return redirect(p.Prefix + "/c/" + c.Project + "/+/" + strconv.Itoa(n))
		}
	}
	return &answer{kind: KindOther, status: http.StatusNotFound, contentType: "text/plain;charset=iso-8859-1", body: []byte("Not Found")}
}

// mountedAt is what http.StripPrefix took from the path.
func mountedAt(r *http.Request) string {
	full, _, _ := strings.Cut(r.RequestURI, "?")
	prefix, ok := strings.CutSuffix(full, r.URL.EscapedPath())
	if !ok || !strings.HasPrefix(prefix, "/") {
		return ""
	}
	if door.Inside(r) {
		prefix = strings.TrimSuffix(prefix, "/a")
	}
	return strings.TrimSuffix(prefix, "/")
}

// unescapePath reads a part of a decoded path as the router of Gerrit's pages does: it
// decodes again, and a plus is a space.
func unescapePath(p string) string {
	if s, err := url.QueryUnescape(p); err == nil {
		return s
	}
	return p
}

func redirect(to string) *answer {
	return &answer{kind: KindPage, status: http.StatusFound, contentType: textType, header: http.Header{"Location": {to}}}
}

func (s *Server) searchPage(p *page, path string) *answer {
	p.Query, _, _ = strings.Cut(unescapePath(path), ",n,z") // an old way to ask for a further page
	p.Title = p.Query
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, err := s.run(p.Query, false)
	if err != nil {
		p.Error = err.Error()
		return p.answer(http.StatusBadRequest)
	}
	p.Total = len(found)
	for _, c := range found[:min(len(found), s.config.PageLimit)] {
		p.Rows = append(p.Rows, s.named(c))
	}
	return p.answer(http.StatusOK)
}

func (s *Server) changePage(p *page, project, number string) *answer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.find(project+"~"+number, false)
	if err != nil {
		p.Title, p.Error = "Not found", err.Error()
		return p.answer(http.StatusNotFound)
	}
	p.Change = s.named(c)
	p.Title = c.Subject
	for _, name := range []string{"Verified", "Code-Review", "Workflow"} {
		for _, a := range p.Change.Labels[name].All {
			if v := a.Vote(); v != 0 {
				p.Votes = append(p.Votes, pageVote{Label: name, Name: display(a.Account), Value: strconv.Itoa(v)})
			}
		}
	}
	return p.answer(http.StatusOK)
}

// named is a copy of c with names.
func (s *Server) named(c *Change) *Change {
	c = c.clone()
	c.eachAccount(func(a *Account) { s.describe(a); a.Name = display(*a) })
	slices.Reverse(c.Messages)
	return c
}

func display(a Account) string {
	if a.Name == "" {
		return "Account " + strconv.Itoa(a.ID)
	}
	return a.Name
}

func (p *page) answer(status int) *answer {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return refused(KindPage, err)
	}
	return &answer{kind: KindPage, status: status, contentType: "text/html; charset=utf-8", body: b.Bytes(), changes: len(p.Rows),
		header: http.Header{"Content-Security-Policy": {"default-src 'none'; style-src 'unsafe-inline'"}}}
}
