package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// labelRule is how a label of review.opendev.org behaves.
type labelRule struct {
	name, description string // description of its submit requirement
	min, max          int
	values            map[string]string
	rebases, lowest   string // the parts of its copy condition, "" if it lacks them
}

const (
	ifRebased = "changekind:TRIVIAL_REBASE"
	ifLowest  = "is:MIN"
)

// labelRules are in the order of the submit requirements.
var labelRules = []labelRule{
	{
		name: "Verified", description: "Verified in gate by CI", min: -2, max: 2,
		values: map[string]string{"-2": "Fails", "-1": "Does not seem to work", " 0": "No score", "+1": "Works for me", "+2": "Verified"},
	}, {
		name: "Code-Review", description: "Code reviewed by core reviewer", min: -2, max: 2,
		values: map[string]string{"-2": "This shall not be submitted", "-1": "I would prefer this is not submitted as is",
			" 0": "No score", "+1": "Looks good to me, but someone else must approve", "+2": "Looks good to me, approved"},
		rebases: ifRebased, lowest: ifLowest,
	}, {
		name: "Workflow", description: "Approved for gate by core reviewer", min: -1, max: 1,
		values: map[string]string{"-1": "Work in progress", " 0": "Ready for reviews", "+1": "Approved"},
		lowest: ifLowest,
	},
}

// copies reports whether a vote survives a patch set of that kind, and returns the
// label's copy condition with what held in bold.
func (rule labelRule) copies(kind string, vote int) (condition string, ok bool) {
	var parts []string
	for _, part := range []struct {
		text  string
		holds bool
	}{{rule.rebases, kind == KindTrivialRebase}, {rule.lowest, vote == rule.min}} {
		switch {
		case part.text == "":
		case part.holds:
			ok = true
			parts = append(parts, "**"+part.text+"**")
		default:
			parts = append(parts, part.text)
		}
	}
	return strings.Join(parts, " OR "), ok
}

func ruleOf(name string) (labelRule, error) {
	for _, r := range labelRules {
		if r.name == name {
			return r, nil
		}
	}
	return labelRule{}, fmt.Errorf("label %q is not known", name)
}

// VoteOf is an account's current vote.
func (c *Change) VoteOf(label string, account int) int {
	for _, a := range c.Labels[label].All {
		if a.ID == account {
			return a.Vote()
		}
	}
	return 0
}

// setVote records a vote; zero withdraws it.
func (c *Change) setVote(label string, account, value int, at time.Time, tag string) {
	l := c.Labels[label]
	a := Approval{Value: &value, Account: Account{ID: account}}
	if value != 0 {
		a.Date, a.Tag = timestamp(at), tag
	}
	if i := slices.IndexFunc(l.All, func(old Approval) bool { return old.ID == account }); i >= 0 {
		l.All[i] = a
	} else {
		l.All = append(l.All, a)
	}
	if c.Labels == nil {
		c.Labels = map[string]Label{}
	}
	c.Labels[label] = l
}

// outdate drops or copies the votes for a new patch set and returns what the
// upload's message says of them, with the part of the copy condition in bold that held. A
// copied vote gets the time of the upload.
func (c *Change) outdate(kind string, at time.Time) string {
	var copied, dropped []string
	for _, name := range []string{"Code-Review", "Verified", "Workflow"} { // by name
		rule, _ := ruleOf(name)
		var kept, lost []string // lines of this label
		l := c.Labels[name]
		for i, a := range l.All {
			v := a.Vote()
			if v == 0 {
				continue
			}
			condition, ok := rule.copies(kind, v)
			if ok {
				l.All[i].Date = timestamp(at)
				kept = addVote(kept, fmt.Sprintf("%s%+d", name, v), condition)
			} else {
				l.All[i] = Approval{Value: new(int), Account: a.Account}
				lost = addVote(lost, fmt.Sprintf("%s%+d", name, v), condition)
			}
		}
		copied, dropped = append(copied, kept...), append(dropped, lost...)
	}
	text := ""
	if len(copied) > 0 {
		text += "\n\nCopied Votes:\n* " + strings.Join(copied, "\n* ")
	}
	if len(dropped) > 0 {
		text += "\n\nOutdated Votes:\n* " + strings.Join(dropped, "\n* ")
	}
	if text != "" {
		text += "\n"
	}
	return text
}

