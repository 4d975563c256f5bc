// Package ci reads what the CI said of a change: the facts that the store keeps of
// votes and messages in, one verdict on the current patch set out. It is a part of
// progress's policy, and progress alone imports it.
package ci

import (
	"time"

	"github.com/eventlet-removal/headway/store"
)

// State is what the CI said of the current patch set; "" where it never spoke.
type State string

// The states.
const (
	Passed  State = "passed"
	Failed  State = "failed"
	Running State = "running"
	Missing State = "missing"
)

// Reader reads what the CI of a goal says.
type Reader struct {
	label    string                                  // "": nobody's
	accounts func(c *store.Change, account int) bool // nil: service users, and whoever votes on the label
}

// New returns a reader for the votes on a label and for the accounts whose messages
// and votes count; with nil they are service users, and votes on the label count
// whoever gave them.
func New(label string, accounts func(c *store.Change, account int) bool) *Reader {
	return &Reader{label: label, accounts: accounts}
}

// Has reports whether an account of a change is one of the CI.
func (j *Reader) Has(c *store.Change, id int) bool {
	if j.accounts == nil {
		return c.Accounts[id].Service
	}
	return j.accounts(c, id)
}

// vote is a message's vote on the label, if that is a CI result.
func (j *Reader) vote(c *store.Change, m *store.Message) (value int, ok bool) {
	if !j.votes(c, m.Author) {
		return 0, false
	}
	value, ok = m.Votes[j.label]
	return value, ok
}

// votes reports whether an account's votes on the label are CI results.
func (j *Reader) votes(c *store.Change, id int) bool {
	return j.accounts == nil || j.accounts(c, id)
}

// outcome is what a message says as a text, if that is a CI result.
func (j *Reader) outcome(c *store.Change, m *store.Message) store.Word {
	if j.label == "" || !j.Has(c, m.Author) {
		return store.Word{}
	}
	return m.CI
}

// Presence is what was ever heard of the CI in a project.
type Presence struct {
	Spoke bool // it gave an outcome or voted: without that there is nothing to wait for
	Votes bool // on the CI label: then a text without a vote is no result
}

// Listen tells from all changes of a project whether the CI ever spoke there.
func (j *Reader) Listen(changes []*store.Change) Presence {
	var p Presence
	for _, c := range changes {
		for i := range c.Messages {
			m := &c.Messages[i]
			// It also submits what passed the gate, but that message is Gerrit's.
			if _, voted := j.vote(c, m); voted || !j.outcome(c, m).IsZero() {
				p.Spoke, p.Votes = true, p.Votes || voted
			}
		}
		if l := c.Label(j.label); l != nil {
			for _, vote := range l.Votes {
				if j.votes(c, vote.Account) {
					p.Spoke, p.Votes = true, true
				}
			}
		}
		if p.Spoke && p.Votes {
			break
		}
	}
	return p
}

// Verdict is what the CI says of the current patch set.
type Verdict struct {
	State State
	Since time.Time // when it began to say so without interruption

	Last   store.Word // outcome of its newest message, store.CI…
	Result State      // Passed or Failed, "" if none; a start does not hide a pass
	Passed time.Time  // when it began to pass; zero: it doesn't
}

// Of reads what the CI of a project says of the current patch set of a change: the label's standing vote
// decides, its messages tell since when, and what no vote can say: that it has
// started, or could not merge. The CI sets its vote to 0 when it starts in the
// gate, and a repeated result has no vote in its text because the vote did not
// change.
func (j *Reader) Of(c *store.Change, in Presence) Verdict {
	if !in.Spoke {
		return Verdict{}
	}
	r := j.replay(c, in.Votes)
	standing, at, known := j.standing(c)
	if known && in.Votes && r.last != store.CIMergeFailed && r.last != store.CIDependencyFailed {
		r.applyVote(standing, at)
	}
	out := Verdict{Last: r.last, Result: r.result, State: r.result, Since: r.since}
	switch {
	case r.last == store.CIDependencyFailed:
		out.State, out.Since, out.Result = Failed, r.lastAt, ""
	case r.running:
		out.State, out.Since = Running, r.lastAt
	case r.result == "":
		out.State = Missing
	}
	if r.result == Passed {
		out.Passed = r.since
	}
	return out
}

// standing is the CI's standing vote on the current patch set, the worst one if there
// are several. It is not known where Gerrit left the label out, as its queries do
// for abandoned changes, or listed it without its votes.
func (j *Reader) standing(c *store.Change) (value int, at time.Time, known bool) {
	l := c.Label(j.label)
	if l == nil || l.Unknown {
		return 0, time.Time{}, false
	}
	for _, vote := range l.Votes {
		if j.votes(c, vote.Account) && (value == 0 || vote.Value < value) {
			value, at = vote.Value, vote.Date.Time()
		}
	}
	if at.IsZero() {
		at = c.Uploaded()
	}
	return value, at, true
}

// replayed is the CI's messages on the current patch set, read in order.
type replayed struct {
	result  State // passed, failed or ""
	since   time.Time
	running bool
	vote    int // as far as messages tell
	last    store.Word
	lastAt  time.Time
}

func (j *Reader) replay(c *store.Change, votes bool) replayed {
	var r replayed
	current := c.CurrentPatchSet()
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.PatchSet != current {
			continue
		}
		value, voted := j.vote(c, m)
		outcome := j.outcome(c, m)
		switch {
		case voted:
			r.vote = value
			outcome = votedOutcome(outcome, value)
		case votes && (outcome == store.CIFailed && r.vote >= 0 || outcome == store.CISucceeded && r.vote <= 0):
			continue // of a pipeline that does not vote
		case outcome.IsZero():
			continue
		}
		r.hear(outcome, m.Time.Time())
	}
	return r
}

// votedOutcome is the outcome of a message with a vote on the CI label: what the
// vote says, but for the texts that say more.
func votedOutcome(text store.Word, value int) store.Word {
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
	return store.Word{} // withdrawn
}

func (r *replayed) hear(outcome store.Word, at time.Time) {
	result := r.result
	switch outcome {
	case store.CIStarted:
		if result == Failed {
			result = "" // tried again; a pass stays one until the CI says otherwise
		}
	case store.CISucceeded:
		result = Passed
	case store.CIFailed, store.CIMergeFailed:
		result = Failed
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
func (r *replayed) applyVote(vote int, at time.Time) {
	var result State
	switch {
	case vote < 0:
		result = Failed
	case vote > 0:
		result = Passed
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
