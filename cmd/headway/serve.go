package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/eventlet-removal/headway/cmd/headway/backups"
	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/fetch"
	"github.com/eventlet-removal/headway/cmd/headway/scrape"
	"github.com/eventlet-removal/headway/cmd/headway/webserver"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/store"
)

// webFlags are the flags of the commands that serve.
type webFlags struct {
	toolkit  *web.FlagConfig
	external **url.URL
	cache    *units.Base2Bytes
}

func addWebFlags(clause *kingpin.CmdClause, address string) webFlags {
	toolkit := kingpinflag.AddFlags(clause, address)
	clause.GetFlag("web.listen-address").Help("Address to listen on, such as :8642 or [::1]:8642; may be given several times.")
	return webFlags{
		toolkit:  toolkit,
		external: addressFlag(clause, "web.external-url", "Address under which readers find headway, if it is behind a proxy; its path is the prefix."),
		cache:    clause.Flag("web.cache-size", "Memory for answers that are kept until they change; 0B: none are kept.").Default("32MiB").Bytes(),
	}
}

type serveCommand struct {
	web       webFlags
	operators string // address for them alone; "": they ask where readers do
	backups   *backups.Flags
}

func newServe(clause *kingpin.CmdClause) (*kingpin.CmdClause, *serveCommand) {
	c := &serveCommand{web: addWebFlags(clause, ":8642"), backups: backups.AddFlags(clause)}
	clause.Flag("web.operator-address", "Address for operators alone, in plain HTTP: /metrics, /-/healthy and /-/ready answer there, and no longer where readers ask.").
		PlaceHolder("HOST:PORT").StringVar(&c.operators)
	return clause, c
}

func (c *serveCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	// First what may be refused: no database shall be made for it.
	if err := c.backups.Check(); err != nil {
		return err
	}
	server, err := webserver.New(c.web.toolkit, nil, env.log)
	if err != nil {
		return err
	}
	defer server.Close()
	var operators *webserver.Server
	if c.operators != "" {
		if operators, err = webserver.Plain("operators' web server", c.operators, nil, env.log); err != nil {
			return fmt.Errorf("--web.operator-address: %w", err)
		}
		defer operators.Close()
	}
	err = withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL}, func(db *store.DB) error {
		return c.serve(ctx, env, cfg, db, server, operators)
	})
	if err == nil {
		env.log.Info("stopped")
	}
	return err
}

// serve returns when all tasks have ended.
func (c *serveCommand) serve(ctx context.Context, env *environment, cfg *config.Config, db *store.DB, server, operators *webserver.Server) error {
	warnMigrated(db, env.log)
	copies, err := backups.New(c.backups, db, env.log)
	if err != nil {
		return err
	}
	parts := siteConfig{collector: collectorConfig(cfg, version.Version), dashboard: dashboardConfig(cfg, version.Version), web: c.web, server: server, operators: operators}
	parts.warn = true
	if copies != nil {
		parts.metrics = append(parts.metrics, copies)
	}
	pages := &fetch.Fetcher{UserAgent: userAgent(cfg, version.Version), Log: env.log}
	if parts.pages, err = newPageReader(cfg, []string{cfg.Gerrit.URL}, db, pages.Page, env.log); err != nil {
		return err
	}
	if parts.pages != nil {
		parts.pages.portraits = newPortraits(cfg, pages.Picture, env.log)
	}
	s, err := newSite(parts, db, env.log)
	if err != nil {
		return err
	}
	env.log.Info("serving", "version", version.Version, "goals", len(cfg.Goals), "gerrit", cfg.Gerrit.URL, "database", db.Path(), "url", s.server.Address())
	if operators != nil {
		env.log.Info("serving operators", "url", operators.Address())
	}
	if cfg.Gerrit.Username != "" {
		env.log.Warn("headway logs in to Gerrit: whoever can reach it reads what this account may read, private changes excepted", "username", cfg.Gerrit.Username)
	}
	tasks := append(s.tasks(), hangups{env.log})
	if copies != nil {
		tasks = append(tasks, copies)
	}
	return runTasks(ctx, env.log, tasks...)
}

// siteConfig is the configuration of the parts of a site.
type siteConfig struct {
	collector collector.Config
	dashboard dashboard.Config
	web       webFlags
	server    *webserver.Server      // that listens; nil: one is made as web says
	operators *webserver.Server      // of operators alone; nil: they ask server
	pages     *pageReader            // nil: no testimonials are configured
	metrics   []prometheus.Collector // of what else runs
	warn      bool                   // of configured names that nothing matches, after each poll
}

// site is what serve and demo run: a collector that writes a database, and a web
// server that reads it. It listens, but nothing runs yet.
type site struct {
	collector *collector.Collector
	dashboard *dashboard.Server
	server    *webserver.Server
	operators *webserver.Server // or nil
	pages     *pageReader       // or nil
}

func (s *site) tasks() []task {
	tasks := []task{s.server, s.dashboard, s.collector, new(lean)}
	if s.operators != nil {
		tasks = append(tasks, s.operators)
	}
	if s.pages != nil {
		tasks = append(tasks, s.pages)
	}
	return tasks
}

func newSite(cfg siteConfig, db *store.DB, log *slog.Logger) (*site, error) {
	registry := prometheus.NewRegistry()
	polls := collector.NewMetrics()
	cfg.dashboard.Metrics = scrape.Handler(registry, log)
	cfg.dashboard.OperatorsApart = cfg.operators != nil
	cfg.dashboard.ExternalURL = *cfg.web.external
	cfg.dashboard.CacheSize = int64(*cfg.web.cache)
	cfg.dashboard.Logger = log
	if cfg.pages != nil {
		cfg.dashboard.Testimonials = cfg.pages.Set
	}
	dash, err := dashboard.New(cfg.dashboard, db)
	if err != nil {
		return nil, err
	}
	if cfg.warn {
		cfg.collector.Polled = warnUnmatched(dash.Result, log)
	}
	col, err := collector.New(cfg.collector, db, polls, log)
	if err != nil {
		return nil, err
	}
	for _, c := range append([]prometheus.Collector{
		polls, dash.Collector(), scrape.Store{DB: db},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector("headway"),
	}, cfg.metrics...) {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	if cfg.server == nil {
		if cfg.server, err = webserver.New(cfg.web.toolkit, nil, log); err != nil {
			return nil, err
		}
	}
	cfg.server.Serve(dash.Handler())
	if cfg.operators != nil {
		cfg.operators.Serve(dash.Operators())
	}
	return &site{col, dash, cfg.server, cfg.operators, cfg.pages}, nil
}
