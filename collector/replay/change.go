package replay

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// Statuses of a change.
const (
	StatusNew       = "NEW"
	StatusMerged    = "MERGED"
	StatusAbandoned = "ABANDONED"
)

// Change is one change as Gerrit answers the detail request (gerrit.md §3): all
// patch sets, the commit of the current one, messages, reviewer updates, labels,
// submit requirements and accounts with their names. What else Gerrit may say is
// not kept. Fields that a request did not ask for are zero in its answer.
type Change struct {
	ID                   string              `json:"id"`
	TripletID            string              `json:"triplet_id,omitempty"`
	Project              string              `json:"project"`
	Branch               string              `json:"branch"`
	Topic                string              `json:"topic,omitempty"`
	Hashtags             []string            `json:"hashtags"`
	ChangeID             string              `json:"change_id"`
	Subject              string              `json:"subject"`
	Status               string              `json:"status"`
	Created              Timestamp           `json:"created"`
	Updated              Timestamp           `json:"updated"`
	Submitted            Timestamp           `json:"submitted,omitzero"`
	Submitter            Account             `json:"submitter,omitzero"`
	SubmitType           string              `json:"submit_type,omitempty"`
	Mergeable            *bool               `json:"mergeable,omitempty"`
	Submittable          *bool               `json:"submittable,omitempty"`
	Insertions           int                 `json:"insertions"`
	Deletions            int                 `json:"deletions"`
	TotalComments        int                 `json:"total_comment_count"`
	UnresolvedComments   int                 `json:"unresolved_comment_count"`
	Private              bool                `json:"is_private,omitempty"`
	WIP                  bool                `json:"work_in_progress,omitempty"`
	ReviewStarted        bool                `json:"has_review_started"`
	RevertOf             int                 `json:"revert_of,omitempty"`
	CherryPickOf         int                 `json:"cherry_pick_of_change,omitempty"`
	CherryPickOfPatchSet int                 `json:"cherry_pick_of_patch_set,omitempty"`
	SubmissionID         string              `json:"submission_id,omitempty"`
	MetaRevID            string              `json:"meta_rev_id,omitempty"`
	Number               int                 `json:"_number"`
	VirtualNumber        int                 `json:"virtual_id_number,omitempty"`
	Owner                Account             `json:"owner"`
	Labels               map[string]Label    `json:"labels,omitzero"`
	ReviewerUpdates      []ReviewerUpdate    `json:"reviewer_updates,omitzero"`
	Messages             []Message           `json:"messages,omitzero"`
	PatchSet             int                 `json:"current_revision_number,omitempty"`
	CurrentRevision      string              `json:"current_revision,omitempty"`
	Revisions            map[string]Revision `json:"revisions,omitzero"`
	SubmitRecords        []SubmitRecord      `json:"submit_records,omitzero"`
	SubmitRequirements   []Requirement       `json:"submit_requirements,omitzero"`
	MoreChanges          bool                `json:"_more_changes,omitempty"`
}

// Account is a person or robot. Email is only ever made up by a Server, because
// a real Gerrit shows addresses to everybody and a reader that leaks them must be
// caught; a Topic has none.
type Account struct {
	ID       int      `json:"_account_id"`
	Name     string   `json:"name,omitempty"`
	Email    string   `json:"email,omitempty"`
	Username string   `json:"username,omitempty"`
	Tags     []string `json:"tags,omitempty"`
}

// IsZero reports whether there is no account.
func (a Account) IsZero() bool { return a.ID == 0 }

// Label is one review label with its votes. Approved and the like name one of
// those who gave the vote that counts; Value is +1 or -1 for a weak one.
type Label struct {
	Approved     Account           `json:"approved,omitzero"`
	Rejected     Account           `json:"rejected,omitzero"`
	Recommended  Account           `json:"recommended,omitzero"`
	Disliked     Account           `json:"disliked,omitzero"`
	All          []Approval        `json:"all,omitempty"`
	Values       map[string]string `json:"values,omitempty"`
	Description  string            `json:"description,omitempty"`
	Value        int               `json:"value,omitempty"`
	DefaultValue int               `json:"default_value"`
	Optional     bool              `json:"optional,omitempty"`
	Blocking     bool              `json:"blocking,omitempty"`
}

// Approval is one account's vote: no Value where the account may not vote, a zero
// without a date where it did not.
type Approval struct {
	Tag   string    `json:"tag,omitempty"`
	Value *int      `json:"value,omitempty"`
	Date  Timestamp `json:"date,omitzero"`
	Account
}

// Vote is the value given, 0 if none was.
func (a Approval) Vote() int {
	if a.Value == nil {
		return 0
	}
	return *a.Value
}

// ReviewerUpdate is one entry of who became or ceased to be a reviewer.
type ReviewerUpdate struct {
	Updated   Timestamp `json:"updated"`
	UpdatedBy Account   `json:"updated_by"`
	Reviewer  Account   `json:"reviewer"`
	State     string    `json:"state"`
}

// Message is one entry of a change's log.
type Message struct {
	ID         string    `json:"id"`
	Tag        string    `json:"tag,omitempty"`
	Author     Account   `json:"author,omitzero"`
	RealAuthor Account   `json:"real_author,omitzero"`
	Date       Timestamp `json:"date"`
	Message    string    `json:"message"`
	Accounts   []Account `json:"accounts_in_message,omitzero"`
	PatchSet   int       `json:"_revision_number,omitempty"`
}

