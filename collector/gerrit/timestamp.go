package gerrit

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// stampLayout is Gerrit's form of a time, always UTC, less its fraction.
const stampLayout = "2006-01-02 15:04:05"

// Timestamp is a time as Gerrit writes it: "2024-01-16 16:29:47.000000000" in UTC,
// with up to nine fraction digits or none. JSON null is the zero time, as an
// absent field is. Everything else, RFC 3339 and numbers too, is a
// *json.UnmarshalTypeError, because encoding/json adds the name of the field to
// that one.
type Timestamp struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*t = Timestamp{}
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return stampError(string(data))
	}
	parsed, ok := parseStamp(text)
	if !ok {
		return stampError(fmt.Sprintf("%q", text))
	}
	t.Time = parsed
	return nil
}

// MarshalJSON implements json.Marshaler: Gerrit's own form, null for the zero time.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.UTC().Format(stampLayout + ".000000000"))
}

// parseStamp is strict where time.Parse is not: that takes one-digit hours, a
// comma and any number of fraction digits.
func parseStamp(text string) (time.Time, bool) {
	if len(text) < len(stampLayout) {
		return time.Time{}, false
	}
	whole, fraction := text[:len(stampLayout)], text[len(stampLayout):]
	parsed, err := time.Parse(stampLayout, whole)
	if err != nil || parsed.Format(stampLayout) != whole {
		return time.Time{}, false
	}
	if fraction == "" {
		return parsed, true
	}
	digits, dot := strings.CutPrefix(fraction, ".")
	if !dot || len(digits) == 0 || len(digits) > 9 {
		return time.Time{}, false
	}
	nanos := time.Duration(0)
	for _, digit := range []byte(digits + strings.Repeat("0", 9-len(digits))) {
		if digit < '0' || digit > '9' {
			return time.Time{}, false
		}
		nanos = nanos*10 + time.Duration(digit-'0')
	}
	return parsed.Add(nanos), true
}

func stampError(value string) error {
	const longest = 60
	if len(value) > longest {
		value = strings.ToValidUTF8(value[:longest], "") + "…"
	}
	return &json.UnmarshalTypeError{Value: value, Type: reflect.TypeFor[Timestamp]()}
}