// addVote adds a vote to the line of the same condition, once.
func addVote(lines []string, vote, condition string) []string {
	if condition != "" {
		condition = fmt.Sprintf(" (copy condition: \"%s\")", condition)
	}
	for i, line := range lines {
		votes, ok := strings.CutSuffix(line, condition)
		if !ok {
			continue
		}
		if !slices.Contains(strings.Split(votes, ", "), vote) {
			lines[i] = votes + ", " + vote + condition
		}
		return lines
	}
	return append(lines, vote+condition)
}

// weigh sets all that follows from the votes: who stands for each label, the
// submit record and the submit requirements.
func (c *Change) weigh() {
	record := SubmitRecord{Rule: "gerrit~DefaultSubmitRule", Status: "OK"}
	c.SubmitRequirements = nil
	if c.Labels == nil {
		c.Labels = map[string]Label{}
	}
	for _, rule := range labelRules {
		l := rule.weigh(c.Labels[rule.name], c.reviewers())
		c.Labels[rule.name] = l
		c.SubmitRequirements = append(c.SubmitRequirements, rule.requirement(l))
		word := LabelRecord{Label: rule.name, Status: "MAY"}
		switch {
		case l.Approved.ID != 0 && l.Rejected.ID == 0:
			word.AppliedBy = l.Approved
		case rule.name == "Code-Review":
			word.Status, record.Status = "NEED", "NOT_READY"
		}
		record.Labels = append(record.Labels, word)
	}
	switch c.Status {
	case StatusMerged:
		record.Status = "CLOSED"
	case StatusAbandoned:
		c.SubmitRecords = []SubmitRecord{}
		return
	}
	c.SubmitRecords = []SubmitRecord{record}
}

// weigh completes a label: a zero for every reviewer who did not vote, and one
// account for the vote that counts most.
func (rule labelRule) weigh(l Label, reviewers []int) Label {
	for _, id := range reviewers {
		if !slices.ContainsFunc(l.All, func(a Approval) bool { return a.ID == id }) {
			l.All = append(l.All, Approval{Value: new(int), Account: Account{ID: id}})
		}
	}
	out := Label{All: l.All, Values: rule.values, Optional: true}
	for _, a := range l.All {
		who := Account{ID: a.ID}
		switch v := a.Vote(); {
		case v == rule.max:
			out.Approved = who
		case v == rule.min:
			out.Rejected = who
		case v > 0:
			out.Recommended = who
		case v < 0:
			out.Disliked = who
		}
	}
	switch {
	case out.Approved.ID != 0 || out.Rejected.ID != 0: // Gerrit then shows the weak ones or not, in the order that it comes by them
		out.Recommended, out.Disliked = Account{}, Account{}
	case out.Disliked.ID != 0:
		out.Value = -1
	case out.Recommended.ID != 0:
		out.Value = 1
	}
	return out
}

func (rule labelRule) requirement(l Label) Requirement {
	high, low := "label:"+rule.name+"=MAX", "label:"+rule.name+"=MIN"
	r := &Expression{Expression: high + " AND -" + low, Status: "FAIL", Passing: []string{}, Failing: []string{}}
	atoms := map[bool]*[]string{true: &r.Passing, false: &r.Failing}
	for _, atom := range []struct {
		text string
		on   bool
	}{{high, l.Approved.ID != 0}, {low, l.Rejected.ID != 0}} {
		*atoms[atom.on] = append(*atoms[atom.on], atom.text)
	}
	req := Requirement{Name: rule.name, Description: rule.description, Status: "UNSATISFIED", Result: r}
	if l.Approved.ID != 0 && l.Rejected.ID == 0 {
		req.Status, r.Status, r.Fulfilled = "SATISFIED", "PASS", true
	}
	return req
}

// reviewers are the accounts that ever became one, but for the owner.
func (c *Change) reviewers() []int {
	var ids []int
	for _, u := range c.ReviewerUpdates {
		if u.State == stateReviewer {
			ids = append(ids, u.Reviewer.ID)
		}
	}
	return ids
}
