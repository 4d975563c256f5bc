package api_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
)

func TestFailureOfTheFirstReading(t *testing.T) {
	failed, next := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 8, 10, 0, 0, time.UTC)
	why := "list changes: connection refused"
	for _, tc := range []struct {
		name    string
		loading api.Loading
		want    string
	}{
		{"under way", api.Loading{Done: 3, Of: 7}, ""},
		{"nothing read", api.Loading{FailedAt: &failed, Error: &why}, "the first reading failed on 2026-11-23 08:00 UTC: list changes: connection refused"},
		{"some read", api.Loading{Done: 3, Of: 7, FailedAt: &failed, Error: &why, NextPoll: &next}, "the first reading failed on 2026-11-23 08:00 UTC with 3 of 7 changes read: list changes: connection refused; next try on 2026-11-23 08:10 UTC"},
	} {
		if got := tc.loading.Failure(); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
