package progress

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
var CIStates = patience.ciStates()
