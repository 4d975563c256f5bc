package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/fetch"
	"github.com/eventlet-removal/headway/cmd/headway/remote"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/store"
)

type exportCommand struct {
	dir      string
	server   *serverFlags
	external **url.URL // where readers find headway; nil: unknown

	acceptLoading bool
}

func newExport(clause *kingpin.CmdClause) (*kingpin.CmdClause, *exportCommand) {
	c := new(exportCommand)
	clause.Arg("DIR", "Directory for the files: new, empty, or of an earlier export.").Required().StringVar(&c.dir)
	c.server = newServerFlags(clause)
	c.external = addressFlag(clause, "web.external-url", "Address under which readers find the site, for what has to be a whole address. With --url it is what the server says, or else --url, and stands in _data/headway.json, because embed.js is there.")
	clause.Flag("accept-loading", "Export goals, too, of which nothing is known yet.").BoolVar(&c.acceptLoading)
	return clause, c
}

func (c *exportCommand) run(ctx context.Context, env *environment) error {
	// A directory that is refused shall be so before the work.
	dir, err := export.Open(c.dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	server, err := c.server.open()
	if err != nil {
		return err
	}
	var files map[string][]byte
	if server != nil {
		files, err = c.served(ctx, server, env)
	} else {
		files, err = c.stored(ctx, env)
	}
	if errors.Is(err, export.ErrLoading) {
		return fmt.Errorf("%w: nothing is written; poll first, or insist with --accept-loading%w", err, errNo)
	}
	if err != nil {
		return err
	}
	done, err := dir.Write(files)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "exported %d files to %s: %d written, %d removed\n", len(files), c.dir, done.Written, done.Removed)
	return err
}

// served exports what a running server answers.
func (c *exportCommand) served(ctx context.Context, server *remote.Server, env *environment) (map[string][]byte, error) {
	site := export.Site{Base: server.Base, Fallback: withSlash(server.Base), AcceptLoading: c.acceptLoading, LeftOut: leftOut(env), Lists: dashboard.StateLists()}
	if *c.external != nil {
		site.Public = withSlash(*c.external)
	}
	return export.Files(ctx, site, func(ctx context.Context, address *url.URL) ([]byte, http.Header, error) {
		return server.GetWith(ctx, address.String(), http.Header{export.Header: {export.Static}})
	})
}

// leftOut says which project an export lacks.
func leftOut(env *environment) func(goal, project string) {
	return func(goal, project string) {
		env.log.Warn("left out of the export: no address can lead to a project of this name", "goal", goal, "project", project)
	}
}

// stored exports the database, which nobody else may have open, as of one moment.
func (c *exportCommand) stored(ctx context.Context, env *environment) (files map[string][]byte, err error) {
	cfg, err := env.config()
	if err != nil {
		return nil, err
	}
	err = withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL, ReadOnly: true}, func(db *store.DB) (err error) {
		files, err = c.exported(ctx, env, cfg, db)
		return err
	})
	return files, err
}

func (c *exportCommand) exported(ctx context.Context, env *environment, cfg *config.Config, db *store.DB) (map[string][]byte, error) {
	shown := dashboardConfig(cfg, version.Version)
	now := time.Now()
	shown.Now, shown.Logger = func() time.Time { return now }, env.log
	// Pages on the web are read by servers only, once a day; portraits for those of directories.
	pages, err := newPageReader(cfg, []string{cfg.Gerrit.URL}, db, nil, env.log)
	if err != nil {
		return nil, err
	}
	if pages != nil {
		web := &fetch.Fetcher{UserAgent: userAgent(cfg, version.Version), Log: env.log}
		pages.portraits = newPortraits(cfg, web.Picture, env.log)
		pages.refresh(pages.portraits.fetchDue(ctx, pages.Set().Pages))
		shown.Testimonials = pages.Set
	}
	// The name is one that nobody can have: only our own links have it.
	base := &url.URL{Scheme: "https", Host: "headway.invalid", Path: "/"}
	if *c.external != nil {
		shown.ExternalURL, base = *c.external, *c.external
	}
	server, err := dashboard.New(shown, db)
	if err != nil {
		return nil, err
	}
	site := export.Site{Base: base, Offline: true, AcceptLoading: c.acceptLoading, LeftOut: leftOut(env), Lists: dashboard.StateLists()}
	return export.Files(ctx, site, export.FetchFrom(server.Handler()))
}

func withSlash(u *url.URL) string { return strings.TrimRight(u.String(), "/") + "/" }
