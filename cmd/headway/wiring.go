package main

import (
	"fmt"
	"log/slog"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// collectorConfig is the collector's part of a configuration.
func collectorConfig(c *config.Config, version string) collector.Config {
	cfg := collector.Config{
		Gerrit: gerrit.Config{
			URL:               c.Gerrit.URL,
			RequestsPerSecond: c.Gerrit.RequestsPerSecond,
			Timeout:           c.Gerrit.Timeout,
			UserAgent:         userAgent(c, version),
		},
		Jitter: collector.DefaultJitter,
	}
	for _, g := range c.Goals {
		cfg.Goals = append(cfg.Goals, collector.Goal{
			Name:      g.Progress.Name,
			Queries:   g.Progress.Queries,
			Schedule:  g.Schedule,
			Full:      g.Full,
			GoneAfter: g.GoneAfter,
		})
	}
	return cfg
}

// progressGoals are the goals as package progress knows them.
func progressGoals(c *config.Config) []*progress.Goal {
	var goals []*progress.Goal
	for _, g := range c.Goals {
		goals = append(goals, g.Progress)
	}
	return goals
}

// dashboardConfig is the dashboard's part of a configuration. Testimonials are not in
// it: pageReader reads them.
func dashboardConfig(c *config.Config, version string) dashboard.Config {
	return dashboard.Config{
		Goals:          progressGoals(c),
		Gerrit:         c.Gerrit.URL,
		FrameAncestors: c.FrameAncestors,
		HidePeople:     c.HidePeople,
		Version:        version,
	}
}

// withStore opens a database for some work and closes it when that has ended.
func withStore(path string, o store.Options, work func(*store.DB) error) error {
	db, err := store.Open(path, o)
	if err != nil {
		return err
	}
	err = work(db)
	if cerr := db.Close(); cerr != nil && err == nil {
		err = fmt.Errorf("close database %s: %w", path, cerr)
	}
	return err
}

// warnUnmatched gives a function that logs, after a poll, each configured name that
// nothing matches.
func warnUnmatched(c *config.Config, db *store.DB, log *slog.Logger) func(store.Poll) {
	return func(p store.Poll) {
		for _, g := range c.Goals {
			if g.Progress.Name != p.Goal {
				continue
			}
			for _, n := range progress.Compute(g.Progress, progress.Look(db.Snapshot(), g.Progress, p.Start)).Unmatched() {
				log.Warn("configured name matches nothing", "goal", p.Goal, "why", n.Unmatched())
			}
		}
	}
}

// userAgent is what we call ourselves, with a contact for those who wonder.
func userAgent(c *config.Config, version string) string {
	return fmt.Sprintf("headway/%s (+%s)", version, c.Gerrit.Contact)
}
