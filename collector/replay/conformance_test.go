//go:build gerrit

package replay_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/gerrit/gerrittest"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/store"
)

// TestConformance sends the same requests to a real Gerrit that holds the demo
// topic, and to a Server that holds what that Gerrit answered for it. Refusals
// must agree to the letter, changes in every field that a Change has.
func TestConformance(t *testing.T) {
	topic, _, err := demo.Topic(time.Now())
	must(t, err)
	gerrit := gerrittest.Start(t)
	gerrit.Import(t, topic.Changes)
	theirs := &client{t, strings.TrimSuffix(gerrit.URL, "/"), &http.Client{}}
	ours := serve(t, replay.New(recorded(t, theirs, gerrit.URL, numbers(topic.Changes)), replay.Config{}))

	for _, target := range conformanceTargets(topic) {
		name := target
		if len(name) > 120 {
			name = name[:120]
		}
		t.Run(name, func(t *testing.T) {
			want, got := theirs.get(target), ours.get(target)
			if want.StatusCode != got.StatusCode || mediaType(want) != mediaType(got) {
				t.Fatalf("Gerrit %d %s %.200q\nreplay %d %s %.200q", want.StatusCode, mediaType(want), want.body, got.StatusCode, mediaType(got), got.body)
			}
			if mediaType(want) != "application/json" {
				if want.body != got.body {
					t.Errorf("Gerrit %q\nreplay %q", want.body, got.body)
				}
				return
			}
			if diff := cmp.Diff(comparable(t, want.body), comparable(t, got.body)); diff != "" {
				t.Errorf("(-Gerrit +replay)\n%.3000s", diff)
			}
		})
	}
}

