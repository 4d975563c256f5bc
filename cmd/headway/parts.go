package main

import (
	"fmt"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// collector is the collector's part of the configuration.
func (c *Config) collector(version string) collector.Config {
	cfg := collector.Config{
		Gerrit: gerrit.Config{
			URL:               c.Gerrit.URL,
			RequestsPerSecond: c.Gerrit.RequestsPerSecond,
			Timeout:           c.Gerrit.Timeout,
			UserAgent:         fmt.Sprintf("headway/%s (+%s)", version, c.Gerrit.Contact),
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

// goals are the goals as package progress knows them.
func (c *Config) goals() []*progress.Goal {
	var goals []*progress.Goal
	for _, g := range c.Goals {
		goals = append(goals, g.Progress)
	}
	return goals
}

// dashboard is the dashboard's part of the configuration. Directories of
// testimonials are not read yet; single pages are linked.
func (c *Config) dashboard(version string) dashboard.Config {
	cfg := dashboard.Config{
		Goals:          c.goals(),
		Gerrit:         c.Gerrit.URL,
		FrameAncestors: c.FrameAncestors,
		HidePeople:     c.HidePeople,
		Version:        version,
	}
	for _, t := range c.Testimonials {
		if t.Page != "" {
			cfg.Testimonials = append(cfg.Testimonials, dashboard.Testimonial{Page: t.Page, Projects: t.Projects})
		}
	}
	return cfg
}
