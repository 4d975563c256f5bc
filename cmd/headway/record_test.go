package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/dashboard/api"
)

// demoConfig is the built-in configuration for another Gerrit, asked as fast as it
// answers.
func demoConfig(t *testing.T, url string) string {
	t.Helper()
	c := strings.Replace(builtinConfig(t), "https://review.opendev.org/", url, 1)
	c = strings.Replace(c, `"@every 10m"`, `"@every 10s"`, 1)
	return strings.Replace(c, "requests_per_second: 1\n", "requests_per_second: 1000\n", 1)
}

// statusOf is what status says as JSON.
func statusOf(t *testing.T, dir string, args ...string) api.Summary {
	t.Helper()
	got := headway(t, dir, append([]string{"status", "--format=json"}, args...)...)
	var goals api.Goals
	if err := json.Unmarshal([]byte(got.stdout), &goals); err != nil || got.code != 0 || len(goals.Goals) != 1 {
		t.Fatalf("status: %v, %+v", err, got)
	}
	return goals.Goals[0]
}

// TestRecordAndReplay records the demonstration's Gerrit and replays the record: all
// that is said of the one must be said of the other.
func TestRecordAndReplay(t *testing.T) {
	dir := t.TempDir()
	topic, _, err := demo.Topic(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	gerrit := replay.New(topic, replay.Config{})
	srv := httptest.NewServer(gerrit)
	defer srv.Close()
	write(t, dir, "c.yml", demoConfig(t, srv.URL))
	if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	want := statusOf(t, dir, "--config.file=c.yml")

	got := headway(t, dir, "record", "topic.jsonl", "--config.file=c.yml", "--storage.path=none.db")
	if got.code != 0 || !regexp.MustCompile(`^recorded \d+ changes to topic\.jsonl\n$`).MatchString(got.stdout) {
		t.Fatalf("record: %+v", got)
	}
	if names := filesIn(t, dir); cmp.Diff([]string{"c.yml", "headway.db", "topic.jsonl"}, names) != "" {
		t.Errorf("files: %v", names)
	}
	text, err := os.ReadFile(filepath.Join(dir, "topic.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if at := strings.Index(string(text), "@"); at >= 0 {
		t.Errorf("an address is left: …%s…", text[max(0, at-40):at+40])
	}

	r := start(t, dir, "demo", "--topic=topic.jsonl", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
	r.logged(t, `msg="poll done"`)
	have := statusOf(t, dir, "--url="+r.url)
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("demo: exit code %d", code)
	}
	// The one was polled later, from a Gerrit at another address.
	others := cmpopts.IgnoreFields(api.Numbers{}, "AsOf", "QueryURL", "ETA", "Cycles", "Deadlines")
	if diff := cmp.Diff(want, have, others); diff != "" || *want.Counts.Total < 300 {
		t.Errorf("status of %d changes (-recorded +replayed):\n%s", *want.Counts.Total, diff)
	}
}

// TestRecordRefuses also leaves nothing behind.
func TestRecordRefuses(t *testing.T) {
	_, url := topicGerrit(t, 3)
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	// A Gerrit that is newer than what we can replay.
	strange := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		resp, err := http.Get(url + req.URL.RequestURI())
		if err != nil {
			t.Error(err)
			return
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
		w.WriteHeader(resp.StatusCode)
		fmt.Fprint(w, strings.ReplaceAll(string(body), `"insertions":0`, `"insertions":"none"`))
	}))
	defer strange.Close()
	for _, tc := range []struct {
		name, config, file string
		code               int
		stderr             string
	}{
		{"a file that exists", fastConfig(url), "c.yml", 2, "headway: record c.yml: it exists; name another file\n"},
		{"no directory", fastConfig(url), "no/topic.jsonl", 2, "headway: record: open no/topic.jsonl.partial: no such file or directory\n"},
		{"hidden people", fastConfig(url) + "people: hidden\n", "t.jsonl", 2, "headway: record: the configuration says people: hidden, and a topic file names people\n"},
		{"no Gerrit", fastConfig(web.URL), "t.jsonl", 1, "headway: record: not everything was answered, and nothing is written: g: asked for everything in "},
		{"what can't be replayed", fastConfig(strange.URL), "t.jsonl", 2, "headway: record: change 1 can't be replayed: json: cannot unmarshal string into Go struct field Change.insertions of type int\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", t.TempDir())
			write(t, dir, "c.yml", tc.config)
			got := headway(t, dir, "record", tc.file, "--config.file=c.yml")
			if got.code != tc.code || !strings.Contains(got.stderr, tc.stderr) || got.stdout != "" {
				t.Errorf("got %+v, want exit code %d and %q", got, tc.code, tc.stderr)
			}
			if names := append(filesIn(t, dir), filesIn(t, os.Getenv("TMPDIR"))...); len(names) != 1 {
				t.Errorf("files left: %v", names)
			}
		})
	}
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
