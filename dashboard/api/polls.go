package api

import "time"

// Polls is the sync log, and how far each goal is with Gerrit.
type Polls struct {
	Polls []Poll `json:"polls"` // newest first
	Goals []Sync `json:"goals"` // in the order of the configuration
}

// Poll is one round of polling.
type Poll struct {
	ID              uint64    `json:"id"`
	Goal            string    `json:"goal"`
	Start           time.Time `json:"start"`
	DurationSeconds float64   `json:"duration_seconds"`
	Full            bool      `json:"full"` // listed everything, not only what moved
	OK              bool      `json:"ok"`   // every selector was complete
	Version         *string   `json:"version"`
	Requests        int       `json:"requests"`
	Bytes           int64     `json:"bytes"` // received
	New             int       `json:"new"`
	Changed         int       `json:"changed"`
	Left            int       `json:"left"`
	Gone            int       `json:"gone"`
	Pending         int       `json:"pending"` // details still to fetch when it ended
	Quarantined     int       `json:"quarantined"`
	Error           *string   `json:"error"`
}

// Sync is how far a goal is with Gerrit.
type Sync struct {
	Goal        string     `json:"goal"`
	Title       string     `json:"title"`
	NextPoll    *time.Time `json:"next_poll"` // when the next one is due; in the past: it runs, or nobody polls
	Pending     int        `json:"pending"`   // details still to fetch
	Outdated    int        `json:"outdated"`  // changes to fetch again, some in each poll: an older headway kept less of their commit messages
	Selectors   []Selector `json:"selectors"`
	Quarantined []Suspect  `json:"quarantined"` // changes whose details can't be had; the listing's facts hold
	Missing     []Suspect  `json:"missing"`     // changes that may be gone; until that is confirmed they keep their state
	Unmatched   []string   `json:"unmatched"`   // configured names that no change bears out, a sentence each
}

// Selector is one query of a goal and how far it is.
type Selector struct {
	Project    *string    `json:"project"` // null: the goal's own
	Query      string     `json:"query"`
	AsOf       *time.Time `json:"as_of"`
	Stale      bool       `json:"stale"`
	ListedAt   *time.Time `json:"listed_at"`   // the last complete listing of everything
	FailedAt   *time.Time `json:"failed_at"`   // the last failure, if nothing was complete since
	Error      *string    `json:"error"`       // why
	Blocked    int        `json:"blocked"`     // changes missing at once that were not believed to be gone
	Loading    *Loading   `json:"loading"`     // the first reading is under way
	BlockedFix *string    `json:"blocked_fix"` // what an operator does about it
}

// Suspect is a change that is not as it should be.
type Suspect struct {
	Number  int        `json:"number"`
	Project string     `json:"project"`
	Subject string     `json:"subject"`
	URL     string     `json:"url"`
	Reason  string     `json:"reason"`
	Since   *time.Time `json:"since"`
}
