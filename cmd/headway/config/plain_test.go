package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// TestSmallestConfiguration: the smallest configuration says what is true of a Gerrit that has
// neither Zuul nor a label for approval.
func TestSmallestConfiguration(t *testing.T) {
	const (
		owner, reviewer, builder = 1, 2, 3
		lead                     = 4
	)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	accounts := map[int]store.Account{
		owner: {ID: owner, Name: "Olga"}, reviewer: {ID: reviewer, Name: "Rita"}, lead: {ID: lead, Name: "Lena"},
		builder: {ID: builder, Name: "Jenkins", Service: true},
	}
	type vote struct {
		label          string
		account, value int
	}
	for _, tt := range []struct {
		name        string
		votes       []vote
		submittable bool
		reason      progress.ReasonCode
		text        string
	}{
		{"fresh", nil, false, "ci-missing", "CI has not reported on patch set 1 yet: wait for it."},
		{"failed", []vote{{"Verified", builder, -1}}, false, "ci-failed", "CI failed on patch set 1: fix it, or start CI again."},
		{"failed by hand", []vote{{"Verified", lead, -1}}, false, "ci-failed", "CI failed on patch set 1: fix it, or start CI again."},
		{"passed", []vote{{"Verified", builder, 1}}, false, "no-review", "Nobody has voted yet: review it."},
		{"passed by hand, liked", []vote{{"Verified", lead, 1}, {"Code-Review", reviewer, 1}}, false, "one-short", "Needs one Code-Review +2: review it."},
		{"refused", []vote{{"Verified", builder, 1}, {"Code-Review", reviewer, -1}}, false, "negative-vote", "Code-Review -1 is not answered: upload a new patch set or reply."},
		{"complete", []vote{{"Verified", builder, 1}, {"Code-Review", reviewer, 2}}, true, "ready", "Ready: submit it."},
		{"held by something else", []vote{{"Verified", builder, 1}, {"Code-Review", reviewer, 2}}, false, "not-approved",
			"Reviewed, but something still keeps it from being submitted: see what Gerrit asks for."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			goal := load(t, minimal).Goals[0].Progress
			c := &store.Change{
				Row: store.Row{Number: 1, Project: "p", Branch: "main", Status: store.StatusNew, Owner: owner, PatchSet: 1, Created: now.Add(-9 * time.Hour), Updated: now},
				Detail: store.Detail{
					Detailed: now, Accounts: accounts, Submittable: &tt.submittable,
					PatchSets: []store.PatchSet{{Number: 1, Created: store.MomentOf(now.Add(-9 * time.Hour)), Uploader: owner}},
					Labels:    []store.Label{{Name: "Code-Review", Min: -2, Max: 2}, {Name: "Verified", Min: -1, Max: 1}},
				},
			}
			before := &store.Change{
				Row: store.Row{Number: 2, Project: "p", Branch: "main", Status: store.StatusMerged},
				Detail: store.Detail{Detailed: now, Accounts: accounts, Messages: []store.Message{
					{Author: builder, Time: store.MomentOf(now), PatchSet: 1, Votes: map[string]int{"Verified": 1}},
				}},
			}
			for _, v := range tt.votes {
				at := now.Add(-time.Hour)
				for i := range c.Labels {
					if c.Labels[i].Name == v.label {
						c.Labels[i].Votes = append(c.Labels[i].Votes, store.Vote{Account: v.account, Value: v.value, Date: store.MomentOf(at)})
					}
				}
				c.Messages = append(c.Messages, store.Message{Author: v.account, Time: store.MomentOf(at), PatchSet: 1, Votes: map[string]int{v.label: v.value}})
			}
			result := progress.Compute(goal, progress.Input{
				Now: now, Gerrit: "https://gerrit.example.org/", All: []*store.Change{c, before},
				Members:   []store.Member{{Membership: store.Membership{Number: 1, Query: goal.Selector}, Change: c}},
				Selectors: []store.Selector{{Query: goal.Selector, AsOf: now}},
			})
			if got := result.Changes[0].Reason; got.Code != tt.reason || got.Text != tt.text {
				t.Errorf("%s: %s, want %s: %s", got.Code, got.Text, tt.reason, tt.text)
			}
			for _, m := range append(result.Reasons(), result.Waits()...) {
				if strings.Contains(m.Meaning+m.Next, "gate") || strings.Contains(m.Next, "recheck") {
					t.Errorf("%s is explained: %s %s", m.Code, m.Meaning, m.Next)
				}
			}
		})
	}
}
