//go:build gerrit

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/gerrit/gerrittest"
)

// TestRealLogin follows a real Gerrit with an account that sees a project which anonymous
// users don't, and a private change that it reviews.
func TestRealLogin(t *testing.T) {
	s := gerrittest.Start(t)
	s.CreateProject(t, "outer/porch")
	s.CreateProject(t, "inner/vault")
	s.HideProject(t, "inner/vault")
	author, tracker := s.CreateUser(t, "alice", "Alice Author"), s.CreateUser(t, "tracker", "Tracker")
	create := func(project, subject string) int {
		n := author.CreateChange(t, gerrittest.NewChange{Project: project, Topic: "x", Subject: subject})
		author.AddReviewer(t, n, tracker)
		return n
	}
	create("outer/porch", "Ordinary work outside")
	inner := create("inner/vault", "Ordinary work inside")
	private := create("outer/porch", "Fix the "+privateWords)
	author.Private(t, private)

	sees := func(n int) (out struct {
		Private bool `json:"is_private"`
	}) {
		tracker.Call(t, "GET", "changes/"+strconv.Itoa(n), nil, &out)
		return out
	}
	if sees(inner).Private || !sees(private).Private {
		t.Fatal("the account does not see what it is to see")
	}
	if found := s.Query(t, "topic:x"); len(found) != 1 {
		t.Fatalf("anonymous users see %+v", found)
	}
	tracker.SetPassword(t, loginPassword)

	dir := t.TempDir()
	write(t, dir, "pass", loginPassword+"\n")
	write(t, dir, "wrong", "guessed")
	login := func(url, username, file string) string {
		return fastConfig(url+", username: "+username+", password_file: "+file) + "    gone_after: 0s\n    projects: [{name: inner/vault}]\n    bots: [Tracker]\n"
	}
	write(t, dir, "in.yml", login(s.URL, "tracker", "pass"))
	write(t, dir, "wrong.yml", login(s.URL, "tracker", "wrong"))
	write(t, dir, "nobody.yml", login(s.URL, "nobody", "pass"))
	write(t, dir, "out.yml", fastConfig(s.URL))
	for _, step := range []struct {
		args string
		code int
		want string
	}{
		{"poll --verbose --config.file=out.yml --storage.path=out.db", 0, " 1 new, "},
		{"status --config.file=out.yml --storage.path=out.db", 0, "outer/porch"},
		{"check-config --ask --config.file=in.yml", 0, "2 names, 0 not found, 0 pending"},
		{"poll --verbose --config.file=in.yml --log.level=debug", 0, " 2 new, "},
		{"status --config.file=in.yml", 0, "inner/vault"},
		{"verify --config.file=in.yml --log.level=debug", 0, "2 changes in 2 projects agree with Gerrit; 0 pending; 0 differences"},
		{"record --config.file=in.yml topic.jsonl", 0, "recorded 2 changes"},
		{"poll --config.file=wrong.yml --storage.path=wrong.db", 1, "401; the login was refused: compare gerrit.username"},
		{"poll --config.file=nobody.yml --storage.path=nobody.db", 1, "401; the login was refused: compare gerrit.username"},
	} {
		got := headway(t, dir, strings.Fields(step.args)...)
		if all := got.stdout + got.stderr; got.code != step.code || !strings.Contains(all, step.want) || strings.Contains(all, loginPassword) || strings.Contains(all, privateWords) {
			t.Errorf("%s: %+v\nwant exit code %d and %q", step.args, got, step.code, step.want)
		}
	}

	author.Private(t, inner) // the account still sees it
	for range 2 {
		if got := headway(t, dir, "poll", "--full", "--config.file=in.yml"); got.code != 0 {
			t.Errorf("poll: %+v", got)
		}
	}
	if got := headway(t, dir, "dump", "--config.file=in.yml", strconv.Itoa(inner)); !strings.Contains(strings.ToLower(got.stdout), `"gone": true`) {
		t.Errorf("what became private: %+v", got)
	}
	for name, text := range tree(t, dir) {
		if filepath.Base(name) != "pass" && (strings.Contains(text, loginPassword) || strings.Contains(text, privateWords)) {
			t.Errorf("%s holds the password or the private change", name)
		}
	}
	if db, err := os.ReadFile(filepath.Join(dir, "headway.db")); err != nil || !strings.Contains(string(db), "Ordinary work inside") {
		t.Errorf("the database lacks what the account sees: %v", err)
	}
}
