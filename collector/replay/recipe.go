package replay

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// row is one made-up change of the demonstration, or a few that belong together.
type row struct {
	project string  // without openstack/
	recipe  string  // what happens to it, by name
	days    float64 // ago: its merge, its abandonment, or the upload of its current patch set
	subject string
	branch  string // of a backport
	topic   string // "" is the usual, "-" none
	body    string // of the commit message
}

// tale is a made-up change that is told by its age.
type tale struct {
	story
	row
	crew
	r *rand.Rand
}

// recipes are what can have happened to a made-up change. Each leaves one state,
// or one reason to wait, of product.md.
var recipes = map[string]func(*tale){
	"abandoned":            (*tale).abandoned,
	"restored":             (*tale).restored,
	"wip":                  (*tale).wip,
	"wip-again":            (*tale).wipAgain,
	"no-review":            (*tale).noReview,
	"plus-one":             (*tale).plusOne,
	"one-short":            (*tale).oneShort,
	"not-approved":         (*tale).notApproved,
	"ci-failed":            (*tale).ciFailed,
	"merge-conflict":       (*tale).mergeConflict,
	"ci-missing":           (*tale).ciMissing,
	"recheck":              (*tale).ciMissing, // the same, grown old
	"in-gate":              (*tale).inGate,
	"gate-stuck":           (*tale).inGate, // the same, grown old
	"gate-failed":          (*tale).gateFailed,
	"negative-vote":        (*tale).negativeVote,
	"answered":             (*tale).answered,
	"answered-by-upload":   (*tale).answeredByUpload,
	"unresolved":           (*tale).unresolved,
	"on-the-row-before":    (*tale).onTheRowBefore,
	"needs-the-row-before": (*tale).needsTheRowBefore,
	"robots-only":          (*tale).robotsOnly,
}

// row tells one row. What was merged is told like the real commits.
func (t *teller) row(r row) {
	if t.err != nil {
		return
	}
	d := dice(r.project, r.recipe, r.subject)
	ta := &tale{row: r, r: d, crew: newCrew(d, 0)}
	ta.t = t
	ta.number = t.number(t.usual.Add(-ta.age(0) - 3*time.Hour))
	if tell, ok := merges[r.recipe]; ok {
		tell(ta)
		return
	}
	tell, ok := recipes[r.recipe]
	if !ok {
		t.err = fmt.Errorf("recipe %q of %q is not known", r.recipe, r.subject)
		return
	}
	tell(ta)
	ta.run()
	t.last = ta.number
}

// age is that of the row, less some days.
func (ta *tale) age(less float64) time.Duration {
	return time.Duration((ta.days - less) * float64(day)).Truncate(time.Second)
}

// ago is a time before now on the commits' clock.
func (ta *tale) ago(d time.Duration) time.Time { return ta.t.now.Add(-d).Add(-ta.t.offset) }

// when does something at a time before now.
func (ta *tale) when(ago time.Duration, do func(s *Server, at time.Time) error) {
	ta.on(ta.ago(ago), func(at time.Time) error { return do(ta.t.server, at) })
}

func (ta *tale) newChange() NewChange {
	topic := demoTopic
	switch ta.topic {
	case "":
	case "-":
		topic = ""
	default:
		topic = ta.topic
	}
	return NewChange{
		Number: ta.number, Project: "openstack/" + ta.project, Branch: ta.branch, Subject: ta.subject, Body: ta.body, Topic: topic, Owner: ta.owner,
		Insertions: 5 + ta.r.IntN(180), Deletions: ta.r.IntN(120),
	}
}

// create makes the change three hours before the row's age, so that CI has its
// say before that.
func (ta *tale) create(n NewChange) {
	ta.when(ta.age(0)+3*time.Hour, func(s *Server, at time.Time) error {
		_, err := s.Create(at, n)
		return err
	})
}

func (ta *tale) check(ago time.Duration, o Outcome) {
	ta.when(ago, func(s *Server, at time.Time) error { return s.Report(at, ta.number, Build{Outcome: o}) })
}

func (ta *tale) gate(ago time.Duration, o Outcome) {
	ta.when(ago, func(s *Server, at time.Time) error {
		return s.Report(at, ta.number, Build{Pipeline: "gate", Outcome: o})
	})
}

func (ta *tale) reply(ago time.Duration, by int, r Reply) {
	ta.when(ago, func(s *Server, at time.Time) error { return s.Reply(at, ta.number, by, r) })
}

func (ta *tale) vote(ago time.Duration, by, value int) {
	ta.reply(ago, by, Reply{Votes: map[string]int{"Code-Review": value}})
}

func (ta *tale) upload(ago time.Duration, p Patch) {
	ta.when(ago, func(s *Server, at time.Time) error { return s.Upload(at, ta.number, ta.owner, p) })
}

// noReview: CI is content, nobody has looked.
func (ta *tale) noReview() {
	ta.create(ta.newChange())
	ta.check(ta.age(0), Succeeded)
}

func (ta *tale) plusOne() {
	ta.noReview()
	ta.vote(ta.age(ta.days/3), ta.third, 1)
}

func (ta *tale) oneShort() {
	ta.plusOne()
	ta.vote(ta.age(ta.days/2), ta.first, 2)
}

func (ta *tale) notApproved() {
	ta.oneShort()
	ta.vote(ta.age(ta.days*0.6), ta.second, 2)
}

