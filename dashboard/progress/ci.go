package progress

import (
	"time"

	"github.com/eventlet-removal/headway/store"
)

// judges are whose messages and votes are CI results.
type judges struct {
	label    string // "": nobody's
	accounts roster
	any      bool // no accounts are configured: service users, and whoever votes on the label
}

func newJudges(l Labels) judges {
	return judges{label: l.CI, accounts: newRoster(l.CIAccounts), any: len(l.CIAccounts) == 0}
}

// has reports whether an account of a change is one of the CI.
func (j judges) has(c *store.Change, id int) bool {
	if j.any {
		return c.Accounts[id].Service
	}
	return j.accounts.has(c, id)
}

// vote is a message's vote on the label, if that is a CI result.
func (j judges) vote(c *store.Change, m *store.Message) (value int, ok bool) {
	if !j.votes(c, m.Author) {
		return 0, false
	}
	value, ok = m.Votes[j.label]
	return value, ok
}

// votes reports whether an account's votes on the label are CI results.
func (j judges) votes(c *store.Change, id int) bool {
	return j.any || j.accounts.has(c, id)
}

// outcome is what a message says as a text, if that is a CI result.
func (j judges) outcome(c *store.Change, m *store.Message) string {
	if j.label == "" || !j.has(c, m.Author) {
		return ""
	}
	return m.CI
}

// ciPresence is what we ever heard of the CI in a project.
type ciPresence struct {
	spoke bool // it gave an outcome or voted: without that there is nothing to wait for
	votes bool // on the CI label: then a text without a vote is no result
}

// listenToCI finds the projects where the CI ever spoke.
func (v *view) listenToCI() map[string]ciPresence {
	in := map[string]ciPresence{}
	for _, c := range v.all {
		p := in[c.Project]
		if p.spoke && p.votes {
			continue
		}
		for i := range c.Messages {
			m := &c.Messages[i]
			// It also submits what passed the gate, but that message is Gerrit's.
			if _, voted := v.ci.vote(c, m); voted || v.ci.outcome(c, m) != "" {
				p.spoke, p.votes = true, p.votes || voted
			}
		}
		if l := label(c, v.ci.label); l != nil {
			for _, vote := range l.Votes {
				if v.ci.votes(c, vote.Account) {
					p.spoke, p.votes = true, true
				}
			}
		}
		in[c.Project] = p
	}
	return in
}

// ciVerdict is what the CI says of the current patch set.
type ciVerdict struct {
	state CIState
	since time.Time // when it began to say so without interruption

	last   string    // outcome of its newest message, store.CI…
	result CIState   // passed or failed, "" if none; a start does not hide a pass
	passed time.Time // when it began to pass; zero: it doesn't
}

// ciOf reads what the CI says of the current patch set: the label's standing vote
// decides, its messages tell since when, and what no vote can say: that it has
// started, or could not merge. The CI sets its vote to 0 when it starts in the
// gate, and a repeated result has no vote in its text because the vote did not
// change.
func (v *view) ciOf(c *store.Change) ciVerdict {
	in := v.ciIn[c.Project]
	if !in.spoke {
		return ciVerdict{}
	}
	r := v.replayCI(c, in.votes)
	standing, at, known := v.ciVote(c)
	if known && in.votes && r.last != store.CIMergeFailed && r.last != store.CIDependencyFailed {
		r.applyVote(standing, at)
	}
	out := ciVerdict{last: r.last, result: r.result, state: r.result, since: r.since}
	switch {
	case r.last == store.CIDependencyFailed:
		out.state, out.since, out.result = CIFailed, r.lastAt, ""
	case r.running:
		out.state, out.since = CIRunning, r.lastAt
	case r.result == "":
		out.state = CIMissing
	}
	if r.result == CIPassed {
		out.passed = r.since
	}
	return out
}

// ciVote is the CI's standing vote on the current patch set, the worst one if there
// are several. It is not known where Gerrit left the label out, as its queries do
// for abandoned changes, or listed it without its votes.
func (v *view) ciVote(c *store.Change) (value int, at time.Time, known bool) {
	l := label(c, v.ci.label)
	if l == nil || l.Unknown {
		return 0, time.Time{}, false
	}
	for _, vote := range l.Votes {
		if v.ci.votes(c, vote.Account) && (value == 0 || vote.Value < value) {
			value, at = vote.Value, vote.Date
		}
	}
	if at.IsZero() {
		at = uploaded(c)
	}
	return value, at, true
}

// ciReplay is the CI's messages on the current patch set, read in order.
type ciReplay struct {
	result  CIState // passed, failed or ""
	since   time.Time
	running bool
	vote    int // as far as messages tell
	last    string
	lastAt  time.Time
}

func (v *view) replayCI(c *store.Change, votes bool) ciReplay {
	var r ciReplay
	current := currentPatchSet(c)
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.PatchSet != current {
			continue
		}
		value, voted := v.ci.vote(c, m)
		outcome := v.ci.outcome(c, m)
		switch {
		case voted:
			r.vote = value
			outcome = votedOutcome(outcome, value)
		case votes && (outcome == store.CIFailed && r.vote >= 0 || outcome == store.CISucceeded && r.vote <= 0):
			continue // of a pipeline that does not vote
		case outcome == "":
			continue
		}
		r.hear(outcome, m.Time)
	}
	return r
}

// votedOutcome is the outcome of a message with a vote on the CI label: what the
// vote says, but for the texts that say more.
func votedOutcome(text string, value int) string {
	switch {
	case text == store.CIMergeFailed || text == store.CIDependencyFailed:
		return text
	case value < 0:
		return store.CIFailed
	case value > 0:
		return store.CISucceeded
	case text == store.CIStarted:
		return text
	}
	return "" // withdrawn
}

func (r *ciReplay) hear(outcome string, at time.Time) {
	result := r.result
	switch outcome {
	case store.CIStarted:
		if result == CIFailed {
			result = "" // tried again; a pass stays one until the CI says otherwise
		}
	case store.CISucceeded:
		result = CIPassed
	case store.CIFailed, store.CIMergeFailed:
		result = CIFailed
	default: // withdrawn, depends on a change that failed, or one we don't know
		result = ""
	}
	r.running = outcome == store.CIStarted
	if result != r.result {
		r.result, r.since = result, at
	}
	if outcome != r.last {
		r.last, r.lastAt = outcome, at
	}
}

// applyVote makes the standing vote the result where messages tell otherwise: a vote
// copied from an earlier patch set has no message on this one, a deleted vote has
// one that no longer holds.
func (r *ciReplay) applyVote(vote int, at time.Time) {
	var result CIState
	switch {
	case vote < 0:
		result = CIFailed
	case vote > 0:
		result = CIPassed
	case r.running:
		return
	}
	if vote != 0 {
		r.running = false
	}
	if result != r.result {
		r.result, r.since = result, at
	}
}

// label returns the named label of a change, nil if it has none.
func label(c *store.Change, name string) *store.Label {
	if name == "" {
		return nil
	}
	for i := range c.Labels {
		if c.Labels[i].Name == name {
			return &c.Labels[i]
		}
	}
	return nil
}
