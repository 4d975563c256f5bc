package export

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// maxExported bounds an export: a server that makes addresses up would never end it.
const maxExported = 50_000

// Header asks a server for a page's form, and says in the answer which it is. With
// Static a page comes without what needs a server: forms, scripts, other orders, the
// sync log; and with dates instead of ages, because nobody tells a static page that time
// goes by.
const (
	Header = "Headway-Form"
	Static = "static"
)

// External is the header by which a server says, with the static form of a page, where
// its readers find it, if it knows.
const External = "Headway-External"

// ErrLoading is that of a goal whose numbers are not known: all of them would be
// dashes, in the place of a site that may have had some.
var ErrLoading = errors.New("not known yet")

// Fetch gets what one of the addresses, with its query, answers when it is asked for its
// static form, and the answer's header. Anything but a 200 is an error that names the
// address.
type Fetch func(ctx context.Context, address *url.URL) ([]byte, http.Header, error)

// FetchFrom asks a handler without a network.
func FetchFrom(h http.Handler) Fetch {
	return func(ctx context.Context, address *url.URL) ([]byte, http.Header, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
		if err != nil {
			return nil, nil, err
		}
		req.Header.Set(Header, Static)
		req.RequestURI = address.RequestURI()
		w := keptResponse{header: http.Header{}, status: http.StatusOK}
		h.ServeHTTP(&w, req)
		if err := ctx.Err(); err != nil { // the handler answers nobody then
			return nil, nil, fmt.Errorf("read %s: %w", address, err)
		}
		if w.status != http.StatusOK {
			return nil, nil, fmt.Errorf("read %s: %d %s", address, w.status, http.StatusText(w.status))
		}
		return w.body.Bytes(), w.header, nil
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

// Site is what is exported.
type Site struct {
	// Base is where the server is read.
	Base *url.URL

	// Public is where readers find the server, for _data/headway.json; "" is what the
	// server itself says, or else Fallback, which may be "" as well.
	Public, Fallback string

	// Offline: no server runs, so that _data/headway.json names none to have embed.js from.
	Offline bool

	// AcceptLoading exports goals of which no numbers are known, too; else that is ErrLoading.
	AcceptLoading bool

	// LeftOut, if given, is called for each project that is left out, because no address
	// can lead to it.
	LeftOut func(goal, project string)

	// Lists are the values of ?state= whose lists of changes get files, for all of a
	// goal; "" stands for all states.
	Lists []string
}

// Files makes static files of a headway: all its pages with relative links, its JSON,
// its badges and _data/headway.json. It reads the addresses below the base as a reader
// would, so a server far away does as well as a handler of ours. The files come by name:
// a relative path with slashes that never leaves its directory, whatever the projects
// are called.
//
// What needs a server is left out and not linked: search, past days, the sync log and
// the builder of embeds. Links to filtered lists lead to the nearest page that is there.
func Files(ctx context.Context, site Site, fetch Fetch) (map[string][]byte, error) {
	e := &export{
		site: site, prefix: strings.TrimRight(site.Base.EscapedPath(), "/"), fetch: fetch,
		found: map[string]bool{}, files: map[string][]byte{}, pages: map[string]*page{},
	}
	goals, err := e.seed(ctx)
	if err != nil {
		return nil, err
	}
	e.goals = goals
	for len(e.queue) > 0 {
		p := e.queue[0]
		e.queue = e.queue[1:]
		if err := e.read(ctx, p); err != nil {
			return nil, err
		}
	}
	for _, p := range e.pages {
		e.relink(p)
		var out bytes.Buffer
		if err := html.Render(&out, p.doc); err != nil {
			return nil, fmt.Errorf("write page %s: %w", p.file, err)
		}
		e.files[p.file] = out.Bytes()
	}
	data, err := e.data(goals)
	if err != nil {
		return nil, err
	}
	e.files["_data/headway.json"] = data
	return e.files, nil
}

// export is one export under way.
type export struct {
	site   Site
	prefix string // of the base's path, without a final slash
	fetch  Fetch

	goals    []goal
	external string // where the server says that its readers find it

	queue []place
	found map[string]bool // files that are or were in the queue
	files map[string][]byte
	pages map[string]*page // by file; they become files when all are there
}

// add puts a place into the queue, once.
func (e *export) add(p place) {
	if p.file != "" && !e.found[p.file] {
		e.found[p.file] = true
		e.queue = append(e.queue, p)
	}
}

// get reads an address below the base.
func (e *export) get(ctx context.Context, address string) ([]byte, http.Header, error) {
	u, err := url.Parse(e.prefix + "/" + address)
	if err != nil {
		return nil, nil, fmt.Errorf("export %q: %w", address, err)
	}
	return e.fetch(ctx, e.site.Base.ResolveReference(u))
}

// decode reads JSON below the base.
func (e *export) decode(ctx context.Context, address string, into any) error {
	data, _, err := e.get(ctx, address)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: not headway's answer: %w", address, err)
	}
	return nil
}

// goal is what is asked of the API about a goal.
type goal struct {
	Goal     string
	Title    string
	AsOf     *time.Time `json:"as_of"`
	Projects []struct{ Project string }
	Teams    []struct{ Team string }
}

// seed begins with all that there is, linked or not, as the API has it.
func (e *export) seed(ctx context.Context) ([]goal, error) {
	var list struct{ Goals []goal }
	if err := e.decode(ctx, "api/v1/goals", &list); err != nil {
		return nil, err
	}
	e.add(homePlace())
	e.add(apiPlace(""))
	goals := make([]goal, len(list.Goals))
	for i, g := range list.Goals {
		if err := e.decode(ctx, "api/v1/goals/"+url.PathEscape(g.Goal), &goals[i]); err != nil {
			return nil, err
		}
		if goals[i].AsOf == nil && !e.site.AcceptLoading {
			return nil, fmt.Errorf("export: goal %s is %w", g.Goal, ErrLoading)
		}
		e.seedGoal(&goals[i])
	}
	return goals, nil
}

func (e *export) seedGoal(s *goal) {
	g := s.Goal
	for _, kind := range []string{"", "attention", "report", "states"} {
		e.add(pagePlace(g, kind, ""))
	}
	e.add(filePlace(g, "summary.txt"))
	e.add(filePlace(g, "summary.md"))
	for _, state := range e.site.Lists {
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
		if unreachable(p.Project) && e.site.LeftOut != nil {
			e.site.LeftOut(g, p.Project)
		}
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
	body, header, err := e.get(ctx, p.address)
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
	case header.Get(Header) != Static:
		return fmt.Errorf("read %s: %w", p.address, errNotStatic)
	}
	if e.external = header.Get(External); e.external != "" { // then each goal has one
		for _, g := range e.goals {
			e.add(filePlace(g.Goal, "card.png"))
		}
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("read %s: %w", p.address, err)
	}
	page := newPage(p, doc)
	for _, l := range page.links {
		if to, ours := e.follow(page, l.attribute.Val); ours && to.file != "" {
			e.add(to)
		}
	}
	e.pages[p.file] = page
	return nil
}

// errNotStatic is what an older server makes of an export.
var errNotStatic = errors.New("the server did not answer with the static form of the page: it is older than this headway, or a proxy before it drops the header " + Header)

// wholeList puts the pages of the API's list of changes into one.
func (e *export) wholeList(ctx context.Context, address string, body []byte) ([]byte, error) {
	type part struct {
		Changes    []json.RawMessage `json:"changes"`
		NextCursor *string           `json:"next_cursor"`
		Loading    json.RawMessage   `json:"loading"`
	}
	var whole, next part
	if err := json.Unmarshal(body, &next); err != nil {
		return nil, fmt.Errorf("read %s: not headway's answer: %w", address, err)
	}
	whole.Changes, whole.Loading = slices.Clone(next.Changes), next.Loading
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
	return encode(whole)
}

// siteData is _data/headway.json, in the form of api.SiteData. Counts stand in it as the
// API has them.
type siteData struct {
	AsOf  *time.Time          `json:"as_of"`
	URL   *string             `json:"url"`
	Goals map[string]siteGoal `json:"goals"`
}

type siteGoal struct {
	Title    string                     `json:"title"`
	Count    json.RawMessage            `json:"count"`
	Projects map[string]json.RawMessage `json:"projects"`
}

// data is _data/headway.json, made of the counts that were read.
func (e *export) data(goals []goal) ([]byte, error) {
	data := siteData{Goals: map[string]siteGoal{}}
	if public := cmp.Or(e.site.Public, e.external, e.site.Fallback); public != "" && !e.site.Offline {
		data.URL = &public
	}
	count := func(goal, project string) json.RawMessage {
		return bytes.TrimSpace(e.files[apiGoalPlace(goal, "count", "project", project).file])
	}
	loading := false
	for _, g := range goals {
		out := siteGoal{Title: g.Title, Count: count(g.Goal, ""), Projects: map[string]json.RawMessage{}}
		for _, p := range g.Projects {
			if unreachable(p.Project) {
				continue
			}
			out.Projects[p.Project] = count(g.Goal, p.Project)
		}
		var c struct {
			AsOf *time.Time `json:"as_of"`
		}
		if err := json.Unmarshal(out.Count, &c); err != nil {
			return nil, fmt.Errorf("read the count of %s: not headway's answer: %w", g.Goal, err)
		}
		switch {
		case c.AsOf == nil:
			loading = true
		case data.AsOf == nil || c.AsOf.Before(*data.AsOf):
			data.AsOf = c.AsOf
		}
		data.Goals[g.Goal] = out
	}
	if loading { // a date of all goals is that of the oldest
		data.AsOf = nil
	}
	body, err := encode(data)
	return yamlSafe(body), err
}

// yamlSafe escapes what YAML does not allow in a text and JSON does: Jekyll reads its
// data files as YAML, JSON among them. All of it stands within strings.
func yamlSafe(body []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(body) {
		if r >= 0x7f && r <= 0x9f || r == 0xfeff || r == 0xfffe || r == 0xffff {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}

func encode(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", v, err)
	}
	return append(body, '\n'), nil
}
