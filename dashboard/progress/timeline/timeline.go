// Package timeline tells how one change went: from the events of its record, which its
// messages are, in which state it was since when. It is pure, and a part of progress's
// policy: package progress alone imports it, and says which state the facts make.
package timeline

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// Moment is when a change came into a state; the zero state means that it did not
// count: it was not in the set yet, or no longer.
type Moment[S comparable] struct {
	At    time.Time
	State S
}

// Facts are what a timeline is made from besides the record.
type Facts[S comparable] struct {
	Now     time.Time
	Topic   func(topic string) bool // whether a topic is in the set; nil: topics do not decide
	Reverts []Turn                  // when it became reverted, and back
	State   func(status string, wip, reverted bool) S
}

// Turn is a step of a fact that holds or does not.
type Turn struct {
	At time.Time
	Is bool
}

// turn is one step of one of the facts that make a state.
type turn struct {
	at   time.Time
	kind turnKind
	is   bool
	to   string // status
}

type turnKind int

const (
	turnStatus turnKind = iota
	turnWIP
	turnMember
	turnReverted
)

// Of is a change's past, oldest first, from its first moment on. The last moment is the
// state it is in now, whatever the messages leave out; no moment is later than now, so
// that a Gerrit whose clock is ahead of ours has no future. ahead tells that one would
// have been: then a later now makes another past.
func Of[S comparable](m store.Member, f Facts[S]) (moments []Moment[S], ahead bool) {
	var turns []turn
	for _, of := range [][]turn{statusTurns(m.Change), wipTurns(m.Change), memberTurns(m, f.Topic), reverted(f.Reverts)} {
		at := began(m)
		for _, t := range of { // in the order of the record, whatever the clocks said
			at = later(at, t.at)
			t.at = at
			if at.After(f.Now) {
				t.at, ahead = f.Now, true
			}
			turns = append(turns, t)
		}
	}
	slices.SortStableFunc(turns, func(a, b turn) int { return a.at.Compare(b.at) })
	status, wip, member, reverted := store.StatusNew, false, true, false
	for _, t := range turns {
		switch t.kind {
		case turnStatus:
			status = t.to
		case turnWIP:
			wip = t.is
		case turnMember:
			member = t.is
		case turnReverted:
			reverted = t.is
		}
		var state S
		if member {
			state = f.State(status, wip, reverted)
		}
		if n := len(moments); n > 0 && moments[n-1].At.Equal(t.at) {
			moments[n-1].State = state
		} else if n == 0 || moments[n-1].State != state {
			moments = append(moments, Moment[S]{t.at, state})
		}
	}
	return moments, ahead
}

// began is when a change came to be. A record without a creation time began when
// we saw it: nothing may begin in the year 1.
func began(m store.Member) time.Time {
	for _, t := range []time.Time{m.Created, m.Submitted, m.Updated} {
		if !t.IsZero() {
			return t
		}
	}
	return m.Seen
}

// statusTurns is how the status went: as messages say, and in the end as it is.
func statusTurns(c *store.Change) []turn {
	turns := []turn{{at: c.Created, to: store.StatusNew}}
	for i := range c.Messages {
		m := &c.Messages[i]
		switch m.Kind {
		case store.MessageAbandoned:
			turns = append(turns, turn{at: m.Time.Time(), to: store.StatusAbandoned})
		case store.MessageRestored:
			turns = append(turns, turn{at: m.Time.Time(), to: store.StatusNew})
		}
	}
	last := turns[len(turns)-1]
	switch c.Status {
	case store.StatusMerged:
		at := MergedAt(c)
		turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.at.Before(at) })
		return append(turns, turn{at: at, to: store.StatusMerged})
	case store.StatusAbandoned:
		if last.to != store.StatusAbandoned {
			turns = append(turns, turn{at: later(last.at, c.Updated), to: store.StatusAbandoned})
		}
	default:
		if last.to == store.StatusAbandoned { // restored without a trace, at the latest by the next upload
			at := c.Uploaded()
			if !at.After(last.at) {
				at = later(last.at, c.Updated)
			}
			turns = append(turns, turn{at: at, to: store.StatusNew})
		}
	}
	return turns
}

// wipTurns is how the wip flag went. Where messages contradict what it is now, it
// has been so since the upload of the current patch set.
func wipTurns(c *store.Change) []turn {
	var turns []turn
	wip := false
	for i := range c.Messages {
		if is, said := WIPFlag(&c.Messages[i]); said {
			turns = append(turns, turn{at: c.Messages[i].Time.Time(), kind: turnWIP, is: is})
			wip = is
		}
	}
	if live := c.WIP && c.Status == store.StatusNew; live != wip && c.Status != store.StatusMerged && c.Status != store.StatusAbandoned {
		at := c.Uploaded()
		turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.at.Before(at) })
		turns = append(turns, turn{at: at, kind: turnWIP, is: live})
	}
	return turns
}

// memberTurns is when a change joined and left: by its topic where the selector is
// one topic, else it was there from its creation to its departure.
func memberTurns(m store.Member, matches func(topic string) bool) []turn {
	turns := []turn{{at: m.Created, kind: turnMember, is: true}}
	if matches != nil {
		turns = topicTurns(m.Change, matches)
	}
	if m.Departed == nil {
		if last := len(turns) - 1; !turns[last].is { // it came back without a message: a push can set the topic
			turns[last].is = true
		}
		return turns
	}
	at := m.Departed.At
	if at.IsZero() {
		at = m.Departed.Seen
	}
	turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.at.Before(at) })
	return append(turns, turn{at: at, kind: turnMember})
}

func reverted(of []Turn) []turn {
	var turns []turn
	for _, t := range of {
		turns = append(turns, turn{at: t.At, kind: turnReverted, is: t.Is})
	}
	return turns
}

// topicTurns reads joins and leaves from the change's topics. A step between two
// topics that both match is neither.
func topicTurns(c *store.Change, matches func(string) bool) []turn {
	turns := []turn{{at: c.Created, kind: turnMember, is: true}}
	first := true
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Kind != store.MessageTopic {
			continue
		}
		before, after := m.Topics()
		from, to := matches(before), matches(after)
		if first { // what it was created with
			turns[0].is, first = from, false
		}
		if to != turns[len(turns)-1].is {
			turns = append(turns, turn{at: m.Time.Time(), kind: turnMember, is: to})
		}
	}
	return turns
}

// WIPFlag is what a message tells of the wip flag. An upload tells it by its tag,
// so an untagged one tells nothing, unless the text said that it is in progress.
func WIPFlag(m *store.Message) (wip, said bool) {
	switch {
	case m.Kind == store.MessageWIP, m.Kind == store.MessagePatchSet && m.WIP:
		return true, true
	case m.Kind == store.MessageReady, m.Kind == store.MessagePatchSet && !m.Tag.IsZero():
		return false, true
	}
	return false, false
}

// MergedAt is when a merged change merged: as submitted, else by Gerrit's message,
// else the last update, which is not before it. Odd merges have no submit record.
func MergedAt(c *store.Change) time.Time {
	if !c.Submitted.IsZero() {
		return c.Submitted
	}
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if c.Messages[i].Kind == store.MessageMerged {
			return c.Messages[i].Time.Time()
		}
	}
	return c.Updated
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