// conformanceTargets are the requests.
func conformanceTargets(topic *replay.Topic) []string {
	const selector = `prefixtopic:"eventlet-removal"`
	var all []string
	for _, c := range topic.Changes {
		all = append(all, fmt.Sprintf("change:%d", c.Number))
	}
	detailed := "&o=" + strings.Join(detail, "&o=")
	some := url.QueryEscape(strings.Join(all[:25], " OR ")) + "&n=25"
	var targets []string
	for _, q := range []string{
		selector, selector + ` after:"2026-01-01 00:00:00"`, selector + " is:wip", selector + " is:open -is:wip", selector + " status:merged", selector + " status:abandoned",
		`topic:"eventlet-removal"`, `topic:Eventlet-removal`, `topic:""`, `prefixtopic:""`,
		`((` + selector + `) -project:"openstack/octavia") OR (project:"openstack/octavia" (message:eventlet))`,
		`project:"openstack/nova"`, `project:"^openstack/oslo\\..*"`, `project:"^openstack/o"`, "project:nope", "repo:openstack/nova", "p:openstack/nova",
		"branch:master", `branch:"^(stable|unmaintained|bugfix)/.*"`, `branch:"^stable/.*|master"`, "branch:refs/heads/master", `branch:stable/2025.2`,
		"message:eventlet", "message:threads", `message:"native threads"`, `message:"oslo.service"`, `message:"monkey_patch"`, `message:"don't"`, "message:eventlets",
		"revertof:" + all[0][len("change:"):], "is:cherrypick", "is:private", "is:started", "is:closed", "status:m", "status:OPEN", "status:pending", "is:visible",
		"after:2026-11-01", "before:2025-01-01", `before:{2026-06-01 10:00:00.000000000}`, `after:"2026-06-01 10:00:00 +0200"`,
		"is:merged)", "NOT is:merged", "not is:merged", "is:merged OR is:wip AND project:openstack/nova", `topic:"a:b"`, "a-b:c", `{x`, `"a\`,
		"OR x", "--x", "()", "(x", "topic:", "[x", "x]", "!", "foo:bar", "change:abc", "change:0", "is:foo", "status:foo",
		"revertof:x", `message:"--"`, "message:", `project:"^(a"`, "is:mergeable", "is:starred", "after:x", `after:"2026-01-01T00:00:00Z"`,
		`after:"2026-01-01 00:00"`, `after:""`, "", " ", "   ", "\t", "a\nb[",
		strings.Repeat("p:a ", 1024), strings.Repeat("p:a ", 1025), strings.Join(all[:300], " OR "),
	} {
		targets = append(targets, "/changes/?q="+url.QueryEscape(q)+"&n=40")
	}
	for _, options := range []string{"", detailed, "&o=LABELS", "&o=MESSAGES", "&o=REVIEWER_UPDATES", "&o=SUBMIT_REQUIREMENTS", "&o=CURRENT_REVISION", "&o=CURRENT_COMMIT",
		"&o=CURRENT_REVISION&o=CURRENT_COMMIT", "&o=DETAILED_ACCOUNTS", "&o=ALL_REVISIONS", "&o=labels", "&o=SUBMITTABLE", "&o=NO_SUCH", "&foo=bar", "&x=1",
		"&n=abc", "&n=0", "&n=-1", "&n=1&n=2", "&S=3", "&start=3", "&S=100000", "&S=-1", "&S=x", "&no-limit", "&pp=1&n=1",
		"&q=is:wip", "&q=foo:bar", strings.Repeat("&q=is:wip", 9), strings.Repeat("&q=is:wip", 10)} {
		targets = append(targets, "/changes/?q="+some+options, "/changes/?q=is:abandoned"+options, "/changes/?q="+url.QueryEscape(selector+" is:open")+options)
	}
	for i := 0; i < len(all); i += 25 {
		targets = append(targets, "/changes/?q="+url.QueryEscape(strings.Join(all[i:min(i+25, len(all))], " OR "))+"&n=25"+detailed)
	}
	c := topic.Changes[7]
	id := fmt.Sprintf("%s~%d", url.PathEscape(c.Project), c.Number)
	for _, path := range []string{id, id + "?o=LABELS", id + "?o=CURRENT_REVISION&o=CURRENT_COMMIT", fmt.Sprint(c.Number), "1", "nope~1", fmt.Sprintf("nope%%2Fnope~%d", c.Number), id + "/nothing",
		fmt.Sprintf("openstack/nova~%d", c.Number), "I0123456789012345678901234567890123456789", "I609a4f056d19f67aa7b8113bb38b9e9083f24124", "x~y~z~w", "abc"} {
		targets = append(targets, "/changes/"+path)
	}
	return append(targets, "/projects/nope", "/projects/no%2Fpe", "/accounts/nobody", "/accounts/no%20such%20one", "/accounts/99", "/changes/?n=5", "/changes/", "/nothing", "/changes/?q=is:open&n=2&o=LABELS", "/changes/?q="+strings.Repeat("change:900000+OR+", 900)+"change:1",
		"/changes/?q="+strings.Repeat("change:900000+OR+", 1000)+"change:1")
}

// recorded is what Gerrit answers for changes, as a topic that went through a file.
func recorded(t *testing.T, c *client, base string, all []int) *replay.Topic {
	t.Helper()
	topic := &replay.Topic{Header: replay.Header{Gerrit: base, RecordedAt: time.Now()}}
	for batch := range slices.Chunk(all, 25) {
		var terms []string
		for _, n := range batch {
			terms = append(terms, fmt.Sprintf("change:%d", n))
		}
		found := c.query(strings.Join(terms, " OR "), "n=25", "o="+strings.Join(detail, "&o="))
		for _, ch := range found {
			ch.Redact(store.WithoutAddresses)
			ch.MoreChanges = false
		}
		topic.Changes = append(topic.Changes, found...)
	}
	read, err := replay.ReadTopic(bytes.NewBufferString(written(t, topic)))
	must(t, err)
	return read
}

func mediaType(r reply) string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return t
}

// comparable is the JSON of an answer: changes as a Change reads them, without
// addresses, or whatever else it is.
func comparable(t *testing.T, body string) any {
	t.Helper()
	text := strings.TrimPrefix(body, ")]}'\n")
	var changes []*replay.Change
	var one replay.Change
	var lists [][]*replay.Change
	var other any
	for _, v := range []any{&changes, &lists, &one, &other} {
		if json.Unmarshal([]byte(text), v) == nil {
			if v == any(&one) {
				changes = []*replay.Change{&one}
			}
			for _, c := range slices.Concat(append(lists, changes)...) {
				c.Redact(store.WithoutAddresses)
				c.SubmitRecords = nil
				if c.Status == "ABANDONED" { // Gerrit's index has them or not, as it was built
					c.Labels = nil
				}
				for name, l := range c.Labels {
					slices.SortFunc(l.All, func(a, b replay.Approval) int { return a.ID - b.ID })
					c.Labels[name] = l
				}
			}
			return v
		}
	}
	t.Fatalf("no JSON: %.200s", body)
	return nil
}