func (ta *tale) abandoned() {
	ta.create(ta.newChange())
	ta.check(ta.age(0), Failed)
	ta.reply(ta.age(ta.days*0.05), ta.first, Reply{Comments: 1, Unresolved: 1, Text: "Is this still needed with the threading backend?"})
	ta.when(ta.age(ta.days*0.1), func(s *Server, at time.Time) error {
		return s.Abandon(at, ta.number, ta.owner, "Superseded by the new backend of oslo.service.")
	})
}

func (ta *tale) restored() {
	ta.abandoned()
	ta.when(ta.age(ta.days*0.7), func(s *Server, at time.Time) error { return s.Restore(at, ta.number, ta.owner, "") })
	ta.upload(ta.age(ta.days*0.72), Patch{Kind: KindTrivialRebase})
	ta.check(ta.age(ta.days*0.75), Succeeded)
	ta.reply(ta.age(ta.days*0.8), ta.owner, Reply{Unresolved: -1, Text: "Yes, the console needs it."})
}

func (ta *tale) wip() {
	n := ta.newChange()
	n.WIP = true
	ta.create(n)
	ta.check(ta.age(0), Failed)
}

// wipAgain was ready once.
func (ta *tale) wipAgain() {
	ta.plusOne()
	ta.when(ta.age(ta.days/2), func(s *Server, at time.Time) error { return s.SetWIP(at, ta.number, ta.owner) })
}

func (ta *tale) ciFailed() {
	ta.create(ta.newChange())
	ta.check(ta.age(0), Succeeded)
	ta.vote(ta.age(ta.days*0.2), ta.first, 2)
	ta.upload(ta.age(ta.days*0.4), Patch{})
	ta.check(ta.age(ta.days*0.4)-2*time.Hour, Failed)
}

func (ta *tale) mergeConflict() {
	ta.noReview()
	ta.vote(ta.age(ta.days*0.3), ta.first, 1)
	ta.check(ta.age(ta.days*0.5), MergeFailed)
}

// ciMissing: uploaded at its age, and CI has not spoken.
func (ta *tale) ciMissing() {
	ta.create(ta.newChange())
	ta.check(ta.age(0)+2*time.Hour, Succeeded)
	ta.upload(ta.age(0), Patch{})
}

func (ta *tale) inGate() {
	ta.create(ta.newChange())
	ta.check(ta.age(0)+90*time.Minute, Succeeded)
	ta.vote(ta.age(0)+time.Hour, ta.first, 2)
	ta.reply(ta.age(0), ta.second, Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}, Text: "Let's go."})
	ta.gate(ta.age(0)-20*time.Second, Started)
}

func (ta *tale) gateFailed() {
	ta.inGate()
	ta.gate(ta.age(0)-time.Hour, Failed)
}

func (ta *tale) negativeVote() {
	ta.noReview()
	ta.vote(ta.age(ta.days*0.2), ta.second, 1)
	ta.reply(ta.age(ta.days*0.4), ta.first, Reply{Votes: map[string]int{"Code-Review": -1}, Comments: 2, Unresolved: 2, Text: "This drops the lock too early, I think."})
}

// answered: a comment answers, the vote still blocks.
func (ta *tale) answered() {
	ta.noReview()
	ta.reply(ta.age(ta.days*0.2), ta.first, Reply{Votes: map[string]int{"Code-Review": -2}, Text: "Please wait for the release."})
	ta.reply(ta.age(ta.days*0.5), ta.owner, Reply{Text: "The release is out, could you look again?"})
}

func (ta *tale) answeredByUpload() {
	ta.negativeVote()
	ta.upload(ta.age(ta.days*0.6), Patch{})
	ta.check(ta.age(ta.days*0.6)-2*time.Hour, Succeeded)
	ta.reply(ta.age(ta.days*0.7), ta.owner, Reply{Comments: 2, Unresolved: -2, Text: "Done."})
}

func (ta *tale) unresolved() {
	ta.noReview()
	ta.vote(ta.age(ta.days*0.2), ta.second, 1)
	ta.reply(ta.age(ta.days*0.5), ta.first, Reply{Comments: 3, Unresolved: 3, Text: "Looks fine but for the naming."})
}

// onTheRowBefore stands on the current patch set of the change before.
func (ta *tale) onTheRowBefore() {
	n := ta.newChange()
	n.Parents = []string{ta.t.server.changes[ta.t.last].CurrentRevision}
	ta.create(n)
	ta.check(ta.age(0), Succeeded)
	ta.vote(ta.age(ta.days/2), ta.first, 2)
}

// needsTheRowBefore names the change before in its message, as Zuul reads it.
func (ta *tale) needsTheRowBefore() {
	c := ta.t.server.changes[ta.t.last]
	n := ta.newChange()
	n.Body += fmt.Sprintf("\n\nDepends-On: %sc/%s/+/%d", ta.t.server.header.Gerrit, c.Project, c.Number)
	ta.create(n)
	ta.check(ta.age(0), Succeeded)
	ta.vote(ta.age(ta.days/2), ta.first, 1)
}

// robotsOnly: robots that decide nothing have spoken after CI.
func (ta *tale) robotsOnly() {
	ta.noReview()
	ta.reply(ta.age(ta.days*0.3), storageCI, Reply{Text: "Build failed.\n\n- storage-lab-1 : FAILURE in 1h 02m"})
	ta.reply(ta.age(ta.days*0.5), proposalBot, Reply{Text: "This change is older than the last release."})
}
