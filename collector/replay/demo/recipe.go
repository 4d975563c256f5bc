package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// example is one made-up change of the demonstration, or a few that belong together.
type example struct {
	project string  // without openstack/
	recipe  string  // what happens to it, by name
	days    float64 // ago: its merge, its abandonment, or the upload of its current patch set
	subject string
	branch  string // of a backport
	topic   string // "" is the usual, "-" none
	body    string // of the commit message
}

// exampleScript is the script of an example, placed by its age.
type exampleScript struct {
	changeScript
	example
	participants
	r *rand.Rand
}

// recipes are what can have happened to a made-up change. Each leaves one state,
// or one reason to wait, of product.md.
var recipes = map[string]func(*exampleScript){
	"abandoned":            (*exampleScript).abandoned,
	"restored":             (*exampleScript).restored,
	"wip":                  (*exampleScript).wip,
	"wip-again":            (*exampleScript).wipAgain,
	"no-review":            (*exampleScript).noReview,
	"plus-one":             (*exampleScript).plusOne,
	"one-short":            (*exampleScript).oneShort,
	"not-approved":         (*exampleScript).notApproved,
	"ci-failed":            (*exampleScript).ciFailed,
	"merge-conflict":       (*exampleScript).mergeConflict,
	"ci-missing":           (*exampleScript).ciMissing,
	"recheck":              (*exampleScript).ciMissing, // the same, grown old
	"in-gate":              (*exampleScript).inGate,
	"gate-stuck":           (*exampleScript).inGate, // the same, grown old
	"gate-failed":          (*exampleScript).gateFailed,
	"negative-vote":        (*exampleScript).negativeVote,
	"answered":             (*exampleScript).answered,
	"answered-by-upload":   (*exampleScript).answeredByUpload,
	"unresolved":           (*exampleScript).unresolved,
	"on-the-row-before":    (*exampleScript).onExampleBefore,
	"needs-the-row-before": (*exampleScript).needsExampleBefore,
	"robots-only":          (*exampleScript).robotsOnly,
}

// addExample writes one example. What was merged is written like the real commits.
func (b *builder) addExample(of example) {
	if b.err != nil {
		return
	}
	r := seededRand(of.project, of.recipe, of.subject)
	e := &exampleScript{example: of, r: r, participants: newParticipants(r, 0)}
	e.builder = b
	e.number = b.number(b.usual.Add(-e.age(0) - 3*time.Hour))
	if write, ok := merges[of.recipe]; ok {
		write(e)
		return
	}
	write, ok := recipes[of.recipe]
	if !ok {
		b.err = fmt.Errorf("recipe %q of %q is not known", of.recipe, of.subject)
		return
	}
	write(e)
	e.run()
	b.last = e.number
}

// age is that of the example, less some days.
func (e *exampleScript) age(less float64) time.Duration {
	return time.Duration((e.days - less) * float64(day)).Truncate(time.Second)
}

// ago is a time before now on the commits' clock.
func (e *exampleScript) ago(d time.Duration) time.Time {
	return e.builder.now.Add(-d).Add(-e.builder.offset)
}

// when does something at a time before now.
func (e *exampleScript) when(ago time.Duration, do func(s *replay.Server, at time.Time) error) {
	e.on(e.ago(ago), func(at time.Time) error { return do(e.builder.server, at) })
}

func (e *exampleScript) newChange() replay.NewChange {
	topic := topicName
	switch e.topic {
	case "":
	case "-":
		topic = ""
	default:
		topic = e.topic
	}
	return replay.NewChange{
		Number: e.number, Project: "openstack/" + e.project, Branch: e.branch, Subject: e.subject, Body: e.body, Topic: topic, Owner: e.owner,
		Insertions: 5 + e.r.IntN(180), Deletions: e.r.IntN(120),
	}
}

// create makes the change three hours before the example's age, so that CI has
// reported before that.
func (e *exampleScript) create(n replay.NewChange) {
	e.when(e.age(0)+3*time.Hour, func(s *replay.Server, at time.Time) error {
		_, err := s.Create(at, n)
		return err
	})
}

func (e *exampleScript) check(ago time.Duration, o replay.Outcome) {
	e.when(ago, func(s *replay.Server, at time.Time) error { return s.Report(at, e.number, replay.Build{Outcome: o}) })
}

func (e *exampleScript) gate(ago time.Duration, o replay.Outcome) {
	e.when(ago, func(s *replay.Server, at time.Time) error {
		return s.Report(at, e.number, replay.Build{Pipeline: "gate", Outcome: o})
	})
}

func (e *exampleScript) reply(ago time.Duration, by int, r replay.Reply) {
	e.when(ago, func(s *replay.Server, at time.Time) error { return s.Reply(at, e.number, by, r) })
}

func (e *exampleScript) vote(ago time.Duration, by, value int) {
	e.reply(ago, by, replay.Reply{Votes: map[string]int{"Code-Review": value}})
}

func (e *exampleScript) upload(ago time.Duration, p replay.Patch) {
	e.when(ago, func(s *replay.Server, at time.Time) error { return s.Upload(at, e.number, e.owner, p) })
}

// noReview: CI is content, nobody has looked.
func (e *exampleScript) noReview() {
	e.create(e.newChange())
	e.check(e.age(0), replay.Succeeded)
}

func (e *exampleScript) plusOne() {
	e.noReview()
	e.vote(e.age(e.days/3), e.third, 1)
}

func (e *exampleScript) oneShort() {
	e.plusOne()
	e.vote(e.age(e.days/2), e.first, 2)
}

