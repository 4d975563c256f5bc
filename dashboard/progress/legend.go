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

// MeaningOf finds a word's explanation; a word nobody explained stands for itself.
func MeaningOf(of []Meaning, code string) Meaning {
	for _, m := range of {
		if m.Code == code {
			return m
		}
	}
	return Meaning{Code: code, Title: code}
}

// NotMerged is what the states in review and work in progress are together.
const NotMerged = "not merged yet"

// NotMergedYet tells how much is not merged yet, and its parts: "60 not merged yet: 50
// in review, 10 work in progress".
func NotMergedYet(open, wip int) string {
	text := strconv.Itoa(open+wip) + " " + NotMerged
	if open+wip == 0 {
		return text
	}
	return fmt.Sprintf("%s: %d %s, %d %s", text, open, MeaningOf(States, string(Open)).Title, wip, MeaningOf(States, string(WIP)).Title)
}

// States explains every state, in the order they are shown.
var States = []Meaning{
	{string(Merged), "merged", "It is in the project.", "Nothing to do."},
	{string(Reverted), "reverted", "It merged, but a later change took it back, or it is that later change.", "Find out why, and upload it again as a new change if the work is still wanted."},
	{string(Open), "in review", "It is ready for review.", "See who must act on it."},
	{string(WIP), "work in progress", "Its author is still at it.", "The author finishes it and marks it ready for review."},
	{string(Abandoned), "abandoned", "Its author or a maintainer gave it up.", "Restore it if the work is still wanted."},
	{string(Left), "left", "It was part of this goal, but its topic has changed.", "Set the topic back if it still belongs here."},
	{string(Gone), "gone", "Gerrit no longer shows it: it was deleted, made private or hidden.", "Ask its owner if you miss it."},
}

// Waits explains who must act.
var Waits = []Meaning{
	{string(Author), "author", "The owner, or whoever uploaded a patch set, must act.", "Do what the reason of the change says."},
	{string(Reviewers), "reviewers", "It waits for a review, for the approval, or for somebody to submit it.", "Review it."},
	{string(CI), "CI", "It waits for a CI result.", "Wait for CI."},
	{string(Gate), "gate", "It is approved and waits to be merged.", "Wait; where it is stuck, find out what holds the gate."},
	{string(Dependency), "dependency", "Another change has to merge first.", "Review what it depends on."},
}

// Measures explains what the counts say of a project.
var Measures = []Meaning{
	{string(MeasuredNone), "no changes tracked", "No change is tracked.", "Upload the first one, or declare the project not affected."},
	{string(MeasuredPlanning), "planning", "Nothing has merged, something is not merged yet.", "Review what is not merged yet."},
	{string(MeasuredInProgress), "in progress", "Something has merged, something is not merged yet.", "Review what is not merged yet."},
	{string(MeasuredNothingInReview), "nothing left in review", "Something has merged, and nothing is left in review.", "Upload the next change, or declare the project completed."},
	{string(MeasuredStalled), "stalled", "Nothing has merged and nothing is left in review: all was abandoned or reverted.", "Restore a change or upload a new one."},
}

// MayWait reports whether a change of this goal can wait on somebody.
func (r *Result) MayWait(w WaitsOn) bool { return r.view.mayOccur(string(w)) }

// Waits explains who can have to act in this goal.
func (r *Result) Waits() []Meaning { return r.view.possible(Waits) }

// Reasons explains why a change of this goal can wait, in the order of the rules.
func (r *Result) Reasons() []Meaning { return r.view.possible(r.Goal.Labels.Reasons()) }

// CIStates explains what the CI can have said of a change of this goal; nil if it
// never spoke.
func (r *Result) CIStates() []Meaning {
	if !r.view.mayWaitForCI {
		return nil
	}
	return r.Goal.Labels.CIStates()
}

// possible leaves out the waits that can't occur.
func (v *view) possible(all []Meaning) []Meaning {
	var out []Meaning
	for _, m := range all {
		if v.mayOccur(m.Code) {
			out = append(out, m)
		}
	}
	return out
}

func (v *view) mayOccur(code string) bool {
	switch code {
	case string(Gate), string(ReasonInGate), string(ReasonGateStuck):
		return v.mayWaitForGate
	case string(CI), string(ReasonCIFailed), string(ReasonCIMissing), string(ReasonRecheck):
		return v.mayWaitForCI
	}
	return true
}

// findWaits finds what can be waited for: a gate where a change has the approve label,
// a CI where it ever spoke. While details are still to come both may be.
func (v *view) findWaits() (gate, ci bool) {
	if !v.sources.goal.complete() {
		return true, true
	}
	for _, f := range v.families {
		if len(f.changes) > 0 {
			gate = gate || f.gate
			ci = ci || f.ci.Spoke
		}
	}
	return gate, ci
}

// Codes lists the codes of words, for an error that names them all.
func Codes(meanings []Meaning) string {
	out := make([]string, len(meanings))
	for i, m := range meanings {
		out[i] = m.Code
	}
	return strings.Join(out, ", ")
}
