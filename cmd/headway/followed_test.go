package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/remote"
	"github.com/eventlet-removal/headway/cmd/headway/verify"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// The projects of a followed migration, with the searches that decide what belongs
// to it, in the words of somebody who asks Gerrit by hand.
const (
	novaProject    = "openstack/nova"
	neutronProject = "openstack/neutron"
	octaviaProject = "openstack/octavia" // has a selector of its own

	stableBranch  = "stable/2025.1"
	featureBranch = "feature/threads"
)

var byHand = []string{
	`prefixtopic:"eventlet-removal" -project:"openstack/octavia"`,
	`project:"openstack/octavia" message:eventlet`,
}

// followed is a migration on some Gerrit, and headway following it: the real
// collector, a real database and the real dashboard, with a clock that moves as
// the Gerrit's does.
type followed struct {
	community
	t      *testing.T
	proxy  *slowProxy // between headway and Gerrit
	cfg    *config.Config
	db     *store.DB
	polls  *collector.Collector
	site   *url.URL
	audit  *verify.Auditor
	before func()        // called once, before the next list of changes is served
	later  time.Duration // how far headway's clock is ahead

	// What the scenario did, where no search can show it.
	reverted map[int]bool
	copies   map[int]bool // backports on development branches
	left     map[int]bool
	gone     map[int]bool
	pending  map[int]bool // Gerrit no longer answers, and we may not believe it yet
}

// follow begins to follow the migration on a Gerrit, with an empty database.
func follow(t *testing.T, c community) *followed {
	t.Helper()
	f := &followed{
		community: c, t: t, proxy: newSlowProxy(t, c.URL()),
		reverted: map[int]bool{}, copies: map[int]bool{}, left: map[int]bool{}, gone: map[int]bool{}, pending: map[int]bool{},
	}
	f.cfg = load(t, fmt.Sprintf(`
gerrit: {url: %s, requests_per_second: 100000, timeout: 20s}
goals:
  - name: eventlet-removal
    selector: 'prefixtopic:"eventlet-removal"'
    gone_after: 1h
    projects: [{name: openstack/octavia, selector: 'message:eventlet'}, {name: openstack/heat}]
    teams: [{name: network, title: Network, projects: [openstack/neutron, openstack/octavia]}]
    backports: ["stable/*"]
`, f.proxy.url))
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: f.proxy.url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	f.db = db
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	polling := collectorConfig(f.cfg, "test")
	polling.Now = f.now
	if f.polls, err = collector.New(polling, db, collector.NewMetrics(), quiet); err != nil {
		t.Fatal(err)
	}
	showing := dashboardConfig(f.cfg, "test")
	showing.Now = f.now
	dash, err := dashboard.New(showing, db)
	if err != nil {
		t.Fatal(err)
	}
	handler := dash.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/changes") && f.before != nil {
			stepIn := f.before
			f.before = nil
			stepIn()
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	if f.site, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	if f.audit, err = verify.New(polling.Gerrit, store.WithoutAddresses, quiet); err != nil {
		t.Fatal(err)
	}
	return f
}

// now is headway's time.
func (f *followed) now() time.Time { return f.Now().Add(f.later) }

// poll polls once and wants it complete.
func (f *followed) poll(o collector.PollOptions) store.Poll {
	f.t.Helper()
	p, err := f.polls.Poll(f.t.Context(), "eventlet-removal", o)
	if err != nil || !p.OK {
		f.t.Fatalf("poll: %v, %s", err, p.Error)
	}
	return p
}

// ask is the anonymous answer to a search: plain HTTP and pages by offset, nothing
// of the client that is tested.
func (f *followed) ask(query string) []asked {
	f.t.Helper()
	var all []asked
	for {
		parameters := url.Values{"q": {query}, "n": {"500"}, "S": {strconv.Itoa(len(all))}, "o": {"CURRENT_REVISION"}}
		var page []asked
		f.read(f.URL()+"changes/?"+parameters.Encode(), &page)
		all = append(all, page...)
		if len(page) == 0 || !page[len(page)-1].More {
			return all
		}
	}
}

// asked is one change in such an answer.
type asked struct {
	Number   int    `json:"_number"`
	Project  string `json:"project"`
	Branch   string `json:"branch"`
	ChangeID string `json:"change_id"`
	Topic    string `json:"topic"`
	Subject  string `json:"subject"`
	Status   string `json:"status"`
	WIP      bool   `json:"work_in_progress"`
	Updated  string `json:"updated"`
	MetaRev  string `json:"meta_rev_id"`
	PatchSet int    `json:"current_revision_number"`
	Commit   string `json:"current_revision"`
	More     bool   `json:"_more_changes"`
}

// change is one change as Gerrit has it.
func (f *followed) change(n int) asked {
	f.t.Helper()
	found := f.ask(fmt.Sprintf("change:%d", n))
	if len(found) != 1 {
		f.t.Fatalf("Gerrit finds %d changes %d", len(found), n)
	}
	return found[0]
}

// read decodes what an address answers.
func (f *followed) read(address string, into any) {
	f.t.Helper()
	response, err := http.Get(address)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		f.t.Fatalf("GET %s: %s, %v\n%s", address, response.Status, err, body)
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(body), ")]}'\n")), into); err != nil {
		f.t.Fatalf("GET %s: %v in\n%s", address, err, body)
	}
}

// placed is where a change stands: in the store, the API, or by hand.
type placed struct {
	Number   int
	Project  string
	State    progress.State
	Backport bool
}

var placedByNumber = cmpopts.SortSlices(func(a, b placed) bool { return a.Number < b.Number })

