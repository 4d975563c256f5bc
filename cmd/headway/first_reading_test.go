package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/terminal"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/dashboard/api"
)

// goalPages are the pages, badges and frames that show a goal's numbers.
var goalPages = []string{
	"", "eventlet-removal/changes", "eventlet-removal/attention", "eventlet-removal/projects/openstack/octavia",
	"eventlet-removal/teams/network", "eventlet-removal/embed/openstack/octavia",
	"eventlet-removal/badge.svg", "eventlet-removal/badge/openstack/octavia.svg",
}

// shown is the text of a page, title of a badge included.
func (f *followed) shown(page string) string {
	f.t.Helper()
	response, err := http.Get(f.site.JoinPath(page).String())
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		f.t.Fatalf("GET %s: %s, %v", page, response.Status, err)
	}
	if strings.HasSuffix(page, ".svg") {
		return string(body)
	}
	document, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		f.t.Fatal(err)
	}
	return strings.Join(strings.Fields(document.Find("main").Text()), " ")
}

// TestFirstReadingFails wants it said wherever numbers would be, with the reason and
// the next try, and no zero anywhere.
func TestFirstReadingFails(t *testing.T) {
	for _, tc := range []struct {
		name string
		fail func(s *scenario)
		why  string
	}{
		{"a proxy answers", func(s *scenario) { s.create("a", proposal{}); s.proxy.fail() }, "404; is the URL right?"},
		{"a page of HTML answers", func(s *scenario) { s.create("a", proposal{}); s.proxy.spoil(")]}'", "<!DOCTYPE html>") }, "is the URL right?"},
		{"nothing is shown", func(*scenario) {}, "this Gerrit shows nothing to anonymous users, it may want a login"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &scenario{follow(t, newReplayCommunity(t)), map[string]int{}}
			tc.fail(s)
			p, err := s.polls.Poll(t.Context(), "eventlet-removal", collector.PollOptions{})
			if err != nil || p.OK || !strings.Contains(p.Error, tc.why) {
				t.Fatalf("poll: %v, %+v, want it to fail with %q", err, p, tc.why)
			}
			next := "next try on " + s.now().UTC().Add(10*time.Minute).Format("2006-01-02 15:04 UTC")
			for _, page := range goalPages {
				text := s.shown(page)
				for _, want := range []string{"The first reading failed on 2026-", tc.why, next} {
					if !strings.Contains(text, want) {
						t.Errorf("/%s lacks %q:\n%s", page, want, text)
					}
				}
				for _, not := range []string{"under way", "0 not merged", "matches nothing"} {
					if strings.Contains(text, not) {
						t.Errorf("/%s says %q:\n%s", page, not, text)
					}
				}
			}
			var sum api.Summary
			s.read(s.site.JoinPath("api/v1/goals/eventlet-removal").String(), &sum)
			if l := sum.Loading; l == nil || l.FailedAt == nil || l.NextPoll == nil || sum.AsOf != nil || sum.Counts.Total != nil || sum.Progress != nil {
				t.Errorf("the API has %+v", sum)
			}
			status := terminal.Status(&sum, "text", time.Now(), terminal.Look{})
			if !strings.Contains(status, tc.why) || !strings.Contains(status, next+"; never polled completely") {
				t.Errorf("status prints\n%s", status)
			}
		})
	}
}

