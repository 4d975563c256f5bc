package progress

import (
	"time"

	"github.com/eventlet-removal/headway/store"
)

// waiting is one open or wip change under judgement.
type waiting struct {
	*view
	c       *store.Change
	ci      ciVerdict
	upload  time.Time // of the current patch set
	depends []DependsOn
}

// verdict is what a rule says; the zero verdict passes to the next rule.
type verdict struct {
	who    WaitsOn
	reason Reason
	since  time.Time
}

// rules are tried in this order, the first that speaks wins. The last always does.
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

// wait fills in who must act on an open or wip change. Where details are not known
// only the wip flag speaks, for it is on the row.
func (v *view) wait(c *Change) {
	if !detailed(c.Member) {
		if c.State == WIP {
			c.WaitsOn, c.Reason = Author, workInProgress()
		}
		return
	}
	w := &waiting{
		view:    v,
		c:       c.Change,
		ci:      v.ciOf(c.Change),
		upload:  uploaded(c.Change),
		depends: v.depends(c.Change),
	}
	c.Depends = w.depends
	for _, rule := range rules {
		if got := rule(w); got.who != "" {
			c.WaitsOn, c.Reason, c.WaitingSince = got.who, got.reason, got.since
			return
		}
	}
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
		switch wip, said := wipFlag(m); {
		case said && !wip:
			since = time.Time{}
		case said && since.IsZero():
			since = m.Time
		}
	}
	if since.IsZero() {
		return w.upload
	}
	return since
}

// wipFlag is what a message tells of the wip flag. An upload tells it by its tag,
// so an untagged one tells nothing, unless the text said that it is in progress.
func wipFlag(m *store.Message) (wip, said bool) {
	switch {
	case m.Kind == store.MessageWIP, m.Kind == store.MessagePatchSet && m.WIP:
		return true, true
	case m.Kind == store.MessageReady, m.Kind == store.MessagePatchSet && m.Tag != "":
		return false, true
	}
	return false, false
}

// Rule 2: CI failed on the current patch set, or it can't be merged. That it
// depends on a change that failed is not the fault of this one: rule 3.
func (w *waiting) failed() verdict {
	n := currentPatchSet(w.c)
	switch {
	case w.ci.last == store.CIMergeFailed:
		return verdict{Author, mergeConflict(n), w.ci.since}
	case w.ci.state == CIFailed && w.ci.last != store.CIDependencyFailed:
		return verdict{Author, ciFailed(n), w.ci.since}
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
	if len(unmerged) > 0 || w.ci.last == store.CIDependencyFailed && len(w.depends) == 0 {
		return verdict{Dependency, dependency(unmerged), w.upload}
	}
	return verdict{}
}

// Rule 4: approved, with the reviews it takes, CI aside.
func (w *waiting) gated() verdict {
	approved, ok := w.approved()
	if !ok {
		return verdict{}
	}
	reviewed, ok := w.reviewed()
	if !ok {
		return verdict{}
	}
	since := later(approved, reviewed)
	if w.now.Sub(since) > patience.gate {
		return verdict{Gate, patience.gateStuck(), since}
	}
	return verdict{Gate, inGate(), since}
}

// approved reports whether, and since when, a change is approved: by the approve label,
// or without one by all submit requirements but the CI's.
func (w *waiting) approved() (time.Time, bool) {
	if name := w.goal.Labels.Approve; name != "" {
		return w.highest(label(w.c, name))
	}
	if !w.requirementsMet() {
		return time.Time{}, false
	}
	// No vote is the approval; it was complete when the last of the votes came.
	since := w.upload
	for i := range w.c.Labels {
		if at, ok := w.highest(&w.c.Labels[i]); ok && w.c.Labels[i].Name != w.goal.Labels.CI {
			since = later(since, at)
		}
	}
	return since, true
}

func (w *waiting) requirementsMet() bool {
	if w.c.Submittable != nil && *w.c.Submittable {
		return true
	}
	for _, r := range w.c.Requirements {
		switch r.Status {
		case "SATISFIED", "OVERRIDDEN", "NOT_APPLICABLE", "FORCED":
		default:
			if r.Name != w.goal.Labels.CI {
				return false
			}
		}
	}
	return len(w.c.Requirements) > 0
}

// reviewed reports whether, and since when, the review label has its highest vote and
// no blocking one. Where requirements decide, a project may do without the label.
func (w *waiting) reviewed() (time.Time, bool) {
	l := label(w.c, w.goal.Labels.Review)
	if l == nil && w.goal.Labels.Approve == "" {
		return time.Time{}, true
	}
	return w.highest(l)
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
			return m.Time
		}
	}
	if vote.Date.IsZero() {
		return w.upload
	}
	return vote.Date
}

// Rule 6: the CI has not judged the current patch set. That it has started anew is
// no missing result if there was one before.
func (w *waiting) untested() verdict {
	if w.ci.state == "" || w.ci.result != "" {
		return verdict{}
	}
	since := w.upload
	if w.ci.state == CIRunning {
		since = later(since, w.ci.since) // the start took the earlier result away
	}
	n := currentPatchSet(w.c)
	if due := since.Add(patience.ci); !w.now.Before(due) {
		return verdict{Author, patience.recheck(n), due}
	}
	return verdict{CI, ciMissing(n), since}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
