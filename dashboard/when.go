package dashboard

import (
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// when is a time as people read it: how long ago, and exactly.
type when struct {
	ISO   string // "": no time
	Exact string // 23 Nov 2026, 08:00 UTC
	Date  string // 23 Nov 2026
	Ago   string // 3 hours ago
	Days  string // 41 days: how long something has lasted
	Age   string // fresh, aging or old: how a lasting thing is coloured

	Seconds int // how long ago, for the script that lets it age
}

// ago is a time as seen from the result's day.
func ago(result *progress.Result, t time.Time) when { return whenAt(t, result.Until()) }

func whenAt(t, now time.Time) when {
	if t.IsZero() {
		return when{}
	}
	t = t.UTC()
	w := when{ISO: t.Format(time.RFC3339), Exact: t.Format("2 Jan 2006, 15:04 UTC"), Date: date(t)}
	age := max(now.Sub(t), 0) // Gerrit's clock may be ahead of ours
	w.Age = string(progress.AgeOf(age))
	w.Seconds = int(age / time.Second)
	w.Days = span(age)
	w.Ago = w.Days + " ago"
	if age < time.Minute {
		w.Ago, w.Days = "just now", "less than a minute"
	}
	return w
}

// span is a duration in its largest sensible unit, rounded down.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Hour:
		return plural(int(d/time.Minute), "minute", "minutes")
	case d < 2*day:
		return plural(int(d/time.Hour), "hour", "hours")
	case d < 100*day:
		return plural(int(d/day), "day", "days")
	case d < 730*day:
		return plural(int(d/(30*day)), "month", "months")
	}
	return plural(int(d/(365*day)), "year", "years")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func changesWord(n int) string { return plural(n, "change", "changes") }

// date is a day with its year, in UTC.
func date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
