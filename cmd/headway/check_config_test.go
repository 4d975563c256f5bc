package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// TestCheckConfigAsks asks a replayed Gerrit for names well and badly spelled.
func TestCheckConfigAsks(t *testing.T) {
	d := newDrifting(t)
	forbidden := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(forbidden.Close)
	empty := httptest.NewServer(replay.New(&replay.Topic{}, replay.Config{}))
	t.Cleanup(empty.Close)
	for _, tc := range []struct {
		name   string
		url    string // "": the replayed Gerrit
		goal   string
		code   int
		stdout []string // lines about the goal's names
		stderr string
	}{
		{"all are there", "", `projects: [{name: openstack/nova}], labels: {ci: Verified, approve: Workflow, ci_accounts: [Zuul, "1"]}, bots: [rob, Alice Author], backports: ["stable/*"]`,
			0, []string{"asked for 8 names, 0 not found, 0 pending"}, ""},
		{"nothing is written out", "", ``, 0, []string{"asked for 0 names, 0 not found, 0 pending"}, ""},
		{"projects", "", `projects: [{name: openstack/Nova}, {name: openstack}, {name: openstack/nova}], teams: [{name: t, projects: [neutron, openstack/neutron]}]`, 1, []string{
			`Gerrit has no project "openstack/Nova", or hides it`, `Gerrit has no project "openstack", or hides it`, `Gerrit has no project "neutron", or hides it`,
			"asked for 5 names, 3 not found, 0 pending",
		}, "headway: 3 names in the configuration that Gerrit does not have\n"},
		{"accounts", "", `labels: {ci_accounts: [zuul, Zull]}, bots: [Alice, alice, 99, "Alice  Author"]`, 1, []string{
			`Gerrit has no account "Zull" (CI account), or hides it`, `Gerrit has no account "Alice" (bot), or hides it`,
			`Gerrit has no account "99" (bot), or hides it`, `Gerrit has no account "Alice  Author" (bot), or hides it`,
			"asked for 6 names, 4 not found, 0 pending",
		}, "headway: 4 names"},
		{"labels of discovered projects", "", `labels: {ci: Verfied, review: code-review, approve: Workflow}`, 1, []string{
			`none of 3 projects has a label "Verfied"`, `none of 3 projects has a label "code-review"`, "asked for 3 names, 2 not found, 0 pending",
		}, "headway: 2 names"},
		{"branches", "", `backports: ["stabel/*", "stable/2025.*", "unmaintained/*"]`, 0, []string{
			`pending: no change is on a branch that matches "stabel/*" yet`, `pending: no change is on a branch that matches "unmaintained/*" yet`,
			"asked for 3 names, 0 not found, 2 pending",
		}, ""},
		{"a Gerrit that shows nothing", empty.URL + "/", `bots: [Zull]`, 1, nil, "this Gerrit shows nothing to anonymous users, it may want a login\n"},
		{"no Gerrit", forbidden.URL + "/", `bots: [Zull]`, 1, nil, "404 Not Found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			url := tc.url
			if url == "" {
				url = d.URL()
			}
			dir := t.TempDir()
			write(t, dir, "c.yml", fmt.Sprintf("gerrit: {url: %s, requests_per_second: 1000}\ngoals: [{name: g, selector: 'message:revert OR prefixtopic:\"eventlet-removal\" OR project:\"openstack/octavia\"', %s}]\n", url, tc.goal))
			got := headway(t, dir, "check-config", "--ask", "--config.file=c.yml")
			var lines []string
			for line := range strings.Lines(got.stdout) {
				if text, ok := strings.CutPrefix(line, "goal g: "); ok && !strings.Contains(text, "listed project") {
					lines = append(lines, strings.TrimSpace(text))
				}
			}
			if got.code != tc.code || strings.Join(lines, "\n") != strings.Join(tc.stdout, "\n") {
				t.Errorf("code %d, want %d\n%s\nwant\n%s\n%s", got.code, tc.code, got.stdout, strings.Join(tc.stdout, "\n"), got.stderr)
			}
			checkOutput(t, "stderr", got.stderr, tc.stderr)
		})
	}
	if got := headway(t, t.TempDir(), "check-config"); got.code != 0 || strings.Contains(got.stdout, "asked") {
		t.Errorf("without --ask: %+v", got)
	}
}
