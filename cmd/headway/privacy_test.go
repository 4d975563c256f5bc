package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// secret is the domain of everybody in the hostile topic.
const secret = "mail.secret-corp.example"

// hostileGerrit has addresses wherever people can write one.
func hostileGerrit(t *testing.T) string {
	t.Helper()
	gerrit := replay.New(&replay.Topic{}, replay.Config{})
	gerrit.Account(replay.Account{ID: 1, Name: "joan@" + secret, Username: "joan@" + secret})
	gerrit.Account(replay.Account{ID: 2, Name: "Hugh (hugh@" + secret + ")", Username: "hugh"})
	gerrit.Account(replay.Account{ID: 3, Name: "CI <ci@" + secret + ">", Username: "ci@" + secret})
	at := time.Now().Add(-100 * time.Hour).UTC().Truncate(time.Second)
	tick := func() time.Time { at = at.Add(time.Minute); return at }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, subject := range []string{"open for joan@" + secret, "merged: joan@" + secret + ", hugh@" + secret + ".", "abandoned <joan@" + secret + ">", `"joan@` + secret + `"`} {
		n, err := gerrit.Create(tick(), replay.NewChange{
			Project: "p", Topic: "x", Subject: subject, Owner: 1 + i%2, WIP: i == 3,
			Body: "Depends-On: joan@" + secret + "\nSigned-off-by: Joan <joan@" + secret + ">",
		})
		must(err)
		must(gerrit.Reply(tick(), n, 2, replay.Reply{Votes: map[string]int{"Code-Review": 2}, Text: "Thanks, joan@" + secret}))
		must(gerrit.Reply(tick(), n, 3, replay.Reply{Votes: map[string]int{"Verified": 1}, Text: "Build succeeded, see ci@" + secret}))
		switch i {
		case 1:
			must(gerrit.Vote(tick(), n, 2, "Workflow", 1))
			must(gerrit.Submit(tick(), n, 2))
		case 2:
			must(gerrit.Abandon(tick(), n, 1, "ask joan@"+secret))
		}
	}
	srv := httptest.NewServer(gerrit)
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestNoAddressLeaves greps the database and everything that is made of it.
func TestNoAddressLeaves(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(hostileGerrit(t))+"    bots: ['ci@"+secret+"']\n")
	grep := func(name, text string) {
		t.Helper()
		if i := strings.Index(text, "secret-corp"); i >= 0 {
			t.Errorf("%s: …%s…", name, text[max(0, i-60):min(len(text), i+30)])
		}
	}
	for _, args := range []string{
		"poll --config.file=c.yml", "status --config.file=c.yml", "status --config.file=c.yml --format=json", "status --config.file=c.yml --format=markdown",
		"verify --config.file=c.yml", "export --config.file=c.yml site", "record --config.file=c.yml topic.jsonl",
	} {
		got := headway(t, dir, strings.Fields(args)...)
		if got.code != 0 {
			t.Errorf("%s: %+v", args, got)
		}
		grep(args, got.stdout+got.stderr)
	}
	for name, text := range tree(t, dir) {
		if filepath.Base(name) != "c.yml" {
			grep(name, text)
		}
	}
	db, err := os.ReadFile(filepath.Join(dir, "headway.db"))
	if err != nil || !strings.Contains(string(db), "open for joan") || !strings.Contains(string(db), "Hugh (hugh)") {
		t.Errorf("the database lacks what is left of subjects and names: %v", err)
	}

	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
	for _, path := range []string{
		"", "g/", "g/projects/p", "g/changes", "g/changes?class=all&state=abandoned", "g/changes.csv?class=all", "g/changes?owner=joan", "g/attention", "g/states", "g/testimonials", "polls",
		"g/badge.svg", "g/badge.json", "g/embed", "g/embed?changes=1,2,3,4", "g/embed/p", "embeds", "metrics",
		"api/v1/goals", "api/v1/goals/g", "api/v1/goals/g/projects/p", "api/v1/goals/g/changes?class=all", "api/v1/goals/g/history", "api/v1/polls",
	} {
		code, body := r.get(t, path)
		if code != http.StatusOK {
			t.Errorf("GET /%s: %d", path, code)
		}
		grep("/"+path, body)
	}
	if _, body := r.get(t, "api/v1/goals/g/changes?numbers=1"); !strings.Contains(body, `"owner":"joan"`) || !strings.Contains(body, `"subject":"open for joan"`) {
		t.Errorf("change 1: %s", body)
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
