package progress

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/ci"
	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
	"github.com/eventlet-removal/headway/store"
)

// waiting is one open or wip change under judgement.
type waiting struct {
	*view
	c       *store.Change
	ci      ci.Verdict
	upload  time.Time // of the current patch set
	depends []DependsOn
	turns   time.Time // when the rule that speaks says something else by time alone; zero: never
}

// verdict is what a rule says; the zero verdict passes to the next rule.
type verdict struct {
	who    WaitsOn
	reason Reason
	since  time.Time
}

// rules are tried in this order, the first that speaks wins. The last always does,
// unless votes are unknown.
var rules = []func(*waiting) verdict{
	(*waiting).inProgress,
	(*waiting).failed,
	(*waiting).dependent,
	(*waiting).gated,
	(*waiting).refused,
	(*waiting).untested,
	(*waiting).unresolved,
	(*waiting).unreviewed,
}

// wait fills in who must act on an open or wip change of which the CI said what was
// heard, and returns when that turns by time alone; zero: never. Where details are not
// known only the wip flag speaks, for it is on the row.
func (v *view) wait(c *Change, heard ci.Verdict) (turns time.Time) {
	if !detailed(c.Member) {
		if c.State == WIP {
			c.WaitsOn, c.Reason = Author, workInProgress()
		}
		return time.Time{}
	}
	w := &waiting{
		view:    v,
		c:       c.Change,
		ci:      heard,
		upload:  c.Change.Uploaded(),
		depends: v.depends(c.Change),
	}
	c.Depends = w.depends
	for _, rule := range rules {
		if got := rule(w); got.who != "" {
			c.WaitsOn, c.Reason, c.WaitingSince = got.who, got.reason, got.since
			return w.turns
		}
	}
	c.VotesUnknown = true
	return time.Time{}
}

// Rule 1: work in progress.
func (w *waiting) inProgress() verdict {
	if !w.c.WIP || w.c.Status != store.StatusNew {
		return verdict{}
	}
	return verdict{Author, workInProgress(), w.wipSince()}
}

// wipSince is when the change was last set to work in progress. Where messages say
// that it is not, the flag holds since the current patch set's upload.
func (w *waiting) wipSince() time.Time {
	var since time.Time
	for i := range w.c.Messages {
		m := &w.c.Messages[i]
		switch wip, said := timeline.WIPFlag(m); {
		case said && !wip:
			since = time.Time{}
		case said && since.IsZero():
			since = m.Time.Time()
		}
	}
	if since.IsZero() {
		return w.upload
	}
	return since
}

// Rule 2: CI failed on the current patch set, or it can't be merged. That it
// depends on a change that failed is not the fault of this one: rule 3.
func (w *waiting) failed() verdict {
	n := w.c.CurrentPatchSet()
	switch {
	case w.ci.Last == store.CIMergeFailed:
		return verdict{Author, mergeConflict(n), w.ci.Since}
	case w.ci.State == CIFailed && w.ci.Last != store.CIDependencyFailed:
		return verdict{Author, ciFailed(w.goal.Labels, n), w.ci.Since}
	case w.c.Mergeable != nil && !*w.c.Mergeable:
		// Gerrit does not tell since when: some time after the upload.
		return verdict{Author, mergeConflict(n), w.upload}
	}
	return verdict{}
}

// Rule 3: something else has to merge first. When the CI says so and we know of
// nothing, it is a change that we can't see; when all we know of has merged since,
// the CI has to look again: rule 6.
func (w *waiting) dependent() verdict {
	var unmerged []int
	for _, d := range w.depends {
		switch d.State {
		case Abandoned:
			return verdict{Author, dependencyAbandoned(d.Number), w.upload}
		case Open, WIP:
			unmerged = append(unmerged, d.Number)
		}
	}
	if len(unmerged) > 0 || w.ci.Last == store.CIDependencyFailed && len(w.depends) == 0 {
		return verdict{Dependency, dependency(unmerged), w.upload}
	}
	return verdict{}
}

// Rule 4: nothing but the CI keeps it from merging. With an approve label on the
// change, approved and with the reviews it takes, it is the gate's; without one it is
// for whoever may submit it.
func (w *waiting) gated() verdict {
	switch approve := w.c.Label(w.goal.Labels.Approve); {
	case w.votesUnknown() || w.unsatisfied():
		return verdict{}
	case approve == nil:
		return w.ready()
	default:
		return w.approved(approve)
	}
}

