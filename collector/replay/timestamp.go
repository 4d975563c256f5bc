package replay

import (
	"fmt"
	"strconv"
	"time"
)

// timestampLayout is Gerrit's form of a timestamp: UTC, always nine digits of which
// the clock only fills the seconds (NoteDb keeps git committer times).
const timestampLayout = "2006-01-02 15:04:05.000000000"

// Timestamp is a time as Gerrit writes it.
type Timestamp struct{ time.Time }

// timestamp cuts t to what NoteDb can keep.
func timestamp(t time.Time) Timestamp { return Timestamp{t.UTC().Truncate(time.Second)} }

// MarshalJSON writes the time in Gerrit's form.
func (s Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, s.UTC().Format(timestampLayout)), nil
}

// UnmarshalJSON accepts Gerrit's form only.
func (s *Timestamp) UnmarshalJSON(b []byte) error {
	text, err := strconv.Unquote(string(b))
	if err != nil {
		return fmt.Errorf("not a string: timestamp %s", b)
	}
	t, err := time.Parse(timestampLayout, text)
	if err != nil || len(text) != len(timestampLayout) {
		return fmt.Errorf("timestamp %q is not of the form %q", text, timestampLayout)
	}
	s.Time = t
	return nil
}