// Revision is one patch set; its commit's name is the key in Change.Revisions.
type Revision struct {
	Kind     string    `json:"kind"`
	Number   int       `json:"_number"`
	Created  Timestamp `json:"created"`
	Uploader Account   `json:"uploader"`
	Ref      string    `json:"ref"`
	Fetch    *struct{} `json:"fetch,omitempty"`
	Commit   *Commit   `json:"commit,omitempty"` // never changed once it is here
	Branch   string    `json:"branch,omitempty"`
}

// Commit is what Gerrit shows of a commit.
type Commit struct {
	Parents   []Parent `json:"parents"`
	Author    Person   `json:"author"`
	Committer Person   `json:"committer"`
	Subject   string   `json:"subject"`
	Message   string   `json:"message"`
}

// Parent is one parent of a commit.
type Parent struct {
	Commit  string `json:"commit"`
	Subject string `json:"subject,omitempty"`
}

// Person is git's author or committer. Email is made up, as an Account's.
type Person struct {
	Name  string    `json:"name"`
	Email string    `json:"email,omitempty"`
	Date  Timestamp `json:"date"`
	TZ    int       `json:"tz"`
}

// SubmitRecord is the verdict of a submit rule.
type SubmitRecord struct {
	Rule   string        `json:"rule_name,omitempty"`
	Status string        `json:"status"`
	Labels []LabelRecord `json:"labels,omitempty"`
}

// LabelRecord is a submit rule's word on one label.
type LabelRecord struct {
	Label     string  `json:"label"`
	Status    string  `json:"status"`
	AppliedBy Account `json:"applied_by,omitzero"`
}

// Requirement is one submit requirement and its verdict.
type Requirement struct {
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Status      string      `json:"status"`
	Legacy      bool        `json:"is_legacy"`
	Result      *Expression `json:"submittability_expression_result,omitempty"`
}

// Expression is how a submit requirement came to its verdict.
type Expression struct {
	Expression string   `json:"expression,omitempty"`
	Fulfilled  bool     `json:"fulfilled"`
	Status     string   `json:"status,omitempty"`
	Passing    []string `json:"passing_atoms,omitzero"`
	Failing    []string `json:"failing_atoms,omitzero"`
}

// clone copies all that a Server changes in place.
func (c *Change) clone() *Change {
	d := *c
	d.Hashtags = slices.Clone(c.Hashtags)
	d.Labels = maps.Clone(c.Labels)
	for name, l := range d.Labels {
		l.All = slices.Clone(l.All)
		d.Labels[name] = l
	}
	d.ReviewerUpdates = slices.Clone(c.ReviewerUpdates)
	d.Messages = slices.Clone(c.Messages)
	for i := range d.Messages {
		d.Messages[i].Accounts = slices.Clone(d.Messages[i].Accounts)
	}
	d.Revisions = maps.Clone(c.Revisions)
	d.SubmitRecords = slices.Clone(c.SubmitRecords)
	for i := range d.SubmitRecords {
		d.SubmitRecords[i].Labels = slices.Clone(d.SubmitRecords[i].Labels)
	}
	d.SubmitRequirements = slices.Clone(c.SubmitRequirements)
	return &d
}

// eachAccount calls f for every account in c, which f may change. c must be a
// clone if it belongs to a Server.
func (c *Change) eachAccount(f func(*Account)) {
	f(&c.Owner)
	if c.Submitter.ID != 0 {
		f(&c.Submitter)
	}
	for name, l := range c.Labels {
		for _, a := range []*Account{&l.Approved, &l.Rejected, &l.Recommended, &l.Disliked} {
			if a.ID != 0 {
				f(a)
			}
		}
		for i := range l.All {
			f(&l.All[i].Account)
		}
		c.Labels[name] = l
	}
	for i := range c.ReviewerUpdates {
		f(&c.ReviewerUpdates[i].UpdatedBy)
		f(&c.ReviewerUpdates[i].Reviewer)
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		for _, a := range []*Account{&m.Author, &m.RealAuthor} {
			if a.ID != 0 {
				f(a)
			}
		}
		for j := range m.Accounts {
			f(&m.Accounts[j])
		}
	}
	for sha, r := range c.Revisions {
		f(&r.Uploader)
		c.Revisions[sha] = r
	}
	for i := range c.SubmitRecords {
		for j := range c.SubmitRecords[i].Labels {
			if a := &c.SubmitRecords[i].Labels[j].AppliedBy; a.ID != 0 {
				f(a)
			}
		}
	}
}

// Commit is the commit of the current patch set, or an empty one.
func (c *Change) Commit() *Commit {
	if r := c.Revisions[c.CurrentRevision]; r.Commit != nil {
		return r.Commit
	}
	return &Commit{Subject: c.Subject}
}

// ids sets the identifiers that follow from others, as Gerrit has done since 3.9.
func (c *Change) ids() {
	c.ID = escape(c.Project) + "~" + strconv.Itoa(c.Number)
	c.TripletID = escape(c.Project) + "~" + escape(c.Branch) + "~" + c.ChangeID
	c.VirtualNumber = c.Number
}

// escape is Gerrit's Url.encode: a query escape, spaces as plus.
func escape(s string) string { return url.QueryEscape(s) }
