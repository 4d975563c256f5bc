package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/door"
)

// What nobody may ever read of a Gerrit that wants a login.
const (
	loginPassword = "correct-horse-battery"
	privateWords  = "unannounced flaw"
)

// membersOnly is a Gerrit with a public project, one that only its account sees, and in
// both a change that is private.
func membersOnly(t *testing.T) (gerrit *replay.Server, url string, private []int) {
	t.Helper()
	gerrit = replay.New(&replay.Topic{}, replay.Config{
		Login: door.Login{Username: "tracker", Password: loginPassword}, Hidden: []string{"inner/vault"},
	})
	gerrit.Account(replay.Account{ID: 1, Name: "Jo", Username: "jo"})
	at := time.Now().Add(-100 * time.Hour).UTC().Truncate(time.Second)
	for _, project := range []string{"outer/porch", "inner/vault"} {
		for _, subject := range []string{"Ordinary work of " + project, "Fix the " + privateWords} {
			at = at.Add(time.Minute)
			n, err := gerrit.Create(at, replay.NewChange{Project: project, Topic: "x", Subject: subject, Owner: 1})
			if err == nil && strings.Contains(subject, privateWords) {
				private = append(private, n)
				err = gerrit.SetPrivate(at, n, 1, true)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	srv := httptest.NewServer(gerrit)
	t.Cleanup(srv.Close)
	return gerrit, srv.URL, private
}

// TestLogin follows a Gerrit with a login, by every command that asks it, and greps
// everything for the password and for what is private.
func TestLogin(t *testing.T) {
	dir := t.TempDir()
	gerrit, url, private := membersOnly(t)
	account := url + ", username: tracker, password_file: pass"
	write(t, dir, "pass", loginPassword+"\n")
	write(t, dir, "in.yml", fastConfig(account)+"    gone_after: 0s\n")
	write(t, dir, "out.yml", fastConfig(url))
	grep := func(name, text string) {
		t.Helper()
		for _, hidden := range []string{loginPassword, "dHJhY2tlcjpj", privateWords} { // the second as it is sent
			if i := strings.Index(text, hidden); i >= 0 {
				t.Errorf("%s: …%s…", name, text[max(0, i-60):min(len(text), i+40)])
			}
		}
	}

	for _, step := range []struct{ args, want string }{
		{"check-config --config.file=in.yml", "logs in as tracker\n"},
		{"check-config --ask --config.file=in.yml", "goal g: asked for 0 names"},
		{"record --config.file=in.yml topic.jsonl", "recorded 2 changes"},
		{"poll --config.file=out.yml --storage.path=out.db", ""},
		{"status --config.file=out.yml --storage.path=out.db", "outer/porch"},
		{"poll --config.file=in.yml --verbose --log.level=debug", "2 new"},
		{"status --config.file=in.yml", "inner/vault"},
		{"verify --config.file=in.yml --log.level=debug", "2 changes in 2 projects agree"},
		{"export --config.file=in.yml site", ""},
	} {
		got := headway(t, dir, strings.Fields(step.args)...)
		if got.code != 0 || !strings.Contains(got.stdout, step.want) {
			t.Errorf("%s: %+v, want %q", step.args, got, step.want)
		}
		if strings.Contains(step.args, "out.yml") && strings.Contains(got.stdout, "inner/vault") {
			t.Errorf("%s without a login: %s", step.args, got.stdout)
		}
		grep(step.args, got.stdout+got.stderr)
	}

	r := start(t, dir, "serve", "--config.file=in.yml", "--web.listen-address=127.0.0.1:0", "--log.level=debug")
	grep("log", r.logged(t, "headway logs in to Gerrit"))
	for _, path := range []string{"", "g/", "g/projects/inner/vault", "g/changes?class=all", "g/changes.csv", "g/badge.svg", "g/feed.atom", "polls", "embeds", "api/v1/goals/g/changes?class=all", "api/v1/polls", "metrics"} {
		resp, err := http.Get(r.url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if cache := resp.Header.Get("Cache-Control"); err != nil || resp.StatusCode != http.StatusOK || strings.Contains(cache, "public") {
			t.Errorf("/%s: %s, Cache-Control %q, %v", path, resp.Status, cache, err)
		}
		grep("/"+path, string(body))
	}
	r.signal(t, syscall.SIGTERM)
	for r.log.Scan() {
		grep("log", r.log.Text())
	}
	r.ended()

	// What becomes private is gone, as for anybody.
	if err := gerrit.SetPrivate(time.Now(), private[0]-1, 1, true); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		headway(t, dir, "poll", "--config.file=in.yml", "--full")
	}
	if got := headway(t, dir, "status", "--config.file=in.yml", "--format=json"); !strings.Contains(got.stdout, `"gone": 1`) && !strings.Contains(got.stdout, `"gone":1`) {
		t.Errorf("after a change became private: %+v", got)
	}

	for name, text := range tree(t, dir) {
		if filepath.Base(name) != "pass" {
			grep(name, text)
		}
	}
	db, err := os.ReadFile(filepath.Join(dir, "headway.db"))
	if err != nil || !strings.Contains(string(db), "Ordinary work of inner/vault") {
		t.Errorf("the database lacks what the account sees: %v", err)
	}
	grep("headway.db", string(db))
}

// TestLoginRefused: a wrong password is a clear error of each command, without it.
func TestLoginRefused(t *testing.T) {
	dir := t.TempDir()
	_, url, _ := membersOnly(t)
	write(t, dir, "wrong", "guessed-"+loginPassword)
	write(t, dir, "in.yml", fastConfig(url+", username: tracker, password_file: wrong"))
	for _, args := range []string{"poll --config.file=in.yml", "record --config.file=in.yml topic.jsonl", "check-config --ask --config.file=in.yml"} {
		got := headway(t, dir, strings.Fields(args)...)
		if all := got.stdout + got.stderr; got.code != 1 || !strings.Contains(all, "401") || !strings.Contains(all, "; the login was refused: compare gerrit.username and gerrit.password_file") || strings.Contains(all, loginPassword) {
			t.Errorf("%s: %+v", args, got)
		}
	}
	write(t, dir, "wrong", "\n")
	if got := headway(t, dir, "check-config", "--config.file=in.yml"); got.code != 2 || !strings.Contains(got.stderr, "password file: wrong is empty\n") {
		t.Errorf("check-config with an empty file: %+v", got)
	}
	if err := os.Remove(filepath.Join(dir, "wrong")); err != nil {
		t.Fatal(err)
	}
	if got := headway(t, dir, "check-config", "--config.file=in.yml"); got.code != 2 || !strings.HasPrefix(got.stderr, "in.yml:1:") || !strings.Contains(got.stderr, "gerrit.password_file: stat wrong: no such file or directory\n") {
		t.Errorf("check-config without the file: %+v", got)
	}
}
