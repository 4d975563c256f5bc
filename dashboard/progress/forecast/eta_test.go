package forecast_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/progress/forecast"
)

func TestEstimate(t *testing.T) {
	in := func(days float64) time.Time { return now.Add(time.Duration(days * 24 * float64(time.Hour))) }
	for _, tt := range []struct {
		name                         string
		inFlight, merged28, merged84 int
		want                         *forecast.ETA
	}{
		{"nothing left", 0, 4, 12, nil},
		{"nothing merged", 5, 0, 0, nil},
		{"nothing merged of late", 6, 0, 12, &forecast.ETA{From: in(42)}},
		{"steady", 8, 4, 12, &forecast.ETA{From: in(56), To: in(56)}},
		{"faster of late", 8, 8, 12, &forecast.ETA{From: in(28), To: in(56)}},
		{"slower of late", 8, 2, 12, &forecast.ETA{From: in(56), To: in(112)}},
		{"beyond a hundred years", 100_000, 0, 1, nil},
		{"the slower pace is beyond a hundred years", 1000, 0, 2, nil},
		{"no overflow", math.MaxInt32, 1, 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, forecast.Estimate(tt.inFlight, tt.merged28, tt.merged84, now)); diff != "" {
				t.Errorf("estimate (-want +got):\n%s", diff)
			}
		})
	}
}
