package progress

import (
	"fmt"
	"strconv"
	"strings"
)

// Meaning explains one word that pages, JSON or metrics use.
type Meaning struct {
	Code    string
	Title   string // as shown to people
	Meaning string // one sentence
	Next    string // one sentence: what now
}

// States explains every state, in the order they are shown.
var States = []Meaning{
	{string(Merged), "merged", "It is in the project.", "Nothing to do."},
	{string(Reverted), "reverted", "It merged, but a later change took it back, or it is that later change.", "Find out why, and upload it again as a new change if the work is still wanted."},
	{string(Open), "open", "It is ready for review.", "See who must act on it."},
	{string(WIP), "work in progress", "Its author is still at it.", "The author finishes it and marks it ready for review."},
	{string(Abandoned), "abandoned", "Its author or a maintainer gave it up.", "Restore it if the work is still wanted."},
	{string(Left), "left", "It was part of this goal, but its topic has changed.", "Set the topic back if it still belongs here."},
	{string(Gone), "gone", "Gerrit no longer shows it: it was deleted, made private or hidden.", "Ask its owner if you miss it."},
}

// Reasons explains every reason why a change waits, in the order of the rules.
var Reasons = []Meaning{
	{"wip", "work in progress", "The change is marked as work in progress.", "Mark it ready for review when it is done."},
	{"ci-failed", "CI failed", "CI failed on the current patch set.", "Fix it or recheck."},
	{"merge-conflict", "merge conflict", "The current patch set can't be merged into its branch.", "Rebase it."},
	{"dependency", "waits for another change", "A change it depends on is not merged.", "Review that one first."},
	{"dependency-abandoned", "dependency abandoned", "A change it depends on is abandoned.", "Restore that one, or rebase without it."},
	{"in-gate", "in the gate", "It is approved and will merge when CI passes.", "Wait for the gate."},
	{"gate-stuck", "stuck in the gate", "It has been approved for more than two days and has not merged.", "Recheck it, or find out what holds the gate."},
	{"negative-vote", "negative vote", "A negative vote is not answered.", "Upload a new patch set or reply."},
	{"answered", "vote answered", "The author has answered a negative vote that still stands.", "Look again, and renew or withdraw the vote."},
	{"ci-missing", "CI not done", "CI has not reported on the current patch set yet.", "Wait for CI."},
	{"recheck", "CI missing", "CI has not reported on the current patch set for more than a day.", "Comment recheck."},
	{"unresolved", "unresolved comments", "Comments are unresolved, and a reviewer had the last word.", "Answer or resolve them."},
	{"no-review", "no review", "Nobody has voted yet.", "Review it."},
	{"one-short", "one review short", "It lacks one review of those it needs.", "Review it."},
	{"not-approved", "not approved", "It has been reviewed, but it is not approved.", "Give the missing reviews or approve it."},
}

// Waits explains who must act.
var Waits = []Meaning{
	{string(Author), "author", "The owner, or whoever uploaded a patch set, must act.", "See the reason at each change."},
	{string(Reviewers), "reviewers", "It waits for a review or an approval.", "Review it."},
	{string(CI), "CI", "It waits for a CI result.", "Wait for CI."},
	{string(Gate), "gate", "It is approved and waits to be merged.", "Wait, unless it is stuck."},
	{string(Dependency), "dependency", "Another change has to merge first.", "Review that one."},
}

// Measures explains what the counts say of a project.
var Measures = []Meaning{
	{string(MeasuredNone), "no changes tracked", "No change is tracked.", "Upload the first one, or declare the project not affected."},
	{string(MeasuredPlanning), "planning", "Nothing has merged, something is in review.", "Review what is there."},
	{string(MeasuredInProgress), "in progress", "Something has merged, something is in review.", "Review what is there."},
	{string(MeasuredNothingInReview), "nothing in review", "Something has merged, nothing is in review.", "Upload the next change, or declare the project completed."},
	{string(MeasuredStalled), "stalled", "Nothing has merged and nothing is in review: all was abandoned or reverted.", "Restore a change or upload a new one."},
}

// CIStates explains what CI said of the current patch set.
var CIStates = []Meaning{
	{string(CIPassed), "passed", "CI passed on the current patch set.", "Nothing to do."},
	{string(CIFailed), "failed", "CI failed on the current patch set.", "Fix it or recheck."},
	{string(CIRunning), "running", "CI has started on the current patch set.", "Wait for CI."},
	{string(CIMissing), "missing", "CI has said nothing of the current patch set.", "Wait a day, then comment recheck."},
}

// reason is a Reason without particulars but a patch set's number, if it is not 0.
func reason(code string, patchSet int) Reason {
	on := ""
	if patchSet != 0 {
		on = " on patch set " + strconv.Itoa(patchSet)
	}
	switch code {
	case "wip":
		return Reason{code, "Work in progress: mark it ready for review when it is done."}
	case "ci-failed":
		return Reason{code, "CI failed" + on + ": fix it or recheck."}
	case "merge-conflict":
		return Reason{code, "Merge conflict" + on + ": rebase it."}
	case "in-gate":
		return Reason{code, "Approved: wait for the gate to merge it."}
	case "gate-stuck":
		return Reason{code, "Approved more than two days ago and not merged: recheck it, or find out what holds the gate."}
	case "ci-missing":
		return Reason{code, "CI has not reported" + on + " yet: wait for it."}
	case "recheck":
		return Reason{code, "CI has not reported" + on + " for more than a day: comment recheck."}
	}
	return Reason{code, "Nobody has voted yet: review it."} // no-review
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
	return Reason{"dependency", text}
}

func dependencyAbandoned(number int) Reason {
	return Reason{"dependency-abandoned", fmt.Sprintf("Depends on %d, which is abandoned: restore that one, or rebase without it.", number)}
}

func voteText(label string, value int) string { return fmt.Sprintf("%s %+d", label, value) }

func negativeVote(vote string) Reason {
	return Reason{"negative-vote", vote + " is not answered: upload a new patch set or reply."}
}

func answeredVote(vote string) Reason {
	return Reason{"answered", vote + " is answered but still stands: look again, and renew or withdraw the vote."}
}

func unresolvedComments(n int) Reason {
	if n == 1 {
		return Reason{"unresolved", "1 comment is unresolved: answer or resolve it."}
	}
	return Reason{"unresolved", fmt.Sprintf("%d comments are unresolved: answer or resolve them.", n)}
}

func oneShort(l Labels) Reason {
	if l.ReviewsNeeded == 1 {
		return Reason{"one-short", fmt.Sprintf("Lacks the highest %s vote: review it.", l.Review)}
	}
	return Reason{"one-short", fmt.Sprintf("One highest %s vote short of %d: review it.", l.Review, l.ReviewsNeeded)}
}

func notApproved(l Labels, highest int, approved bool) Reason {
	missing := l.ReviewsNeeded - highest
	switch {
	case missing > 0:
		return Reason{"not-approved", fmt.Sprintf("Lacks %d highest %s votes of %d: review it.", missing, l.Review, l.ReviewsNeeded)}
	case approved || l.Approve == "":
		return Reason{"not-approved", "Reviewed, but something still keeps it from being submitted: see what Gerrit asks for."}
	}
	return Reason{"not-approved", fmt.Sprintf("Reviewed but not approved: give the %s vote.", l.Approve)}
}
