package gerrit_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

func TestTimestamp(t *testing.T) {
	second := time.Date(2024, 1, 16, 16, 29, 47, 0, time.UTC)
	for _, test := range []struct {
		name, in string
		want     time.Time
	}{
		{"Gerrit's own", `"2024-01-16 16:29:47.000000000"`, second},
		{"no fraction", `"2024-01-16 16:29:47"`, second},
		{"one digit", `"2024-01-16 16:29:47.5"`, second.Add(500 * time.Millisecond)},
		{"milliseconds", `"2024-01-16 16:29:47.123"`, second.Add(123 * time.Millisecond)},
		{"nanoseconds", `"2024-01-16 16:29:47.000000001"`, second.Add(1)},
		{"leap day", `"2024-02-29 00:00:00"`, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
		{"absent", `null`, time.Time{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got gerrit.Timestamp
			if err := json.Unmarshal([]byte(test.in), &got); err != nil {
				t.Fatal(err)
			}
			if got.Time != test.want {
				t.Errorf("got %v, want %v", got.Time, test.want)
			}
		})
	}
}

func TestTimestampRefused(t *testing.T) {
	for _, test := range []struct{ name, in string }{
		{"RFC 3339", `"2024-01-16T16:29:47Z"`},
		{"zone", `"2024-01-16 16:29:47 +0000"`},
		{"empty", `""`},
		{"date only", `"2024-01-16"`},
		{"one-digit hour", `"2024-01-16 6:29:47.0"`},
		{"one-digit hour after two spaces", `"2024-01-16  6:29:47"`},
		{"comma", `"2024-01-16 16:29:47,000"`},
		{"bare dot", `"2024-01-16 16:29:47."`},
		{"ten digits", `"2024-01-16 16:29:47.0000000000"`},
		{"letter in the fraction", `"2024-01-16 16:29:47.00x"`},
		{"no such day", `"2023-02-29 00:00:00"`},
		{"number", `1705422587`},
		{"object", `{}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got struct {
				Messages []struct {
					Date gerrit.Timestamp `json:"date"`
				} `json:"messages"`
			}
			err := json.Unmarshal([]byte(`{"messages":[{"date":`+test.in+`}]}`), &got)
			var mistyped *json.UnmarshalTypeError
			if !errors.As(err, &mistyped) || mistyped.Field != "messages.date" {
				t.Errorf("got %v, error %v, want one that names messages.date", got, err)
			}
		})
	}
}

func FuzzTimestamp(f *testing.F) {
	f.Add("2024-01-16 16:29:47.000000000")
	f.Add("2024-01-16 16:29:47.5")
	f.Add("2024-01-16T16:29:47Z")
	f.Add("0000-00-00 00:00:00.")
	f.Fuzz(func(t *testing.T, text string) {
		in, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var first, second gerrit.Timestamp
		if json.Unmarshal(in, &first) != nil {
			return
		}
		if len(text) < len(time.DateTime) || first.Format(time.DateTime) != text[:len(time.DateTime)] {
			t.Fatalf("%q was read as %v", text, first)
		}
		out, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &second); err != nil || !second.Equal(first.Time) {
			t.Fatalf("%q came back as %v from %s: %v", text, second, out, err)
		}
	})
}
