//go:build gerrit

package replay_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/gerrit/gerrittest"
	"github.com/eventlet-removal/headway/collector/replay"
)

// pair is a real Gerrit and a Server to which the same is written.
type pair struct {
	t                *testing.T
	gerrit           *gerrittest.Server
	alice, bob, zuul *gerrittest.User
	replay           *replay.Server
	theirs, ours     *client
	minute           int
}

func newPair(t *testing.T) *pair {
	g := gerrittest.Start(t)
	p := &pair{t: t, gerrit: g, replay: replay.New(&replay.Topic{}, replay.Config{})}
	p.alice, p.bob = g.CreateUser(t, "alice", "Alice Amber"), g.CreateUser(t, "bob", "Bob Birch")
	p.zuul = g.CreateUser(t, "zuul", "Zuul", gerrittest.ServiceUsers)
	g.CreateProject(t, "p", "stable/1")
	p.theirs = &client{t, strings.TrimSuffix(g.URL, "/"), &http.Client{}}
	p.ours = serve(t, p.replay)
	return p
}

// create makes a change of alice's in both, with one number.
func (p *pair) create(subject, topic string, wip bool) int {
	p.t.Helper()
	n := p.alice.CreateChange(p.t, gerrittest.NewChange{Project: "p", Subject: subject, Topic: topic, WIP: wip})
	p.do(nil, func() error {
		_, err := p.replay.Create(after(p.minute), replay.NewChange{Number: n, Project: "p", Subject: subject, Topic: topic, WIP: wip, Owner: p.alice.Number})
		return err
	})
	return n
}

// do acts on both.
func (p *pair) do(theirs func(), ours func() error) {
	p.t.Helper()
	p.minute++
	if theirs != nil {
		theirs()
	}
	must(p.t, ours())
}

// pairFacts are what must be the same of a change, names of commits apart.
type pairFacts struct {
	Status, Branch, Topic, Subject     string
	WIP, Started                       bool
	PatchSet, Unresolved, Total        int
	RevertOf, PickOf, PickOfPatchSet   int
	Kinds, Log, Votes, Reviewers, Tags []string
	Submitter                          int
	Message                            string
	Hashtags                           []string
	Requirements                       []string
}

var shaPattern = regexp.MustCompile(`\bI?[0-9a-f]{40}\b`)

func (p *pair) facts(c *client, number int) pairFacts {
	d := c.detail(number)
	f := pairFacts{
		Status: d.Status, Branch: d.Branch, Topic: d.Topic, Subject: d.Subject, WIP: d.WIP, Started: d.ReviewStarted, PatchSet: d.PatchSet,
		Unresolved: d.UnresolvedComments, Total: d.TotalComments, RevertOf: d.RevertOf, PickOf: d.CherryPickOf, PickOfPatchSet: d.CherryPickOfPatchSet,
		Submitter: d.Submitter.ID, Message: shaPattern.ReplaceAllString(commit(d).Message, "SHA"), Hashtags: d.Hashtags,
	}
	for _, m := range d.Messages {
		text := strings.NewReplacer("\n", "|").Replace(shaPattern.ReplaceAllString(m.Message, "SHA"))
		f.Log = append(f.Log, fmt.Sprintf("%d %d %s: %s %d", m.PatchSet, m.Author.ID, m.Tag, text, len(m.Accounts)))
	}
	for _, r := range d.Revisions {
		f.Kinds = append(f.Kinds, fmt.Sprintf("%d %s by %d %s", r.Number, r.Kind, r.Uploader.ID, r.Ref))
	}
	for name, l := range d.Labels {
		if l.Approved.ID != 0 || l.Rejected.ID != 0 { // Gerrit then shows the weak votes or not
			l.Recommended, l.Disliked, l.Value = replay.Account{}, replay.Account{}, 0
		}
		f.Votes = append(f.Votes, fmt.Sprintf("%s %d: approved %d rejected %d recommended %d disliked %d blocking %t optional %t",
			name, l.Value, l.Approved.ID, l.Rejected.ID, l.Recommended.ID, l.Disliked.ID, l.Blocking, l.Optional))
		for _, a := range l.All {
			if a.Value != nil && *a.Value != 0 {
				f.Votes = append(f.Votes, fmt.Sprintf("%s%+d by %d %s", name, *a.Value, a.ID, a.Tag))
			}
		}
	}
	for _, u := range d.ReviewerUpdates {
		f.Reviewers = append(f.Reviewers, fmt.Sprintf("%d by %d %s", u.Reviewer.ID, u.UpdatedBy.ID, u.State))
	}
	for _, r := range d.SubmitRequirements {
		f.Requirements = append(f.Requirements, fmt.Sprintf("%s %s %+v", r.Name, r.Status, *r.Result))
	}
	for _, list := range [][]string{f.Kinds, f.Votes, f.Reviewers, f.Hashtags, f.Requirements} {
		slices.Sort(list)
	}
	if d.Status == "ABANDONED" { // the index has them or not, as it was built
		f.Votes = nil
	}
	return f
}

