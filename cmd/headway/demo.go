package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/webserver"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// The demonstration's pace: new events come every few seconds and shall be seen
// soon, and the Gerrit is our own.
const (
	demoInterval = 5 * time.Second
	demoFull     = time.Minute
	demoTimeout  = 10 * time.Second
	demoRate     = 1000 // requests per second
)

// demoGerrit is what a database that outlives its demonstration remembers as its
// Gerrit, whose port is another one at each start.
const demoGerrit = "http://replay.invalid/"

// demoNotice stands at the head of every page.
const demoNotice = "Demo: synthetic data. The merged commits are real ones of OpenStack with their dates moved; " +
	"all other changes, all reviews and all people are made up. These are no one's real counts."

type demoCommand struct {
	web   webFlags
	topic string
}

func newDemo(clause *kingpin.CmdClause) (*kingpin.CmdClause, *demoCommand) {
	c := &demoCommand{web: addWebFlags(clause, "127.0.0.1:8642")}
	clause.Flag("topic", "Replay this topic file instead of the built-in one.").PlaceHolder("FILE").StringVar(&c.topic)
	return clause, c
}

func (c *demoCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	play, err := c.play(time.Now())
	if err != nil {
		return err
	}
	gerrit, err := webserver.Plain("replayed Gerrit", "127.0.0.1:0", play.gerrit, env.log)
	if err != nil {
		return err
	}
	gerrits := []string{gerrit.Address(), cfg.Gerrit.URL} // testimonials link to the real one
	cfg = forDemo(cfg, gerrit.Address(), play.offset)

	path, from, remove, err := demoStorage(env, gerrit.Address())
	if err != nil {
		return err
	}
	defer remove()
	return withStore(path, store.Options{Gerrit: from}, func(db *store.DB) error {
		parts := siteConfig{collector: collectorConfig(cfg, version.Version), dashboard: dashboardConfig(cfg, version.Version), web: c.web}
		parts.collector.Jitter = 0 // nobody else asks this Gerrit
		parts.dashboard.Notice = play.notice + demoCredit(cfg)
		var err error
		if parts.pages, err = newPageReader(cfg, gerrits, db, fetchDemoPage, env.log); err != nil {
			return err
		}
		if parts.pages != nil {
			parts.pages.portraits = newPortraits(cfg, fetchDemoPage, env.log)
		}
		s, err := newSite(parts, db, env.log)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "headway demo: %s\nits Gerrit:   %s\n%s\nStop it with Ctrl-C.\n", s.server.Address(), gerrit.Address(), play.notice)
		env.log.Info("serving", "database", db.Path(), "url", s.server.Address())
		return runTasks(ctx, env.log, append([]task{gerrit, play.life}, s.tasks()...)...)
	})
}

// play is what is performed: a Gerrit, what happens in it, and how far its past was
// moved towards the present.
type play struct {
	gerrit *replay.Server
	life   task
	offset time.Duration
	notice string
}

func (c *demoCommand) play(now time.Time) (*play, error) {
	if c.topic != "" {
		return replayed(c.topic)
	}
	topic, offset, err := demo.Topic(now)
	if err != nil {
		return nil, err
	}
	server := replay.New(topic, replay.Config{})
	return &play{server, demo.NewLife(server), offset, demoNotice}, nil
}

// replayed performs a topic file as it was recorded: at its own times, and nothing
// happens any more.
func replayed(file string) (*play, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err // it reads "open FILE: …"
	}
	defer f.Close()
	topic, err := replay.ReadTopic(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	notice := fmt.Sprintf("Demo: what %s said of %s on %s, replayed.", topic.Gerrit, topic.Selector, topic.RecordedAt.UTC().Format(time.DateOnly))
	return &play{replay.New(topic, replay.Config{}), still{}, 0, notice}, nil
}

// still is the life of a Gerrit in which nothing happens.
type still struct{}

func (still) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (still) String() string                { return "replay" }

// demoStorage is a temporary database, removed at the end, unless the user named
// one; and the Gerrit it is from. Only the true address separates a Depends-On of ours
// from others; a database that is kept makes do without.
func demoStorage(env *environment, address string) (path, gerrit string, remove func(), err error) {
	if env.ownStorage {
		return env.storage, demoGerrit, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "headway-demo-")
	if err != nil {
		return "", "", nil, fmt.Errorf("make a temporary database: %w", err)
	}
	return filepath.Join(dir, "headway.db"), address, func() { os.RemoveAll(dir) }, nil
}

// forDemo is the configuration for a replayed Gerrit: asked often, and with cycles
// and deadlines moved as far as the topic was.
func forDemo(c *config.Config, gerrit string, offset time.Duration) *config.Config {
	demo := *c
	demo.Gerrit = config.Gerrit{URL: gerrit, RequestsPerSecond: demoRate, Timeout: demoTimeout, Contact: c.Gerrit.Contact}
	demo.Goals = nil
	for _, g := range c.Goals {
		p := *g.Progress
		p.Schedule, p.Timeout = cron.Every(demoInterval), demoTimeout
		p.Cycles, p.Deadlines, p.Named = nil, nil, nil // names are of the true Gerrit
		for _, cy := range g.Progress.Cycles {
			p.Cycles = append(p.Cycles, progress.Cycle{Name: cy.Name, Start: cy.Start.Add(offset), End: cy.End.Add(offset)})
		}
		for _, d := range g.Progress.Deadlines {
			if !d.Due.IsZero() {
				d.Due = d.Due.Add(offset)
			}
			p.Deadlines = append(p.Deadlines, d)
		}
		demo.Goals = append(demo.Goals, config.Goal{
			Progress: &p, Schedule: p.Schedule, Full: cron.Every(demoFull), GoneAfter: demoFull,
		})
	}
	return &demo
}
