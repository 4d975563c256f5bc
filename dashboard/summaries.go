package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/results"
	"github.com/eventlet-removal/headway/store"
)

// Summaries are the goals of cfg in numbers, with their projects and teams: what
// the API answers, without a server.
func Summaries(cfg Config, snap *store.Snapshot, now time.Time) []api.Summary {
	return SummariesOn(cfg, snap, now, time.Time{})
}

// SummariesOn are the Summaries of the end of a past day, which parameter.Day reads; the zero
// time stands for now.
func SummariesOn(cfg Config, snap *store.Snapshot, now, day time.Time) []api.Summary {
	l := link.New(cfg.ExternalURL, cfg.Gerrit)
	out := make([]api.Summary, 0, len(cfg.Goals))
	for _, g := range cfg.Goals {
		out = append(out, api.SummaryOf(l, resultOn(results.Compute(g, snap, now), day)))
	}
	return out
}
