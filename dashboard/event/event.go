// Package event finds what happened in a goal that is worth telling: the events of its
// feeds, and those that reports list. It is pure: a result in, events out. What counts is
// progress's to say; when it came true is said here. dashboard's feeds and reports
// import it.
package event

import (
	"cmp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Kind is what happened, in a word that never changes.
type Kind string

const (
	Merged   Kind = "merged"
	Finished Kind = "nothing-left" // its project has nothing left in review
	Reverted Kind = "reverted"     // a later change took it back
	Stuck    Kind = "stuck"        // it has waited for progress.OldAfter
	Left     Kind = "left"         // it departed, left or gone
)

// Event is something that happened to a change, and is still true.
type Event struct {
	Kind   Kind
	At     time.Time
	Change *progress.Change // of the result; of Finished the last one that was in review
}

// Of are the events of the development changes of a scope, newest first. None of a result
// of a past day is Stuck, because votes have no past. It is empty while the scope is loading.
func Of(r *progress.Result, s progress.Scope) []Event {
	steps := r.Steps(s)
	events := append(Stucks(r, s), Finishes(r, steps)...)
	for _, last := range lastSteps(steps) {
		switch c := last.Change; {
		case c.State == progress.Merged:
			events = append(events, Event{Merged, c.MergedAt, c})
		case c.State == progress.Reverted && len(c.Undoes) == 0: // the revert itself is no news
			events = append(events, Event{Reverted, last.At, c})
		case !c.State.Counted():
			events = append(events, Event{Left, last.At, c})
		}
	}
	sortNewest(events)
	return events
}

// Stucks are the changes of a scope that have waited for so long that somebody should
// ask, dated by the moment at which that became true, newest first. There are none while
// the scope is loading.
func Stucks(r *progress.Result, s progress.Scope) []Event {
	var events []Event
	if n := r.NumbersOf(s); n == nil || n.Loading != nil {
		return nil
	}
	for _, c := range r.InReview(s) {
		if at := c.WaitingSince.Add(progress.OldAfter); !c.WaitingSince.IsZero() && !at.After(r.Until()) {
			events = append(events, Event{Stuck, at, c})
		}
	}
	sortNewest(events)
	return events
}

// Finishes are the projects in which something merged and nothing is left in review,
// among those of some steps of the result, all of a scope's. Each is dated by the merge or
// abandon that emptied it, newest first. A project whose last change in review departed is
// in no event.
func Finishes(r *progress.Result, steps []progress.Step) []Event {
	inFlight, emptied := map[string]int{}, map[string]Event{}
	for _, s := range steps {
		project := s.Change.Change.Project
		switch {
		case s.To.InFlight() && !s.From.InFlight():
			inFlight[project]++
			delete(emptied, project)
		case s.From.InFlight() && !s.To.InFlight():
			inFlight[project]--
			if inFlight[project] == 0 && (s.To.HasMerged() || s.To == progress.Abandoned) {
				emptied[project] = Event{Finished, s.At, s.Change}
			}
		case s.From == "" && s.To.HasMerged() && inFlight[project] == 0: // it came when it had merged already
			emptied[project] = Event{Finished, s.At, s.Change}
		}
	}
	var events []Event
	for i := range r.Projects {
		p := &r.Projects[i]
		if e, ok := emptied[p.Name]; ok && p.Loading == nil && p.Measured == progress.MeasuredNothingInReview {
			events = append(events, e)
		}
	}
	sortNewest(events)
	return events
}

// lastSteps are the last ones of each change, by number.
func lastSteps(steps []progress.Step) []progress.Step {
	last := map[int]progress.Step{}
	for _, s := range steps {
		last[s.Change.Change.Number] = s
	}
	out := make([]progress.Step, 0, len(last))
	for _, s := range last {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b progress.Step) int {
		return cmp.Compare(a.Change.Change.Number, b.Change.Change.Number)
	})
	return out
}

func sortNewest(events []Event) {
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Change.Change.Number, a.Change.Change.Number), cmp.Compare(b.Kind, a.Kind)) // merged, then nothing left
	})
}
