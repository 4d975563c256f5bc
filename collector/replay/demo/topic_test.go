package demo_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/store"
)

var demoNow = time.Date(2026, 11, 23, 14, 3, 5, 0, time.UTC)

func topicAt(t testing.TB, now time.Time) (*replay.Topic, time.Duration) {
	t.Helper()
	topic, offset, err := demo.Topic(now)
	if err != nil {
		t.Fatal(err)
	}
	return topic, offset
}

func TestTopicIsTheSameAtEveryRun(t *testing.T) {
	first, _ := topicAt(t, demoNow)
	second, _ := topicAt(t, demoNow)
	if written(t, first) != written(t, second) {
		t.Error("two runs at one time differ")
	}
	type facts struct{ Project, Branch, Subject, Status, Topic string }
	of := func(topic *replay.Topic) map[int]facts {
		out := map[int]facts{}
		for _, c := range topic.Changes {
			out[c.Number] = facts{c.Project, c.Branch, c.Subject, c.Status, c.Topic}
		}
		return out
	}
	for _, later := range []time.Duration{9 * time.Hour, 21 * time.Hour, 400 * 24 * time.Hour} {
		other, _ := topicAt(t, demoNow.Add(later))
		if diff := cmp.Diff(of(first), of(other)); diff != "" {
			t.Errorf("%s later (-first +later):\n%s", later, diff)
		}
	}
}

// TestTopicTimes: whole days, the newest real commit within the last day, and
// nothing in the future or out of order, also in years before the commits.
func TestTopicTimes(t *testing.T) {
	lines := realCommits(t)
	newest := lines[len(lines)-1].Submitted
	for _, now := range []time.Time{demoNow, newest, newest.Add(-time.Second), newest.Add(24 * time.Hour), time.Date(2025, 3, 1, 0, 0, 0, 5, time.UTC)} {
		topic, offset := topicAt(t, now)
		if offset%(24*time.Hour) != 0 {
			t.Errorf("offset %s is not a whole number of days", offset)
		}
		if age := now.Sub(newest.Add(offset)); age < 0 || age >= 24*time.Hour {
			t.Errorf("at %s the newest commit is %s old", now, age)
		}
		for _, c := range topic.Changes {
			if c.Updated.After(now) || c.Created.After(c.Updated.Time) {
				t.Errorf("%d: created %s, updated %s", c.Number, c.Created, c.Updated)
			}
			if !slices.IsSortedFunc(c.Messages, func(a, b replay.Message) int { return a.Date.Compare(b.Date.Time) }) {
				t.Errorf("%d: messages out of order: %v", c.Number, c.Messages)
			}
			if !c.Updated.Equal(c.Messages[len(c.Messages)-1].Date.Time) {
				t.Errorf("%d: updated is not that of the newest message", c.Number)
			}
		}
	}
}

type realCommit struct {
	Project   string
	Branch    string
	ChangeID  string `json:"change_id"`
	Subject   string
	Author    string
	Submitted time.Time
}

func realCommits(t *testing.T) []realCommit {
	f, err := os.Open("commits.jsonl")
	must(t, err)
	defer f.Close()
	var out []realCommit
	for in := bufio.NewScanner(f); in.Scan(); {
		var c realCommit
		must(t, json.Unmarshal(in.Bytes(), &c))
		out = append(out, c)
	}
	return out
}

