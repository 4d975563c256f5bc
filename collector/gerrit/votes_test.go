//go:build gerrit

package gerrit_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/collector/gerrit/gerrittest"
	"github.com/google/go-cmp/cmp"
)

// TestRealVotes asks a real Gerrit for votes. Before 3.6 it gives only a summary of
// a label unless more is asked for.
func TestRealVotes(t *testing.T) {
	s := gerrittest.Start(t)
	s.CreateProject(t, "openstack/nova")
	author, reviewer := s.CreateUser(t, "alice", "Alice Author"), s.CreateUser(t, "rob", "Rob Reviewer")
	robot := s.CreateUser(t, "zuul", "Zuul", gerrittest.ServiceUsers)
	client, err := gerrit.New(gerrit.Config{URL: s.URL, RequestsPerSecond: 1000, Timeout: time.Minute, Transport: &http.Transport{}})
	if err != nil {
		t.Fatal(err)
	}

	type votes map[string]map[int]int // label → account → value
	for _, tt := range []struct {
		name string
		vote func(number int)
		want votes
	}{
		{"none", func(int) {}, votes{}},
		{"approved", func(n int) {
			reviewer.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1}})
			robot.Vote(t, n, "Verified", 2)
		}, votes{"Code-Review": {reviewer.Number: 2}, "Workflow": {reviewer.Number: 1}, "Verified": {robot.Number: 2}}},
		{"failed", func(n int) { robot.Vote(t, n, "Verified", -1) }, votes{"Verified": {robot.Number: -1}}},
		{"two reviews", func(n int) {
			reviewer.Vote(t, n, "Code-Review", -1)
			author.Vote(t, n, "Code-Review", 1)
		}, votes{"Code-Review": {reviewer.Number: -1, author.Number: 1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			number := author.CreateChange(t, gerrittest.NewChange{Project: "openstack/nova", Topic: "votes", Subject: tt.name})
			tt.vote(number)
			got, err := client.Details(t.Context(), []int{number})
			if err != nil || len(got.Changes) != 1 {
				t.Fatalf("details: %+v, %v", got, err)
			}
			found := votes{}
			for name, label := range got.Changes[0].Labels {
				if low, high, ok := label.Range(); !ok || low >= 0 || high <= 0 {
					t.Errorf("%s: values from %d to %d, known: %t", name, low, high, ok)
				}
				for _, a := range label.All {
					if a.Value == nil || *a.Value == 0 {
						continue
					}
					if found[name] == nil {
						found[name] = map[int]int{}
					}
					found[name][a.AccountID] = *a.Value
				}
			}
			if diff := cmp.Diff(tt.want, found); diff != "" {
				t.Errorf("votes (-given +got):\n%s", diff)
			}
		})
	}
}
