package record

import "time"

// Membership ties a change to a goal. It is never deleted.
type Membership struct {
	Number   int       `json:"number"`
	Selector string    `json:"project"`      // which selector found it: Query.Project
	Query    string    `json:"query"`        // the text it was last found with
	In       string    `json:"in,omitempty"` // project of the change when the membership was last written; set by Finish
	Seen     time.Time `json:"seen"`         // start of the round that first saw it: history before is reconstructed

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

// Work is one change of a goal still to be fetched, or fetched and waiting for
// its round to finish.
type Work struct {
	Row         Row        `json:"row"`
	Member      Membership `json:"member"` // the membership to write when the round finishes
	Reason      string     `json:"reason"` // one of store's Reasons of Work
	Queued      time.Time  `json:"queued"` // start of the round that asked for it
	Tries       int        `json:"tries,omitempty"`
	Error       string     `json:"error,omitempty"`   // of the last try
	Detail      *Change    `json:"detail,omitempty"`  // to be staged, or as it is staged
	Staged      bool       `json:"-"`                 // the store has its details: Save keeps those, whatever Detail holds
	Quarantined bool       `json:"give_up,omitempty"` // the round goes on without its details
}

// Drained reports whether the work needs no more requests: its details are staged,
// or it was quarantined.
func (w *Work) Drained() bool { return w.Detail != nil || w.Staged || w.Quarantined }
