package reading_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/reading"
)

func TestSentence(t *testing.T) {
	failed := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	why := "Gerrit refused the connection"
	for _, tc := range []struct {
		name    string
		loading reading.Loading
		want    string
	}{
		{"begun", reading.Loading{}, "Reading all changes for the first time. Numbers appear when all are there."},
		{"under way", reading.Loading{Done: 3, Of: 7}, "Reading all changes: 3 of 7. Numbers appear when all are there."},
		{"failed, nothing read", reading.Loading{Failure: &reading.Failure{At: failed, Why: why}}, "The first reading failed on 2026-11-23 08:00 UTC: Gerrit refused the connection."},
		{"failed, some read", reading.Loading{Done: 3, Of: 7, Failure: &reading.Failure{At: failed, Why: why, Next: failed.Add(10 * time.Minute)}}, "The first reading failed on 2026-11-23 08:00 UTC with 3 of 7 changes read: Gerrit refused the connection; next try on 2026-11-23 08:10 UTC."},
		{"one lost", reading.Loading{Unreadable: 1}, "1 change can't be read from the database. The next poll fetches it again."},
		{"lost, and no poll since", reading.Loading{Unreadable: 2, Failure: &reading.Failure{At: failed, Why: why}}, "2 changes can't be read from the database. The next poll fetches them again. The last one failed on 2026-11-23 08:00 UTC: Gerrit refused the connection."},
	} {
		if got := tc.loading.Sentence(); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
