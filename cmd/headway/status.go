package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/terminal"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/store"
)

type statusCommand struct {
	format string
	server *serverFlags
	on     string // a past day, as ?on= takes it; "": now
}

func newStatus(clause *kingpin.CmdClause) (*kingpin.CmdClause, *statusCommand) {
	c := new(statusCommand)
	clause.Flag("format", "text, json or markdown.").Default("text").EnumVar(&c.format, "text", "json", "markdown")
	clause.Flag("on", "The end of this day in UTC instead of now.").PlaceHolder("YYYY-MM-DD").StringVar(&c.on)
	c.server = newServerFlags(clause)
	return clause, c
}

func (c *statusCommand) run(ctx context.Context, env *environment) error {
	now := time.Now()
	day, err := parameter.Day(c.on, now)
	if err != nil {
		return fmt.Errorf("--on: %w", err)
	}
	server, err := c.server.open()
	if err != nil {
		return err
	}
	var raw []json.RawMessage
	if server != nil {
		raw, err = server.Summaries(ctx, c.on)
	} else {
		raw, err = storedSummaries(env, now, day)
	}
	if err != nil {
		return err
	}
	if c.format == "json" {
		enc := json.NewEncoder(env.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"goals": raw})
	}
	look := terminal.LookOf(env.stdout, os.Getenv)
	for i, data := range raw {
		var s api.Summary
		if err := json.Unmarshal(data, &s); err != nil {
			return fmt.Errorf("read summary: %w", err)
		}
		if i > 0 {
			fmt.Fprintln(env.stdout)
		}
		if _, err := io.WriteString(env.stdout, terminal.Status(&s, c.format, now, look)); err != nil {
			return err
		}
	}
	return nil
}

// storedSummaries reads the database, which nobody else may have open.
func storedSummaries(env *environment, now, day time.Time) (raw []json.RawMessage, err error) {
	cfg, err := env.config()
	if err != nil {
		return nil, err
	}
	raw = []json.RawMessage{}
	err = withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL, ReadOnly: true}, func(db *store.DB) error {
		for _, s := range dashboard.SummariesOn(dashboardConfig(cfg, version.Version), db.Snapshot(), now, day) {
			data, err := json.Marshal(s)
			if err != nil {
				return fmt.Errorf("encode summary of %s: %w", s.Goal, err)
			}
			raw = append(raw, data)
		}
		return nil
	})
	return raw, err
}
