package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/golden"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/report"
	"github.com/eventlet-removal/headway/store"
)

// demoTopic is the demonstration as it is on a Monday at noon, polled.
func demoTopic(t *testing.T) (dashboard.Config, *store.Snapshot, time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	topic, offset, err := demo.Topic(now)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(replay.New(topic, replay.Config{}))
	t.Cleanup(srv.Close)
	cfg, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	cfg = forDemo(cfg, srv.URL+"/", offset)
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	polling := collectorConfig(cfg, "test")
	polling.Now, polling.Jitter = func() time.Time { return now }, 0
	col, err := collector.New(polling, db, collector.NewMetrics(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := col.Poll(t.Context(), cfg.Goals[0].Progress.Name, collector.PollOptions{}); err != nil || !p.OK {
		t.Fatalf("poll: %v, %s", err, p.Error)
	}
	shown := dashboardConfig(cfg, "test")
	shown.Gerrit = topic.Gerrit // whose addresses are the same at every run
	return shown, db.Snapshot(), now
}

// TestReportsOfTheDemo holds what a champion pastes into a mail: who changes a word sees
// here how it reads.
func TestReportsOfTheDemo(t *testing.T) {
	cfg, snap, now := demoTopic(t)
	for _, tc := range []struct {
		name   string
		choice report.Choice
		scope  progress.Scope
	}{
		{"week", report.Choice{}, progress.Scope{}},
		{"past", report.Choice{Since: "2026-10-01", Until: "2026-11-01"}, progress.Scope{}},
		{"cycle", report.Choice{Cycle: "2026.2 Hibiscus"}, progress.Scope{}},
		{"before", report.Choice{Since: "2019-01-01", Until: "2019-02-01"}, progress.Scope{}},
		{"future", report.Choice{Since: "2027-01-01", Until: "2027-02-01"}, progress.Scope{}},
		{"empty", report.Choice{Since: "2023-08-19", Until: "2023-08-20"}, progress.Scope{}},
		{"project", report.Choice{Since: "2026-11-01"}, progress.Scope{Project: "openstack/cinder"}},
		{"team", report.Choice{}, progress.Scope{Team: "oslo"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			digests, err := dashboard.Reports(cfg, snap, now, tc.choice, tc.scope)
			if err != nil || len(digests) != 1 {
				t.Fatalf("%d reports, %v", len(digests), err)
			}
			doc := digests[0].Document()
			for _, line := range tooLong(doc.Text()) {
				t.Errorf("over %d columns: %q", report.Columns, line)
			}
			golden.Check(t, "testdata/report-"+tc.name+".txt", doc.Text())
			if tc.name == "week" {
				golden.Check(t, "testdata/report-week.md", doc.Markdown())
				named, err := dashboard.Reports(cfg, snap, now, tc.choice, tc.scope)
				if err != nil {
					t.Fatal(err)
				}
				anonymous := named[0].WithoutNames().Document().Text()
				for _, name := range []string{"Jo Castell", "Robin Vale", "dev-073", "By whom", "-1 of", "-2 of"} {
					if strings.Contains(anonymous, name) {
						t.Errorf("%s is named:\n%s", name, anonymous)
					}
				}
				if diff := cmp.Diff(digests, named); diff != "" {
					t.Errorf("the report itself lost names (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// tooLong are the lines that a terminal of 72 columns breaks, but for single addresses.
func tooLong(text string) (lines []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if uniseg.StringWidth(line) > report.Columns && !footnote.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

var footnote = regexp.MustCompile(`^\[\d+\] https?://\S+$`)

// TestReportCommand reads a database, and a server of it, and wants the same.
func TestReportCommand(t *testing.T) {
	dir := t.TempDir()
	gerrit, url := topicGerrit(t, 4) // of 2026-05-01
	if err := gerrit.Submit(day(2026, 5, 3), 1, 1); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "c.yml", fastConfig(url)+"    cycles: [{name: spring, start: 2026-04-01, end: 2026-07-01}]\n")
	if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	asOf := regexp.MustCompile(`As of [^.]*, \d\d:\d\d UTC\.|"as_of": "[^"]*"`) // HTML has spaces that don't break
	stored := map[string]string{}
	tests := []struct {
		args string
		code int
		want []string // in standard output, or in the error
	}{
		{"--since=2026-05-01 --until=2026-05-04", 0, []string{"g: 1 to 3 May 2026\n====", "In these 3 days, 1 change was merged and 4 uploaded; what was not merged\nyet grew from 0 to 3.", "Merged: 1 change in p\n", "- change 0 [1] (Ada, 3 May 2026)\n", "By whom: Ada (1).", "/c/p/+/1\n"}},
		{"--since=2026-05-01 --until=2026-05-04 --no-names", 0, []string{"- change 0 [1] (3 May 2026)\n"}},
		{"--since=2026-05-01 --until=2026-05-04 --format=markdown", 0, []string{"## g: 1 to 3 May 2026\n", "- [change 0](" + url + "/c/p/+/1) (Ada, 3 May 2026)\n"}},
		{"--since=2026-05-01 --until=2026-05-04 --format=html", 0, []string{"<title>g: 1 to 3 May 2026</title>", `<a href="` + url + `/c/p/&#43;/1">change 0</a> (Ada, 3 May 2026)`}},
		{"--cycle=spring --format=json", 0, []string{`"reports"`, `"since": "2026-04-01"`, `"cycle": "spring"`}},
		{"--until=2026-04-01", 0, []string{"This was before the goal began: its first change was uploaded on\n1 May 2026."}},
		{"", 0, []string{"25% of the changes uploaded so far are merged: 1 of 4."}},
		{"--project=p --since=2026-05-01 --until=2026-05-04", 0, []string{"p, g: 1 to 3 May 2026\n====", "Merged: 1 change in p\n"}},
		{"--project=p", 0, []string{"\n\np is not done: 3 changes not merged yet.\n\n"}},
		{"--project=q", 2, []string{"project", `there is no project "q" in g`}},
		{"--team=t", 2, []string{"team", `there is no team "t" in g`}},
		{"--project=p --team=t", 2, []string{"give a project or a team, not both"}},
		{"--since=may", 2, []string{`since`, `"may" is not a date: write 2026-08-21`}},
		{"--since=2026-05-04 --until=2026-05-04", 2, []string{"until", "it is not after since"}},
		{"--cycle=autumn", 2, []string{`there is no cycle "autumn"; there are spring`}},
		{"--cycle=spring --since=2026-05-04", 2, []string{"give a cycle or days, not both"}},
		{"--format=pdf", 2, []string{"enum value must be one of text,markdown,html,json"}},
	}
	for _, tc := range tests {
		t.Run(tc.args, func(t *testing.T) {
			got := headway(t, dir, append([]string{"report", "--config.file=c.yml"}, strings.Fields(tc.args)...)...)
			for _, want := range tc.want {
				if got.code != tc.code || !strings.Contains(got.stdout+got.stderr, want) {
					t.Errorf("got code %d\n%s%s\nwant %q", got.code, got.stdout, got.stderr, want)
				}
			}
			stored[tc.args] = asOf.ReplaceAllString(got.stdout, "AS OF")
			if strings.Contains(tc.args, "json") && !json.Valid([]byte(got.stdout)) {
				t.Errorf("not JSON: %s", got.stdout)
			}
		})
	}
	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
	defer r.stop(t, os.Interrupt)
	for _, tc := range tests {
		got := headway(t, dir, append([]string{"report", "--url=" + r.url}, strings.Fields(tc.args)...)...)
		said := asOf.ReplaceAllString(got.stdout, "AS OF")
		if tc.args == "" || tc.args == "--project=p" { // of the last days, which are others after midnight
			said, stored[tc.args] = strconv.FormatBool(strings.Contains(said, tc.want[0])), "true"
		}
		if diff := cmp.Diff(stored[tc.args], said); diff != "" || got.code != tc.code {
			t.Errorf("%s by the server: code %d, %s (-database +server):\n%s", tc.args, got.code, got.stderr, diff)
		}
	}
}

// A project is in some goals only. A goal that can't be read may be one of them.
func TestReportOfAProjectInSomeGoals(t *testing.T) {
	const first = `{"goal":"a","title":"first","project":"p","since":"2026-05-01","until":"2026-05-04","note":"Nothing is known yet."}`
	for name, tc := range map[string]struct {
		first  string
		status int
		body   string
		code   int
		said   string
	}{
		"another's report": {`{"goal":"a","title":"first","end":{}}`, http.StatusOK, first, 2, "not headway's answer: not a report: numbers are missing"},
		"not in the other": {first, http.StatusBadRequest, `{"error":"there is no project \"p\" in b","parameter":"project"}`, 0, "first: 1 to 3 May 2026\n"},
		"not read yet":     {first, http.StatusServiceUnavailable, `{"error":"Reading all changes: 75 of 338.","parameter":null}`, 2, "Reading all changes: 75 of 338."},
		"out of order":     {first, http.StatusBadGateway, "nginx", 2, "502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("GET /api/v1/goals", func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, `{"goals":[{"goal":"a"},{"goal":"b"}]}`)
			})
			mux.HandleFunc("GET /api/v1/goals/a/report", func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, tc.first)
			})
			mux.HandleFunc("GET /api/v1/goals/b/report", func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.status)
				io.WriteString(w, tc.body)
			})
			srv := httptest.NewServer(mux)
			defer srv.Close()
			got := headway(t, t.TempDir(), "report", "--url="+srv.URL, "--project=p")
			if said := got.stdout + got.stderr; got.code != tc.code || !strings.Contains(said, tc.said) {
				t.Errorf("exit %d, want %d with %q:\n%s", got.code, tc.code, tc.said, said)
			}
		})
	}
}
