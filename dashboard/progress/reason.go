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
var Reasons = patience.reasons()

func (p patiences) reasons() []Meaning {
	return []Meaning{
		{string(ReasonWIP), "work in progress", "The change is marked as work in progress.", "Mark it ready for review when it is done."},
		{string(ReasonCIFailed), "CI failed", "CI failed on the current patch set.", "Fix it or recheck."},
		{string(ReasonMergeConflict), "merge conflict", "The current patch set can't be merged into its branch.", "Rebase it."},
		{string(ReasonDependency), "waits for another change", "A change it depends on is not merged.", "Review that one first."},
		{string(ReasonDependencyAbandoned), "dependency abandoned", "A change it depends on is abandoned.", "Restore that one, or rebase without it."},
		{string(ReasonInGate), "in the gate", "It is approved and will merge when CI passes.", "Wait for the gate."},
		{string(ReasonGateStuck), "stuck in the gate", "It has been approved for more than " + duration(p.gate) + " and has not merged.", "Recheck it, or find out what holds the gate."},
		{string(ReasonNegativeVote), "negative vote", "A negative vote is not answered.", "Upload a new patch set or reply."},
		{string(ReasonAnswered), "vote answered", "The author has answered a negative vote that still stands.", "Look again, and renew or withdraw the vote."},
		{string(ReasonCIMissing), "CI not done", "CI has not reported on the current patch set yet.", "Wait for CI."},
		{string(ReasonRecheck), "CI missing", "CI has not reported on the current patch set for more than " + duration(p.ci) + ".", "Comment recheck."},
		{string(ReasonUnresolved), "unresolved comments", "Comments are unresolved, and a reviewer had the last word.", "Answer or resolve them."},
		{string(ReasonNoReview), "no review", "Nobody has voted yet.", "Review it."},
		{string(ReasonOneShort), "one review short", "It lacks one review of those it needs.", "Review it."},
		{string(ReasonNotApproved), "not approved", "It has been reviewed, but it is not approved.", "Give the missing reviews or approve it."},
	}
}

func (p patiences) ciStates() []Meaning {
	return []Meaning{
		{string(CIPassed), "passed", "CI passed on the current patch set.", "Nothing to do."},
		{string(CIFailed), "failed", "CI failed on the current patch set.", "Fix it or recheck."},
		{string(CIRunning), "running", "CI has started on the current patch set.", "Wait for CI."},
		{string(CIMissing), "missing", "CI has said nothing of the current patch set.", "Wait " + duration(p.ci) + ", then comment recheck."},
	}
}

func workInProgress() Reason {
	return Reason{ReasonWIP, "Work in progress: mark it ready for review when it is done."}
}

func ciFailed(patchSet int) Reason {
	return Reason{ReasonCIFailed, "CI failed" + onPatchSet(patchSet) + ": fix it or recheck."}
}

func mergeConflict(patchSet int) Reason {
	return Reason{ReasonMergeConflict, "Merge conflict" + onPatchSet(patchSet) + ": rebase it."}
}

func inGate() Reason {
	return Reason{ReasonInGate, "Approved: wait for the gate to merge it."}
}

func (p patiences) gateStuck() Reason {
	return Reason{ReasonGateStuck, "Approved more than " + duration(p.gate) + " ago and not merged: recheck it, or find out what holds the gate."}
}

func ciMissing(patchSet int) Reason {
	return Reason{ReasonCIMissing, "CI has not reported" + onPatchSet(patchSet) + " yet: wait for it."}
}

func (p patiences) recheck(patchSet int) Reason {
	return Reason{ReasonRecheck, "CI has not reported" + onPatchSet(patchSet) + " for more than " + duration(p.ci) + ": comment recheck."}
}

func noReview() Reason {
	return Reason{ReasonNoReview, "Nobody has voted yet: review it."}
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
	return Reason{ReasonDependency, text}
}

func dependencyAbandoned(number int) Reason {
	return Reason{ReasonDependencyAbandoned, fmt.Sprintf("Depends on %d, which is abandoned: restore that one, or rebase without it.", number)}
}

func voteText(label string, value int) string { return fmt.Sprintf("%s %+d", label, value) }

func negativeVote(vote string) Reason {
	return Reason{ReasonNegativeVote, vote + " is not answered: upload a new patch set or reply."}
}

func answeredVote(vote string) Reason {
	return Reason{ReasonAnswered, vote + " is answered but still stands: look again, and renew or withdraw the vote."}
}

func unresolvedComments(n int) Reason {
	if n == 1 {
		return Reason{ReasonUnresolved, "1 comment is unresolved: answer or resolve it."}
	}
	return Reason{ReasonUnresolved, fmt.Sprintf("%d comments are unresolved: answer or resolve them.", n)}
}

func oneShort(l Labels) Reason {
	if l.ReviewsNeeded == 1 {
		return Reason{ReasonOneShort, fmt.Sprintf("Lacks the highest %s vote: review it.", l.Review)}
	}
	return Reason{ReasonOneShort, fmt.Sprintf("One highest %s vote short of %d: review it.", l.Review, l.ReviewsNeeded)}
}

func notApproved(l Labels, highest int, approved bool) Reason {
	missing := l.ReviewsNeeded - highest
	switch {
	case missing > 0:
		return Reason{ReasonNotApproved, fmt.Sprintf("Lacks %d highest %s votes of %d: review it.", missing, l.Review, l.ReviewsNeeded)}
	case approved || l.Approve == "":
		return Reason{ReasonNotApproved, "Reviewed, but something still keeps it from being submitted: see what Gerrit asks for."}
	}
	return Reason{ReasonNotApproved, fmt.Sprintf("Reviewed but not approved: give the %s vote.", l.Approve)}
}
