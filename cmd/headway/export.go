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
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/store"
)

type exportCommand struct {
	dir      string
	server   **url.URL // read a running server; nil: the database
	external **url.URL // where readers find headway; nil: unknown

	acceptLoading bool
}

func newExport(clause *kingpin.CmdClause) (*kingpin.CmdClause, *exportCommand) {
	c := new(exportCommand)
	clause.Arg("DIR", "Directory for the files: new, empty, or of an earlier export.").Required().StringVar(&c.dir)
	c.server = addressFlag(clause, "url", "Read a running headway server instead of the database.")
	c.external = addressFlag(clause, "web.external-url", "Address under which readers find a running headway, for badges and _data/headway.json. Default: what the server at --url says, or else --url.")
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
	var files map[string][]byte
	if *c.server != nil {
		files, err = c.served(ctx)
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
func (c *exportCommand) served(ctx context.Context) (map[string][]byte, error) {
	site := export.Site{Base: *c.server, Fallback: withSlash(*c.server), AcceptLoading: c.acceptLoading, Lists: dashboard.StateLists()}
	if *c.external != nil {
		site.Public = withSlash(*c.external)
	}
	return export.Files(ctx, site, func(ctx context.Context, address *url.URL) ([]byte, http.Header, error) {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		return fetchWith(ctx, address.String(), http.Header{export.Header: {export.Static}})
	})
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
	// Pages on the web are read by servers only, once a day.
	pages, err := newPageReader(cfg, []string{cfg.Gerrit.URL}, db, nil, env.log)
	if err != nil {
		return nil, err
	}
	if pages != nil {
		shown.Testimonials = pages.Set
	}
	// The name is one that nobody can have: only our own links have it.
	base, public := &url.URL{Scheme: "https", Host: "headway.invalid", Path: "/"}, ""
	if *c.external != nil {
		shown.ExternalURL = *c.external
		base, public = *c.external, withSlash(*c.external)
	}
	server, err := dashboard.New(shown, db)
	if err != nil {
		return nil, err
	}
	site := export.Site{Base: base, Public: public, AcceptLoading: c.acceptLoading, Lists: dashboard.StateLists()}
	return export.Files(ctx, site, export.FetchFrom(server.Handler()))
}

func withSlash(u *url.URL) string { return strings.TrimRight(u.String(), "/") + "/" }
