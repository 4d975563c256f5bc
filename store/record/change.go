package record

import "time"

// Change is the facts that Gerrit gives of one change. Its number is its identity;
// project, branch and Change-Id may all move or be shared. All times are UTC, with
// Gerrit's precision of one second; a zero time means that Gerrit did not give it. Those
// of patch sets, votes and messages are Moments, because they are many. In JSON the two
// parts are one object.
type Change struct {
	Row
	Detail
}

// Row is what each listing gives anew.
type Row struct {
	Number       int       `json:"number"`
	Project      string    `json:"project"`
	Branch       string    `json:"branch"`
	ChangeID     string    `json:"change_id"`
	Subject      string    `json:"subject"`
	Topic        string    `json:"topic,omitempty"`
	Status       string    `json:"status"`
	WIP          bool      `json:"wip,omitempty"` // Gerrit leaves the flag on abandoned changes: it counts only while NEW
	Created      time.Time `json:"created"`
	Updated      time.Time `json:"updated"`
	Submitted    time.Time `json:"submitted,omitzero"` // also set on some ABANDONED changes (a failed submit): counts only on MERGED
	Owner        int       `json:"owner"`              // account id, see Accounts
	MetaRevID    string    `json:"meta_rev_id,omitempty"`
	PatchSet     int       `json:"patch_set,omitempty"` // number of the current patch set; 0: not known (listing rows before Gerrit 3.10)
	RevertOf     int       `json:"revert_of,omitempty"`
	CherryPickOf int       `json:"cherry_pick_of,omitempty"`
	Unresolved   int       `json:"unresolved,omitempty"` // unresolved comments
}

// Detail is what only a fetch of details gives. While Detailed is zero, absent
// votes, messages and patch sets mean "not known", not "none".
type Detail struct {
	Detailed     time.Time       `json:"detailed,omitzero"` // when this was fetched
	Mergeable    *bool           `json:"mergeable,omitempty"`
	Submittable  *bool           `json:"submittable,omitempty"`
	PatchSets    []PatchSet      `json:"patch_sets,omitempty"`   // by number; a deleted patch set is absent
	Labels       []Label         `json:"labels,omitempty"`       // by name; always empty on ABANDONED changes (Gerrit's queries leave them out)
	Messages     []Message       `json:"messages,omitempty"`     // in Gerrit's order, oldest first; replaced whole at each fetch
	Requirements []Requirement   `json:"requirements,omitempty"` // submit requirements, in Gerrit's order
	Parents      []string        `json:"parents,omitempty"`      // commits the current patch set stands on
	Extraction   int             `json:"extraction,omitempty"`   // which Extraction the commit message went through: the two fields below
	DependsOn    []string        `json:"depends_on,omitempty"`   // what follows "Depends-On:" in the current commit message, to the end of the line
	RevertText   []string        `json:"revert_text,omitempty"`  // lines of the current commit message that hold "reverts commit" or "reverts change", see Extraction
	Reverts      []string        `json:"reverts,omitempty"`      // of Extraction 0 only: commits named by "This reverts commit SHA" anywhere in the message
	Accounts     map[int]Account `json:"accounts,omitempty"`     // everybody named above, by account id
}

// PatchSet is one revision of a change.
type PatchSet struct {
	Number   int    `json:"number"`
	Commit   string `json:"commit"` // SHA-1 of the commit
	Kind     Word   `json:"kind"`   // REWORK, TRIVIAL_REBASE, NO_CODE_CHANGE, …; an open set
	Created  Moment `json:"created"`
	Uploader int    `json:"uploader"` // account id
}

// Label is one review label of a change with its range and the current votes.
type Label struct {
	Name  string `json:"name"`
	Min   int    `json:"min"` // lowest possible value, usually blocking
	Max   int    `json:"max"` // highest possible value
	Votes []Vote `json:"votes,omitempty"`

	// Gerrit listed the label without its votes: whether there are any is not known.
	Unknown bool `json:"unknown,omitempty"`
}

// Vote is the current vote of one account on one label; zeros are not kept.
// Date is the vote's own time, but for a vote copied to a new patch set it is the
// upload's (ChangeNotesParser.parseCopiedApproval): for the time a person spoke,
// look for the Message with the same account, label and value.
type Vote struct {
	Account int    `json:"account"`
	Value   int    `json:"value"`
	Date    Moment `json:"date,omitzero"`
	Tag     Word   `json:"tag,omitzero"`
}

// Message is what policy needs of one entry of a change's log; the text is not
// kept. Its Gerrit id is not kept either: deleting any message rewrites all later
// ids.
type Message struct {
	Author   int            `json:"author,omitempty"` // account id; 0: written by the system
	Time     Moment         `json:"time"`
	PatchSet int            `json:"patch_set,omitempty"` // the patch set it was written on
	Tag      Word           `json:"tag,omitzero"`        // as Gerrit gives it
	Kind     Word           `json:"kind,omitzero"`
	CI       Word           `json:"ci,omitzero"`
	Votes    map[string]int `json:"votes,omitempty"` // by label, from the first line; 0: the vote was withdrawn
	*Move                   // Kind topic: from where to where; nil: between no topics, or not known
	WIP      bool           `json:"wip,omitempty"` // Kind patch-set: uploaded as work in progress (newWipPatchSet)
}

// Move is a change of topic. It is a part of a Message, in JSON as well, and apart in
// memory only because hardly any message has one.
type Move struct {
	From string `json:"from,omitempty"` // "": none
	To   string `json:"to,omitempty"`   // "": none
}

// Topics returns the topics that a message of Kind topic moved the change between.
func (m *Message) Topics() (from, to string) {
	if m.Move == nil {
		return "", ""
	}
	return m.From, m.To
}

// Requirement is one submit requirement and Gerrit's verdict (SATISFIED,
// UNSATISFIED, OVERRIDDEN, NOT_APPLICABLE, FORCED, ERROR; an open set).
type Requirement struct {
	Name   string `json:"name"`
	Status string `json:"status"`
}

// Account is a person or robot as Gerrit shows them; never an e-mail address, see
// WithoutAddresses.
type Account struct {
	ID       int    `json:"id"`
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
	Service  bool   `json:"service,omitempty"` // Gerrit tags the account SERVICE_USER
}

// Label returns the named label of a change, nil if it has none or name is "".
func (c *Change) Label(name string) *Label {
	if name == "" {
		return nil
	}
	for i := range c.Labels {
		if c.Labels[i].Name == name {
			return &c.Labels[i]
		}
	}
	return nil
}

// CurrentPatchSet is the number of the current patch set; 0 if it is not known.
func (c *Change) CurrentPatchSet() int {
	n := c.PatchSet
	if n == 0 {
		for _, p := range c.PatchSets {
			n = max(n, p.Number)
		}
	}
	return n
}

// Uploaded is when the current patch set came. Where that patch set is not known it
// is the newest one known, else the change's creation.
func (c *Change) Uploaded() time.Time {
	at, newest := c.Created, 0
	current := c.CurrentPatchSet()
	for _, p := range c.PatchSets {
		if p.Number == current {
			return p.Created.Time()
		}
		if p.Number > newest {
			at, newest = p.Created.Time(), p.Number
		}
	}
	return at
}
