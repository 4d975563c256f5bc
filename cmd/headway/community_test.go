package main

import (
	"testing"
	"time"
)

// community is people and robots at work on a Gerrit: Alice writes changes, Rob
// reviews them, Zuul tests them. What Gerrit refuses ends the test. One
// implementation acts on the replay, the other (tag gerrit) on a real Gerrit.
type community interface {
	ReportTo(*testing.T) // whose test fails from now on

	URL() string    // of the Gerrit, with a slash at the end
	Now() time.Time // its clock

	Create(proposal) int
	Push(n int, p push)           // a further patch set, by git
	PublishEdit(n int)            // a further patch set, by the browser
	Reword(n int, message string) // a further patch set with another commit message

	SetTopic(n int, topic string) // "" clears it
	AddHashtag(n int, hashtag string)
	AddReviewer(n int)
	Move(n int, branch string)
	Abandon(n int)
	Restore(n int)
	SetWIP(n int)
	SetReady(n int)
	SetPrivate(n int, private bool)
	Delete(n int)

	Reply(who person, n int, r words)
	RemoveVote(n int, whose person, label string) // by an administrator
	DeleteMessage(n int, text string)             // the newest that contains the text

	Merge(n int)
	Revert(n int, topic string) int
	CherryPick(n int, branch string) int

	// AtOnce runs what happens within one second of Gerrit's clock, as far as that
	// can be had: it reports whether it was.
	AtOnce(n int, f func()) bool
}

// person is who acts.
type person string

const (
	alice person = "alice"
	rob   person = "rob"
	zuul  person = "zuul"
)

// proposal is what Alice pushes to make a change. Absent: branch master.
type proposal struct {
	project, branch, subject, body, topic string
	changeID                              string // "" for a new one
	wip                                   bool
}

// push is how a further patch set is pushed.
type push struct {
	topic      string // "" leaves it
	wip, ready bool
}

// words are a reply to a change.
type words struct {
	votes      map[string]int
	text       string
	tag        string // of a robot
	ready      bool
	unresolved string // a comment that awaits an answer
}
