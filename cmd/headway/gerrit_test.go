//go:build gerrit

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/store"
)

// TestRealGerrit follows a migration on a real Gerrit with the real program, and
// compares every place that shows a number with what was done, and with what
// anonymous searches count.
func TestRealGerrit(t *testing.T) {
	m := newMigration(t)
	m.checkAgainstGerrit(t)

	gerrit := newCountingProxy(t, m.server.URL)
	dir := t.TempDir()
	write(t, dir, "headway.yml", fmt.Sprintf(`
gerrit: {url: %s, requests_per_second: 1000}
goals:
  - name: eventlet-removal
    title: Eventlet removal
    selector: '%s'
    projects:
      - {name: %s, declared: in-progress}
      - {name: %s, selector: '%s'}
      - {name: %s, declared: not-affected}
    backports: ["stable/*"]
    labels: {ci: Verified, review: Code-Review, approve: Workflow, reviews_needed: 2, ci_accounts: [Zuul], recheck: recheck}
    bots: [Zuul]
`, gerrit.url, goalSelector, nova, octavia, octaviaSelector, heat))
	flags := []string{"--config.file=headway.yml", "--storage.path=headway.db"}

	got := headway(t, dir, append([]string{"poll", "--verbose"}, flags...)...)
	if got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	t.Logf("first poll: %s", got.stdout)
	gerrit.take()

	t.Run("second poll", func(t *testing.T) { m.checkSecondPoll(t, dir, flags, gerrit) })
	t.Run("status", func(t *testing.T) {
		got := headway(t, dir, append([]string{"status", "--format=json"}, flags...)...)
		if got.code != 0 {
			t.Fatalf("status: %+v", got)
		}
		var status struct{ Goals []goalJSON }
		decode(t, []byte(got.stdout), &status)
		if len(status.Goals) != 1 {
			t.Fatalf("%d goals, want 1", len(status.Goals))
		}
		m.checkGoal(t, &status.Goals[0])
	})
	t.Run("serve", func(t *testing.T) {
		site := startServer(t, dir, flags)
		m.checkSite(t, site)
	})
}

// checkAgainstGerrit compares the scenario itself with anonymous searches: or the
// numbers it is compared with later would prove nothing.
func (m *migration) checkAgainstGerrit(t *testing.T) {
	t.Helper()
	for _, project := range m.projects() {
		for _, class := range []string{"development", "backport"} {
			for _, state := range []string{"open", "wip", "abandoned", "merged"} {
				want := m.numbers(project, class, state)
				if state == "merged" {
					want = append(want, m.numbers(project, class, "reverted")...)
				}
				got := []int{}
				for _, c := range m.server.Query(t, search(project, class, state)) {
					got = append(got, c.Number)
				}
				if diff := cmp.Diff(want, got, anyOrder); diff != "" {
					t.Errorf("%s changes of %s that are %s (-done +Gerrit):\n%s", class, project, state, diff)
				}
			}
		}
	}
}

// checkSecondPoll polls again: nothing has changed, so nothing may be fetched but
// the listings, and one search for changes that left, and nothing written but the
// poll itself.
func (m *migration) checkSecondPoll(t *testing.T, dir string, flags []string, gerrit *countingProxy) {
	before := records(t, dir, gerrit.url)
	if got := headway(t, dir, append([]string{"poll"}, flags...)...); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	after := records(t, dir, gerrit.url)
	var listings, leavers, others []string
	for _, query := range gerrit.take() {
		switch {
		case query.Has("o"):
			others = append(others, query.Encode())
		case strings.Contains(query.Get("q"), "change:"):
			leavers = append(leavers, query.Encode())
		case query.Has("q"):
			listings = append(listings, query.Encode())
		default:
			others = append(others, query.Encode())
		}
	}
	if len(listings) != 2 || len(leavers) > 1 || len(others) != 0 {
		t.Errorf("requests of a quiet poll: listings %q, want one for each of 2 selectors; leavers %q, want one at most; others %q, want none", listings, leavers, others)
	}
	if diff := cmp.Diff(before.changes, after.changes); diff != "" {
		t.Errorf("a quiet poll wrote change records (-before +after):\n%s", diff)
	}
	if last := after.polls[0]; len(after.polls) != len(before.polls)+1 || !last.OK || last.New+last.Changed+last.Left+last.Gone != 0 {
		t.Errorf("a quiet poll was logged as %+v", last)
	}
}

// recorded is what a database holds.
type recorded struct {
	changes map[int]store.Change
	polls   []store.Poll
}

func records(t *testing.T, dir, gerrit string) recorded {
	t.Helper()
	db, err := store.Open(filepath.Join(dir, "headway.db"), store.Options{Gerrit: gerrit})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := recorded{map[int]store.Change{}, slices.Clone(db.Snapshot().Polls())}
	for c := range db.Snapshot().Changes() {
		all.changes[c.Number] = *c
	}
	return all
}

// countsJSON is a set of counts in JSON; numbers that are null are left out of it.
type countsJSON map[string]*int

// numbersJSON is what the API says of a goal or project, as far as we compare it.
type numbersJSON struct {
	Project   string
	Counts    countsJSON
	Backports countsJSON
	InFlight  *int `json:"in_flight"`
	Progress  *float64
	PatchSets *int   `json:"patch_sets"`
	QueryURL  string `json:"query_url"`
	Measured  string
	Stale     bool
}

type goalJSON struct {
	Goal string
	numbersJSON
	Projects []numbersJSON
}

