package main

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

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
			Username:          c.Gerrit.Username,
			PasswordFile:      c.Gerrit.PasswordFile,
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
		Restricted:     c.Gerrit.Username != "",
		Version:        version,
	}
}

// withStore opens a database for some work and closes it when that has ended.
func withStore(path string, o store.Options, work func(*store.DB) error) error {
	opened := growing()
	db, err := store.Open(path, o)
	opened()
	if err != nil {
		return err
	}
	err = work(db)
	if cerr := db.Close(); cerr != nil && err == nil {
		err = fmt.Errorf("close database %s: %w", path, cerr)
	}
	return err
}

// warnMigrated says what became of a database of an older version.
func warnMigrated(db *store.DB, log *slog.Logger) {
	if kept := db.Migrated(); kept != "" {
		log.Warn("the database was written anew for this version; the old one, like older backups, still holds what was removed for privacy", "kept", kept)
	}
}

// warnUnmatched gives a function that logs, after a poll, each configured name of the
// goal that nothing matches in its result.
func warnUnmatched(result func(goal string) *progress.Result, log *slog.Logger) func(store.Poll) {
	return func(p store.Poll) {
		for _, n := range result(p.Goal).Unmatched() {
			log.Warn("configured name matches nothing", "goal", p.Goal, "why", n.Unmatched())
		}
	}
}

// computed gives the results of a database that nobody serves.
func computed(c *config.Config, db *store.DB) func(goal string) *progress.Result {
	return func(goal string) *progress.Result {
		i := slices.IndexFunc(c.Goals, func(g config.Goal) bool { return g.Progress.Name == goal })
		g := c.Goals[i].Progress
		return progress.Compute(g, progress.Look(db.Snapshot(), g, time.Now()))
	}
}

// userAgent is what we call ourselves, with a contact for those who wonder.
func userAgent(c *config.Config, version string) string {
	if c.Gerrit.Contact == "" {
		return "headway/" + version
	}
	return fmt.Sprintf("headway/%s (+%s)", version, c.Gerrit.Contact)
}
