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
50% of the changes uploaded so far are merged, 3 in flight; as of 2026-11-23 08:00 UTC, stale: the polls since then failed or did not come

PROJECT       DECLARED     MEASURED     PROGRESS  MERGED  REVERTED  OPEN  WIP  ABANDONED  TOTAL  BACKPORTS
a/server      in-progress  in-progress       29%      29         1     2    1          1      8          2
b_b           -            none                -       0         0     0    0          0      0          0
c             completed    -                   -       -         -     -    -          -      -          -
team t        planning     none                -       0         0     0    0          0      0          0
all projects  -            -                 50%       3         1     2    1          1      8          2
`},
		{"markdown", `
## Goal | one

50% of the changes uploaded so far are merged, 3 in flight; as of 2026-11-23 08:00 UTC, stale: the polls since then failed or did not come

| project | declared | measured | progress | merged | reverted | open | wip | abandoned | total | backports |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| a/server | in-progress | in-progress | 29% | 29 | 1 | 2 | 1 | 1 | 8 | 2 |
| b\_b | - | none | - | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| c | completed | - | - | - | - | - | - | - | - | - |
| team t | planning | none | - | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| all projects | - | - | 50% | 3 | 1 | 2 | 1 | 1 | 8 | 2 |
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
		{"no server", []string{"--url=http://127.0.0.1:1/"}, `headway: Get "http://127.0.0.1:1/api/v1/goals": `},
		{"not headway", []string{"--url=" + base + "/html"}, "/html/api/v1/goals: not headway's answer: "},
		{"wrong prefix", []string{"--url=" + base + "/elsewhere"}, "/elsewhere/api/v1/goals: 404 Not Found: 404 page not found"},
		{"not a URL", []string{"--url=localhost:8642"}, `"localhost:8642" is not an http or https URL`},
		{"credentials", []string{"--url=http://me:secret@localhost/"}, "must have no credentials"},
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
		got := renderStatus(&api.Summary{Numbers: api.Numbers{Stale: true, AsOf: &asOf}}, "text", now)
		if !strings.Contains(got, want+"\n") {
			t.Errorf("%s later: %q, want %q", late, got, want)
		}
	}
}