// checkGoal compares a summary, from wherever it came, with what was done.
func (m *migration) checkGoal(t *testing.T, g *goalJSON) {
	t.Helper()
	m.checkNumbers(t, "", &g.numbersJSON)
	var names []string
	for i := range g.Projects {
		p := &g.Projects[i]
		names = append(names, p.Project)
		m.checkNumbers(t, p.Project, p)
	}
	if diff := cmp.Diff(m.projects(), names, anyOrder); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	measured := map[string]string{}
	for _, p := range g.Projects {
		measured[p.Project] = p.Measured
	}
	want := map[string]string{nova: "in-progress", neutron: "nothing-in-review", cinder: "planning", octavia: "in-progress", heat: "none"}
	if diff := cmp.Diff(want, measured); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

// checkNumbers compares what is said of a project ("" is the goal).
func (m *migration) checkNumbers(t *testing.T, project string, got *numbersJSON) {
	t.Helper()
	m.checkCounts(t, project, "development", got.Counts)
	m.checkCounts(t, project, "backport", got.Backports)
	inFlight := m.inFlight(project)
	if got.InFlight == nil || *got.InFlight != inFlight {
		t.Errorf("%q: in_flight %v, want %d", project, got.InFlight, inFlight)
	}
	patchSets := 0
	for name, n := range m.patchSets {
		if project == "" || project == name {
			patchSets += n
		}
	}
	if got.PatchSets == nil || *got.PatchSets != patchSets {
		t.Errorf("%q: patch_sets %v, want %d", project, got.PatchSets, patchSets)
	}
	merged := len(m.numbers(project, "development", "merged"))
	switch {
	case merged+inFlight == 0:
		if got.Progress != nil {
			t.Errorf("%q: progress %v, want none", project, *got.Progress)
		}
	case got.Progress == nil || *got.Progress != float64(merged)/float64(merged+inFlight):
		t.Errorf("%q: progress %v, want %d/%d", project, got.Progress, merged, merged+inFlight)
	}
	if got.Stale {
		t.Errorf("%q is stale right after a poll", project)
	}
	m.checkQueryURL(t, project, got.QueryURL)
}

func (m *migration) checkCounts(t *testing.T, project, class string, got countsJSON) {
	t.Helper()
	want := map[string]int{"total": len(m.numbers(project, class, ""))}
	for _, state := range states {
		want[state] = len(m.numbers(project, class, state))
	}
	given := map[string]int{}
	for key, n := range got {
		if n != nil {
			given[key] = *n
		}
	}
	if diff := cmp.Diff(want, given); diff != "" {
		t.Errorf("%s counts of %q (-want +got):\n%s", class, project, diff)
	}
}

// checkQueryURL follows the link that proves a number: Gerrit itself must find
// exactly what we count.
func (m *migration) checkQueryURL(t *testing.T, project, address string) {
	t.Helper()
	// The router of Gerrit's pages decodes twice, the second time with + as a space.
	_, escaped, found := strings.Cut(address, "/q/")
	once, _ := url.PathUnescape(escaped)
	query, err := url.QueryUnescape(once)
	if !found || err != nil {
		t.Errorf("%q: query_url %q is not a search of Gerrit: %v", project, address, err)
		return
	}
	got := []int{}
	for _, c := range m.server.Query(t, query) {
		got = append(got, c.Number)
	}
	if diff := cmp.Diff(m.numbers(project, "", ""), got, anyOrder); diff != "" {
		t.Errorf("%q: Gerrit's answer to query_url %s (-want +got):\n%s", project, address, diff)
	}
}

var states = []string{"merged", "reverted", "open", "wip", "abandoned"}

// anyOrder compares lists as sets.
var anyOrder = cmp.Options{
	cmpopts.SortSlices(func(a, b int) bool { return a < b }),
	cmpopts.SortSlices(func(a, b string) bool { return a < b }),
}

// projects that headway must show: those with changes, and the listed one without.
func (m *migration) projects() []string {
	names := map[string]bool{heat: true}
	for _, c := range m.tracked {
		names[c.Project] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func (m *migration) inFlight(project string) int {
	return len(m.numbers(project, "development", "open")) + len(m.numbers(project, "development", "wip"))
}

// A countingProxy stands before Gerrit and remembers what was asked.
type countingProxy struct {
	url string

	mu      sync.Mutex
	queries []url.Values
}

func newCountingProxy(t *testing.T, target string) *countingProxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &countingProxy{}
	forward := httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.queries = append(p.queries, r.URL.Query())
		p.mu.Unlock()
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL + "/"
	return p
}

// take returns the parameters of the requests since it was last called.
func (p *countingProxy) take() []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	queries := p.queries
	p.queries = nil
	return queries
}

// startServer runs `headway serve` until the test ends, and returns its address.
// It must stop by itself when it is asked to.
func startServer(t *testing.T, dir string, flags []string) string {
	t.Helper()
	cmd := program(t, dir, append([]string{"serve", "--web.listen-address=127.0.0.1:0"}, flags...)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // when the test ends
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	var log strings.Builder
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			fmt.Fprintln(&log, lines.Text())
			if _, rest, ok := strings.Cut(lines.Text(), " url="); ok && strings.Contains(lines.Text(), "msg=serving ") {
				address <- strings.Fields(rest)[0]
			}
		}
	}()
	t.Cleanup(func() {
		<-ended
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("serve ended with %v after SIGTERM, want exit code 0", err)
		}
		if t.Failed() {
			t.Logf("log of serve:\n%s", &log)
		}
	})
	select {
	case found := <-address:
		return found
	case <-ended:
		t.Fatal("serve ended before it listened")
		return ""
	}
}

// get reads a page that must be there.
func get(t *testing.T, address string) []byte {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v\n%s", address, response.Status, err, body)
	}
	return body
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
}
