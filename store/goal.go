package store

import "time"

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

// Membership ties a change to a goal. It is never deleted.
type Membership struct {
	Number   int       `json:"number"`
	Selector string    `json:"project"` // which selector found it: Query.Project
	Query    string    `json:"query"`   // the text it was last found with
	Seen     time.Time `json:"seen"`    // start of the round that first saw it: history before is reconstructed

	// Reference: the change is not the goal's, but its state changes the goal's
	// numbers: a revert of a member, or the dependency of an open one.
	Reference bool `json:"reference,omitempty"`

	Quarantined string     `json:"quarantined,omitempty"` // why its details can't be had; the listing row's facts hold
	Missing     *Missing   `json:"missing,omitempty"`     // set while a departure is suspected and not confirmed; the change keeps its state
	Departed    *Departure `json:"departed,omitempty"`    // set while the change is no longer in the set

	// Past holds the departures from which the change came back, oldest first: with
	// Missing and Departed it is the log of what only we saw, and only grows.
	Past []Departure `json:"past,omitempty"`
}

// Missing notes that a change was absent from a full listing and that Gerrit
// answered 404 for it once. One 404 proves nothing.
type Missing struct {
	Since time.Time `json:"since"` // start of the round with the 404
}

// Departure notes that a change is no longer selected: Gone, because Gerrit
// answers 404 (deleted, private and hidden can't be told apart), or left, because
// it is still there but the selector no longer matches.
type Departure struct {
	Gone  bool      `json:"gone,omitempty"`
	At    time.Time `json:"at"`              // when it left; as exactly as Gerrit tells, else when we saw it
	Seen  time.Time `json:"seen"`            // when we saw it
	Topic string    `json:"topic,omitempty"` // left: the topic it carries now, "" if none

	Back time.Time `json:"back,omitzero"` // in Past: when we saw it back
}

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

// Work is one change of a goal still to be fetched, or fetched and waiting for
// its round to finish.
type Work struct {
	Row         Row        `json:"row"`
	Member      Membership `json:"member"` // the membership to write when the round finishes
	Reason      string     `json:"reason"` // new, changed, refresh
	Queued      time.Time  `json:"queued"` // start of the round that asked for it
	Tries       int        `json:"tries,omitempty"`
	Error       string     `json:"error,omitempty"`   // of the last try
	Detail      *Change    `json:"detail,omitempty"`  // staged
	Quarantined bool       `json:"give_up,omitempty"` // the round goes on without its details
}

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
