package progress

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// quiet is how long a project may go without a merge before that contradicts what
// it declares.
const quiet = 90 * day

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
			say("completed-in-flight", "Declared completed, but %s still in review.", changesAre(inFlight))
		}
	case DeclaredInProgress, DeclaredPlanning:
		if declared == DeclaredInProgress && measured == MeasuredNothingInReview {
			say("nothing-in-review", "Declared in progress, but nothing is in review.")
		}
		word := map[Declared]string{DeclaredInProgress: "in progress", DeclaredPlanning: "planning"}[declared]
		switch {
		case !t.LastMerged.IsZero() && now.Sub(t.LastMerged) >= quiet:
			say("no-merge-90d", "Declared %s, but nothing has merged since %s (UTC).", word, written(t.LastMerged))
		case t.LastMerged.IsZero() && !t.first.IsZero() && now.Sub(t.first) >= quiet:
			say("no-merge-90d", "Declared %s, but nothing has merged since the first change was uploaded on %s (UTC).", word, written(t.first))
		}
	case DeclaredNotAffected:
		if live := t.Counts.Merged + inFlight; live > 0 {
			say("not-affected-live", "Declared not affected, but %s merged or in review.", changesAre(live))
		}
	}
	return out
}

func changesAre(n int) string {
	if n == 1 {
		return "1 change is"
	}
	return fmt.Sprintf("%d changes are", n)
}

// written is a day as people write it, whose year and month can't be mistaken.
func written(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