func (e *exampleScript) notApproved() {
	e.oneShort()
	e.vote(e.age(e.days*0.6), e.second, 2)
}

func (e *exampleScript) abandoned() {
	e.create(e.newChange())
	e.check(e.age(0), replay.Failed)
	e.reply(e.age(e.days*0.05), e.first, replay.Reply{Comments: 1, Unresolved: 1, Text: "Is this still needed with the threading backend?"})
	e.when(e.age(e.days*0.1), func(s *replay.Server, at time.Time) error {
		return s.Abandon(at, e.number, e.owner, "Superseded by the new backend of oslo.service.")
	})
}

func (e *exampleScript) restored() {
	e.abandoned()
	e.when(e.age(e.days*0.7), func(s *replay.Server, at time.Time) error { return s.Restore(at, e.number, e.owner, "") })
	e.upload(e.age(e.days*0.72), replay.Patch{Kind: replay.KindTrivialRebase})
	e.check(e.age(e.days*0.75), replay.Succeeded)
	e.reply(e.age(e.days*0.8), e.owner, replay.Reply{Unresolved: -1, Text: "Yes, the console needs it."})
}

func (e *exampleScript) wip() {
	n := e.newChange()
	n.WIP = true
	e.create(n)
	e.check(e.age(0), replay.Failed)
}

// wipAgain was ready once.
func (e *exampleScript) wipAgain() {
	e.plusOne()
	e.when(e.age(e.days/2), func(s *replay.Server, at time.Time) error { return s.SetWIP(at, e.number, e.owner) })
}

func (e *exampleScript) ciFailed() {
	e.create(e.newChange())
	e.check(e.age(0), replay.Succeeded)
	e.vote(e.age(e.days*0.2), e.first, 2)
	e.upload(e.age(e.days*0.4), replay.Patch{})
	e.check(e.age(e.days*0.4)-2*time.Hour, replay.Failed)
}

func (e *exampleScript) mergeConflict() {
	e.noReview()
	e.vote(e.age(e.days*0.3), e.first, 1)
	e.check(e.age(e.days*0.5), replay.MergeFailed)
}

// ciMissing: uploaded at its age, and CI has not spoken.
func (e *exampleScript) ciMissing() {
	e.create(e.newChange())
	e.check(e.age(0)+2*time.Hour, replay.Succeeded)
	e.upload(e.age(0), replay.Patch{})
}

func (e *exampleScript) inGate() {
	e.create(e.newChange())
	e.check(e.age(0)+90*time.Minute, replay.Succeeded)
	e.vote(e.age(0)+time.Hour, e.first, 2)
	e.reply(e.age(0), e.second, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}, Text: "Let's go."})
	e.gate(e.age(0)-20*time.Second, replay.Started)
}

func (e *exampleScript) gateFailed() {
	e.inGate()
	e.gate(e.age(0)-time.Hour, replay.Failed)
}

func (e *exampleScript) negativeVote() {
	e.noReview()
	e.vote(e.age(e.days*0.2), e.second, 1)
	e.reply(e.age(e.days*0.4), e.first, replay.Reply{Votes: map[string]int{"Code-Review": -1}, Comments: 2, Unresolved: 2, Text: "This drops the lock too early, I think."})
}

// answered: a comment answers, the vote still blocks.
func (e *exampleScript) answered() {
	e.noReview()
	e.reply(e.age(e.days*0.2), e.first, replay.Reply{Votes: map[string]int{"Code-Review": -2}, Text: "Please wait for the release."})
	e.reply(e.age(e.days*0.5), e.owner, replay.Reply{Text: "The release is out, could you look again?"})
}

func (e *exampleScript) answeredByUpload() {
	e.negativeVote()
	e.upload(e.age(e.days*0.6), replay.Patch{})
	e.check(e.age(e.days*0.6)-2*time.Hour, replay.Succeeded)
	e.reply(e.age(e.days*0.7), e.owner, replay.Reply{Comments: 2, Unresolved: -2, Text: "Done."})
}

func (e *exampleScript) unresolved() {
	e.noReview()
	e.vote(e.age(e.days*0.2), e.second, 1)
	e.reply(e.age(e.days*0.5), e.first, replay.Reply{Comments: 3, Unresolved: 3, Text: "Looks fine but for the naming."})
}

// onExampleBefore stands on the current patch set of the change before.
func (e *exampleScript) onExampleBefore() {
	n := e.newChange()
	before, _ := e.builder.server.Change(e.builder.last)
	n.Parents = []string{before.CurrentRevision}
	e.create(n)
	e.check(e.age(0), replay.Succeeded)
	e.vote(e.age(e.days/2), e.first, 2)
}

// needsExampleBefore names the change before in its message, as replay.Zuul reads it.
func (e *exampleScript) needsExampleBefore() {
	before, _ := e.builder.server.Change(e.builder.last)
	n := e.newChange()
	n.Body += fmt.Sprintf("\n\nDepends-On: %sc/%s/+/%d", opendev, before.Project, before.Number)
	e.create(n)
	e.check(e.age(0), replay.Succeeded)
	e.vote(e.age(e.days/2), e.first, 1)
}

// robotsOnly: robots that decide nothing have spoken after CI.
func (e *exampleScript) robotsOnly() {
	e.noReview()
	e.reply(e.age(e.days*0.3), storageCI, replay.Reply{Text: "Build failed.\n\n- storage-lab-1 : FAILURE in 1h 02m"})
	e.reply(e.age(e.days*0.5), proposalBot, replay.Reply{Text: "This change is older than the last release."})
}
