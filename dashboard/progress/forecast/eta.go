package forecast

import (
	"strconv"
	"time"
)

const day = 24 * time.Hour

// The two stretches of days up to now whose merges an estimate goes by.
const (
	MonthDays   = 28
	QuarterDays = 84
)

// ETA is when what is not merged yet may be cleared, by the pace of the last 28 and 84
// days. It says nothing of work that is not uploaded.
type ETA struct {
	From time.Time // at the faster pace
	To   time.Time // at the slower pace; zero: open-ended
}

// horizon is how far ahead an estimate still means something (and can be written
// with a year of four digits).
const horizon = 100 * 365

// Estimate tells when inFlight changes may be merged, if they go on being merged as
// within the last 28 and 84 days. It is nil when nothing is in flight or nothing
// was merged, or when it would take more than a hundred years.
func Estimate(inFlight, merged28, merged84 int, now time.Time) *ETA {
	if inFlight == 0 {
		return nil
	}
	month, monthOK := needs(inFlight, merged28, MonthDays)
	quarter, quarterOK := needs(inFlight, merged84, QuarterDays)
	switch {
	case monthOK && quarterOK:
		return &ETA{now.Add(min(month, quarter)), now.Add(max(month, quarter))}
	case monthOK:
		return &ETA{From: now.Add(month)}
	case quarterOK:
		return &ETA{From: now.Add(quarter)}
	}
	return nil
}

// needs is how long inFlight changes take at so many merged changes in so many days, and
// whether that ends within the horizon.
func needs(inFlight, merged, days int) (time.Duration, bool) {
	if merged == 0 {
		return 0, false
	}
	d := float64(inFlight) * float64(days) / float64(merged)
	if d > horizon {
		return 0, false
	}
	return time.Duration(d * float64(day)), true
}

// Sentence is when what is not merged yet will be merged, "" if nothing is left.
func Sentence(inFlight int, eta *ETA) string {
	if inFlight == 0 {
		return ""
	}
	month, quarter := strconv.Itoa(MonthDays/7), strconv.Itoa(QuarterDays/7)
	if eta == nil {
		return "Nothing was merged in the last " + quarter + " weeks: there is no estimate of when what is not merged yet will be merged."
	}
	date := func(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
	from := date(eta.From)
	switch {
	case eta.To.IsZero():
		return "At the pace of the last " + quarter + " weeks, what is not merged yet will be merged by " + from + " at the earliest; the end is open."
	case eta.To.Sub(eta.From) < 2*day:
		return "At the pace of the last weeks, what is not merged yet will be merged around " + from + "."
	}
	return "At the pace of the last " + month + " and " + quarter + " weeks, what is not merged yet will be merged between " + from + " and " + date(eta.To) + "."
}
