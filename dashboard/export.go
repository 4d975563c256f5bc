package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// maxExported bounds an export: a server that makes addresses up would never end it.
const maxExported = 50_000

// Fetch gets what one of our addresses, with its query, answers. Anything but a 200
// is an error that names the address.
type Fetch func(ctx context.Context, address *url.URL) ([]byte, error)

// FetchFrom asks a handler without a network.
func FetchFrom(h http.Handler) Fetch {
	return func(ctx context.Context, address *url.URL) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
		if err != nil {
			return nil, err
		}
		req.RequestURI = address.RequestURI()
		w := keptResponse{header: http.Header{}, status: http.StatusOK}
		h.ServeHTTP(&w, req)
		if w.status != http.StatusOK {
			return nil, fmt.Errorf("read %s: %d %s", address, w.status, http.StatusText(w.status))
		}
		return w.body.Bytes(), nil
	}
}

// keptResponse is an http.ResponseWriter into memory.
type keptResponse struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *keptResponse) Header() http.Header         { return w.header }
func (w *keptResponse) WriteHeader(status int)      { w.status = status }
func (w *keptResponse) Write(p []byte) (int, error) { return w.body.Write(p) }

// Export makes static files of a headway: all its pages with relative links, its
// JSON, its badges and _data/headway.json. It reads the addresses below base as a
// reader would, so a server far away does as well as a handler of ours. The files
// come by name: a relative path with slashes that never leaves its directory,
// whatever the projects are called.
//
// What needs a server is left out and not linked: search, past days, the sync log
// and the builder of embeds. Links to filtered lists lead to the nearest page that
// is there. Ages become dates, because nobody tells a static page that time goes by.
//
// Public is where readers find the server, for _data/headway.json; "" if nobody knows
// it: then pages offer no badges to copy.
func Export(ctx context.Context, base *url.URL, public string, fetch Fetch) (map[string][]byte, error) {
	e := &export{
		base: base, prefix: strings.TrimRight(base.EscapedPath(), "/"), public: public, fetch: fetch,
		found: map[string]bool{}, files: map[string][]byte{}, pages: map[string]*exportedPage{},
	}
	goals, err := e.seed(ctx)
	if err != nil {
		return nil, err
	}
	for len(e.queue) > 0 {
		p := e.queue[0]
		e.queue = e.queue[1:]
		if err := e.read(ctx, p); err != nil {
			return nil, err
		}
	}
	for _, page := range e.pages {
		e.link(page)
		var out bytes.Buffer
		if err := html.Render(&out, page.doc); err != nil {
			return nil, fmt.Errorf("write page %s: %w", page.file, err)
		}
		e.files[page.file] = out.Bytes()
	}
	data, err := e.site(goals, public)
	if err != nil {
		return nil, err
	}
	e.files["_data/headway.json"] = data
	return e.files, nil
}

// export is one export under way.
type export struct {
	base   *url.URL
	prefix string // of the base's path, without a final slash
	public string // where readers find the server; "": unknown
	fetch  Fetch

	queue []place
	found map[string]bool // files that are or were in the queue
	files map[string][]byte
	pages map[string]*exportedPage // by file; they become files when all are there
}

// exportedPage is a page whose links are not relative yet.
type exportedPage struct {
	place
	doc *html.Node
	ids map[string]bool
}

// add puts a place into the queue, once.
func (e *export) add(p place) {
	if !e.found[p.file] {
		e.found[p.file] = true
		e.queue = append(e.queue, p)
	}
}

// get reads an address below the base.
func (e *export) get(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(e.prefix + "/" + address)
	if err != nil {
		return nil, fmt.Errorf("export %q: %w", address, err)
	}
	return e.fetch(ctx, e.base.ResolveReference(u))
}

// decode reads JSON below the base.
func (e *export) decode(ctx context.Context, address string, into any) error {
	data, err := e.get(ctx, address)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: not headway's answer: %w", address, err)
	}
	return nil
}

// seed begins with all that there is, linked or not, as the API tells it.
func (e *export) seed(ctx context.Context) ([]api.Summary, error) {
	var list api.Goals
	if err := e.decode(ctx, "api/v1/goals", &list); err != nil {
		return nil, err
	}
	e.add(homePlace())
	e.add(apiPlace(""))
	goals := make([]api.Summary, len(list.Goals))
	for i, g := range list.Goals {
		s := &goals[i]
		if err := e.decode(ctx, "api/v1/goals/"+url.PathEscape(g.Goal), s); err != nil {
			return nil, err
		}
		e.seedGoal(s)
	}
	return goals, nil
}

