package search

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// queryTime reads the date of a search operator: "2006-01-02", optionally with a
// time of day, a fraction and a zone, parted by spaces, in UTC unless a zone is
// given. Gerrit takes no T and no Z. It does take a thirteenth month and the
// like, which is refused here.
func queryTime(text string) (time.Time, error) {
	date, clock, hasClock := strings.Cut(text, " ")
	clock, zone, hasZone := strings.Cut(clock, " ")
	if !datePattern.MatchString(date) {
		return time.Time{}, refuse("Invalid date format: " + text)
	}
	if hasClock && !clockPattern.MatchString(clock) {
		return time.Time{}, refuse("Invalid time format: " + clock)
	}
	layout := time.DateOnly
	if hasClock {
		layout = time.DateTime // a fraction after the seconds is taken as well
	}
	if hasZone {
		layout += " -0700"
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		return time.Time{}, refuse(fmt.Sprintf("replay: date %s or zone %q is not known here", text, zone))
	}
	return t, nil
}

var (
	datePattern  = regexp.MustCompile(`^\d+-\d+-\d+$`)
	clockPattern = regexp.MustCompile(`^\d+:\d+:\d+(\.\d+)?$`)
)
