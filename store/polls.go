package store

import "slices"

// pollLog is the newest polls, newest first. It grows downwards in an array that
// snapshots share: each looks at its own part, and the one writer fills the free
// room below. So a round copies its own poll only, and all of them once in KeepPolls
// rounds.
type pollLog struct {
	free  []Poll // in the same array, right before polls
	polls []Poll
}

// with returns the log with one poll more.
func (l pollLog) with(p Poll) pollLog {
	if len(l.free) == 0 {
		room := make([]Poll, 2*KeepPolls)
		copy(room[KeepPolls:], l.polls)
		l.free, l.polls = room[:KeepPolls], room[KeepPolls:][:len(l.polls)]
	}
	at := len(l.free) - 1
	polls := l.free[at:][:min(1+len(l.polls), KeepPolls)] // up to its capacity
	polls[0] = p
	return pollLog{free: l.free[:at], polls: polls}
}

// newest returns what may be handed out: to append to it copies.
func (l pollLog) newest() []Poll { return slices.Clip(l.polls) }
