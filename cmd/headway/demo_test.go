package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// goals reads the summaries that a running program serves.
func (r *running) goals(t *testing.T) []api.Summary {
	t.Helper()
	_, body := r.get(t, "api/v1/goals")
	var goals api.Goals
	if err := json.Unmarshal([]byte(body), &goals); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return goals.Goals
}

// TestDemo runs the demonstration until something new has happened in it.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	r := start(t, dir, "demo", "--web.listen-address=127.0.0.1:0")
	r.logged(t, `msg="poll done"`)
	before := r.goals(t)[0]
	if *before.Counts.Merged < 150 || *before.InFlight < 10 {
		t.Errorf("demo begins with %d merged, %d in flight; want a migration well under way", *before.Counts.Merged, *before.InFlight)
	}
	if code, body := r.get(t, "eventlet-removal/"); code != http.StatusOK || !strings.Contains(body, "Demo: synthetic data.") {
		t.Errorf("GET /eventlet-removal/: %d, without the notice:\n%s", code, body)
	}
	for line := r.logged(t, `msg="poll done"`); strings.Contains(line, "new=0 changed=0"); {
		line = r.logged(t, `msg="poll done"`)
	}
	if after := r.goals(t)[0]; !after.AsOf.After(*before.AsOf) {
		t.Errorf("as of %v after another poll, and %v before it", after.AsOf, before.AsOf)
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestDemoOfATopicFile also keeps its database, and starts on it again.
func TestDemoOfATopicFile(t *testing.T) {
	dir := t.TempDir()
	recordedAt := day(2026, 5, 1)
	gerrit := replay.New(&replay.Topic{Header: replay.Header{Gerrit: "https://gerrit.example.org/", Selector: "topic:x"}}, replay.Config{})
	gerrit.Account(replay.Account{ID: 1, Name: "Ada"})
	if _, err := gerrit.Create(recordedAt, replay.NewChange{Project: "p", Branch: "master", Topic: "x", Subject: "s", Owner: 1}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "topic.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := replay.WriteTopic(f, gerrit.Topic(recordedAt), store.WithoutAddresses); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "c.yml", minimal)
	for _, run := range []string{"first run", "second run"} {
		t.Run(run, func(t *testing.T) {
			r := start(t, dir, "demo", "--topic=topic.jsonl", "--storage.path=kept.db", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
			r.logged(t, `msg="poll done"`)
			if n := *r.goals(t)[0].Counts.Open; n != 1 {
				t.Errorf("%d open changes, want 1", n)
			}
			if code, body := r.get(t, "g/"); code != http.StatusOK || !strings.Contains(body, "Demo: what https://gerrit.example.org/ said of topic:x on 2026-05-01, replayed.") {
				t.Errorf("GET /g/: %d, without the notice:\n%s", code, body)
			}
			if code := r.stop(t, os.Interrupt); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
		})
	}
}

func TestDemoRefuses(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "novel.txt", "It was a dark and stormy night.\n")
	for _, tc := range []struct{ name, topic, stderr string }{
		{"no topic file", "none.jsonl", "headway: open none.jsonl: no such file or directory\n"},
		{"no topic", "novel.txt", "headway: read novel.txt: topic: line 1: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, dir, "demo", "--topic="+tc.topic, "--web.listen-address=127.0.0.1:0")
			if got.code != 2 || !strings.HasPrefix(got.stderr, tc.stderr) {
				t.Errorf("got %+v, want exit code 2 and %q", got, tc.stderr)
			}
		})
	}
}

func TestDemoMovesTheCalendar(t *testing.T) {
	cfg := load(t, minimal+`    schedule: "@daily"
    cycles: [{name: c, start: 2026-01-01, end: 2026-07-01}]
    deadlines: [{name: d, due: c}, {name: e, due: 2026-05-01}, {name: f, due: unknown}]
`)
	const week = 7 * 24 * time.Hour
	got := forDemo(cfg, "http://127.0.0.1:1/", week).Goals[0].Progress
	wantCycles := []progress.Cycle{{Name: "c", Start: day(2026, 1, 8), End: day(2026, 7, 8)}}
	wantDeadlines := []progress.Deadline{
		{Name: "d", Of: "c", Due: day(2026, 7, 8)},
		{Name: "e", Due: day(2026, 5, 8)},
		{Name: "f", Of: "unknown"},
	}
	if diff := cmp.Diff(wantCycles, got.Cycles); diff != "" {
		t.Errorf("cycles (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantDeadlines, got.Deadlines); diff != "" {
		t.Errorf("deadlines (-want +got):\n%s", diff)
	}
	if start := cfg.Goals[0].Progress.Cycles[0].Start; !start.Equal(day(2026, 1, 1)) {
		t.Errorf("the configuration itself was changed: cycle starts on %v", start)
	}
}
