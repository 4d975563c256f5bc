package progress

import (
	"time"
)

const day = 24 * time.Hour

// patiences are how long the rules wait that turn into another one by time alone.
type patiences struct {
	gate time.Duration // an approved change that has not merged by then is stuck
	ci   time.Duration // a CI that has not reported by then needs to be asked again
}

var patience = patiences{gate: 48 * time.Hour, ci: 24 * time.Hour}

// quiet is how long a project may go without a merge before that contradicts what
// it declares.
const quiet = 90 * day

// Age is how long something has waited, in three steps.
type Age string

const (
	Fresh Age = "fresh"
	Aging Age = "aging" // a week
	Old   Age = "old"   // four weeks: worth asking what holds it
)

const agingAfter = 7 * day

// OldAfter is how long something waits until it is Old: reports and feeds call it stuck.
const OldAfter = 28 * day

// AgeOf is the step that something has reached after a time.
func AgeOf(d time.Duration) Age {
	switch {
	case d >= OldAfter:
		return Old
	case d >= agingAfter:
		return Aging
	}
	return Fresh
}

// duration is a threshold in words, exact: a day, two days, 36 hours.
func duration(d time.Duration) string {
	n, unit := int(d/time.Hour), " hour"
	if d%day == 0 {
		n, unit = int(d/day), " day"
	}
	switch {
	case n == 1 && unit == " hour":
		return "an hour"
	case n == 1:
		return "a day"
	}
	return counted(n) + unit + "s"
}
