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

// twins are a real Gerrit and a Server to which the same is done.
type twins struct {
	t                *testing.T
	gerrit           *gerrittest.Server
	alice, bob, zuul *gerrittest.User
	replay           *replay.Server
	theirs, ours     *client
	minute           int
}

func newTwins(t *testing.T) *twins {
	g := gerrittest.Start(t)
	w := &twins{t: t, gerrit: g, replay: replay.New(&replay.Topic{}, replay.Config{})}
	w.alice, w.bob = g.CreateUser(t, "alice", "Alice Amber"), g.CreateUser(t, "bob", "Bob Birch")
	w.zuul = g.CreateUser(t, "zuul", "Zuul", gerrittest.ServiceUsers)
	g.CreateProject(t, "p", "stable/1")
	w.theirs = &client{t, strings.TrimSuffix(g.URL, "/"), &http.Client{}}
	w.ours = serve(t, w.replay)
	return w
}

// create makes a change of alice's in both, with one number.
func (w *twins) create(subject, topic string, wip bool) int {
	w.t.Helper()
	n := w.alice.CreateChange(w.t, gerrittest.NewChange{Project: "p", Subject: subject, Topic: topic, WIP: wip})
	w.do(nil, func() error {
		_, err := w.replay.Create(after(w.minute), replay.NewChange{Number: n, Project: "p", Subject: subject, Topic: topic, WIP: wip, Owner: w.alice.Number})
		return err
	})
	return n
}

// do acts on both.
func (w *twins) do(theirs func(), ours func() error) {
	w.t.Helper()
	w.minute++
	if theirs != nil {
		theirs()
	}
	must(w.t, ours())
}

