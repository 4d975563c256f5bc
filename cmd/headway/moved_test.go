package main

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// A Gerrit that got another address is followed on purpose, and only if it has the
// changes that are known.
func TestPollAcceptMoved(t *testing.T) {
	c := newReplayCommunity(t)
	for range 3 {
		c.Create(proposal{project: novaProject, subject: "Remove eventlet", topic: "eventlet-removal"})
	}
	moved, another := httptest.NewServer(c.server), httptest.NewServer(replay.New(&replay.Topic{}, replay.Config{}))
	t.Cleanup(moved.Close)
	t.Cleanup(another.Close)
	dir := t.TempDir()
	at := func(url string) string {
		return write(t, dir, "f.yml", fmt.Sprintf("gerrit: {url: %s, requests_per_second: 1000}\ngoals: [{name: g, selector: 'topic:eventlet-removal'}]\n", url))
	}
	db := filepath.Join(dir, "headway.db")
	for _, step := range []struct {
		name, command, url string
		code               int
		stdout, stderr     string
	}{
		{"at the old address", "poll", c.URL(), 0, "3 new", ""},
		{"poll at the new one", "poll", moved.URL, 2, "", "it follows " + c.URL() + ", the configuration names " + moved.URL},
		{"serve there", "serve --web.listen-address=127.0.0.1:0", moved.URL, 2, "", "run headway poll --accept-moved once"},
		{"another Gerrit", "poll --accept-moved", another.URL, 2, "", "not moved from " + c.URL() + ": " + another.URL},
		{"followed", "poll --accept-moved", moved.URL, 0, "0 new, 0 changed", "the Gerrit of the database moved"},
		{"and once more", "poll --accept-moved", moved.URL, 0, "0 new, 0 changed", ""},
		{"from now on", "poll", moved.URL, 0, "0 new, 0 changed", ""},
		{"a database of nothing", "poll --accept-moved --storage.path=" + filepath.Join(dir, "new.db"), moved.URL, 0, "3 new", ""},
	} {
		args := append(strings.Fields(step.command), "--config.file="+at(step.url))
		if !strings.Contains(step.command, "--storage.path") {
			args = append(args, "--storage.path="+db)
		}
		r := headway(t, dir, args...)
		if r.code != step.code || !strings.Contains(r.stdout, step.stdout) || !strings.Contains(r.stderr, step.stderr) {
			t.Fatalf("%s: exit %d\n%s%s\nwant %d, %q, %q", step.name, r.code, r.stdout, r.stderr, step.code, step.stdout, step.stderr)
		}
	}
}
