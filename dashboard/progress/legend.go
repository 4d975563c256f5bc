package progress

import "strings"

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

// Waits explains who must act.
var Waits = []Meaning{
	{string(Author), "author", "The owner, or whoever uploaded a patch set, must act.", "See the reason at each change."},
	{string(Reviewers), "reviewers", "It waits for a review, for the approval, or for somebody to submit it.", "Review it."},
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
	for _, m := range v.members {
		gate = gate || m.Change.Label(v.goal.Labels.Approve) != nil
		ci = ci || v.ci.Spoke(m.Change.Project)
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
