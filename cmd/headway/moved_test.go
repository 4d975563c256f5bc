package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
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
		{"at the old address", "poll --verbose", c.URL(), 0, "3 new", ""},
		{"poll at the new one", "poll", moved.URL, 2, "", "it follows " + c.URL() + ", the configuration names " + moved.URL},
		{"serve there", "serve --web.listen-address=127.0.0.1:0", moved.URL, 2, "", "run headway poll --accept-moved once"},
		{"another Gerrit", "poll --accept-moved", another.URL, 2, "", "not moved from " + c.URL() + ": " + another.URL},
		{"followed", "poll --verbose --accept-moved", moved.URL, 0, "0 new, 0 changed", "the Gerrit of the database moved"},
		{"and once more", "poll --verbose --accept-moved", moved.URL, 0, "0 new, 0 changed", ""},
		{"from now on", "poll --verbose", moved.URL, 0, "0 new, 0 changed", ""},
		{"a database of nothing", "poll --verbose --accept-moved --storage.path=" + filepath.Join(dir, "new.db"), moved.URL, 0, "3 new", ""},
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

// A database of an older headway whose Gerrit moved is brought up to date and compared: to
// poll at the old address first, as anybody else would be told, can't be done.
func TestPollAcceptMovedOfAnOlderDatabase(t *testing.T) {
	dir := t.TempDir()
	data := schema1(t)
	config := "--config.file=" + write(t, dir, "f.yml", "gerrit: {url: http://127.0.0.1:1}\ngoals: [{name: eventlet-removal, selector: 'topic:x'}]\n")
	db := write(t, dir, "headway.db", data)

	r := headway(t, dir, "poll", config, "--storage.path="+db)
	if r.code != 2 || !strings.Contains(r.stderr, "run headway poll --accept-moved once") {
		t.Errorf("poll at another address: exit %d %s", r.code, r.stderr)
	}
	r = headway(t, dir, "poll", "--verbose", "--accept-moved", config, "--storage.path="+db)
	want := "not moved from https://review.example.org/: the database knows no change that could be compared" // it has none but departed ones
	if r.code != 2 || !strings.Contains(r.stderr, want) || !strings.Contains(r.stderr, "kept="+db+".schema-1") {
		t.Errorf("accepted as moved: exit %d %s", r.code, r.stderr)
	}
}

// schema1 is a database as an older headway left it.
func schema1(t *testing.T) string {
	t.Helper()
	packed, err := os.Open("../../store/testdata/schema-1.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
