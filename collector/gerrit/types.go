package gerrit

import (
	"slices"
	"strconv"
	"strings"
)

// Change is Gerrit's ChangeInfo, as much of it as headway uses. A listing row has
// the fields down to CherryPickOfChange; Details adds the rest. The JSON names are
// Gerrit's. Every Change that this package returns has a number, a project, one
// of the three statuses and both times.
type Change struct {
	Number                 int       `json:"_number"`
	Project                string    `json:"project"`
	Branch                 string    `json:"branch"`
	ChangeID               string    `json:"change_id"`
	Subject                string    `json:"subject"`
	Topic                  string    `json:"topic"`
	Hashtags               []string  `json:"hashtags"`
	Status                 string    `json:"status"`           // NEW, MERGED or ABANDONED
	WorkInProgress         bool      `json:"work_in_progress"` // stays true when abandoned
	Private                bool      `json:"is_private"`       // never true of a Change that this package returns
	Created                Timestamp `json:"created"`
	Updated                Timestamp `json:"updated"`
	Submitted              Timestamp `json:"submitted"` // zero on some merges, set on some abandoned changes
	Owner                  Account   `json:"owner"`
	MetaRevID              string    `json:"meta_rev_id"`             // "" before Gerrit 3.4
	CurrentRevisionNumber  int       `json:"current_revision_number"` // 0 before Gerrit 3.10
	UnresolvedCommentCount int       `json:"unresolved_comment_count"`
	RevertOf               int       `json:"revert_of"`
	CherryPickOfChange     int       `json:"cherry_pick_of_change"`

	Mergeable          *bool               `json:"mergeable"`   // nil: not computed, which is the server's default
	Submittable        *bool               `json:"submittable"` // nil: not sent, as of closed changes
	CurrentRevision    string              `json:"current_revision"`
	Revisions          map[string]Revision `json:"revisions"` // by commit; a deleted patch set is absent
	Labels             map[string]Label    `json:"labels"`    // by name; empty on ABANDONED changes in queries
	Messages           []Message           `json:"messages"`  // oldest first
	SubmitRequirements []SubmitRequirement `json:"submit_requirements"`
}

// Revision is one patch set.
type Revision struct {
	Number   int       `json:"_number"`
	Kind     string    `json:"kind"` // REWORK, TRIVIAL_REBASE, …; an open set
	Created  Timestamp `json:"created"`
	Uploader Account   `json:"uploader"`
	Commit   *Commit   `json:"commit"` // of the current revision only
}

// Commit is what a revision's commit says.
type Commit struct {
	Parents []struct {
		Commit string `json:"commit"`
	} `json:"parents"`
	Message string `json:"message"`
}

// Label is one label with the votes it has now.
type Label struct {
	All          []Approval        `json:"all"`
	Values       map[string]string `json:"values"` // "-2", " 0" or "+1" to what that means; absent where only 0 can be given
	DefaultValue *int              `json:"default_value"`
}

// Summary reports whether only a summary of the label came, as LABELS gives before
// Gerrit 3.6: votes, if there are any, were left out.
func (l Label) Summary() bool { return l.All == nil && l.Values == nil && l.DefaultValue == nil }

// Range returns the lowest and the highest possible vote; ok is false if Gerrit did
// not send them.
func (l Label) Range() (lowest, highest int, ok bool) {
	for text := range l.Values {
		value, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			continue
		}
		if !ok {
			lowest, highest, ok = value, value, true
		}
		lowest, highest = min(lowest, value), max(highest, value)
	}
	return lowest, highest, ok
}

// Approval is the vote of one account on one label.
type Approval struct {
	Account
	Value *int      `json:"value"` // nil: may not vote; 0: has not
	Date  Timestamp `json:"date"`  // zero without a vote; a copied vote has its patch set's time
	Tag   string    `json:"tag"`
}

// Message is one entry of a change's log.
type Message struct {
	Author         *Account  `json:"author"` // nil: Gerrit itself
	Date           Timestamp `json:"date"`
	Tag            string    `json:"tag"`
	Message        string    `json:"message"`
	RevisionNumber int       `json:"_revision_number"`
}

// SubmitRequirement is one submit requirement with Gerrit's verdict.
type SubmitRequirement struct {
	Name   string `json:"name"`
	Status string `json:"status"` // SATISFIED, UNSATISFIED, …; an open set
}

// Account is a person or a robot. Gerrit also sends e-mail addresses; there is no
// field for them on purpose.
type Account struct {
	AccountID int      `json:"_account_id"`
	Name      string   `json:"name"`
	Username  string   `json:"username"`
	Tags      []string `json:"tags"`
}

// Service reports whether Gerrit tags the account as a robot's.
func (a Account) Service() bool { return slices.Contains(a.Tags, "SERVICE_USER") }

// Bad is one element of an answer that can't be used. Number and Project are what
// could still be read of it; 0 and "" if nothing.
type Bad struct {
	Number  int
	Project string
	Err     error
}
