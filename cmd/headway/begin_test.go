package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestBeginWithoutAFile: one line is enough for any community, and what check-config
// prints of it goes on with the same database.
func TestBeginWithoutAFile(t *testing.T) {
	dir := t.TempDir()
	gerrit, url := topicGerrit(t, 3)
	flags := []string{"--gerrit.url=" + url, "--selector=topic:x"}
	for args, want := range map[string]string{"check-config": "  searches topic:x\n", "poll --verbose": " 3 new, "} {
		if got := headway(t, dir, append(strings.Fields(args), flags...)...); got.code != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %+v, want %q", args, got, want)
		}
	}

	r := start(t, dir, append([]string{"serve", "--web.listen-address=127.0.0.1:0"}, flags...)...)
	if code, body := r.get(t, "x/"); code != 200 || !strings.Contains(body, "<title>") || !strings.Contains(body, "topic:x") {
		t.Errorf("GET /x/: %d\n%s", code, body)
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}

	printed := headway(t, dir, append([]string{"check-config", "--print"}, flags...)...)
	if printed.code != 0 || printed.stderr != "" {
		t.Fatalf("check-config --print: %+v", printed)
	}
	write(t, dir, "headway.yml", printed.stdout)
	propose(t, gerrit, "One more")
	if got := headway(t, dir, "poll", "--verbose", "--config.file=headway.yml"); got.code != 0 || !strings.Contains(got.stdout, "x: listed what moved") || !strings.Contains(got.stdout, " 1 new, ") {
		t.Errorf("poll with the printed file: %+v", got)
	}
	if again := headway(t, dir, "check-config", "--print", "--config.file=headway.yml"); again != printed {
		t.Errorf("printed again: %+v", again)
	}
}