// TestTopicHoldsTheRealCommits: each merged once, at its moved time, by its
// pseudonym, and only they are by pseudonyms.
func TestTopicHoldsTheRealCommits(t *testing.T) {
	topic, offset := topicAt(t, demoNow)
	type key struct{ project, branch, id string }
	found := map[key]*replay.Change{}
	pseudonyms := 0
	for _, c := range topic.Changes {
		found[key{c.Project, c.Branch, c.ChangeID}] = c
		if strings.HasPrefix(c.Owner.Name, "dev-") {
			pseudonyms++
		}
	}
	lines := realCommits(t)
	for _, line := range lines {
		branch := line.Branch
		if branch == "" {
			branch = "master"
		}
		c := found[key{"openstack/" + line.Project, branch, line.ChangeID}]
		if c == nil {
			t.Errorf("%s %s is not there", line.Project, line.Subject)
			continue
		}
		if c.Status != "MERGED" || !c.Submitted.Equal(line.Submitted.Add(offset)) || c.Subject != line.Subject || c.Owner.Name != line.Author ||
			!strings.HasPrefix(c.Topic, "eventlet-removal") {
			t.Errorf("%s: %s by %s on %s under %q", line.Subject, c.Status, c.Owner.Name, c.Submitted, c.Topic)
		}
		if len(votes(c, "Code-Review")) < 2 || votes(c, "Verified")[replay.Zuul.ID] != 2 || len(votes(c, "Workflow")) == 0 {
			t.Errorf("%s: merged with %v", line.Subject, c.Labels)
		}
	}
	if len(lines) != 196 || pseudonyms != 196 {
		t.Errorf("%d real commits, %d changes by pseudonyms, want 196", len(lines), pseudonyms)
	}
}

// TestTopicShowsEverything: every project of the table, every state, every reason
// to wait, and the awkward subjects.
func TestTopicShowsEverything(t *testing.T) {
	topic, _ := topicAt(t, demoNow)
	if n := len(topic.Changes); n < 320 || n > 340 {
		t.Errorf("%d changes", n)
	}
	s := replay.New(topic, replay.Config{})
	for _, project := range strings.Fields(`octavia mistral ironic barbican heat cyborg neutron designate glance nova cinder manila watcher swift blazar
		oslo.service oslo.log oslo.messaging oslo.concurrency oslo.db futurist taskflow
		mistral-lib ironic-python-agent networking-baremetal networking-generic-switch neutron-lib magnum`) {
		if got, _ := s.Query("project:openstack/" + project); len(got) == 0 {
			t.Errorf("no change in %s", project)
		}
	}
	const master, backport = `branch:master `, `branch:"^(stable|unmaintained|bugfix)/.*" `
	for _, tt := range []struct {
		query   string
		atLeast int
	}{
		{`prefixtopic:"eventlet-removal"`, 300},
		{`prefixtopic:"eventlet-removal" -topic:"eventlet-removal"`, 10},
		{`project:openstack/octavia message:eventlet -prefixtopic:"eventlet-removal" is:merged`, 3},
		{`project:openstack/octavia -message:eventlet`, 1},
		{master + "is:merged", 220},
		{master + "is:open -is:wip", 35},
		{master + "is:open is:wip", 8},
		{master + "is:abandoned", 8},
		{backport + "is:merged", 8},
		{backport + "is:open", 2},
		{"is:cherrypick is:merged", 5},
		{"-revertof:0 message:Reapply is:merged", 1},
		{`-prefixtopic:"eventlet-removal" message:"this reverts commit" is:merged`, 1},
		{`message:"this reverts commit" is:open`, 1},
		{`project:openstack/oslo.db -is:abandoned`, -1},
		{`project:openstack/networking-generic-switch -is:open`, -1},
		{`project:openstack/blazar -is:open`, -1},
	} {
		got, err := s.Query(tt.query)
		if err != nil || len(got) < tt.atLeast || tt.atLeast < 0 && len(got) > 0 {
			t.Errorf("%s finds %d, %v; want %d", tt.query, len(got), err, tt.atLeast)
		}
	}

	reasons := map[string]int{}
	for _, c := range topic.Changes {
		if c.Status == "NEW" && c.Branch == "master" {
			reasons[reason(c, topic, demoNow)]++
		}
	}
	for _, code := range strings.Fields(`wip ci-failed merge-conflict dependency dependency-abandoned in-gate gate-stuck
		negative-vote answered ci-missing recheck unresolved no-review one-short not-approved`) {
		if reasons[code] == 0 {
			t.Errorf("nothing waits because of %s: %v", code, slices.Sorted(maps.Keys(reasons)))
		}
	}

	subjects := ""
	for _, c := range topic.Changes {
		subjects += c.Subject + "\n"
	}
	for _, awkward := range []string{"👋", `"`, "<script>", "<b>", "ירידה", `Revert "Revert "`, "'"} {
		if !strings.Contains(subjects, awkward) {
			t.Errorf("no subject holds %s", awkward)
		}
	}
}

