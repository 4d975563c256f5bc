package progress

import (
	"fmt"
	"strconv"
	"strings"
)

// ReasonCode is why a change waits, in a word that never changes.
type ReasonCode string

// In the order of the rules.
const (
	ReasonWIP                 ReasonCode = "wip"
	ReasonCIFailed            ReasonCode = "ci-failed"
	ReasonMergeConflict       ReasonCode = "merge-conflict"
	ReasonDependency          ReasonCode = "dependency"
	ReasonDependencyAbandoned ReasonCode = "dependency-abandoned"
	ReasonInGate              ReasonCode = "in-gate"
	ReasonGateStuck           ReasonCode = "gate-stuck"
	ReasonReady               ReasonCode = "ready"
	ReasonNegativeVote        ReasonCode = "negative-vote"
	ReasonAnswered            ReasonCode = "answered"
	ReasonCIMissing           ReasonCode = "ci-missing"
	ReasonRecheck             ReasonCode = "recheck"
	ReasonUnresolved          ReasonCode = "unresolved"
	ReasonNoReview            ReasonCode = "no-review"
	ReasonOneShort            ReasonCode = "one-short"
	ReasonNotApproved         ReasonCode = "not-approved"
)

// Reasons explains every reason why a change waits, in the order of the rules.
func (l Labels) Reasons() []Meaning { return patience.reasons(l) }

func (p patiences) reasons(l Labels) []Meaning {
	return []Meaning{
		{string(ReasonWIP), "work in progress", "The change is marked as work in progress.", "Mark it ready for review when it is done."},
		{string(ReasonCIFailed), "CI failed", "CI failed on the current patch set.", "Fix it, or " + l.again() + "."},
		{string(ReasonMergeConflict), "merge conflict", "The current patch set can't be merged into its branch.", "Rebase it."},
		{string(ReasonDependency), "waits for another change", "A change it depends on is not merged.", "Review that one first."},
		{string(ReasonDependencyAbandoned), "dependency abandoned", "A change it depends on is abandoned.", "Restore that one, or rebase without it."},
		{string(ReasonInGate), "in the gate", "It is approved and will merge when CI passes.", "Wait for the gate."},
		{string(ReasonGateStuck), "stuck in the gate", "It has been approved for more than " + duration(p.gate) + " and has not merged.", Capital(l.again()) + ", or find out what holds the gate."},
		{string(ReasonReady), "ready", "Everything that Gerrit asks for is there.", "Submit it."},
		{string(ReasonNegativeVote), "negative vote", "A negative vote is not answered.", "Upload a new patch set or reply."},
		{string(ReasonAnswered), "vote answered", "The author has answered a negative vote that still stands.", "Vote again."},
		{string(ReasonCIMissing), "CI running or queued", "CI has not reported on the current patch set yet.", "Wait for CI."},
		{string(ReasonRecheck), "no CI result for " + duration(p.ci), "CI has not reported on the current patch set for more than " + duration(p.ci) + ".", Capital(l.again()) + "."},
		{string(ReasonUnresolved), "unresolved comments", "Comments are unresolved, and a reviewer had the last word.", "Answer or resolve them."},
		{string(ReasonNoReview), "no review", "Nobody has voted yet.", "Review it."},
		{string(ReasonOneShort), "one review short", "It lacks one review of those it needs.", "Review it."},
		{string(ReasonNotApproved), "not approved", "It has been reviewed, but it needs more: reviews, the approval, or something else that Gerrit asks for.", "Give what is missing, or see what Gerrit asks for."},
	}
}

// CIStates explains what CI said of the current patch set.
func (l Labels) CIStates() []Meaning { return patience.ciStates(l) }

func (p patiences) ciStates(l Labels) []Meaning {
	return []Meaning{
		{string(CIPassed), "passed", "CI passed on the current patch set.", "Nothing to do."},
		{string(CIFailed), "failed", "CI failed on the current patch set.", "Fix it, or " + l.again() + "."},
		{string(CIRunning), "running", "CI has started on the current patch set.", "Wait for CI."},
		{string(CIMissing), "missing", "CI has said nothing of the current patch set.", "Wait " + duration(p.ci) + ", then " + l.again() + "."},
	}
}

// again is how an author has CI look once more, in the imperative.
func (l Labels) again() string {
	if l.Recheck == "" {
		return "start CI again"
	}
	return `comment "` + l.Recheck + `" on the change`
}

