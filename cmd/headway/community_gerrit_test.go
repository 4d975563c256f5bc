//go:build gerrit

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit/gerrittest"
)

// TestScenariosOnARealGerrit plays all steps on a real Gerrit.
func TestScenariosOnARealGerrit(t *testing.T) {
	playScenarios(t, newGerritCommunity(t))
}

// gerritCommunity is a community on a real Gerrit.
type gerritCommunity struct {
	t      *testing.T
	server *gerrittest.Server
	people map[person]*gerrittest.User
}

func newGerritCommunity(t *testing.T) *gerritCommunity {
	t.Helper()
	s := gerrittest.Start(t)
	for _, project := range []string{novaProject, neutronProject, octaviaProject, "openstack/cinder"} {
		s.CreateProject(t, project, stableBranch, featureBranch)
	}
	return &gerritCommunity{t, s, map[person]*gerrittest.User{
		alice: s.CreateUser(t, "alice", "Alice Author"),
		rob:   s.CreateUser(t, "rob", "Rob Reviewer"),
		zuul:  s.CreateUser(t, "zuul", "Zuul", gerrittest.ServiceUsers),
	}}
}

func (g *gerritCommunity) alice() *gerrittest.User { return g.people[alice] }
func (g *gerritCommunity) rob() *gerrittest.User   { return g.people[rob] }

func (g *gerritCommunity) ReportTo(t *testing.T) { g.t = t }

func (g *gerritCommunity) URL() string    { return g.server.URL }
func (g *gerritCommunity) Now() time.Time { return time.Now() }

func (g *gerritCommunity) Create(p proposal) int {
	if p.changeID != "" { // Gerrit adds one only where there is none
		p.body = strings.TrimSpace(p.body + "\n\nChange-Id: " + p.changeID)
	}
	return g.alice().CreateChange(g.t, gerrittest.NewChange{
		Project: p.project, Branch: p.branch, Subject: p.subject, Body: p.body, Topic: p.topic, WIP: p.wip,
	})
}

func (g *gerritCommunity) Push(n int, p push) {
	var options []string
	if p.topic != "" {
		options = append(options, "topic="+p.topic)
	}
	if p.wip {
		options = append(options, "wip")
	}
	if p.ready {
		options = append(options, "ready")
	}
	g.alice().Push(g.t, n, options...)
}

func (g *gerritCommunity) PublishEdit(n int) { g.alice().PublishEdit(g.t, n) }

func (g *gerritCommunity) Reword(n int, message string) { g.alice().EditMessage(g.t, n, message) }

func (g *gerritCommunity) SetTopic(n int, topic string) {
	if topic == "" {
		g.alice().DeleteTopic(g.t, n)
		return
	}
	g.alice().SetTopic(g.t, n, topic)
}

func (g *gerritCommunity) AddHashtag(n int, hashtag string) {
	g.alice().Hashtags(g.t, n, []string{hashtag}, nil)
}

func (g *gerritCommunity) AddReviewer(n int) { g.alice().AddReviewer(g.t, n, g.rob()) }

func (g *gerritCommunity) Move(n int, branch string) { g.server.Admin.Move(g.t, n, branch) }

func (g *gerritCommunity) Abandon(n int)  { g.alice().Abandon(g.t, n, "") }
func (g *gerritCommunity) Restore(n int)  { g.alice().Restore(g.t, n, "") }
func (g *gerritCommunity) SetWIP(n int)   { g.alice().WIP(g.t, n) }
func (g *gerritCommunity) SetReady(n int) { g.alice().Ready(g.t, n) }
func (g *gerritCommunity) Delete(n int)   { g.alice().Delete(g.t, n) }

func (g *gerritCommunity) SetPrivate(n int, private bool) {
	if private {
		g.alice().Private(g.t, n)
		return
	}
	g.alice().Public(g.t, n)
}

func (g *gerritCommunity) Reply(who person, n int, w words) {
	g.people[who].Review(g.t, n, gerrittest.Review{Votes: w.votes, Message: w.text, Tag: w.tag, Ready: w.ready, Unresolved: w.unresolved})
}

func (g *gerritCommunity) RemoveVote(n int, whose person, label string) {
	g.server.Admin.RemoveVote(g.t, n, g.people[whose], label)
}

func (g *gerritCommunity) DeleteMessage(n int, text string) {
	g.server.Admin.DeleteMessage(g.t, n, text)
}

func (g *gerritCommunity) Merge(n int) { g.rob().Merge(g.t, n) }

func (g *gerritCommunity) Revert(n int, topic string) int { return g.alice().Revert(g.t, n, topic) }

func (g *gerritCommunity) CherryPick(n int, branch string) int {
	return g.alice().CherryPick(g.t, n, branch)
}

// AtOnce can only try: Gerrit's clock runs.
func (g *gerritCommunity) AtOnce(n int, f func()) bool {
	before := len(g.seconds(n))
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // a whole second is left
	f()
	at := g.seconds(n)[before:]
	return len(at) > 1 && at[0] == at[len(at)-1]
}

// seconds are the times of a change's messages, to the second.
func (g *gerritCommunity) seconds(n int) []string {
	var messages []struct{ Date string }
	g.alice().Call(g.t, "GET", fmt.Sprintf("changes/%d/messages", n), nil, &messages)
	var out []string
	for _, m := range messages {
		second, _, _ := strings.Cut(m.Date, ".")
		out = append(out, second)
	}
	return out
}
