package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Most is how many changes a report names; how many there are it always says.
const Most = 300

// Digest is what there is to say of a goal, or of a project or team of it, between two
// days, as the API gives it. What is not known is null, and its key stays.
type Digest struct {
	Goal    string     `json:"goal"`
	Project *string    `json:"project"` // null: of all projects
	Team    *string    `json:"team"`    // null: of all teams
	Title   string     `json:"title"`
	Answer  *string    `json:"answer"` // whether a project or team is done; null of a goal, and in a report of the past
	Since   string     `json:"since"`  // the first day
	Until   string     `json:"until"`  // the day after the last one
	Cycle   *string    `json:"cycle"`  // the name of the cycle that it is of, if it was asked for by name
	AsOf    *time.Time `json:"as_of"`
	Stale   bool       `json:"stale"`
	Loading *Loading   `json:"loading"`
	Note    *string    `json:"note"` // why there is nothing, or not everything, in a sentence
	URL     *string    `json:"url"`  // of the report's page; null: nobody knows where readers find it

	ProjectsByStatus map[string]int `json:"projects_by_status"` // as of now; null in a report of the past

	Begin *Point `json:"begin"` // where it was when the first day began
	End   *Point `json:"end"`   // where it was when the last day ended, or is now
	Now   *Point `json:"now"`   // where it is; null in a report of the past

	Merged     *List     `json:"merged"` // by merge time, less what is reverted since
	By         []Person  `json:"by"`     // who owns them; null: names are not shown
	Uploaded   *List     `json:"uploaded"`
	Abandoned  *List     `json:"abandoned"`
	Reverted   *List     `json:"reverted"` // and the reverts themselves
	Left       *List     `json:"left"`
	NothingNow []Project `json:"nothing_left_in_review"` // projects whose last change in review was merged or abandoned in the time

	// Of a report of the past these are null: votes and declarations have none.
	Stuck          *List           `json:"stuck"` // what has waited for 28 days since a day of the report
	Contradictions []Contradiction `json:"contradictions"`
	Attention      *Attention      `json:"attention"`
	Deadlines      []Deadline      `json:"deadlines"`

	Cycles []Cycle `json:"cycles"` // that of the last day and the one before, newest first
}

// UnmarshalJSON reads a digest that a headway has written, perhaps another version of it:
// without what its words are made of, it is refused.
func (d *Digest) UnmarshalJSON(data []byte) error {
	type plain Digest
	if err := json.Unmarshal(data, (*plain)(d)); err != nil {
		return err
	}
	lists := d.Merged != nil && d.Uploaded != nil && d.Abandoned != nil && d.Reverted != nil && d.Left != nil
	if numbers := lists && d.Begin != nil && d.End != nil; !numbers && (d.End != nil || d.Note == nil) {
		return errors.New("not a report: numbers are missing, and so is a note that says why")
	}
	for _, day := range []string{d.Since, d.Until} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return fmt.Errorf("not a report: %q is not a day", day)
		}
	}
	return nil
}

// Loading is how far the first reading is, in changes.
type Loading struct {
	Done int `json:"done"`
	Of   int `json:"of"`
}

// Point is where a goal was at some time, in development changes.
type Point struct {
	Merged   int      `json:"merged"`
	Open     int      `json:"open"`
	WIP      int      `json:"wip"`
	Of       int      `json:"of"`       // the denominator of progress
	Expected *int     `json:"expected"` // by today's configuration, of projects that declare it
	Progress *float64 `json:"progress"`
	Percent  *int     `json:"percent"` // rounded down
}

// List is changes by project.
type List struct {
	Count    int    `json:"count"`
	Projects []Part `json:"projects"` // whoever has most first, then by name
	All      string `json:"all"`      // address of a list that has them all, among others
}

// Part is those of one project.
type Part struct {
	Project string   `json:"project"`
	Count   int      `json:"count"`
	Changes []Change `json:"changes"` // oldest first; a report names three hundred in all
}

// Change is one change and what happened to it.
type Change struct {
	Number  int        `json:"number"`
	Project string     `json:"project"`
	Subject string     `json:"subject"`
	URL     string     `json:"url"`
	Owner   *string    `json:"owner"`
	At      *time.Time `json:"at"` // when it happened; of what waits, since when
	WaitsOn *string    `json:"waits_on"`
	Reason  *string    `json:"reason"` // a sentence with the next step
	Voter   *string    `json:"voter"`  // whom the reason names; null if nobody
}

// Project is a project and when something became true of it.
type Project struct {
	Project string    `json:"project"`
	At      time.Time `json:"at"`
	URL     string    `json:"url"`
}

// Contradiction is a declared status that the counts do not bear out.
type Contradiction struct {
	Project string `json:"project"`
	Code    string `json:"code"`
	Text    string `json:"text"`
}

// Attention is who must act.
type Attention struct {
	Waits   []Wait   `json:"waits"`
	Longest []Change `json:"longest"` // those that wait longest
}

// Wait is how many changes wait on somebody.
type Wait struct {
	On    string `json:"on"`
	Count int    `json:"count"`
}

// Deadline is a date that the goal set itself.
type Deadline struct {
	Name      string     `json:"name"`
	Due       *time.Time `json:"due"`
	Judgement *Judgement `json:"judgement"`
}

// Judgement is how a deadline stands, by the present pace.
type Judgement struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Cycle is what was merged in a development cycle by the end of the report.
type Cycle struct {
	Name   string `json:"name"`
	Since  string `json:"since"`
	Until  string `json:"until"`
	Merged int    `json:"merged"`
	Ended  bool   `json:"ended"`

	// Days is how many days of the newer cycle had begun by the end of the report; what
	// was merged in as many days of each can be compared.
	Days         int `json:"days"`
	MergedByThen int `json:"merged_by_then"`
}

// Period is what the digest is of.
func (d Digest) Period() Period {
	p := Period{}
	p.Since, _ = time.Parse(time.DateOnly, d.Since)
	p.Until, _ = time.Parse(time.DateOnly, d.Until)
	if d.Cycle != nil {
		p.Cycle = *d.Cycle
	}
	return p
}

// empty reports whether nothing happened.
func (d *Digest) empty() bool {
	return d.Merged.Count+d.Uploaded.Count+d.Abandoned.Count+d.Reverted.Count+d.Left.Count == 0
}