// TestSelectorMatchesNothing wants a complete zero to be named, while it lasts.
func TestSelectorMatchesNothing(t *testing.T) {
	for _, tc := range []struct {
		name   string
		happen func(s *scenario)
		empty  bool
	}{
		{"from the start", func(s *scenario) { s.create("foreign", proposal{topic: "-"}) }, true},
		{"since the last one left", func(s *scenario) {
			n := s.merged("a", proposal{})
			s.poll(collector.PollOptions{})
			s.SetTopic(n, "")
		}, true},
		{"but a backport", func(s *scenario) { s.create("a", proposal{branch: stableBranch}) }, false},
		{"but one that is abandoned", func(s *scenario) { s.Abandon(s.create("a", proposal{})) }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &scenario{follow(t, newReplayCommunity(t)), map[string]int{}}
			tc.happen(s)
			s.poll(collector.PollOptions{Full: true})
			for _, page := range goalPages {
				if text := strings.ToLower(s.shown(page)); strings.Contains(text, "the selector matches nothing") != tc.empty {
					t.Errorf("/%s: want it said: %t\n%s", page, tc.empty, text)
				}
			}
			var sum api.Summary
			s.read(s.site.JoinPath("api/v1/goals/eventlet-removal").String(), &sum)
			if sum.Loading != nil || sum.AsOf == nil || sum.Counts.Total == nil || sum.Progress != nil || (sum.Note != nil) != tc.empty {
				t.Errorf("the API has %+v", sum)
			}
			if status := terminal.Status(&sum, "markdown", time.Now(), terminal.Look{}); strings.Contains(status, "the selector matches nothing: no changes uploaded so far; as of 2026-") != tc.empty {
				t.Errorf("status prints\n%s", status)
			}
		})
	}
}

// TestNamesThatMatchNothing wants one warning for each in the log of a poll, on
// /polls and in verify, whether it reads the database or a server.
func TestNamesThatMatchNothing(t *testing.T) {
	d := newDrifting(t)
	dir := t.TempDir()
	write(t, dir, "c.yml", fmt.Sprintf(`
gerrit: {url: %s, requests_per_second: 1000}
goals:
  - name: g
    selector: 'prefixtopic:"eventlet-removal"'
    schedule: "@every 10s"
    projects: [{name: openstack/nova}, {name: openstack/Nova}, {name: openstack/cinder, declared: not-affected}]
    teams: [{name: t, projects: [openstack/neutron, openstack/neutron-lib]}]
    labels: {review: Code-Reveiw, ci_accounts: [Zuul, Jenkins]}
    bots: [rob, Proposal Bot]
    backports: ["stable/*", "unmaintained/*"]
`, d.proxy.url))
	d.Reply(rob, d.n["open"], words{text: "Looks good.", votes: map[string]int{"Code-Review": 1}})
	d.Reply(zuul, d.n["open"], words{text: "Build succeeded (check pipeline).", votes: map[string]int{"Verified": 1}})
	want := []string{
		`no change has a label "Code-Reveiw"`,
		`no change names an account "Jenkins" (CI account)`,
		`no change names an account "Proposal Bot" (bot)`,
		`no change is in project "openstack/Nova"`,
		`no change is in project "openstack/neutron-lib"`,
		`no change is on a branch that matches "unmaintained/*"`,
	}
	poll := headway(t, dir, "poll", "--verbose", "--config.file=c.yml")
	var logged []string
	for line := range strings.Lines(poll.stderr) {
		if _, why, ok := strings.Cut(strings.TrimSpace(line), `msg="configured name matches nothing" goal=g why=`); ok {
			text, err := strconv.Unquote(why)
			if err != nil {
				t.Fatal(err)
			}
			logged = append(logged, text)
		}
	}
	if diff := cmp.Diff(want, logged); diff != "" || poll.code != 0 {
		t.Errorf("poll: code %d, warnings (-want +got):\n%s\n%s", poll.code, diff, poll.stderr)
	}
	served := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--storage.path=served.db")
	served.logged(t, `msg="poll done"`)
	for _, args := range [][]string{{"verify", "--config.file=c.yml"}, {"verify", "--config.file=c.yml", "--url=" + served.url}} {
		got := headway(t, dir, args...)
		lines := "warning: " + strings.Join(want, "\nwarning: ") + "\ng: "
		if got.code != 0 || !strings.HasPrefix(got.stdout, lines) {
			t.Errorf("%q: code %d\n%s\nwant\n%s", args, got.code, got.stdout, lines)
		}
	}
	response, err := http.Get(served.url + "polls")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	shown := page.Find("section:has(.selectors) ul li").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("/polls (-want +got):\n%s", diff)
	}
}
