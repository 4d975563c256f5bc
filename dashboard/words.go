package dashboard

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// when is a time as people read it: how long ago, and exactly.
type when struct {
	ISO   string // "": no time
	Exact string // 23 Nov 2026, 08:00 UTC
	Ago   string // 3 hours ago
	Days  string // 41 days: how long something has lasted
	Age   string // fresh, aging or old: how a lasting thing is coloured

	Seconds int // how long ago, for the script that lets it age
}

// Ages from which waiting is worth a colour.
const (
	agingAfter = 7 * 24 * time.Hour
	oldAfter   = 28 * 24 * time.Hour
)

func (v *view) when(t time.Time) when { return whenAt(t, v.now()) }

func whenAt(t, now time.Time) when {
	if t.IsZero() {
		return when{}
	}
	t = t.UTC()
	w := when{ISO: t.Format(time.RFC3339), Exact: t.Format("2 Jan 2006, 15:04 UTC"), Age: "fresh"}
	age := max(now.Sub(t), 0) // Gerrit's clock may be ahead of ours
	w.Seconds = int(age / time.Second)
	w.Days = span(age)
	w.Ago = w.Days + " ago"
	if age < time.Minute {
		w.Ago, w.Days = "just now", "less than a minute"
	}
	switch {
	case age >= oldAfter:
		w.Age = "old"
	case age >= agingAfter:
		w.Age = "aging"
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

// pill is a status word with its colour.
type pill struct {
	Word  string
	Class string
	Note  string // "" or where the word comes from
}

// declaredWords are those of the community's own table.
var declaredWords = map[progress.Declared]string{
	progress.DeclaredCompleted:   "Completed",
	progress.DeclaredInProgress:  "In Progress",
	progress.DeclaredPlanning:    "Planning",
	progress.DeclaredNotStarted:  "Not started",
	progress.DeclaredNotAffected: "Not affected",
}

// statusPill shows what is declared, else what is measured, marked as such.
func statusPill(d progress.Declared, m progress.Measured) pill {
	switch word, ok := declaredWords[d]; {
	case ok:
		return pill{Word: word, Class: string(d)}
	case d != progress.Undeclared:
		return pill{Word: string(d), Class: "other"}
	case m == "":
		return pill{Word: "Loading", Class: "other"}
	}
	return pill{Word: title(meaning(progress.Measures, string(m)).Title), Class: "measured", Note: "measured"}
}

func statePill(s progress.State) pill {
	return pill{Word: title(meaning(progress.States, string(s)).Title), Class: "state-" + string(s)}
}

// meaning finds a word's explanation; a word nobody explained stands for itself.
func meaning(of []progress.Meaning, code string) progress.Meaning {
	for _, m := range of {
		if m.Code == code {
			return m
		}
	}
	return progress.Meaning{Code: code, Title: code}
}

// title begins with a capital.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// isItDone answers the question that brings people to the page of a project or a
// team.
func isItDone(declared progress.Declared, measured progress.Measured, contradictions []progress.Contradiction, n *progress.Numbers) string {
	c := n.Counts
	review := changesWord(c.InFlight()) + " in review"
	if n.Remaining != nil && *n.Remaining > c.InFlight() {
		review += fmt.Sprintf(", %d more expected", *n.Remaining-c.InFlight())
	}
	switch {
	case n.Loading != nil:
		return "is still being read"
	case declared == progress.DeclaredNotAffected && len(contradictions) == 0:
		return "is not affected"
	case declared == progress.DeclaredCompleted && c.InFlight() > 0:
		return "is declared completed, but has " + review
	case declared == progress.DeclaredCompleted && measured == progress.MeasuredNone:
		return "is done; no changes are tracked"
	case declared == progress.DeclaredCompleted:
		return "is done"
	}
	switch measured {
	case progress.MeasuredNone:
		return "has not begun: no changes are tracked"
	case progress.MeasuredPlanning:
		return "is not done: " + review + ", none merged yet"
	case progress.MeasuredInProgress:
		return "is not done: " + review
	case progress.MeasuredStalled:
		return "is stalled: nothing merged, nothing in review"
	}
	if declared == progress.Undeclared {
		return "has nothing in review, and nobody has declared it completed"
	}
	return fmt.Sprintf("has nothing in review, but is declared %s", strings.ToLower(declaredWords[declared]))
}

// wasItDone answers it for a past day, of which nobody's declarations are known.
func wasItDone(n *progress.Numbers) string {
	switch c := n.Counts; {
	case n.Loading != nil:
		return "is still being read"
	case c.Total == 0:
		return "had no changes yet"
	case c.InFlight() > 0:
		return "had " + changesWord(c.InFlight()) + " in review"
	}
	return "had nothing in review"
}
