package api

import "time"

// Changes is one page of a list of changes, newest number first.
type Changes struct {
	Changes    []Change `json:"changes"`
	NextCursor *string  `json:"next_cursor"` // null: this was the last page
}

// Change is one change with the judgements on it.
type Change struct {
	Number       int                       `json:"number"`
	Project      string                    `json:"project"`
	Branch       string                    `json:"branch"`
	Backport     bool                      `json:"backport"`
	ChangeID     string                    `json:"change_id"`
	Subject      string                    `json:"subject"`
	Topic        *string                   `json:"topic"`
	State        string                    `json:"state"`
	Created      *time.Time                `json:"created"`
	Updated      *time.Time                `json:"updated"`
	MergedAt     *time.Time                `json:"merged_at"`
	Owner        *string                   `json:"owner"`
	PatchSet     *int                      `json:"patch_set"`  // number of the current one
	PatchSets    []PatchSet                `json:"patch_sets"` // null: details not known
	Votes        map[string]map[string]int `json:"votes"`      // label -> value -> how often; null: details not known
	CI           *string                   `json:"ci"`
	WaitsOn      *string                   `json:"waits_on"`
	Reason       *Reason                   `json:"reason"`
	WaitingSince *time.Time                `json:"waiting_since"`
	LastHuman    *time.Time                `json:"last_human"`
	URL          string                    `json:"url"`
	RevertOf     *int                      `json:"revert_of"`
	CherryPickOf *int                      `json:"cherry_pick_of"`
	DependsOn    []DependsOn               `json:"depends_on"` // null on a past day
	Pending      *string                   `json:"pending"`    // why the change may not be as shown: missing, quarantined, outdated
}

// What Change.Pending can be.
const (
	PendingMissing     = "missing"     // absent from a full listing, not yet confirmed gone
	PendingQuarantined = "quarantined" // its details can't be had; the listing's facts hold
	PendingOutdated    = "outdated"    // an older headway kept less of its commit message; it will be fetched again
)

// PatchSet is one revision of a change.
type PatchSet struct {
	Number   int        `json:"number"`
	Created  *time.Time `json:"created"`
	Kind     *string    `json:"kind"`
	Commit   string     `json:"commit"`
	Uploader *string    `json:"uploader"`
}

// Reason says why a change waits and what comes next.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// DependsOn is a change that has to merge first.
type DependsOn struct {
	Number int     `json:"number"`
	URL    *string `json:"url"`
	State  *string `json:"state"`
}
