package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

func TestMain(m *testing.M) {
	// Whoever takes local time for UTC shall be seen.
	time.Local = time.FixedZone("elsewhere", 5*60*60+30*60)
	os.Exit(m.Run())
}

// load parses a configuration that must be right.
func load(t *testing.T, yaml string) *config.Config {
	t.Helper()
	cfg, err := config.Parse("f", ".", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// compareSchedules by what they are: unexported fields are cron's business.
var compareSchedules = cmp.Comparer(func(a, b cron.Schedule) bool {
	for t := range 10 {
		// cron takes a schedule without a zone to be in that of the time it is asked.
		now := day(2026, 1, 1).Add(time.Duration(t) * 7 * time.Hour).In(time.Local)
		if !a.Next(now).Equal(b.Next(now)) {
			return false
		}
	}
	return true
})

// spec parses a cron spec in UTC.
func spec(t *testing.T, s string) cron.Schedule {
	t.Helper()
	schedule, err := cron.ParseStandard("CRON_TZ=UTC " + s)
	if err != nil {
		t.Fatal(err)
	}
	return schedule
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestDefaults(t *testing.T) {
	want := &config.Config{
		Gerrit: config.Gerrit{
			URL: "https://gerrit.example.org/", RequestsPerSecond: 1, Timeout: time.Minute,
		},
		Goals: []config.Goal{{
			Progress: &progress.Goal{
				Name: "g", Title: "g", Selector: "topic:x",
				Queries:   []store.Query{{Text: "topic:x"}},
				Backports: []string{"stable/*", "unmaintained/*", "bugfix/*"},
				Labels:    progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 1},
				Timeout:   time.Minute,
				Schedule:  spec(t, "@every 10m"),
			},
			Schedule: spec(t, "@every 10m"), Full: spec(t, "@every 6h"), GoneAfter: time.Hour,
		}},
	}
	if diff := cmp.Diff(want, load(t, minimal), compareSchedules); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}

func TestEverythingGiven(t *testing.T) {
	cfg := load(t, `
gerrit: {url: HTTPS://Gerrit.Example.ORG/r, requests_per_second: 0.5, timeout: 5s, contact: ops@example.org, username: tracker, password_file: openstack.yaml}
goals:
  - name: py-3
    title: "No: more 2"
    selector: topic:x
    schedule: "30 * * * *"
    full: "@daily"
    gone_after: 0s
    discover: true
    projects:
      - &p {name: a/b, declared: planning, since: 2025.10, approach: "how", expected: 7}
      - {name: c, selector: 'message:x OR message:y'}
    teams: [{name: t-1, title: T, declared: not-started, since: s, approach: "why", projects: [a/b, d]}]
    backports: []
    labels: {ci: V, review: CR, approve: A, reviews_needed: 3, ci_accounts: [Jenkins, 42], recheck: "run ci"}
    bots: [42]
    cycles:
      - {name: 2027.10, start: 2027-04-01, end: 2027-10-01}
      - {name: old, start: 2026-10-01, end: 2027-04-01}
    deadlines: [{name: d1, due: 2027-05-01}, {name: d2, due: 2027.10}, {name: d3, due: 2028.1}]
testimonials:
  - {directory: testdata, url: "https://s/{slug}/"}
  - {page: https://s/a/, projects: [a/b]}
embed: {frame_ancestors: ["https://s", "https://*.example.org:8443", "'self'"]}
people: hidden
portraits: false
`)
	want := &config.Config{
		Gerrit: config.Gerrit{URL: "https://gerrit.example.org/r/", RequestsPerSecond: 0.5, Timeout: 5 * time.Second, Contact: "ops@example.org", Username: "tracker", PasswordFile: "openstack.yaml"},
		Goals: []config.Goal{{
			Progress: &progress.Goal{
				Name: "py-3", Title: "No: more 2", Selector: "topic:x",
				Queries: []store.Query{
					{Text: `(topic:x) -project:"c"`},
					{Project: "c", Text: `project:"c" (message:x OR message:y)`},
				},
				Projects: []progress.Project{
					{Name: "a/b", Declared: progress.DeclaredPlanning, Since: "2025.10", Approach: "how", Expected: 7},
					{Name: "c"},
				},
				Teams: []progress.Team{{
					Name: "t-1", Title: "T", Declared: progress.DeclaredNotStarted, Since: "s", Approach: "why",
					Projects: []string{"a/b", "d"},
				}},
				Backports: []string{},
				Labels:    progress.Labels{CI: "V", Review: "CR", Approve: "A", ReviewsNeeded: 3, CIAccounts: []string{"Jenkins", "42"}, Recheck: "run ci"},
				Bots:      []string{"42"},
				Cycles: []progress.Cycle{
					{Name: "old", Start: day(2026, 10, 1), End: day(2027, 4, 1)},
					{Name: "2027.10", Start: day(2027, 4, 1), End: day(2027, 10, 1)},
				},
				Deadlines: []progress.Deadline{
					{Name: "d1", Due: day(2027, 5, 1)},
					{Name: "d2", Due: day(2027, 10, 1), Of: "2027.10"},
					{Name: "d3", Of: "2028.1"},
				},
				Named: []progress.Named{
					{Kind: progress.NamedLabel, Name: "V"}, {Kind: progress.NamedLabel, Name: "CR"}, {Kind: progress.NamedLabel, Name: "A"},
					{Kind: progress.NamedCIAccount, Name: "Jenkins"}, {Kind: progress.NamedCIAccount, Name: "42"}, {Kind: progress.NamedBot, Name: "42"},
					{Kind: progress.NamedProject, Name: "a/b"}, {Kind: progress.NamedProject, Name: "c"}, {Kind: progress.NamedProject, Name: "d"},
				},
				Timeout:  5 * time.Second,
				Schedule: spec(t, "30 * * * *"),
			},
			Schedule: spec(t, "30 * * * *"), Full: spec(t, "@daily"),
		}},
		Testimonials: []config.Testimonial{
			{Directory: "testdata", URL: "https://s/{slug}/"},
			{Page: "https://s/a/", Projects: []string{"a/b"}},
		},
		FrameAncestors: []string{"https://s", "https://*.example.org:8443", "'self'"},
		HidePeople:     true,
		HidePortraits:  true,
	}
	if diff := cmp.Diff(want, cfg, compareSchedules); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}

func TestLabelsGivenInPart(t *testing.T) {
	for _, tc := range []struct {
		name, labels string
		want         progress.Labels
	}{
		{"none", "{}", progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 1}},
		{"only ci", "{ci: Tested}", progress.Labels{CI: "Tested", Review: "Code-Review", ReviewsNeeded: 1}},
		{"no CI", `{ci: ""}`, progress.Labels{Review: "Code-Review", ReviewsNeeded: 1}},
		{"only review", "{review: Approval}", progress.Labels{CI: "Verified", Review: "Approval", ReviewsNeeded: 1}},
		{"only approve", "{approve: Workflow}", progress.Labels{CI: "Verified", Review: "Code-Review", Approve: "Workflow", ReviewsNeeded: 1}},
		{"only reviews_needed", "{reviews_needed: 2}", progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 2}},
		{"only ci_accounts", "{ci_accounts: [Jenkins]}", progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 1, CIAccounts: []string{"Jenkins"}}},
		{"only recheck", "{recheck: retest}", progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 1, Recheck: "retest"}},
		{"nothing in them", `{approve: "", ci_accounts: [], recheck: ""}`, progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := load(t, minimal+"    labels: "+tc.labels+"\n")
			if diff := cmp.Diff(tc.want, cfg.Goals[0].Progress.Labels, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueries(t *testing.T) {
	for _, tc := range []struct {
		name, goal string
		want       []store.Query
	}{
		{"selector alone", "", []store.Query{{Text: "topic:x"}}},
		{"listed projects do not limit", "projects: [{name: a}]", []store.Query{{Text: "topic:x"}}},
		{"own selectors", "projects: [{name: a, selector: s}, {name: b}, {name: c, selector: 'u OR v'}]", []store.Query{
			{Text: `(topic:x) -project:"a" -project:"c"`},
			{Project: "a", Text: `project:"a" (s)`},
			{Project: "c", Text: `project:"c" (u OR v)`},
		}},
		{"without discovery", "discover: false, projects: [{name: a}, {name: b, selector: s}], teams: [{name: t, projects: [c, a, b]}]", []store.Query{
			{Text: `(topic:x) (project:"a" OR project:"c")`},
			{Project: "b", Text: `project:"b" (s)`},
		}},
		{"without discovery, one project", "discover: false, projects: [{name: a}]", []store.Query{{Text: `(topic:x) (project:"a")`}}},
		{"without discovery, only own selectors", "discover: false, projects: [{name: a, selector: s}, {name: b, selector: u}]", []store.Query{
			{Text: `(topic:x) project:"a" -project:"a"`},
			{Project: "a", Text: `project:"a" (s)`},
			{Project: "b", Text: `project:"b" (u)`},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := load(t, "gerrit: {url: https://g/}\ngoals: [{name: g, selector: topic:x, "+tc.goal+"}]\n")
			if diff := cmp.Diff(tc.want, cfg.Goals[0].Progress.Queries); diff != "" {
				t.Errorf("queries (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDirectoryIsRelativeToTheFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "conf", "headway.yml")
	for _, d := range []string{filepath.Dir(file), filepath.Join(dir, "site")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, []byte(minimal+`testimonials: [{directory: ../site, url: "https://s/{slug}"}]`), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := cfg.Testimonials[0].Directory, filepath.Join(dir, "site"); got != want {
		t.Errorf("directory is %s, want %s", got, want)
	}
}

func TestMissingFile(t *testing.T) {
	_, err := config.Load("testdata/no-such.yml")
	if err == nil || !strings.Contains(err.Error(), "read configuration: open testdata/no-such.yml:") {
		t.Errorf("error is %v, want one that names the file", err)
	}
}

// FuzzConfig looks for panics, and for problems without a file.
func FuzzConfig(f *testing.F) {
	builtin, err := os.ReadFile("openstack.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(builtin))
	f.Add(minimal)
	f.Add("a: &a [*a]\ngoals: *a\n")
	f.Add(minimal + "    schedule: TZ=\n")
	f.Fuzz(func(t *testing.T, yaml string) {
		_, err := config.Parse("f", ".", []byte(yaml))
		for _, line := range lines(t, err) {
			if !strings.HasPrefix(line, "f:") {
				t.Errorf("problem %q has no place", line)
			}
		}
	})
}

// TestLoadIsBounded: whoever names a device or a database by mistake is told so, and the
// machine goes on.
func TestLoadIsBounded(t *testing.T) {
	endless := filepath.Join(t.TempDir(), "endless.yml")
	if err := os.WriteFile(endless, bytes.Repeat([]byte("# nothing\n"), 1<<19), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(endless); err == nil || err.Error() != "read configuration: "+endless+" has more than 4 MiB" {
		t.Errorf("5 MiB: %v", err)
	}
	if _, err := config.Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: %v", err)
	}
}
