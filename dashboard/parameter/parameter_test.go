package parameter_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/parameter"
)

func TestDay(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 30, 0, time.UTC)
	for text, want := range map[string]string{
		"": "", "2026-11-23": "", "2026-11-22": "", "0001-01-01": "", "2026-11-24": "in the future", "9999-12-31": "in the future",
		"2026-11-31": "is not a date", "2026-1-2": "is not a date", "20261101": "is not a date", "2026-11-01T00:00:00Z": "is not a date", "0000-01-01": "is not a date", "now": "is not a date",
	} {
		_, err := parameter.Day(text, now)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		limit string
		of    int // how many there are
		want  []int
		next  string // "" for none
		bad   bool
	}{
		{"2", 3, []int{1, 2}, "2", false},
		{"3", 3, []int{1, 2, 3}, "", false},
		{"500", 0, nil, "", false},
		{"", 3, []int{1, 2, 3}, "", false},
		{"501", 3, nil, "", true},
		{"0", 3, nil, "", true},
		{"x", 3, nil, "", true},
	} {
		var rest []int
		for i := range test.of {
			rest = append(rest, i+1)
		}
		part, next, err := parameter.Cut(url.Values{"limit": {test.limit}}, rest, strconv.Itoa)
		if (err != nil) != test.bad {
			t.Errorf("limit %q: %v", test.limit, err)
		}
		if !test.bad && (!slices.Equal(part, test.want) || (next == nil) != (test.next == "") || next != nil && *next != test.next) {
			t.Errorf("limit %q of %d: %v, next %v", test.limit, test.of, part, next)
		}
	}
}
