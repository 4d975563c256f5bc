package dashboard_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api/openapi/openapitest"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// TestMain holds every answer of the API that a test gets against its document.
func TestMain(m *testing.M) {
	http.DefaultTransport = openapitest.Transport(http.DefaultTransport)
	os.Exit(m.Run())
}

// now is the time of every test.
var now = time.Date(2026, 11, 23, 12, 0, 30, 0, time.UTC)

func ago(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }

const gerrit = "https://review.example.org/"

// every is a schedule; it is not anchored, like cron's @every.
type every time.Duration

func (e every) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }

// world is a store and a server over it. Fields are changed before start.
type world struct {
	cfg       dashboard.Config
	goal      *progress.Goal
	now       time.Time
	work      []store.Work
	members   []store.Membership // departed ones
	selectors []store.Selector
	complete  []string
	db        *store.DB
	server    *dashboard.Server
	url       string // of the running server, without a final slash
}

// accounts of the changes.
var accounts = map[int]store.Account{
	1: {ID: 1, Name: "Olga Owner", Username: "olga"},
	2: {ID: 2, Name: "Rita Reviewer"},
	9: {ID: 9, Name: "Zuul", Username: "zuul", Service: true},
}

const selector = `topic:"eventlet-removal"`

// newGoal is a goal with everything that pages show.
func newGoal() *progress.Goal {
	date := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			panic(err)
		}
		return d
	}
	return &progress.Goal{
		Name: "eventlet-removal", Title: "Eventlet removal", Selector: selector,
		Queries: []store.Query{{Text: selector}},
		Projects: []progress.Project{
			{Name: "openstack/nova", Declared: progress.DeclaredInProgress, Approach: "one service at a time"},
			{Name: "openstack/mistral", Declared: progress.DeclaredCompleted, Since: "2025-09"},
			{Name: "openstack/neutron", Declared: progress.DeclaredCompleted},
			{Name: "openstack/cinder", Declared: progress.DeclaredPlanning, Expected: 4},
			{Name: "openstack/swift", Declared: progress.DeclaredNotAffected},
		},
		Teams:     []progress.Team{{Name: "compute", Title: "Compute & friends", Declared: progress.DeclaredInProgress, Projects: []string{"openstack/nova", "openstack/cinder"}}},
		Backports: []string{"stable/*"},
		Labels:    progress.Labels{CI: "Verified", Review: "Code-Review", Approve: "Workflow", ReviewsNeeded: 2, CIAccounts: []string{"Zuul"}, Recheck: "recheck"},
		Cycles: []progress.Cycle{
			{Name: "2026.2 Hibiscus", Start: date("2026-04-01"), End: date("2026-09-30")},
			{Name: "2027.1", Start: date("2026-09-30"), End: date("2027-03-31")},
			{Name: "2027.2", Start: date("2027-03-31"), End: date("2027-09-30")},
		},
		Deadlines: []progress.Deadline{
			{Name: "all deliverables", Due: date("2026-09-30"), Of: "2026.2 Hibiscus"},
			{Name: "oslo libraries", Due: date("2027-03-31"), Of: "2027.1"},
			{Name: "eventlet retired", Of: "2028.1"},
		},
		Schedule: every(10 * time.Minute), Timeout: time.Minute,
	}
}

// newWorld has a complete goal without changes.
func newWorld() *world {
	w := &world{goal: newGoal(), now: now}
	w.cfg = dashboard.Config{
		Goals: []*progress.Goal{w.goal}, Gerrit: gerrit, Version: "1.2.3", CacheSize: 8 << 20,
		Testimonials: testimonialsFrom(&testimonials.Page{
			Name: "arnaud.md", Slug: "arnaud", URL: "https://site.example.org/testimonials/arnaud/",
			Person: "Arnaud", Quote: "It was worth it.", Projects: []string{"openstack/mistral", "openstack/mistral-lib"},
		}),
	}
	w.selectors = []store.Selector{{Query: selector, AsOf: now.Add(-3 * time.Minute)}}
	w.complete = []string{""}
	return w
}

// testimonialsFrom is where a server has its testimonials from.
func testimonialsFrom(pages ...*testimonials.Page) func() testimonials.Set {
	set := testimonials.Collect(pages, nil)
	return func() testimonials.Set { return set }
}

// add adds a member; details follow from what is given.
func (w *world) add(c store.Change) *store.Change {
	c.ChangeID = fmt.Sprintf("I%040x", c.Number)
	if c.Project == "" {
		c.Project = "openstack/nova"
	}
	if c.Branch == "" {
		c.Branch = "master"
	}
	if c.Subject == "" {
		c.Subject = fmt.Sprintf("Subject of %d", c.Number)
	}
	if c.Owner == 0 {
		c.Owner = 1
	}
	if c.Created.IsZero() {
		c.Created = ago(100)
	}
	c.Topic, c.Updated, c.Detailed, c.PatchSet = "eventlet-removal", c.Created, now, 2
	c.Extraction = store.Extraction
	if c.Status == store.StatusMerged {
		c.Updated = c.Submitted
	}
	if c.Accounts == nil {
		c.Accounts = accounts
	}
	for n := 1; n <= c.PatchSet; n++ {
		c.PatchSets = append(c.PatchSets, store.PatchSet{Number: n, Commit: fmt.Sprintf("%040x", c.Number*10+n), Kind: store.WordOf("REWORK"), Created: store.MomentOf(c.Created), Uploader: 1})
	}
	w.work = append(w.work, store.Work{Row: c.Row, Detail: &c, Member: store.Membership{Number: c.Number, Query: selector, Seen: ago(1)}})
	return &c
}

