package replay

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/collector/replay/door"
)

// Limits of Gerrit.
const (
	pageLimit  = 500 // queryLimit of anonymous users
	maxQueries = 10  // q= of one request
)

// Config sets what differs between Gerrits. The zero value is review.opendev.org
// as far as we know it.
type Config struct {
	Version   string     // what /config/server/version answers; "" is "3.10.2"
	PageLimit int        // most changes of one answer; 0 is Gerrit's 500
	Login     door.Login // who sees everything, below /a/; the zero value: nobody may sign in
	Hidden    []string   // projects that only the login sees
	Mergeable bool       // changes have the field mergeable (change.mergeabilityComputationBehavior)
}

// Server is a Gerrit. Its methods may be called at any time from any goroutine;
// each write is one indivisible step, and every request sees the state between
// two steps.
type Server struct {
	config Config
	log    requestLog

	mu       sync.RWMutex // guards what follows
	header   Header
	changes  map[int]*Change
	newest   int // greatest number ever; one that was deleted is not given again
	accounts map[int]Account
	corrupt  map[int]bool
	copies   map[int]int
}

// New serves what t holds. It keeps no part of t.
func New(t *Topic, config Config) *Server {
	if config.Version == "" {
		config.Version = "3.10.2"
	}
	if config.PageLimit == 0 {
		config.PageLimit = pageLimit
	}
	s := &Server{
		config: config, header: t.Header, changes: map[int]*Change{},
		accounts: map[int]Account{}, corrupt: map[int]bool{}, copies: map[int]int{},
	}
	s.accounts[Zuul.ID] = Zuul
	for _, c := range t.Changes {
		c = c.clone()
		c.eachAccount(s.learn)
		s.changes[c.Number] = c
		s.newest = max(s.newest, c.Number)
	}
	return s
}

// learn remembers the fullest description of an account and keeps only its
// number where it stood.
func (s *Server) learn(a *Account) {
	if old := s.accounts[a.ID]; old.Name == "" {
		a.Email = ""
		s.accounts[a.ID] = *a
	}
	*a = Account{ID: a.ID}
}

// Topic is what the Server holds now, private changes left out as anybody would
// record it, at the given time.
func (s *Server) Topic(at time.Time) *Topic {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := &Topic{Header: s.header}
	t.RecordedAt = at.UTC()
	for _, n := range slices.Sorted(maps.Keys(s.changes)) {
		c := s.changes[n]
		if c.Private {
			continue
		}
		c = c.clone()
		c.ids()
		c.eachAccount(s.describe)
		t.Changes = append(t.Changes, c)
	}
	return t
}

// describe fills in an account as DETAILED_ACCOUNTS does, but for the address.
func (s *Server) describe(a *Account) {
	if known, ok := s.accounts[a.ID]; ok {
		*a = known
	}
}

// Corrupt makes a change one whose current commit is missing in git: left out of
// all listings without a word, and an internal error of its own.
func (s *Server) Corrupt(number int, corrupt bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corrupt[number] = corrupt
}

// Flicker makes the next answer to a query hold a change the given number of
// times: 0 or 2, as at the instant of a merge, when it moves from the index of
// open changes to that of closed ones.
func (s *Server) Flicker(number, copies int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copies[number] = copies
}

// visible reports whether a change is shown: to anybody, or to who is inside.
func (s *Server) visible(c *Change, inside bool) bool {
	return inside || !c.Private && !slices.Contains(s.config.Hidden, c.Project)
}

// ServeHTTP answers as Gerrit does, for anybody, or for the login, and read only. Under a path of
// its own it is mounted with http.StripPrefix.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := s.answer(r)
	n := a.send(w, r)
	s.log.add(Request{
		Method: r.Method, Target: r.RequestURI, Kind: a.kind, Queries: a.queries, Options: a.options,
		Status: a.status, Changes: a.changes, Bytes: n, Raw: len(a.body),
	})
}

