// Package when writes times and numbers as people read them: how long ago, how long
// it lasts, and exactly, always in UTC. It is pure. dashboard and its rooms import it.
package when

import (
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Time is a time as people read it: how long ago, and exactly.
type Time struct {
	ISO   string // "": no time
	Exact string // 23 Nov 2026, 08:00 UTC
	Date  string // 23 Nov 2026
	Ago   string // 3 hours ago; of a past day the date
	Days  string // 41 days: how long something has lasted
	Age   string // fresh, aging or old: how a lasting thing is coloured

	Seconds int // how long ago, for the script that lets it age
}

// Ago is a time as seen from the result's day. On a past day it is not told how long ago
// that was: readers would count from today.
func Ago(result *progress.Result, t time.Time) Time {
	w := At(t, result.Until())
	if result.Past() {
		w.Ago = w.Date
	}
	return w
}

// At is a time as seen from now.
func At(t, now time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	t = t.UTC()
	w := Time{ISO: t.Format(time.RFC3339), Exact: Exact(t), Date: Date(t)}
	age := max(now.Sub(t), 0) // Gerrit's clock may be ahead of ours
	w.Age = string(progress.AgeOf(age))
	w.Seconds = int(age / time.Second)
	w.Days = Span(age)
	w.Ago = w.Days + " ago"
	if age < time.Minute {
		w.Ago, w.Days = "just now", "less than a minute"
	}
	return w
}

// Span is a duration in its largest sensible unit, rounded down.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Hour:
		return Plural(int(d/time.Minute), "minute", "minutes")
	case d < 2*day:
		return Plural(int(d/time.Hour), "hour", "hours")
	case d < 100*day:
		return Plural(int(d/day), "day", "days")
	case d < 730*day:
		return Plural(int(d/(30*day)), "month", "months")
	}
	return Plural(int(d/(365*day)), "year", "years")
}

// Plural is a number with its noun.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Changes is a number of changes.
func Changes(n int) string { return Plural(n, "change", "changes") }

// Exact is a time to the minute, in UTC.
func Exact(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }

// Date is a day with its year, in UTC.
func Date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
