package progress

import "time"

// ETA is when what is in review may be cleared, by the pace of the last 28 and 84
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
func Estimate(inFlight, landed28, landed84 int, now time.Time) *ETA {
	if inFlight == 0 {
		return nil
	}
	month, monthOK := needs(inFlight, landed28, MonthDays)
	quarter, quarterOK := needs(inFlight, landed84, QuarterDays)
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
func needs(inFlight, landed, days int) (time.Duration, bool) {
	if landed == 0 {
		return 0, false
	}
	d := float64(inFlight) * float64(days) / float64(landed)
	if d > horizon {
		return 0, false
	}
	return time.Duration(d * float64(day)), true
}
