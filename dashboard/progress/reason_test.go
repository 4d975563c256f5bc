package progress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Whoever changes how long a rule waits changes every text that speaks of it.
func TestTextsFollowTheRules(t *testing.T) {
	before, after := progress.TextsWith(48*time.Hour, 24*time.Hour), progress.TextsWith(5*24*time.Hour, 36*time.Hour)
	follow := strings.NewReplacer("more than two days", "more than five days", "more than a day", "more than 36 hours", "Wait a day", "Wait 36 hours")
	followed := 0
	for i, text := range before {
		if want := follow.Replace(text); want != text {
			followed++
			if after[i] != want {
				t.Errorf("after the rule changed: %q, want %q", after[i], want)
			}
		}
		if text == after[i] && strings.Contains(text, "day") {
			t.Errorf("%q does not follow the rule", text)
		}
	}
	if followed != 5 {
		t.Errorf("%d texts speak of how long a rule waits, want 5", followed)
	}
}

func TestReviewsNeeded(t *testing.T) {
	voted := func() *history {
		return tested().vote(ago(9), alice, "Code-Review", 2).vote(ago(8), bob, "Code-Review", 1)
	}
	for _, tt := range []struct {
		approve string
		needed  int
		want    string
	}{
		{"Workflow", 1, "not-approved: Reviewed but not approved: give the Workflow vote."},
		{"Workflow", 2, "one-short: Has one of two Code-Review +2: review it."},
		{"Workflow", 3, "not-approved: Has one of three Code-Review +2: review it."},
		{"", 1, "not-approved: Reviewed, but something still keeps it from being submitted: see what Gerrit asks for."},
		{"", 3, "not-approved: Has one of three Code-Review +2: review it."},
		{"Approval", 1, "not-approved: Reviewed, but something still keeps it from being submitted: see what Gerrit asks for."},
	} {
		g := newGoal()
		g.Labels.Approve, g.Labels.ReviewsNeeded = tt.approve, tt.needed
		reason := computeFor(g, voted()).Changes[0].Reason
		if got := string(reason.Code) + ": " + reason.Text; got != tt.want {
			t.Errorf("%d needed, approved by %q: %s, want %s", tt.needed, tt.approve, got, tt.want)
		}
	}
}

// TestReasonNamesTheVoter where the name is to be shown.
func TestReasonNamesTheVoter(t *testing.T) {
	refused := tested().vote(ago(9), alice, "Code-Review", -1)
	for _, tt := range []struct {
		name       string
		change     *history
		bare, with string
	}{
		{"not answered", refused, "Code-Review -1 is not answered: upload a new patch set or reply.", "Code-Review -1 of Jane is not answered: upload a new patch set or reply."},
		{"answered", tested().vote(ago(9), alice, "Code-Review", -1).comment(ago(7), owner), "The author replied to the Code-Review -1: vote again.", "The author replied to the Code-Review -1 of Jane: vote again."},
		{"no vote", tested(), "Nobody has voted yet: review it.", "Nobody has voted yet: review it."},
	} {
		r := compute([]*history{tt.change}).Changes[0].Reason
		if got := r.Named(""); got != tt.bare {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.bare)
		}
		if got := r.Named("Jane"); got != tt.with || (r.Vote != "") != (r.By == alice) {
			t.Errorf("%s: %q, want %q; by %d", tt.name, got, tt.with, r.By)
		}
	}
}

// TestRecheck: how CI is started again is configured, and every text says so.
func TestRecheck(t *testing.T) {
	for comment, want := range map[string]string{
		"recheck": `comment "recheck" on the change`,
		"run ci":  `comment "run ci" on the change`,
		"":        "start CI again",
	} {
		g := newGoal()
		g.Labels.Recheck = comment
		for code, c := range map[progress.ReasonCode]*history{
			"ci-failed":  newChange(1, ago(9)).zuul(ago(8), store.CIFailed, -1),
			"recheck":    newChange(1, ago(90)).zuul(ago(89), store.CISucceeded, 1).upload(ago(80), owner),
			"gate-stuck": newChange(1, ago(99)).vote(ago(60), alice, "Code-Review", 2).vote(ago(50), alice, "Workflow", 1),
		} {
			reason := computeFor(g, c).Changes[0].Reason
			if reason.Code != code || !strings.Contains(reason.Text, want) {
				t.Errorf("recheck %q: %s: %s, want %s: … %s", comment, reason.Code, reason.Text, code, want)
			}
			for _, m := range g.Labels.Reasons() {
				if m.Code == string(code) && !strings.Contains(strings.ToLower(m.Next), strings.ToLower(want)) {
					t.Errorf("recheck %q: %s is explained by %q", comment, m.Code, m.Next)
				}
			}
		}
	}
}

func TestAgeOf(t *testing.T) {
	for _, tt := range []struct {
		hours float64
		want  progress.Age
	}{{0, progress.Fresh}, {7*24 - 1, progress.Fresh}, {7 * 24, progress.Aging}, {28*24 - 1, progress.Aging}, {28 * 24, progress.Old}} {
		if got := progress.AgeOf(time.Duration(tt.hours * float64(time.Hour))); got != tt.want {
			t.Errorf("after %v hours: %q, want %q", tt.hours, got, tt.want)
		}
	}
}