// agree wants the store, the API and verify to say what Gerrit says.
func (f *followed) agree() {
	f.t.Helper()
	rows := map[int]asked{}
	for _, search := range byHand {
		for _, row := range f.ask(search) {
			rows[row.Number] = row
		}
	}
	f.agreeStore(rows)
	f.agreeAPI(rows)
	f.agreeVerify(rows)
}

// place is where a change stands by what Gerrit says, and by what the scenario did
// where no search can show it.
func (f *followed) place(row asked) placed {
	state := progress.Open
	switch {
	case row.Status == "MERGED" && f.reverted[row.Number]:
		state = progress.Reverted
	case row.Status == "MERGED":
		state = progress.Merged
	case row.Status == "ABANDONED":
		state = progress.Abandoned
	case row.WIP:
		state = progress.WIP
	}
	backport := strings.HasPrefix(row.Branch, "stable/") || f.copies[row.Number]
	return placed{row.Number, row.Project, state, backport}
}

// agreeStore compares every stored member with its row.
func (f *followed) agreeStore(rows map[int]asked) {
	f.t.Helper()
	want, got := map[int]asked{}, map[int]asked{}
	for n, row := range rows {
		row.Commit, row.More = "", false
		want[n] = row
	}
	for m := range f.db.Snapshot().Members("eventlet-removal", f.cfg.Goals[0].Progress.Queries) {
		if m.Departed != nil || f.pending[m.Change.Number] {
			continue
		}
		c := m.Change
		got[c.Number] = asked{
			Number: c.Number, Project: c.Project, Branch: c.Branch, ChangeID: c.ChangeID, Topic: c.Topic, Subject: c.Subject,
			Status: c.Status, WIP: c.WIP, MetaRev: c.MetaRevID, PatchSet: c.PatchSet,
			Updated: c.Updated.UTC().Format("2006-01-02 15:04:05.000000000"),
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("the store (-Gerrit +store):\n%s", diff)
	}
}

// agreeAPI compares what readers are shown: each change, and the sums.
func (f *followed) agreeAPI(rows map[int]asked) {
	f.t.Helper()
	want := []placed{}
	sums := map[string]int{}
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		p := f.place(rows[n])
		want = append(want, p)
		class := map[bool]string{false: "development ", true: "backport "}[p.Backport]
		for _, of := range []string{"", p.Project} {
			sums[of+" "+class+string(p.State)]++
			sums[of+" "+class+"total"]++
		}
	}
	if diff := cmp.Diff(want, f.served("merged,reverted,open,wip,abandoned"), placedByNumber); diff != "" {
		f.t.Errorf("changes of the API (-Gerrit +API):\n%s", diff)
	}
	for state, numbers := range map[string]map[int]bool{"left": f.left, "gone": f.gone} {
		got := map[int]bool{}
		for _, p := range f.served(state) {
			got[p.Number] = true
		}
		if diff := cmp.Diff(numbers, got); diff != "" {
			f.t.Errorf("changes that are %s (-want +API):\n%s", state, diff)
		}
	}
	if len(f.pending) == 0 { // pending ones keep their state in the sums
		if diff := cmp.Diff(sums, f.summed()); diff != "" {
			f.t.Errorf("sums of the API (-Gerrit +API):\n%s", diff)
		}
	}
}

// served are the changes in some states by the API, pending ones left out.
func (f *followed) served(states string) []placed {
	f.t.Helper()
	var list api.Changes
	f.read(f.site.JoinPath("api/v1/goals/eventlet-removal/changes").String()+"?class=all&limit=500&state="+states, &list)
	got := []placed{}
	for _, c := range list.Changes {
		if !f.pending[c.Number] {
			got = append(got, placed{c.Number, c.Project, progress.State(c.State), c.Backport})
		}
	}
	return got
}

// summed are all sums of the API that are not zero.
func (f *followed) summed() map[string]int {
	f.t.Helper()
	var s api.Summary
	f.read(f.site.JoinPath("api/v1/goals/eventlet-removal").String(), &s)
	sums := map[string]int{}
	add := func(of string, n api.Numbers) {
		for class, c := range map[string]api.Counts{"development ": n.Counts, "backport ": n.Backports} {
			for name, number := range map[string]*int{
				"total": c.Total, "merged": c.Merged, "reverted": c.Reverted, "open": c.Open, "wip": c.WIP, "abandoned": c.Abandoned,
			} {
				if *number != 0 {
					sums[of+" "+class+name] = *number
				}
			}
		}
	}
	add("", s.Numbers)
	for _, p := range s.Projects {
		add(p.Project, p.Numbers)
	}
	return sums
}

// agreeVerify wants verify to find nothing, by the database and by the server, but
// what is pending.
func (f *followed) agreeVerify(rows map[int]asked) {
	f.t.Helper()
	for _, source := range []string{"database", "server"} {
		r := f.verify(source)
		pending := map[int]bool{}
		for _, p := range r.Pending {
			pending[p.Number] = true
		}
		if diff := cmp.Diff(f.pending, pending); diff != "" || len(r.Differences) > 0 || r.Agree != len(rows) {
			f.t.Errorf("verify by the %s: want %d changes to agree and no differences; pending (-want +got):\n%s\n%s", source, len(rows), diff, r)
		}
	}
}

// verify runs verify on the database or the server.
func (f *followed) verify(source string) *verify.Report {
	f.t.Helper()
	var goals []*verify.Claims
	var err error
	if source == "database" {
		goals, err = claimsIn(f.db, f.cfg, f.now())
	} else {
		var server *remote.Server
		if server, err = remote.Open(f.site, "", ""); err == nil {
			goals, err = servedClaims(f.t.Context(), f.cfg, server)
		}
	}
	if err != nil {
		f.t.Fatal(err)
	}
	reports, err := f.audit.Verify(f.t.Context(), goals)
	if err != nil {
		f.t.Fatal(err)
	}
	return reports[0]
}
