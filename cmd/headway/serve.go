package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"
	"golang.org/x/sync/singleflight"

	"github.com/eventlet-removal/headway/cmd/headway/config"
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

func addWebFlags(clause *kingpin.CmdClause) webFlags {
	toolkit := kingpinflag.AddFlags(clause, ":8642")
	clause.GetFlag("web.listen-address").Help("Address to listen on, such as :8642 or [::1]:8642; may be given several times.")
	return webFlags{
		toolkit:  toolkit,
		external: addressFlag(clause, "web.external-url", "Address under which readers find headway, if it is behind a proxy; its path is the prefix."),
		cache:    clause.Flag("web.cache-size", "Memory for answers that are kept until they change; 0B: none are kept.").Default("32MiB").Bytes(),
	}
}

type serveCommand struct {
	web     webFlags
	backups *backupFlags
}

func newServe(clause *kingpin.CmdClause) (*kingpin.CmdClause, *serveCommand) {
	return clause, &serveCommand{addWebFlags(clause), addBackupFlags(clause)}
}

func (c *serveCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	return withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL}, func(db *store.DB) error {
		return c.serve(ctx, env, cfg, db)
	})
}

// serve returns when all tasks have ended.
func (c *serveCommand) serve(ctx context.Context, env *environment, cfg *config.Config, db *store.DB) error {
	backups, err := newBackups(c.backups, db, env.log)
	if err != nil {
		return err
	}
	parts := siteConfig{collector: collectorConfig(cfg, version.Version), dashboard: dashboardConfig(cfg, version.Version), web: c.web}
	parts.collector.Polled = warnUnmatched(cfg, db, env.log)
	if backups != nil {
		parts.metrics = append(parts.metrics, backups)
	}
	pages := &pageFetcher{userAgent: userAgent(cfg, version.Version), log: env.log}
	if parts.pages, err = newPageReader(cfg, []string{cfg.Gerrit.URL}, db, pages.fetch, env.log); err != nil {
		return err
	}
	s, err := newSite(parts, db, env.log)
	if err != nil {
		return err
	}
	env.log.Info("serving", "version", version.Version, "goals", len(cfg.Goals), "gerrit", cfg.Gerrit.URL, "database", db.Path(), "url", s.server.address())
	tasks := s.tasks()
	if backups != nil {
		tasks = append(tasks, backups)
	}
	return runTasks(ctx, env.log, tasks...)
}

// siteConfig is the configuration of the parts of a site.
type siteConfig struct {
	collector collector.Config
	dashboard dashboard.Config
	web       webFlags
	pages     *pageReader            // nil: no testimonials are configured
	metrics   []prometheus.Collector // of what else runs
}

// site is what serve and demo run: a collector that writes a database, and a web
// server that reads it. It listens, but nothing runs yet.
type site struct {
	collector *collector.Collector
	dashboard *dashboard.Server
	server    *webServer
	pages     *pageReader // or nil
}

func (s *site) tasks() []task {
	tasks := []task{s.server, s.dashboard, s.collector}
	if s.pages != nil {
		tasks = append(tasks, s.pages)
	}
	return tasks
}

func newSite(cfg siteConfig, db *store.DB, log *slog.Logger) (*site, error) {
	registry := prometheus.NewRegistry()
	polls := collector.NewMetrics()
	col, err := collector.New(cfg.collector, db, polls, log)
	if err != nil {
		return nil, err
	}
	cfg.dashboard.Metrics = metricsHandler(registry, log)
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
	for _, c := range append([]prometheus.Collector{
		polls, dash.Collector(), storeSize{db},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector("headway"),
	}, cfg.metrics...) {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	server, err := newWebServer(cfg.web.toolkit, dash.Handler(), log)
	if err != nil {
		return nil, err
	}
	return &site{col, dash, server, cfg.pages}, nil
}

// metricsHandler answers scrapes. One metric that can't be had must not hide the
// others, so it goes on and logs. However many scrapes come at once, none is refused:
// those that come while one is being gathered share it.
func metricsHandler(registry *prometheus.Registry, log *slog.Logger) http.Handler {
	var scrapes singleflight.Group
	shared := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		families, err, _ := scrapes.Do("", func() (any, error) { return registry.Gather() })
		return families.([]*dto.MetricFamily), err
	})
	return promhttp.HandlerFor(shared, promhttp.HandlerOpts{
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelError),
		ErrorHandling: promhttp.ContinueOnError,
		Registry:      registry,
	})
}
