package report

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Days is how many whole days a report is of if nobody says more.
const Days = 7

// Period is what a report is of: whole UTC days, [Since, Until).
type Period struct {
	Since, Until time.Time
	Cycle        string // "" or the cycle that it is
}

// Last is the midnight at which the last day begins.
func (p Period) Last() time.Time { return p.Until.AddDate(0, 0, -1) }

// Holds reports whether a time lies in it.
func (p Period) Holds(t time.Time) bool { return !t.Before(p.Since) && t.Before(p.Until) }

// Title is its first and last day.
func (p Period) Title() string {
	first, last := p.Since.Format("2 January 2006"), p.Last().Format("2 January 2006")
	switch {
	case first == last:
		return first
	case p.Since.Format("January 2006") == p.Last().Format("January 2006"):
		first = p.Since.Format("2")
	case p.Since.Year() == p.Last().Year():
		first = p.Since.Format("2 January")
	}
	return first + " to " + last
}

// Days is how many they are.
func (p Period) Days() int { return int(p.Until.Sub(p.Since) / (24 * time.Hour)) }

// Choice is a period as it was asked for: days as 2026-08-21, or the name of a cycle.
// What is "" is left to ParsePeriod.
type Choice struct{ Since, Until, Cycle string }

// Parameters are the names of a Choice's parts in an address.
var Parameters = []string{"since", "until", "cycle"}

// ParsePeriod reads a choice; its errors are *parameter.Error. Until is excluded, and
// the beginning of today if nobody says more; since is then a week before it.
func ParsePeriod(g *progress.Goal, now time.Time, c Choice) (Period, error) {
	if c.Cycle != "" {
		return cyclePeriod(g, c)
	}
	since, err := parseDay("since", c.Since)
	if err != nil {
		return Period{}, err
	}
	until, err := parseDay("until", c.Until)
	if err != nil {
		return Period{}, err
	}
	today := midnight(now)
	switch {
	case c.Until == "" && since.Before(today):
		until = today
	case c.Until == "":
		until = since.AddDate(0, 0, 1)
	}
	if c.Since == "" {
		since = until.AddDate(0, 0, -Days)
	}
	if !since.Before(until) {
		return Period{}, parameter.Bad("until", "it is not after since: %s; it is the day after the last one of the report", until.Format(time.DateOnly))
	}
	if until.Year() > 9999 { // no date can be written for it
		return Period{}, parameter.Bad("since", "no day comes after %s", c.Since)
	}
	return Period{Since: since, Until: until}, nil
}

// AskedPeriod reads the choice of an address.
func AskedPeriod(g *progress.Goal, now time.Time, values url.Values) (Period, error) {
	var c Choice
	for i, to := range []*string{&c.Since, &c.Until, &c.Cycle} {
		var err error
		if *to, err = parameter.One(values, Parameters[i]); err != nil {
			return Period{}, err
		}
	}
	return ParsePeriod(g, now, c)
}

// Time is a time whose report can be asked for, and where.
type Time struct {
	Text    string
	URL     string
	Current bool // it is the one that is shown
}

// Times are those whose report of a scope is asked for most: the last week, and the cycles
// that have begun, the newest first.
func Times(g *progress.Goal, s progress.Scope, shown Period, now time.Time, l link.Links) []Time {
	address := func(params ...string) string {
		return l.Report(g.Name, append([]string{"project", s.Project, "team", s.Team}, params...)...)
	}
	week, _ := ParsePeriod(g, now, Choice{}) // without a choice nothing is wrong
	times := []Time{{"Last " + strconv.Itoa(Days) + " days", address(), shown.Cycle == "" && shown.Title() == week.Title()}}
	for _, c := range slices.Backward(g.Cycles) {
		if c.Start.Before(now) {
			times = append(times, Time{c.Name, address("cycle", c.Name), shown.Cycle == c.Name})
		}
	}
	return times
}

func cyclePeriod(g *progress.Goal, c Choice) (Period, error) {
	if c.Since != "" || c.Until != "" {
		return Period{}, parameter.Bad("cycle", "give a cycle or days, not both")
	}
	var names []string
	for _, cycle := range g.Cycles {
		if cycle.Name == c.Cycle {
			return Period{midnight(cycle.Start), midnight(cycle.End), cycle.Name}, nil
		}
		names = append(names, cycle.Name)
	}
	if len(names) == 0 {
		return Period{}, parameter.Bad("cycle", "no cycles are configured")
	}
	return Period{}, parameter.Bad("cycle", "there is no cycle %q; there are %s", c.Cycle, strings.Join(names, ", "))
}

// parseDay reads a day; the zero time for "".
func parseDay(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := parameter.Date(text)
	if err != nil {
		return time.Time{}, parameter.Bad(name, "%v", err)
	}
	return t, nil
}

func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