// answer routes a request. Paths are matched as sent, because a project's slash
// travels as %2F.
func (s *Server) answer(r *http.Request) *answer {
	turned := door.TooLong(r)
	if turned == nil {
		r, turned = s.config.Login.Enter(r)
	}
	if turned != nil {
		return &answer{kind: KindOther, status: turned.Status, contentType: turned.Type, body: []byte(turned.Body), header: turned.Header}
	}
	path := r.URL.EscapedPath()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return refused(KindOther, &refusal{http.StatusForbidden, "Authentication required"})
	}
	if a := deadline(r); a != nil {
		return a
	}
	switch rest, isChange := strings.CutPrefix(path, "/changes/"); {
	case path == "/changes", path == "/changes/":
		return s.query(r)
	case isChange:
		return s.oneChange(r, rest)
	case path == "/config/server/version":
		return jsonAnswer(r, KindVersion, s.config.Version)
	case path == "/config/server/info":
		return jsonAnswer(r, KindInfo, s.info())
	}
	if name, ok := strings.CutPrefix(path, "/projects/"); ok {
		return s.project(r, name)
	}
	if name, ok := strings.CutPrefix(path, "/accounts/"); ok {
		return s.account(r, name)
	}
	return s.page(r, path)
}

// info is the part of the server's configuration that a reader asks for.
func (s *Server) info() any {
	behaviour := "NEVER"
	if s.config.Mergeable {
		behaviour = "API_REF_UPDATED_AND_CHANGE_REINDEX"
	}
	return map[string]any{
		"accounts": map[string]any{"visibility": "ALL"},
		"change":   map[string]any{"update_delay": 300, "mergeability_computation_behavior": behaviour},
		"gerrit":   map[string]any{"all_projects": "All-Projects", "all_users": "All-Users"},
	}
}

// deadline refuses a deadline that can't be read, or that nobody could keep.
func deadline(r *http.Request) *answer {
	v := r.Header.Get("X-Gerrit-Deadline")
	if v == "" {
		return nil
	}
	if _, err := strconv.Atoi(v); err == nil && v != "0" {
		return refused(KindOther, refuse("Invalid deadline. Missing time unit: "+v))
	}
	d, err := time.ParseDuration(strings.ReplaceAll(v, " ", ""))
	if err != nil {
		return refused(KindOther, refuse("Invalid deadline. "+v))
	}
	if d > 0 && d <= time.Millisecond {
		return refused(KindOther, &refusal{http.StatusRequestTimeout, "Client Provided Deadline Exceeded"})
	}
	return nil
}

// oneChange answers /changes/{id} and /changes/{id}/detail.
func (s *Server) oneChange(r *http.Request, rest string) *answer {
	id, sub, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(id)
	if err != nil {
		return refused(KindChange, refuse("Bad Request"))
	}
	p, err := parseParams(r)
	if err != nil {
		return refused(KindChange, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.find(name, p.inside)
	if err != nil { // also of a project whose slash was not escaped: the id ends there
		return refused(KindChange, err)
	}
	switch sub {
	case "":
	case "detail":
		for _, o := range []string{"LABELS", "DETAILED_LABELS", "DETAILED_ACCOUNTS", "MESSAGES", "REVIEWER_UPDATES"} {
			p.options[o] = true
		}
	default:
		return refused(KindChange, &refusal{http.StatusNotFound, "Not found: " + sub})
	}
	if s.corrupt[c.Number] {
		return refused(KindChange, &refusal{http.StatusInternalServerError, "Internal server error"})
	}
	if p.meta != "" && p.meta != c.MetaRevID {
		return refused(KindChange, &refusal{http.StatusPreconditionFailed, "replay: meta revisions of the past are not known here"})
	}
	p.single = true
	a := jsonAnswer(r, KindChange, s.view(c, p))
	a.options, a.changes = p.optionNames(), 1
	a.etag = digest(c.MetaRevID, r.URL.Path)[:32]
	return a
}

// find looks a change up by one of the forms of an id: project~number, number,
// project~branch~Change-Id or Change-Id. What one may not see is not there.
func (s *Server) find(id string, inside bool) (*Change, error) {
	parts := strings.Split(id, "~")
	last := parts[len(parts)-1]
	number, err := strconv.Atoi(last)
	var found []*Change
	for _, c := range s.changes {
		switch {
		case !s.visible(c, inside),
			len(parts) > 3,
			len(parts) > 1 && c.Project != parts[0],
			len(parts) > 2 && c.Branch != strings.TrimPrefix(parts[1], "refs/heads/"),
			err == nil && (c.Number != number || len(parts) > 2),
			err != nil && c.ChangeID != last:
			continue
		}
		found = append(found, c)
	}
	switch len(found) {
	case 0:
		return nil, &refusal{http.StatusNotFound, "Not found: " + id}
	case 1:
		return found[0], nil
	}
	return nil, &refusal{http.StatusNotFound, "Multiple changes found for " + id}
}