// depart makes the change added last a former member.
func (w *world) depart(gone bool, topic string) {
	w.work[len(w.work)-1].Member.Departed = &store.Departure{Gone: gone, At: ago(5), Seen: ago(5), Topic: topic}
}

// populate adds a few changes in every state.
func (w *world) populate() *world {
	for i := range 3 {
		w.add(store.Change{Row: store.Row{Number: 101 + i, Status: store.StatusMerged, Submitted: ago(24 * (10 + 40*i))}})
	}
	w.add(store.Change{Row: store.Row{Number: 110, Status: store.StatusNew, Created: ago(24 * 40)}, Detail: store.Detail{Labels: []store.Label{
		{Name: "Code-Review", Min: -2, Max: 2, Votes: []store.Vote{{Account: 2, Value: 2, Date: store.MomentOf(ago(24 * 39))}}},
	}, Messages: []store.Message{{Author: 2, Time: store.MomentOf(ago(24 * 39)), PatchSet: 2, Votes: map[string]int{"Code-Review": 2}}}}})
	w.add(store.Change{Row: store.Row{Number: 111, Status: store.StatusNew, WIP: true, Created: ago(50)}})
	w.add(store.Change{Row: store.Row{Number: 112, Status: store.StatusNew, Created: ago(30)}, Detail: store.Detail{DependsOn: []string{gerrit + "c/openstack/nova/+/110"}}})
	w.add(store.Change{Row: store.Row{Number: 113, Status: store.StatusAbandoned}})
	w.add(store.Change{Row: store.Row{Number: 114, Status: store.StatusMerged, Submitted: ago(300), Subject: "Taken back"}})
	w.add(store.Change{Row: store.Row{Number: 115, Status: store.StatusMerged, Submitted: ago(200), RevertOf: 114}})
	w.add(store.Change{Row: store.Row{Number: 116, Branch: "stable/2026.1", Status: store.StatusMerged, Submitted: ago(100), CherryPickOf: 101}})
	w.add(store.Change{Row: store.Row{Number: 117, Status: store.StatusNew}})
	w.depart(false, "elsewhere")
	w.add(store.Change{Row: store.Row{Number: 118, Status: store.StatusNew}})
	w.depart(true, "")
	w.add(store.Change{Row: store.Row{Number: 201, Project: "openstack/mistral", Status: store.StatusMerged, Submitted: ago(24 * 200)}, Detail: store.Detail{Labels: []store.Label{
		{Name: "Verified", Min: -2, Max: 2, Votes: []store.Vote{{Account: 9, Value: 2, Date: store.MomentOf(ago(24 * 200))}}},
		{Name: "Workflow", Min: -1, Max: 1, Votes: []store.Vote{{Account: 2, Value: 1, Date: store.MomentOf(ago(24 * 200))}}},
	}}})
	w.add(store.Change{Row: store.Row{Number: 301, Project: "openstack/cinder", Status: store.StatusNew, Created: ago(20)}})
	w.add(store.Change{Row: store.Row{Number: 401, Project: "openstack/found.svg", Status: store.StatusMerged, Submitted: ago(24 * 60)}})
	return w
}

// start writes the world into a store and serves it.
func (w *world) start(t testing.TB) *world {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: gerrit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w.db = db
	w.poll(t)
	w.cfg.Now = func() time.Time { return w.now }
	if w.server, err = dashboard.New(w.cfg, db); err != nil {
		t.Fatal(err)
	}
	w.serve(t)
	return w
}

// serve answers with the world's server.
func (w *world) serve(t testing.TB) {
	t.Helper()
	srv := httptest.NewServer(w.server.Handler())
	t.Cleanup(srv.Close)
	w.url = srv.URL
}

// poll writes what was added since the last time.
func (w *world) poll(t testing.TB) {
	t.Helper()
	if err := w.db.Save(w.goal.Name, w.work, w.selectors); err != nil {
		t.Fatal(err)
	}
	if len(w.complete) > 0 {
		if err := w.db.Finish(w.goal.Name, store.Round{Selectors: w.selectors, Complete: w.complete, Members: w.members}); err != nil {
			t.Fatal(err)
		}
	}
	w.work = nil
}

// loading makes the world one whose first backfill is under way.
func (w *world) loading() *world {
	w.selectors = []store.Selector{{Query: selector, Done: 1200, Of: 2500}}
	w.complete = nil
	return w
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

// get asks without following redirects. Header is pairs of name and value.
func (w *world) get(t *testing.T, path string, header ...string) answer {
	t.Helper()
	return w.do(t, http.MethodGet, path, header...)
}

// plainTransport asks for no compression, so that lengths can be compared.
var plainTransport = openapitest.Transport(&http.Transport{DisableCompression: true})

func (w *world) do(t *testing.T, method, path string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequest(method, w.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := plainTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(body)}
}

// page gets a page that must be there.
func (w *world) page(t *testing.T, path string) *goquery.Document {
	t.Helper()
	a := w.get(t, path)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s\n%s", path, a.Status, a.body)
	}
	return a.document(t)
}

func (a answer) document(t *testing.T) *goquery.Document {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("%s: content type %q", a.Request.URL, got)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// json gets JSON that must be there.
func (w *world) json(t *testing.T, path string, into any) {
	t.Helper()
	a := w.get(t, path)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("GET %s: %s, %s\n%s", path, a.Status, a.Header.Get("Content-Type"), a.body)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("GET %s: %v\n%s", path, err, a.body)
	}
}

// text is the text of a selection with its white space collapsed.
func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func attrOf(name string) func(int, *goquery.Selection) string {
	return func(_ int, s *goquery.Selection) string { return s.AttrOr(name, "") }
}