// Capital is a text that begins with a capital, as sentences and titles do.
func Capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func workInProgress() Reason {
	return Reason{Code: ReasonWIP, Text: "Work in progress: mark it ready for review when it is done."}
}

func ciFailed(l Labels, patchSet int) Reason {
	return Reason{Code: ReasonCIFailed, Text: "CI failed" + onPatchSet(patchSet) + ": fix it, or " + l.again() + "."}
}

func mergeConflict(patchSet int) Reason {
	return Reason{Code: ReasonMergeConflict, Text: "Merge conflict" + onPatchSet(patchSet) + ": rebase it."}
}

func inGate() Reason {
	return Reason{Code: ReasonInGate, Text: "Approved: wait for the gate to merge it."}
}

func (p patiences) gateStuck(l Labels) Reason {
	return Reason{Code: ReasonGateStuck, Text: "Approved more than " + duration(p.gate) + " ago and not merged: " + l.again() + ", or find out what holds the gate."}
}

func readyToSubmit() Reason { return Reason{Code: ReasonReady, Text: "Ready: submit it."} }

func ciMissing(patchSet int) Reason {
	return Reason{Code: ReasonCIMissing, Text: "CI has not reported" + onPatchSet(patchSet) + " yet: wait for it."}
}

func (p patiences) recheck(l Labels, patchSet int) Reason {
	return Reason{Code: ReasonRecheck, Text: "CI has not reported" + onPatchSet(patchSet) + " for more than " + duration(p.ci) + ": " + l.again() + "."}
}

func noReview() Reason {
	return Reason{Code: ReasonNoReview, Text: "Nobody has voted yet: review it."}
}

// onPatchSet names a patch set, unless its number is not known.
func onPatchSet(number int) string {
	if number == 0 {
		return ""
	}
	return " on patch set " + strconv.Itoa(number)
}

func dependency(unmerged []int) Reason {
	text := "CI says that it depends on a change that failed to merge: see to that one first."
	if len(unmerged) > 0 {
		list := make([]string, len(unmerged))
		for i, n := range unmerged {
			list[i] = strconv.Itoa(n)
		}
		text = "Depends on " + strings.Join(list, ", ") + ", not merged yet: review that first."
	}
	return Reason{Code: ReasonDependency, Text: text}
}

func dependencyAbandoned(number int) Reason {
	return Reason{Code: ReasonDependencyAbandoned, Text: fmt.Sprintf("Depends on %d, which is abandoned: restore that one, or rebase without it.", number)}
}

func voteText(label string, value int) string { return fmt.Sprintf("%s %+d", label, value) }

func negativeVote(vote string, by int) Reason {
	return Reason{ReasonNegativeVote, vote + " is not answered: upload a new patch set or reply.", vote, by}
}

func answeredVote(vote string, by int) Reason {
	return Reason{ReasonAnswered, "The author replied to the " + vote + ": vote again.", vote, by}
}

// Named is the reason's sentence with the name of who gave the vote; "" names nobody.
func (r Reason) Named(voter string) string {
	if voter == "" || r.Vote == "" {
		return r.Text
	}
	return strings.Replace(r.Text, r.Vote, r.Vote+" of "+voter, 1)
}

func unresolvedComments(n int) Reason {
	if n == 1 {
		return Reason{Code: ReasonUnresolved, Text: "1 comment is unresolved: answer or resolve it."}
	}
	return Reason{Code: ReasonUnresolved, Text: fmt.Sprintf("%d comments are unresolved: answer or resolve them.", n)}
}

// reviewsMissing tells how many of the needed reviews there are; vote is such a one.
func reviewsMissing(l Labels, have int, vote string) Reason {
	code, text := ReasonNotApproved, "Needs "+counted(l.ReviewsNeeded)+" "+vote
	if l.ReviewsNeeded-have == 1 {
		code = ReasonOneShort
	}
	if have > 0 {
		text = "Has " + counted(have) + " of " + counted(l.ReviewsNeeded) + " " + vote
	}
	return Reason{Code: code, Text: text + ": review it."}
}

func counted(n int) string {
	if words := []string{"no", "one", "two", "three", "four", "five", "six", "seven"}; n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

func notApproved(l Labels) Reason {
	return Reason{Code: ReasonNotApproved, Text: fmt.Sprintf("Reviewed but not approved: give the %s vote.", l.Approve)}
}

func notSubmittable() Reason {
	return Reason{Code: ReasonNotApproved, Text: "Reviewed, but something still keeps it from being submitted: see what Gerrit asks for."}
}
