package dashboard_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// Numbers as of a time that is still to come are not up to date, wherever they stand,
// and say that the clock was set back.
func TestClockSetBack(t *testing.T) {
	for _, tc := range []struct {
		name  string
		asOf  time.Time
		ahead bool
	}{
		{"a second ahead", now.Add(time.Second), false},
		{"a minute and a second ahead", now.Add(61 * time.Second), true},
		{"years ahead", now.AddDate(11, 2, 3), true},
		{"a day old", ago(24), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld().populate()
			w.selectors[0].AsOf = tc.asOf
			w.start(t)
			stale := tc.ahead || tc.asOf.Before(now)
			for _, path := range []string{"/eventlet-removal/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/changes", "/eventlet-removal/embed/openstack/nova", "/eventlet-removal/embed", "/polls"} {
				text := w.page(t, path).Text()
				if got := strings.Contains(strings.ToLower(text), "the clock was set back"); got != tc.ahead {
					t.Errorf("%s: says that the clock was set back: %t", path, got)
				}
				if got := strings.Contains(text, "Not up to date") || strings.Contains(text, "The clock was set back"); got != stale {
					t.Errorf("%s: not up to date: %t", path, got)
				}
			}
			_, value, title := w.svg(t, "badge.svg")
			if got := strings.HasSuffix(title, "not up to date, the clock was set back"); got != tc.ahead || strings.HasSuffix(value, " (stale)") != stale {
				t.Errorf("badge %q, %q", value, title)
			}
			var summary api.Summary
			w.json(t, apiGoal, &summary)
			if summary.Stale != stale || !summary.AsOf.Equal(tc.asOf) {
				t.Errorf("API: stale %t, as of %s", summary.Stale, summary.AsOf)
			}
		})
	}
}