// same compares a change in both.
func (p *pair) same(what string, numbers ...int) {
	p.t.Helper()
	for _, n := range numbers {
		if diff := cmp.Diff(p.facts(p.theirs, n), p.facts(p.ours, n)); diff != "" {
			p.t.Errorf("%s: change %d (-Gerrit +replay)\n%s", what, n, diff)
		}
	}
}

// TestWritesLikeGerrit does to a real Gerrit and to a Server what people and robots do, and
// compares all that each shows of the changes.
func TestWritesLikeGerrit(t *testing.T) {
	p := newPair(t)
	a, b, z := p.alice, p.bob, p.zuul
	s := p.replay
	now := func() (at int) { return p.minute }

	n := p.create("First", "topic", true)
	p.same("created as wip", n)
	p.do(func() { a.Push(t, n) }, func() error { return s.Upload(after(now()), n, a.Number, replay.Patch{}) })
	p.do(func() { a.Ready(t, n) }, func() error { return s.SetReady(after(now()), n, a.Number) })
	p.do(func() { a.WIP(t, n) }, func() error { return s.SetWIP(after(now()), n, a.Number) })
	p.do(func() { a.Review(t, n, gerrittest.Review{Ready: true}) }, func() error { return s.Reply(after(now()), n, a.Number, replay.Reply{Ready: true}) })
	p.same("made ready", n)

	p.do(func() { b.Review(t, n, gerrittest.Review{Message: "See inline.", Unresolved: "Why?"}) },
		func() error {
			return s.Reply(after(now()), n, b.Number, replay.Reply{Comments: 1, Unresolved: 1, Text: "See inline."})
		})
	p.same("commented", n)
	p.do(func() { b.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1}}) },
		func() error {
			return s.Reply(after(now()), n, b.Number, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}})
		})
	p.do(func() { b.Vote(t, n, "Code-Review", 2) }, func() error { return s.Vote(after(now()), n, b.Number, "Code-Review", 2) })
	p.do(func() { a.Vote(t, n, "Code-Review", 1) }, func() error { return s.Vote(after(now()), n, a.Number, "Code-Review", 1) })
	p.same("voted", n)
	p.do(func() { b.Vote(t, n, "Workflow", 0) }, func() error { return s.Vote(after(now()), n, b.Number, "Workflow", 0) })
	p.do(func() { p.gerrit.Admin.RemoveVote(t, n, b, "Code-Review") },
		func() error { return s.RemoveVote(after(now()), n, p.gerrit.Admin.Number, b.Number, "Code-Review") })
	p.same("votes withdrawn and removed", n)

	p.do(func() { a.SetTopic(t, n, "other") }, func() error { return s.SetTopic(after(now()), n, a.Number, "other") })
	p.do(func() { a.DeleteTopic(t, n) }, func() error { return s.SetTopic(after(now()), n, a.Number, "") })
	p.do(func() { a.SetTopic(t, n, "topic") }, func() error { return s.SetTopic(after(now()), n, a.Number, "topic") })
	p.do(func() { a.Hashtags(t, n, []string{"x", "y"}, nil) }, func() error { return s.AddHashtags(after(now()), n, a.Number, "x", "y") })
	p.same("topics and hashtags", n)

	p.do(func() { b.Vote(t, n, "Code-Review", -2) }, func() error { return s.Vote(after(now()), n, b.Number, "Code-Review", -2) })
	p.do(func() {
		z.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Verified": 1}, Message: "Fine.", Tag: "autogenerated:zuul:check"})
	}, func() error {
		return s.Reply(after(now()), n, z.Number, replay.Reply{Votes: map[string]int{"Verified": 1}, Text: "Fine.", Tag: "autogenerated:zuul:check"})
	})
	p.do(func() { a.PublishEdit(t, n) }, func() error { return s.Upload(after(now()), n, a.Number, replay.Patch{Edit: true}) })
	p.same("edited", n)
	p.do(func() { b.Vote(t, n, "Code-Review", 1) }, func() error { return s.Vote(after(now()), n, b.Number, "Code-Review", 1) })
	p.do(func() { a.EditMessage(t, n, "First\n\nWith a body.") },
		func() error {
			return s.Upload(after(now()), n, a.Number, replay.Patch{Kind: replay.KindNoCodeChange, Message: "First\n\nWith a body.", Button: true})
		})
	p.same("message edited", n)
	p.do(func() { a.Push(t, n, "wip") }, func() error { on := true; return s.Upload(after(now()), n, a.Number, replay.Patch{WIP: &on}) })
	p.do(func() { a.Push(t, n, "ready", "topic=pushed") }, func() error {
		off, topic := false, "pushed"
		return s.Upload(after(now()), n, a.Number, replay.Patch{WIP: &off, Topic: &topic})
	})
	p.same("pushed as wip, then ready with a topic", n)

	p.do(func() { p.gerrit.Admin.Move(t, n, "stable/1") }, func() error { return s.Move(after(now()), n, p.gerrit.Admin.Number, "stable/1") })
	p.do(func() { p.gerrit.Admin.Move(t, n, "master") }, func() error { return s.Move(after(now()), n, p.gerrit.Admin.Number, "master") })
	p.do(func() { a.Private(t, n) }, func() error { return s.SetPrivate(after(now()), n, a.Number, true) })
	p.do(func() { a.Public(t, n) }, func() error { return s.SetPrivate(after(now()), n, a.Number, false) })
	p.do(func() { a.Abandon(t, n, "Later.") }, func() error { return s.Abandon(after(now()), n, a.Number, "Later.") })
	p.same("abandoned", n)
	p.do(func() { a.Restore(t, n, "") }, func() error { return s.Restore(after(now()), n, a.Number, "") })
	p.do(func() { a.AddReviewer(t, n, z) }, func() error { return s.AddReviewer(after(now()), n, a.Number, z.Number) })
	p.do(func() { p.gerrit.Admin.DeleteMessage(t, n, "See inline.") }, func() error { return s.DeleteMessage(n, p.gerrit.Admin.Number, p.message(n, "See inline.")) })
	p.same("restored, message deleted", n)

	p.do(func() {
		b.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
	},
		func() error {
			return s.Reply(after(now()), n, b.Number, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
		})
	p.do(func() { z.Submit(t, n) }, func() error { return s.Submit(after(now()), n, z.Number) })
	p.same("submitted", n)

	pick := n + 1
	p.do(func() {
		pick = p.made(b, n, "revisions/current/cherrypick", map[string]any{"destination": "stable/1", "message": p.picked(n)})
	}, func() error { _, err := s.CherryPickAs(after(now()), n, b.Number, pick, "stable/1"); return err })
	p.same("cherry-picked", n, pick)
	var revert int
	p.do(func() { revert = p.made(b, n, "revert", map[string]any{}) }, func() error { _, err := s.RevertAs(after(now()), n, b.Number, revert, ""); return err })
	p.same("reverted", n, revert)
	p.do(func() {
		a.Review(t, revert, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
	},
		func() error {
			return s.Reply(after(now()), revert, a.Number, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
		})
	p.do(func() { a.Submit(t, revert) }, func() error { return s.Submit(after(now()), revert, a.Number) })
	var again int
	p.do(func() { again = p.made(b, revert, "revert", map[string]any{}) }, func() error { _, err := s.RevertAs(after(now()), revert, b.Number, again, ""); return err })
	p.same("reverted again", revert, again)
}

// made is the change that a request below another one made.
func (p *pair) made(by *gerrittest.User, n int, what string, in map[string]any) int {
	p.t.Helper()
	var made struct {
		Number int `json:"_number"`
	}
	by.Call(p.t, "POST", fmt.Sprintf("changes/%d/%s", n, what), in, &made)
	return made.Number
}

// picked is the message that Gerrit's page proposes for a cherry-pick.
func (p *pair) picked(n int) string {
	d := p.theirs.detail(n)
	message, id, _ := strings.Cut(commit(d).Message, "\n\nChange-Id: ")
	return message + "\n\n(cherry picked from commit " + d.CurrentRevision + ")\n\nChange-Id: " + id
}

// message is the index of the message that holds text.
func (p *pair) message(n int, text string) int {
	c, _ := p.replay.Change(n)
	return slices.IndexFunc(c.Messages, func(m replay.Message) bool { return strings.Contains(m.Message, text) })
}