// votesUnknown reports whether Gerrit listed a label without its votes: whether anybody
// voted is then not known.
func (w *waiting) votesUnknown() bool {
	return slices.ContainsFunc(w.c.Labels, func(l store.Label) bool { return l.Unknown })
}

// unsatisfied reports whether a submit requirement other than the CI's is not met.
func (w *waiting) unsatisfied() bool {
	return slices.ContainsFunc(w.c.Requirements, func(r store.Requirement) bool {
		return r.Status == "UNSATISFIED" && !w.ofCI(r)
	})
}

// ofCI reports whether a submit requirement is the CI's: it has the name of its label.
func (w *waiting) ofCI(r store.Requirement) bool {
	return r.Name == w.goal.Labels.CI
}

func (w *waiting) approved(approve *store.Label) verdict {
	approved, ok := w.highest(approve)
	if !ok {
		return verdict{}
	}
	reviewed, ok := w.highest(w.c.Label(w.goal.Labels.Review))
	if !ok {
		return verdict{}
	}
	since := later(approved, reviewed)
	if w.now.Sub(since) > patience.gate {
		return verdict{Gate, patience.gateStuck(w.goal.Labels), since}
	}
	w.turns = since.Add(patience.gate)
	return verdict{Gate, inGate(), since}
}

// ready never turns into stuck: no gate is known that should have merged it.
func (w *waiting) ready() verdict {
	if !w.submittable() {
		return verdict{}
	}
	since := w.upload
	for _, t := range []time.Time{w.readySince(), w.ci.Passed} {
		since = later(since, t)
	}
	for i := range w.c.Labels {
		l := &w.c.Labels[i]
		if at, ok := w.highest(l); ok && w.mayMeet(l) {
			since = later(since, at)
		}
	}
	return verdict{Reviewers, readyToSubmit(), since}
}

// mayMeet reports whether votes on a label may have met a requirement: the one of its
// name, or one that has the name of no label.
func (w *waiting) mayMeet(l *store.Label) bool {
	named, other := false, len(w.c.Requirements) == 0
	for _, r := range w.c.Requirements {
		switch {
		case r.Status != "SATISFIED":
			named = named || r.Name == l.Name // met otherwise, or not asked for
		case r.Name == l.Name:
			return true
		case w.c.Label(r.Name) == nil:
			other = true
		}
	}
	return other && !named
}

// submittable reports whether Gerrit would merge the change when asked: it says so, or
// it says nothing and every requirement is met, the CI's set aside.
func (w *waiting) submittable() bool {
	if w.c.Submittable != nil {
		return *w.c.Submittable
	}
	for _, r := range w.c.Requirements {
		switch r.Status {
		case "SATISFIED", "OVERRIDDEN", "NOT_APPLICABLE", "FORCED":
		default:
			if !w.ofCI(r) {
				return false
			}
		}
	}
	return len(w.c.Requirements) > 0
}

// highest reports whether a label has its highest vote and no blocking one, and
// since when: the first of the highest votes completed it.
func (w *waiting) highest(l *store.Label) (since time.Time, ok bool) {
	if l == nil {
		return time.Time{}, false
	}
	for _, vote := range l.Votes {
		if vote.Value < 0 && vote.Value <= l.Min {
			return time.Time{}, false
		}
		if vote.Value > 0 && vote.Value == l.Max {
			if at := w.votedAt(l.Name, vote); !ok || at.Before(since) {
				since, ok = at, true
			}
		}
	}
	return since, ok
}

// votedAt is when a person cast a vote: the time of its message, because a vote
// copied to a new patch set carries that patch set's time.
func (w *waiting) votedAt(name string, vote store.Vote) time.Time {
	for i := len(w.c.Messages) - 1; i >= 0; i-- {
		m := &w.c.Messages[i]
		if value, ok := m.Votes[name]; ok && m.Author == vote.Account && value == vote.Value {
			return m.Time.Time()
		}
	}
	if vote.Date.IsZero() {
		return w.upload
	}
	return vote.Date.Time()
}

// Rule 6: the CI has not judged the current patch set. That it has started anew is
// no missing result if there was one before.
func (w *waiting) untested() verdict {
	if w.ci.State == "" || w.ci.Result != "" {
		return verdict{}
	}
	since := w.upload
	if w.ci.State == CIRunning {
		since = later(since, w.ci.Since) // the start took the earlier result away
	}
	n := w.c.CurrentPatchSet()
	due := since.Add(patience.ci)
	if !w.now.Before(due) {
		return verdict{Author, patience.recheck(w.goal.Labels, n), due}
	}
	w.turns = due
	return verdict{CI, ciMissing(n), since}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
