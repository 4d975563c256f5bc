package demo

import (
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// merges are the recipes that begin with a merge. An example's days count from it.
var merges = map[string]func(*exampleScript){
	"merged":           func(e *exampleScript) { e.merge() },
	"backported":       (*exampleScript).backported,
	"backport-open":    (*exampleScript).backportOpen,
	"reverted":         (*exampleScript).reverted,
	"reverted-outside": (*exampleScript).revertedOutside,
	"revert-open":      (*exampleScript).revertOpen,
	"revert-reverted":  (*exampleScript).revertReverted,
	"reland":           (*exampleScript).reland,
}

// merge writes the example as a merged change, like a real commit, and returns
// its number.
func (e *exampleScript) merge() int {
	submitted := e.ago(e.age(0))
	n := e.newChange()
	id := changeID(e.project, e.subject)
	return e.builder.addCommit(commit{
		Project: e.project, ChangeID: id, Subject: e.subject, Authored: submitted.Add(-time.Duration(2+e.r.IntN(40)) * day),
		Submitted: submitted, Insertions: n.Insertions, Deletions: n.Deletions, topic: &n.Topic, body: e.body, by: e.owner,
	})
}

// follow is the script of a further change made after the merge, at a share
// of the time since then. Its number is taken at the usual hour, like all.
func (e *exampleScript) follow(share float64, what func(at time.Time, number int) (int, error)) *exampleScript {
	next := &exampleScript{example: e.example, r: e.r, participants: e.participants}
	next.builder = e.builder
	next.days = e.days * (1 - share)
	next.number = e.builder.number(e.builder.usual.Add(-next.age(0)))
	next.when(next.age(0), func(_ *replay.Server, at time.Time) error {
		_, err := what(at, next.number)
		return err
	})
	return next
}

// reviewAndMerge tests, reviews and merges a change within days.
func (e *exampleScript) reviewAndMerge(days float64) {
	e.check(e.age(days*0.2), replay.Succeeded)
	e.vote(e.age(days*0.4), e.second, 2)
	e.reply(e.age(days*0.8), e.third, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}})
	e.gate(e.age(days*0.85), replay.Started)
	e.gate(e.age(days), replay.Succeeded)
}

func (e *exampleScript) cherryPick(original int) *exampleScript {
	return e.follow(0.3, func(at time.Time, n int) (int, error) {
		return e.builder.server.CherryPickAs(at, original, e.owner, n, e.branch)
	})
}

func (e *exampleScript) backported() {
	p := e.cherryPick(e.merge())
	p.reviewAndMerge(min(6, p.days/2))
	p.run()
}

func (e *exampleScript) backportOpen() {
	p := e.cherryPick(e.merge())
	p.check(p.age(p.days*0.1), replay.Succeeded)
	p.vote(p.age(p.days*0.5), p.third, 1)
	p.run()
}

// revert takes original back at a share of the time since the merge; with land,
// the revert is merged within a day.
func (e *exampleScript) revert(original int, share float64, why string, land bool) int {
	r := e.follow(share, func(at time.Time, n int) (int, error) {
		return e.builder.server.RevertAs(at, original, e.first, n, why)
	})
	if land {
		r.reviewAndMerge(min(1, r.days/4))
	} else {
		r.check(r.age(0)-2*time.Hour, replay.Succeeded)
	}
	r.run()
	return r.number
}

func (e *exampleScript) reverted() {
	e.revert(e.merge(), 0.4, "The functional job hangs since this merged.", true)
}

// revertedOutside: the revert lost the topic, as happens.
func (e *exampleScript) revertedOutside() {
	n := e.revert(e.merge(), 0.4, "It breaks the upgrade job.", false)
	late := &exampleScript{example: e.example, participants: e.participants, r: e.r}
	late.builder, late.number = e.builder, n
	late.days = e.days * 0.6
	late.when(late.age(0.2), func(s *replay.Server, at time.Time) error { return s.SetTopic(at, n, e.first, "") })
	late.reviewAndMerge(1)
	late.run()
}

func (e *exampleScript) revertOpen() {
	e.revert(e.merge(), 0.5, "Let's discuss: memory use doubled.", false)
}

// revertReverted: the original stands again.
func (e *exampleScript) revertReverted() {
	first := e.revert(e.merge(), 0.3, "The gate was red.", true)
	e.revert(first, 0.6, "The gate was red for another reason.", true)
}

// reland: a new change brings what was reverted.
func (e *exampleScript) reland() {
	e.reverted()
	again := &exampleScript{example: e.example, r: e.r, participants: e.participants}
	again.builder = e.builder
	again.days = e.days / 4
	again.subject = `Reapply "` + e.subject + `"`
	again.merge()
}
