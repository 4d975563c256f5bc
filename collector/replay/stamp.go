package replay

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// stampLayout is Gerrit's form of a timestamp: UTC, always nine digits of which
// the clock only fills the seconds (NoteDb keeps git committer times).
const stampLayout = "2006-01-02 15:04:05.000000000"

// Stamp is a time as Gerrit writes it.
type Stamp struct{ time.Time }

// stamp cuts t to what NoteDb can keep.
func stamp(t time.Time) Stamp { return Stamp{t.UTC().Truncate(time.Second)} }

// MarshalJSON writes the time in Gerrit's form.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, s.UTC().Format(stampLayout)), nil
}

// UnmarshalJSON accepts Gerrit's form only.
func (s *Stamp) UnmarshalJSON(b []byte) error {
	text, err := strconv.Unquote(string(b))
	if err != nil {
		return fmt.Errorf("timestamp %s is no string", b)
	}
	t, err := time.Parse(stampLayout, text)
	if err != nil || len(text) != len(stampLayout) {
		return fmt.Errorf("timestamp %q is not of the form %q", text, stampLayout)
	}
	s.Time = t
	return nil
}

// queryTime reads the date of a search operator: "2006-01-02", optionally with a
// time of day, a fraction and a zone, parted by spaces, in UTC unless a zone says
// otherwise. Gerrit takes no T and no Z. It does take a thirteenth month and the
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
		layout = time.DateTime // a fraction after the seconds is taken, too
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
