package replay

import (
	"time"
)

// merges are the recipes that begin with a merge. A row's days count from it.
var merges = map[string]func(*tale){
	"merged":           func(ta *tale) { ta.merge() },
	"backported":       (*tale).backported,
	"backport-open":    (*tale).backportOpen,
	"reverted":         (*tale).reverted,
	"reverted-outside": (*tale).revertedOutside,
	"revert-open":      (*tale).revertOpen,
	"revert-reverted":  (*tale).revertReverted,
	"relanded":         (*tale).relanded,
}

// merge tells the change of the row as merged, like a real commit, and returns
// its number.
func (ta *tale) merge() int {
	submitted := ta.ago(ta.age(0))
	n := ta.newChange()
	id := "I" + digest("made up", ta.project, ta.subject)
	return ta.t.commit(commit{
		Project: ta.project, ChangeID: id, Subject: ta.subject, Authored: submitted.Add(-time.Duration(2+ta.r.IntN(40)) * day),
		Submitted: submitted, Insertions: n.Insertions, Deletions: n.Deletions, topic: &n.Topic, body: ta.body, by: ta.owner,
	})
}

// follow tells what happens to a further change made after the merge, at a share
// of the time since then. Its number is taken at the usual hour, like all.
func (ta *tale) follow(share float64, what func(at time.Time, number int) (int, error)) *tale {
	next := &tale{row: ta.row, r: ta.r, crew: ta.crew}
	next.t = ta.t
	next.days = ta.days * (1 - share)
	next.number = ta.t.number(ta.t.usual.Add(-next.age(0)))
	next.when(next.age(0), func(_ *Server, at time.Time) error {
		_, err := what(at, next.number)
		return err
	})
	return next
}

// land tests, reviews and merges a change within days.
func (ta *tale) land(days float64) {
	ta.check(ta.age(days*0.2), Succeeded)
	ta.vote(ta.age(days*0.4), ta.second, 2)
	ta.reply(ta.age(days*0.8), ta.third, Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}})
	ta.gate(ta.age(days*0.85), Started)
	ta.gate(ta.age(days), Succeeded)
}

func (ta *tale) pick(original int) *tale {
	return ta.follow(0.3, func(at time.Time, n int) (int, error) {
		return ta.t.server.CherryPickAs(at, original, ta.owner, n, ta.branch)
	})
}

func (ta *tale) backported() {
	p := ta.pick(ta.merge())
	p.land(min(6, p.days/2))
	p.run()
}

func (ta *tale) backportOpen() {
	p := ta.pick(ta.merge())
	p.check(p.age(p.days*0.1), Succeeded)
	p.vote(p.age(p.days*0.5), p.third, 1)
	p.run()
}

// revert takes original back at a share of the time since the merge; with land,
// the revert is merged within a day.
func (ta *tale) revert(original int, share float64, why string, land bool) int {
	r := ta.follow(share, func(at time.Time, n int) (int, error) {
		return ta.t.server.RevertAs(at, original, ta.first, n, why)
	})
	if land {
		r.land(min(1, r.days/4))
	} else {
		r.check(r.age(0)-2*time.Hour, Succeeded)
	}
	r.run()
	return r.number
}

func (ta *tale) reverted() {
	ta.revert(ta.merge(), 0.4, "The functional job hangs since this merged.", true)
}

// revertedOutside: the revert lost the topic, as happens.
func (ta *tale) revertedOutside() {
	n := ta.revert(ta.merge(), 0.4, "It breaks the upgrade job.", false)
	late := &tale{row: ta.row, crew: ta.crew, r: ta.r}
	late.t, late.number = ta.t, n
	late.days = ta.days * 0.6
	late.when(late.age(0.2), func(s *Server, at time.Time) error { return s.SetTopic(at, n, ta.first, "") })
	late.land(1)
	late.run()
}

func (ta *tale) revertOpen() {
	ta.revert(ta.merge(), 0.5, "Let's discuss: memory use doubled.", false)
}

// revertReverted: the original stands again.
func (ta *tale) revertReverted() {
	first := ta.revert(ta.merge(), 0.3, "The gate was red.", true)
	ta.revert(first, 0.6, "The gate was red for another reason.", true)
}

// relanded: a new change brings what was reverted.
func (ta *tale) relanded() {
	ta.reverted()
	again := &tale{row: ta.row, r: ta.r, crew: ta.crew}
	again.t = ta.t
	again.days = ta.days / 4
	again.subject = `Reapply "` + ta.subject + `"`
	again.merge()
}