func (e *export) seedGoal(s *api.Summary) {
	g := s.Goal
	for _, kind := range []string{"", "attention", "states"} {
		e.add(pagePlace(g, kind, ""))
	}
	states := []string{"", inFlight}
	for _, m := range progress.States {
		states = append(states, m.Code)
	}
	for _, state := range states {
		for _, class := range []string{development, backport, allClasses} {
			list := changeList{goal: g, states: state, class: class}
			e.add(list.place())
			list.csv = true
			e.add(list.place())
		}
	}
	for _, kind := range []string{"", "count", "history", "changes"} {
		e.add(apiGoalPlace(g, kind, "", ""))
	}
	for _, ext := range []string{".svg", ".json"} {
		e.add(badgePlace(g, "", ext))
	}
	for _, t := range s.Teams {
		e.add(pagePlace(g, "teams", t.Team))
		e.add(apiGoalPlace(g, "history", "team", t.Team))
	}
	for _, p := range s.Projects {
		e.add(pagePlace(g, "projects", p.Project))
		for _, ext := range []string{".svg", ".json"} {
			e.add(badgePlace(g, p.Project, ext))
		}
		for _, kind := range []string{"projects", "count", "history"} {
			e.add(apiGoalPlace(g, kind, "project", p.Project))
		}
	}
}

// read reads one place and adds those that it links.
func (e *export) read(ctx context.Context, p place) error {
	if len(e.found) > maxExported {
		return errors.New("export: more than 50,000 files")
	}
	body, err := e.get(ctx, p.address)
	if err != nil {
		return err
	}
	switch {
	case p.list:
		if body, err = e.wholeList(ctx, p.address, body); err != nil {
			return err
		}
		fallthrough
	case !strings.HasSuffix(p.file, ".html"):
		e.files[p.file] = body
		return nil
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("read %s: %w", p.address, err)
	}
	page := &exportedPage{p, doc, map[string]bool{}}
	settle(doc)
	if e.public == "" {
		dropBadges(doc)
	}
	for n := range doc.Descendants() {
		if id := attribute(n, "id"); id != "" {
			page.ids[id] = true
		}
		if at := linkAttribute(n); at != nil {
			if to, ours := e.follow(page, at.Val); ours && to.file != "" {
				e.add(to)
			}
		}
	}
	e.pages[p.file] = page
	return nil
}

// wholeList puts the pages of the API's list of changes into one.
func (e *export) wholeList(ctx context.Context, address string, body []byte) ([]byte, error) {
	type part struct {
		Changes    []json.RawMessage `json:"changes"`
		NextCursor *string           `json:"next_cursor"`
	}
	var whole, next part
	if err := json.Unmarshal(body, &next); err != nil {
		return nil, fmt.Errorf("read %s: not headway's answer: %w", address, err)
	}
	whole.Changes = append([]json.RawMessage{}, next.Changes...)
	for n := 0; next.NextCursor != nil; n++ {
		if n == maxExported {
			return nil, fmt.Errorf("read %s: the list does not end", address)
		}
		cursor := *next.NextCursor
		next = part{}
		if err := e.decode(ctx, address+"&cursor="+url.QueryEscape(cursor), &next); err != nil {
			return nil, err
		}
		whole.Changes = append(whole.Changes, next.Changes...)
	}
	return mustJSON(whole), nil
}

// site is _data/headway.json, made of the counts that were read.
func (e *export) site(goals []api.Summary, public string) ([]byte, error) {
	data := api.SiteData{Goals: map[string]api.SiteGoal{}}
	if public != "" {
		data.URL = &public
	}
	count := func(goal, project string) (c api.Count, err error) {
		p := apiGoalPlace(goal, "count", "project", project)
		if err = json.Unmarshal(e.files[p.file], &c); err != nil {
			err = fmt.Errorf("read %s: not headway's answer: %w", p.address, err)
		}
		return c, err
	}
	for _, s := range goals {
		goal := api.SiteGoal{Title: s.Title, Projects: map[string]api.Count{}}
		var err error
		if goal.Count, err = count(s.Goal, ""); err != nil {
			return nil, err
		}
		for _, p := range s.Projects {
			if goal.Projects[p.Project], err = count(s.Goal, p.Project); err != nil {
				return nil, err
			}
		}
		data.Goals[s.Goal] = goal
	}
	data.AsOf = data.Oldest()
	return mustJSON(data), nil
}
