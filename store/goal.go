package store

import (
	"time"

	"github.com/eventlet-removal/headway/store/record"
)

// Query is one configured selector of a goal, as it is sent to Gerrit. Project is
// "" for the goal's selector and the project's name for a project with its own.
// The text of the goal's query already leaves out projects with their own.
type Query struct {
	Project string
	Text    string
}

// Selector is how far we are with one Query of a goal.
type Selector struct {
	Project string `json:"project"` // as in Query
	Query   string `json:"query"`   // the text this state belongs to; a changed text starts anew

	AsOf      time.Time `json:"as_of,omitzero"`      // start of the last round that was complete for this selector; zero: never
	HighWater time.Time `json:"high_water,omitzero"` // newest Updated of the last complete listing, Gerrit's clock
	Listed    time.Time `json:"listed,omitzero"`     // start of the last complete full listing

	Gaps []Gap `json:"gaps,omitempty"` // between rounds that were complete, oldest first; added by Finish

	Unread []Unread `json:"unread,omitempty"` // listed, but nothing is known of them, by number

	Failed time.Time `json:"failed,omitzero"` // start of the round that failed last, if it failed since AsOf
	Error  string    `json:"error,omitempty"` // why

	Blocked int `json:"blocked,omitempty"` // changes missing at once that the circuit breaker did not believe

	Done int `json:"done,omitempty"` // first backfill only: changes fetched so far
	Of   int `json:"of,omitempty"`   // first backfill only: changes to fetch in all
}

// Unread is a change that a selector lists and of which nothing could ever be read:
// its status is one that we don't know, for example. It has no state, so it is neither
// a member nor counted.
type Unread struct {
	Number  int       `json:"number"`
	Project string    `json:"project,omitempty"` // if that can be read
	Since   time.Time `json:"since"`             // start of the round that saw it first
	Error   string    `json:"error"`             // of the last try
}

// What ties changes to a goal is defined beside its binary form.
type (
	Membership = record.Membership // ties a change to a goal
	Missing    = record.Missing    // absent once; one 404 proves nothing
	Departure  = record.Departure  // no longer selected
	Work       = record.Work       // a change still to be fetched, or to be published
)

// Member is a change with its membership of one goal.
type Member struct {
	Membership
	*Change
}

// Reasons of Work.
const (
	ReasonNew     = "new"     // the goal had no such member
	ReasonChanged = "changed" // Gerrit's row moved
	ReasonRefresh = "refresh" // details got old
	ReasonMember  = "member"  // only the membership changes; the details are those stored
	ReasonLeft    = "left"    // the selector no longer matches

	ReasonReference = "reference" // not a member, but it changes our numbers
)

// Asked is one question about changes outside the selectors, by its query term:
// who reverts a member (revertof:N), which change is the parent (commit:SHA) or
// the Depends-On (change:N) of an open one. What was found are memberships with
// Reference set.
type Asked struct {
	Term string    `json:"term"`
	At   time.Time `json:"at"` // start of the round that asked last
}

// Poll is one round as the sync log shows it.
type Poll struct {
	ID          uint64        `json:"id"`
	Goal        string        `json:"goal"`
	Start       time.Time     `json:"start"`
	Duration    time.Duration `json:"duration"`          // nanoseconds
	Full        bool          `json:"full"`              // full listing
	OK          bool          `json:"ok"`                // every selector was polled and all work drained
	Version     string        `json:"version,omitempty"` // of Gerrit; asked with full listings only
	Requests    int           `json:"requests"`
	Bytes       int64         `json:"bytes"` // received, after inflating
	New         int           `json:"new"`
	Changed     int           `json:"changed"`
	Left        int           `json:"left"`
	Gone        int           `json:"gone"`
	Pending     int           `json:"pending"`
	Quarantined int           `json:"quarantined"`
	Error       string        `json:"error,omitempty"`
}
