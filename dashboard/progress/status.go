package progress

import (
	"fmt"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/reading"
)

// Status is what a project or a team declares, and what its counts say.
type Status struct {
	Declared       Declared
	Since          string
	Approach       string
	Measured       Measured // "" while loading
	Contradictions []Contradiction
}

// Status is that of a project.
func (p *ProjectNumbers) Status() Status {
	return Status{p.Declared, p.Since, p.Approach, p.Measured, p.Contradictions}
}

// Status is that of a team.
func (t *TeamNumbers) Status() Status {
	return Status{t.Declared, t.Since, t.Approach, t.Measured, t.Contradictions}
}

// StatusOf is the status of a scope. A goal has none, nor has a scope that does not
// exist.
func (r *Result) StatusOf(s Scope) Status {
	if p := r.Project(s.Project); s.Project != "" && p != nil {
		return p.Status()
	}
	if t := r.Team(s.Team); s.Project == "" && s.Team != "" && t != nil {
		return t.Status()
	}
	return Status{}
}

// Code is what is declared, else what is measured.
func (s Status) Code() string {
	if s.Declared != Undeclared {
		return string(s.Declared)
	}
	return string(s.Measured)
}

// declaredTitles are the words of the community's own table.
var declaredTitles = map[Declared]string{
	DeclaredCompleted:   "Completed",
	DeclaredInProgress:  "In Progress",
	DeclaredPlanning:    "Planning",
	DeclaredNotStarted:  "Not started",
	DeclaredNotAffected: "Not affected",
}

// Title is a declaration as it is shown; one that we don't know stands for itself.
func (d Declared) Title() string {
	if title, ok := declaredTitles[d]; ok {
		return title
	}
	return string(d)
}

// Known reports whether a declaration is one that the rules know.
func (d Declared) Known() bool {
	_, ok := declaredTitles[d]
	return ok
}

// Answer is what there is to say to "is it done?" of a project or a team, to follow
// its name. Of a past day nobody's declarations are known.
func (r *Result) Answer(s Scope) string {
	n := r.NumbersOf(s)
	switch {
	case n == nil:
		return ""
	case n.Loading != nil && n.Loading.Unreadable > 0:
		return "is not known: " + reading.Unreadable(n.Loading.Unreadable)
	case n.Loading != nil:
		return "is still being read"
	case r.Past():
		return n.answerThen()
	}
	return r.StatusOf(s).answer(n)
}

func (s Status) answer(n *Numbers) string {
	inFlight := n.Counts.InFlight()
	review := reading.Changes(inFlight) + " " + NotMerged
	if n.Remaining != nil && *n.Remaining > inFlight {
		review += fmt.Sprintf(", %d more expected", *n.Remaining-inFlight)
	}
	switch {
	case s.Declared == DeclaredNotAffected && len(s.Contradictions) == 0:
		return "is not affected"
	case s.Declared == DeclaredCompleted && inFlight > 0:
		return "is declared completed, but has " + review
	case s.Declared == DeclaredCompleted && s.Measured == MeasuredNone:
		return "is done; no changes are tracked"
	case s.Declared == DeclaredCompleted:
		return "is done"
	}
	switch s.Measured {
	case MeasuredNone:
		return "has not begun: no changes are tracked"
	case MeasuredPlanning:
		return "is not done: " + review + ", none merged"
	case MeasuredInProgress:
		return "is not done: " + review
	case MeasuredStalled:
		return "is stalled: nothing merged, nothing left in review"
	}
	if s.Declared == Undeclared {
		return "has nothing left in review, and nobody has declared it completed"
	}
	return "has nothing left in review, but is declared " + strings.ToLower(s.Declared.Title())
}

func (n *Numbers) answerThen() string {
	switch c := n.Counts; {
	case c.Total == 0:
		return "had no changes yet"
	case c.InFlight() > 0:
		return "had " + reading.Changes(c.InFlight()) + " not merged"
	}
	return "had nothing left in review"
}

// Group is the part of a table that a project belongs into.
type Group string

const (
	GroupActive      Group = "active"       // it needs somebody, is stalled, contradicts itself, or nobody knows yet
	GroupCompleted   Group = "completed"    // it says so, and nothing contradicts it
	GroupQuiet       Group = "quiet"        // nothing is in review, and nobody has declared anything
	GroupNotAffected Group = "not-affected" // it says so, and nothing contradicts it
)

// Group is where a project belongs.
func (p *ProjectNumbers) Group() Group {
	switch {
	case p.Loading != nil, len(p.Contradictions) > 0, p.Measured == MeasuredStalled:
		return GroupActive
	case p.Declared == DeclaredCompleted:
		return GroupCompleted
	case p.Declared == DeclaredNotAffected:
		return GroupNotAffected
	case p.Declared == Undeclared && p.Counts.InFlight() == 0:
		return GroupQuiet
	}
	return GroupActive
}

// Finished reports whether a project has something to tell of: it declares itself
// completed, or something has merged and nothing is left in review.
func (p *ProjectNumbers) Finished() bool {
	return p.Loading == nil && p.Declared != DeclaredNotAffected &&
		(p.Declared == DeclaredCompleted || p.Measured == MeasuredNothingInReview)
}

func measure(c Counts) Measured {
	switch {
	case c.Total == 0:
		return MeasuredNone
	case c.Merged > 0 && c.InFlight() > 0:
		return MeasuredInProgress
	case c.Merged > 0:
		return MeasuredNothingInReview
	case c.InFlight() > 0:
		return MeasuredPlanning
	}
	return MeasuredStalled
}

// contradict compares what is declared with what is counted.
func contradict(declared Declared, measured Measured, t *tally, now time.Time) []Contradiction {
	var out []Contradiction
	say := func(code, format string, args ...any) {
		out = append(out, Contradiction{code, fmt.Sprintf(format, args...)})
	}
	inFlight := t.Counts.InFlight()
	switch declared {
	case DeclaredCompleted:
		if inFlight > 0 {
			say("completed-in-flight", "Declared completed, but %s %s.", changesAre(inFlight), NotMerged)
		}
	case DeclaredInProgress, DeclaredPlanning:
		if declared == DeclaredInProgress && measured == MeasuredNothingInReview {
			say("nothing-in-review", "Declared in progress, but nothing is left in review.")
		}
		word := strings.ToLower(declared.Title())
		switch {
		case !t.LastMerged.IsZero() && now.Sub(t.LastMerged) >= quiet:
			say("no-merge-90d", "Declared %s, but nothing has merged since %s (UTC).", word, written(t.LastMerged))
		case t.LastMerged.IsZero() && !t.first.IsZero() && now.Sub(t.first) >= quiet:
			say("no-merge-90d", "Declared %s, but nothing has merged since the first change was uploaded on %s (UTC).", word, written(t.first))
		}
	case DeclaredNotAffected:
		if live := t.Counts.Merged + inFlight; live > 0 {
			say("not-affected-live", "Declared not affected, but %s merged, in review or work in progress.", changesAre(live))
		}
	}
	return out
}

func changesAre(n int) string {
	if n == 1 {
		return reading.Changes(n) + " is"
	}
	return reading.Changes(n) + " are"
}

// written is a day as people write it, whose year and month can't be mistaken.
func written(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
