package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/terminal"
	"github.com/eventlet-removal/headway/dashboard/api"
)

// recordedServer is a headway with a prefix whose answers are files.
func recordedServer(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/summary.json")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /progress/api/v1/goals", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"goals":[{"goal":"g","title":"Goal | one"}]}`)
	})
	mux.HandleFunc("GET /progress/api/v1/goals/g", func(w http.ResponseWriter, _ *http.Request) { w.Write(data) })
	mux.HandleFunc("GET /html/api/v1/goals", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestStatusOfARunningServer(t *testing.T) {
	base := recordedServer(t)
	for _, tc := range []struct{ format, want string }{
		{"text", `
Goal | one
0 of 2 projects are completed, 1 in progress, 1 with no changes tracked.
50% of the changes uploaded so far are merged, 3 not merged yet: 2 in review, 1 work in progress; as of 2026-11-23 08:00 UTC, stale: the polls since then failed or did not come

                                                        IN   WORK IN
PROJECT       STATUS              PROGRESS  MERGED  REVIEW  PROGRESS  REVERTED  ABANDONED  TOTAL  BACKPORTS
a/server      in progress              29%      29       2         1         1          1      8          2
b_b           no changes tracked         -       0       0         0         0          0      0          0
c             loading                    -       -       -         -         -          -      -          -
all projects                           50%       3       2         1         1          1      8          2

                                                        IN   WORK IN
TEAM          STATUS              PROGRESS  MERGED  REVIEW  PROGRESS  REVERTED  ABANDONED  TOTAL  BACKPORTS
Team          planning                   -       0       0         0         0          0      0          0
`},
		{"markdown", `
## Goal \| one

0 of 2 projects are completed, 1 in progress, 1 with no changes tracked.

50% of the changes uploaded so far are merged, 3 not merged yet: 2 in review, 1 work in progress; as of 2026-11-23 08:00 UTC, stale: the polls since then failed or did not come

### Projects: 3

| Project | Status | Progress | Merged | In review | Work in progress | Reverted | Abandoned | Total | Backports |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| a/server | in progress | 29% | 29 | 2 | 1 | 1 | 1 | 8 | 2 |
| b\_b | no changes tracked | - | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| c | loading | - | - | - | - | - | - | - | - |
| all projects |  | 50% | 3 | 2 | 1 | 1 | 1 | 8 | 2 |

### Teams: 1

| Team | Status | Progress | Merged | In review | Work in progress | Reverted | Abandoned | Total | Backports |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| Team | planning | - | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
`},
	} {
		t.Run(tc.format, func(t *testing.T) {
			got := headway(t, t.TempDir(), "status", "--format="+tc.format, "--url="+base+"/progress")
			want := result{0, strings.TrimPrefix(tc.want, "\n"), ""}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatusAsJSONIsTheAPI(t *testing.T) {
	got := headway(t, t.TempDir(), "status", "--format=json", "--url="+recordedServer(t)+"/progress/")
	data, err := os.ReadFile("testdata/summary.json")
	if err != nil {
		t.Fatal(err)
	}
	var want, have any
	if err := json.Unmarshal([]byte(`{"goals":[`+string(data)+`]}`), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got.stdout), &have); err != nil {
		t.Fatalf("%v in %+v", err, got)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestStatusErrors(t *testing.T) {
	base := recordedServer(t)
	for _, tc := range []struct {
		name   string
		args   []string
		stderr string
	}{
		{"no database", []string{}, "headway: open database headway.db: there is no database: run headway poll or headway serve first"},
		{"no server", []string{"--url=http://127.0.0.1:1/"}, "headway: --url=http://127.0.0.1:1/: dial tcp 127.0.0.1:1: connect: connection refused: does headway serve run there, and is the port right?"},
		{"not headway", []string{"--url=" + base + "/html"}, "/html/api/v1/goals: not headway's answer: "},
		{"wrong prefix", []string{"--url=" + base + "/elsewhere"}, "/elsewhere/api/v1/goals: 404 Not Found: --url has to be headway's first page"},
		{"no scheme", []string{"--url=localhost:8642"}, `--url: not an address of the web: "localhost:8642"; write http://localhost:8642`},
		{"another scheme", []string{"--url=ftp://localhost"}, `--url: not an http or https address: "ftp://localhost"`},
		{"credentials", []string{"--url=http://me:secret@localhost/"}, "must have no credentials: they stand in the file of --http.config.file"},
		{"broken credentials", []string{"--url=http://me:secret@local host/"}, "--url: not an address of the web"},
		{"a query", []string{"--url=http://localhost/?on=2026-08-21"}, `--url: "http://localhost/?on=2026-08-21" must have no credentials, query or fragment`},
		{"no file of credentials", []string{"--url=http://localhost/", "--http.config.file=none.yml"}, "--http.config.file=none.yml: open none.yml: "},
		{"credentials for nobody", []string{"--http.config.file=none.yml"}, "--http.config.file is for --url, which is not given"},
		{"unknown format", []string{"--format=yaml"}, "enum value must be one of text,json,markdown, got 'yaml'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, t.TempDir(), append([]string{"status"}, tc.args...)...)
			if got.code != 2 || !strings.Contains(got.stderr, tc.stderr) || strings.Contains(got.stderr, "secret") {
				t.Errorf("got %+v, want exit code 2 and %q", got, tc.stderr)
			}
		})
	}
}

func TestStatusAfterTheClockWasSetBack(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for late, want := range map[time.Duration]string{
		-48 * time.Hour:  "as of 2026-02-27 12:00 UTC, stale: the polls since then failed or did not come",
		30 * time.Second: "as of 2026-03-01 12:00 UTC, stale: the polls since then failed or did not come",
		48 * time.Hour:   "as of 2026-03-03 12:00 UTC, stale: the clock was set back since",
	} {
		asOf := now.Add(late)
		got := terminal.Status(&api.Summary{Numbers: api.Numbers{Stale: true, AsOf: &asOf}}, "text", now, terminal.Look{})
		if !strings.Contains(got, want+"\n") {
			t.Errorf("%s later: %q, want %q", late, got, want)
		}
	}
}