// twinFacts are what must be the same of a change, names of commits apart.
type twinFacts struct {
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

func (w *twins) facts(c *client, number int) twinFacts {
	d := c.detail(number)
	f := twinFacts{
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
		if l.Approved.ID != 0 || l.Rejected.ID != 0 { // Gerrit tells the weak votes then or not
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

// same compares a change in both, and one step of each clock.
func (w *twins) same(what string, numbers ...int) {
	w.t.Helper()
	for _, n := range numbers {
		if diff := cmp.Diff(w.facts(w.theirs, n), w.facts(w.ours, n)); diff != "" {
			w.t.Errorf("%s: change %d (-Gerrit +replay)\n%s", what, n, diff)
		}
	}
}

// TestTwins does to a real Gerrit and to a Server what people and robots do, and
// compares all that is told of the changes.
func TestTwins(t *testing.T) {
	w := newTwins(t)
	a, b, z := w.alice, w.bob, w.zuul
	s := w.replay
	now := func() (at int) { return w.minute }

	n := w.create("First", "topic", true)
	w.same("created as wip", n)
	w.do(func() { a.Push(t, n) }, func() error { return s.Upload(after(now()), n, a.Number, replay.Patch{}) })
	w.do(func() { a.Ready(t, n) }, func() error { return s.SetReady(after(now()), n, a.Number) })
	w.do(func() { a.WIP(t, n) }, func() error { return s.SetWIP(after(now()), n, a.Number) })
	w.do(func() { a.Review(t, n, gerrittest.Review{Ready: true}) }, func() error { return s.Reply(after(now()), n, a.Number, replay.Reply{Ready: true}) })
	w.same("made ready", n)

	w.do(func() { b.Review(t, n, gerrittest.Review{Message: "See inline.", Unresolved: "Why?"}) },
		func() error {
			return s.Reply(after(now()), n, b.Number, replay.Reply{Comments: 1, Unresolved: 1, Text: "See inline."})
		})
	w.same("commented", n)
	w.do(func() { b.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1}}) },
		func() error {
			return s.Reply(after(now()), n, b.Number, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}})
		})
	w.do(func() { b.Vote(t, n, "Code-Review", 2) }, func() error { return s.Vote(after(now()), n, b.Number, "Code-Review", 2) })
	w.do(func() { a.Vote(t, n, "Code-Review", 1) }, func() error { return s.Vote(after(now()), n, a.Number, "Code-Review", 1) })
	w.same("voted", n)
	w.do(func() { b.Vote(t, n, "Workflow", 0) }, func() error { return s.Vote(after(now()), n, b.Number, "Workflow", 0) })
	w.do(func() { w.gerrit.Admin.RemoveVote(t, n, b, "Code-Review") },
		func() error { return s.RemoveVote(after(now()), n, w.gerrit.Admin.Number, b.Number, "Code-Review") })
	w.same("votes withdrawn and removed", n)

	w.do(func() { a.SetTopic(t, n, "other") }, func() error { return s.SetTopic(after(now()), n, a.Number, "other") })
	w.do(func() { a.DeleteTopic(t, n) }, func() error { return s.SetTopic(after(now()), n, a.Number, "") })
	w.do(func() { a.SetTopic(t, n, "topic") }, func() error { return s.SetTopic(after(now()), n, a.Number, "topic") })
	w.do(func() { a.Hashtags(t, n, []string{"x", "y"}, nil) }, func() error { return s.AddHashtags(after(now()), n, a.Number, "x", "y") })
	w.same("topics and hashtags", n)

	w.do(func() { b.Vote(t, n, "Code-Review", -2) }, func() error { return s.Vote(after(now()), n, b.Number, "Code-Review", -2) })
	w.do(func() {
		z.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Verified": 1}, Message: "Fine.", Tag: "autogenerated:zuul:check"})
	}, func() error {
		return s.Reply(after(now()), n, z.Number, replay.Reply{Votes: map[string]int{"Verified": 1}, Text: "Fine.", Tag: "autogenerated:zuul:check"})
	})
	w.do(func() { a.PublishEdit(t, n) }, func() error { return s.Upload(after(now()), n, a.Number, replay.Patch{Edit: true}) })
	w.same("edited", n)
	w.do(func() { b.Vote(t, n, "Code-Review", 1) }, func() error { return s.Vote(after(now()), n, b.Number, "Code-Review", 1) })
	w.do(func() { a.EditMessage(t, n, "First\n\nWith a body.") },
		func() error {
			return s.Upload(after(now()), n, a.Number, replay.Patch{Kind: replay.KindNoCodeChange, Message: "First\n\nWith a body.", Button: true})
		})
	w.same("message edited", n)
	w.do(func() { a.Push(t, n, "wip") }, func() error { on := true; return s.Upload(after(now()), n, a.Number, replay.Patch{WIP: &on}) })
	w.do(func() { a.Push(t, n, "ready", "topic=pushed") }, func() error {
		off, topic := false, "pushed"
		return s.Upload(after(now()), n, a.Number, replay.Patch{WIP: &off, Topic: &topic})
	})
	w.same("pushed as wip, then ready with a topic", n)

	w.do(func() { w.gerrit.Admin.Move(t, n, "stable/1") }, func() error { return s.Move(after(now()), n, w.gerrit.Admin.Number, "stable/1") })
	w.do(func() { w.gerrit.Admin.Move(t, n, "master") }, func() error { return s.Move(after(now()), n, w.gerrit.Admin.Number, "master") })
	w.do(func() { a.Private(t, n) }, func() error { return s.SetPrivate(after(now()), n, a.Number, true) })
	w.do(func() { a.Public(t, n) }, func() error { return s.SetPrivate(after(now()), n, a.Number, false) })
	w.do(func() { a.Abandon(t, n, "Later.") }, func() error { return s.Abandon(after(now()), n, a.Number, "Later.") })
	w.same("abandoned", n)
	w.do(func() { a.Restore(t, n, "") }, func() error { return s.Restore(after(now()), n, a.Number, "") })
	w.do(func() { a.AddReviewer(t, n, z) }, func() error { return s.AddReviewer(after(now()), n, a.Number, z.Number) })
	w.do(func() { w.gerrit.Admin.DeleteMessage(t, n, "See inline.") }, func() error { return s.DeleteMessage(n, w.gerrit.Admin.Number, w.message(n, "See inline.")) })
	w.same("restored, message deleted", n)

	w.do(func() {
		b.Review(t, n, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
	},
		func() error {
			return s.Reply(after(now()), n, b.Number, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
		})
	w.do(func() { z.Submit(t, n) }, func() error { return s.Submit(after(now()), n, z.Number) })
	w.same("submitted", n)

	pick := n + 1
	w.do(func() {
		pick = w.made(b, n, "revisions/current/cherrypick", map[string]any{"destination": "stable/1", "message": w.picked(n)})
	}, func() error { _, err := s.CherryPickAs(after(now()), n, b.Number, pick, "stable/1"); return err })
	w.same("cherry-picked", n, pick)
	var revert int
	w.do(func() { revert = w.made(b, n, "revert", map[string]any{}) }, func() error { _, err := s.RevertAs(after(now()), n, b.Number, revert, ""); return err })
	w.same("reverted", n, revert)
	w.do(func() {
		a.Review(t, revert, gerrittest.Review{Votes: gerrittest.Votes{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
	},
		func() error {
			return s.Reply(after(now()), revert, a.Number, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1, "Verified": 2}})
		})
	w.do(func() { a.Submit(t, revert) }, func() error { return s.Submit(after(now()), revert, a.Number) })
	var again int
	w.do(func() { again = w.made(b, revert, "revert", map[string]any{}) }, func() error { _, err := s.RevertAs(after(now()), revert, b.Number, again, ""); return err })
	w.same("reverted again", revert, again)
}

// made is the change that a request below another one made.
func (w *twins) made(by *gerrittest.User, n int, what string, in map[string]any) int {
	w.t.Helper()
	var made struct {
		Number int `json:"_number"`
	}
	by.Call(w.t, "POST", fmt.Sprintf("changes/%d/%s", n, what), in, &made)
	return made.Number
}

// picked is the message that Gerrit's page proposes for a cherry-pick.
func (w *twins) picked(n int) string {
	d := w.theirs.detail(n)
	message, id, _ := strings.Cut(commit(d).Message, "\n\nChange-Id: ")
	return message + "\n\n(cherry picked from commit " + d.CurrentRevision + ")\n\nChange-Id: " + id
}

// message is the index of the message that holds text.
func (w *twins) message(n int, text string) int {
	c, _ := w.replay.Change(n)
	return slices.IndexFunc(c.Messages, func(m replay.Message) bool { return strings.Contains(m.Message, text) })
}
