package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

const twoGoals = `
gerrit: {url: "https://g/", requests_per_second: 2, timeout: 5s, contact: "ops@example.org"}
goals:
  - {name: a, selector: topic:a, schedule: "30 * * * *", full: "@daily", gone_after: 2h}
  - {name: b, title: B, selector: topic:b, projects: [{name: p, selector: s}]}
testimonials:
  - {directory: testdata, url: "https://s/{slug}/"}
  - {page: "https://s/jane/", projects: [p, q]}
embed: {frame_ancestors: ["https://s"]}
people: hidden
`

// sameSchedule compares schedules of one configuration.
var sameSchedule = cmp.Comparer(func(a, b cron.Schedule) bool { return a == b })

func TestCollectorsPart(t *testing.T) {
	cfg := load(t, twoGoals)
	want := collector.Config{
		Gerrit: gerrit.Config{
			URL: "https://g/", RequestsPerSecond: 2, Timeout: 5 * time.Second,
			UserAgent: "headway/1.2 (+ops@example.org)",
		},
		Goals: []collector.Goal{
			{
				Name: "a", Queries: []store.Query{{Text: "topic:a"}},
				Schedule: cfg.Goals[0].Schedule, Full: cfg.Goals[0].Full, GoneAfter: 2 * time.Hour,
			}, {
				Name: "b", Queries: []store.Query{{Text: `(topic:b) -project:"p"`}, {Project: "p", Text: `project:"p" (s)`}},
				Schedule: cfg.Goals[1].Schedule, Full: cfg.Goals[1].Full, GoneAfter: time.Hour,
			},
		},
		Jitter: collector.DefaultJitter,
	}
	got := collectorConfig(cfg, "1.2")
	if diff := cmp.Diff(want, got, sameSchedule); diff != "" {
		t.Errorf("collector's part (-want +got):\n%s", diff)
	}
}

func TestDashboardsPart(t *testing.T) {
	cfg := load(t, twoGoals)
	want := dashboard.Config{
		Goals:          []*progress.Goal{cfg.Goals[0].Progress, cfg.Goals[1].Progress},
		Gerrit:         "https://g/",
		FrameAncestors: []string{"https://s"},
		HidePeople:     true,
		Version:        "1.2",
	}
	if diff := cmp.Diff(want, dashboardConfig(cfg, "1.2"), sameSchedule); diff != "" {
		t.Errorf("dashboard's part (-want +got):\n%s", diff)
	}
}