var dependsOn = regexp.MustCompile(`(?m)^Depends-On: https://review\.opendev\.org/c/\S+/\+/(\d+)$`)

// reason is product.md's list in short, from the facts alone.
func reason(c *replay.Change, topic *replay.Topic, now time.Time) string {
	k := c.Commit()
	var newest replay.Message
	for _, m := range c.Messages {
		if m.PatchSet == c.PatchSet && m.Author.ID == replay.Zuul.ID {
			newest = m
		}
	}
	reports := func(s string) bool { return strings.Contains(newest.Message, s) }
	uploaded := c.Revisions[c.CurrentRevision].Created.Time
	twos, minus, approved := 0, false, c.Labels["Workflow"].Approved.ID != 0
	for _, v := range votes(c, "Code-Review") {
		twos += max(0, v-1)
		minus = minus || v < 0
	}
	lastHuman := c.Messages[0]
	for _, m := range c.Messages {
		if len(m.Author.Tags) == 0 && m.Author.Name != "OpenStack Proposal Bot" {
			lastHuman = m
		}
	}
	switch {
	case c.WIP:
		return "wip"
	case reports("Merge Failed"):
		return "merge-conflict"
	case votes(c, "Verified")[replay.Zuul.ID] < 0:
		return "ci-failed"
	}
	for _, d := range topic.Changes {
		m := dependsOn.FindStringSubmatch(k.Message)
		if d.CurrentRevision == k.Parents[0].Commit || m != nil && strings.HasSuffix(m[1], strconv.Itoa(d.Number)) {
			switch d.Status {
			case "NEW":
				return "dependency"
			case "ABANDONED":
				return "dependency-abandoned"
			}
		}
	}
	switch {
	case approved && twos > 0 && !minus && now.Sub(newest.Date.Time) > 48*time.Hour:
		return "gate-stuck"
	case approved && twos > 0 && !minus:
		return "in-gate"
	case minus && lastHuman.Author.ID == c.Owner.ID:
		return "answered"
	case minus:
		return "negative-vote"
	case newest.ID == "" && now.Sub(uploaded) > 24*time.Hour:
		return "recheck"
	case newest.ID == "":
		return "ci-missing"
	case c.UnresolvedComments > 0 && lastHuman.Author.ID != c.Owner.ID:
		return "unresolved"
	case twos >= 2:
		return "not-approved"
	case twos == 1:
		return "one-short"
	}
	return "no-review"
}

// TestTopicFile: it is a topic like any other, and small enough to be made at
// every start.
func TestTopicFile(t *testing.T) {
	topic, _ := topicAt(t, demoNow)
	text := written(t, topic)
	read, err := replay.ReadTopic(bytes.NewBufferString(text))
	must(t, err)
	if diff := cmp.Diff(topic.Changes, read.Changes); diff != "" {
		t.Errorf("changed on the way (-demo +read):\n%s", diff)
	}
	t.Logf("%d changes, %d bytes", len(topic.Changes), len(text))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written is a topic as a file.
func written(t *testing.T, topic *replay.Topic) string {
	t.Helper()
	var b bytes.Buffer
	must(t, replay.WriteTopic(&b, topic, store.WithoutAddresses))
	return b.String()
}

// votes are the votes of a label that are not zero, by account.
func votes(c *replay.Change, label string) map[int]int {
	out := map[int]int{}
	for _, a := range c.Labels[label].All {
		if v := a.Vote(); v != 0 {
			out[a.ID] = v
		}
	}
	return out
}
