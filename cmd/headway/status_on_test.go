package main

import (
	"os"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// TestStatusOnAPastDay asks the database and a server of it for the same days.
func TestStatusOnAPastDay(t *testing.T) {
	dir := t.TempDir()
	gerrit, url := topicGerrit(t, 4) // of 2026-05-01
	if err := gerrit.Submit(day(2026, 5, 3), 1, 1); err != nil {
		t.Fatal(err)
	}
	if err := gerrit.Upload(day(2026, 5, 4), 2, 1, replay.Patch{}); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "c.yml", fastConfig(url))
	if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	tests := []struct{ name, on, sentence, row string }{
		{"before the beginning", "2026-04-30", "on 2026-04-30: before this goal began; as of 2", "all projects - 0 0 0 0 0 0 0"},
		{"nothing merged", "2026-05-02", "on 2026-05-02: 0% of the changes uploaded by then were merged, 4 not merged yet: 4 in review, 0 work in progress; as of 2", "all projects 0% 0 4 0 0 0 4 0"},
		{"one merged", "2026-05-03", "on 2026-05-03: 25% of the changes uploaded by then were merged, 3 not merged yet: 3 in review, 0 work in progress; as of 2", "all projects 25% 1 3 0 0 0 4 0"},
		{"now", "", "0 of 1 project is completed, 1 in progress.\n25% of the changes uploaded so far are merged, 3 not merged yet: 3 in review, 0 work in progress; as of 2", "all projects 25% 1 3 0 0 0 4 0"},
	}
	stored := map[string]string{}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, dir, "status", "--config.file=c.yml", "--on="+tc.on)
			lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
			row := strings.Join(strings.Fields(lines[len(lines)-1]), " ")
			if got.code != 0 || !strings.HasPrefix(got.stdout, "g\n"+tc.sentence) || row != tc.row {
				t.Errorf("got %+v, want\n%s…\n%s", got, tc.sentence, tc.row)
			}
			stored[tc.on] = got.stdout
		})
	}
	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
	defer r.stop(t, os.Interrupt)
	for _, tc := range tests[:3] {
		got := headway(t, dir, "status", "--url="+r.url, "--on="+tc.on)
		if _, want, _ := strings.Cut(stored[tc.on], "; as of "); got.code != 0 || !strings.HasSuffix(got.stdout, want[len("2006-01-02 15:04"):]) {
			t.Errorf("status --url --on=%s: %+v, want as of the database\n%s", tc.on, got, stored[tc.on])
		}
	}
}

func TestStatusOnNoDay(t *testing.T) {
	for _, tc := range []struct{ name, on, stderr string }{
		{"no day", "yesterday", "headway: --on: \"yesterday\" is not a date: write 2026-08-21\n"},
		{"the future", "2999-01-01", "headway: --on: 2999-01-01 is in the future\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, t.TempDir(), "status", "--on="+tc.on)
			if got.code != 2 || got.stderr != tc.stderr {
				t.Errorf("got %+v, want exit code 2 and %q", got, tc.stderr)
			}
		})
	}
}
