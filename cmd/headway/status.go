package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

type statusCommand struct {
	format string
	server **url.URL // read a running server; nil: the database
	on     string    // a past day, as ?on= takes it; "": now
}

func newStatus(clause *kingpin.CmdClause) (*kingpin.CmdClause, *statusCommand) {
	c := new(statusCommand)
	clause.Flag("format", "text, json or markdown.").Default("text").EnumVar(&c.format, "text", "json", "markdown")
	clause.Flag("on", "The end of this day in UTC instead of now.").PlaceHolder("YYYY-MM-DD").StringVar(&c.on)
	c.server = addressFlag(clause, "url", "Read a running headway server instead of the database.")
	return clause, c
}

func (c *statusCommand) run(ctx context.Context, env *environment) error {
	now := time.Now()
	day, err := dashboard.ParseDay(c.on, now)
	if err != nil {
		return fmt.Errorf("--on: %w", err)
	}
	var raw []json.RawMessage
	if *c.server != nil {
		raw, err = servedSummaries(ctx, *c.server, c.on)
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
	for i, data := range raw {
		var s api.Summary
		if err := json.Unmarshal(data, &s); err != nil {
			return fmt.Errorf("read summary: %w", err)
		}
		if i > 0 {
			fmt.Fprintln(env.stdout)
		}
		if _, err := io.WriteString(env.stdout, renderStatus(&s, c.format, time.Now())); err != nil {
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

// Limits of what is read from a server. A summary of 200 projects is 300 KB.
const (
	maxSummary  = 32 << 20
	readTimeout = 30 * time.Second
)

// servedSummaries reads the summaries of all goals from a running server, those of
// a past day if on is not "".
func servedSummaries(ctx context.Context, base *url.URL, on string) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	list := base.JoinPath("api/v1/goals")
	var goals struct {
		Goals []struct{ Goal string }
	}
	data, err := fetch(ctx, list.String())
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &goals); err != nil {
		return nil, fmt.Errorf("read %s: not headway's answer: %w", list, err)
	}
	summaries := []json.RawMessage{}
	for _, g := range goals.Goals {
		address := list.JoinPath(g.Goal)
		if on != "" {
			address.RawQuery = url.Values{"on": {on}}.Encode()
		}
		data, err := fetch(ctx, address.String())
		if err != nil {
			return nil, err
		}
		if !json.Valid(data) {
			return nil, fmt.Errorf("read %s: not headway's answer", address)
		}
		summaries = append(summaries, data)
	}
	return summaries, nil
}

func fetch(ctx context.Context, address string) ([]byte, error) {
	body, _, err := fetchWith(ctx, address, nil)
	return body, err
}

// fetchWith asks with a header, and returns the answer's.
func fetchWith(ctx context.Context, address string, header http.Header) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(req.Header, header)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err // it reads "Get ADDRESS: …"
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxSummary))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", address, err)
	}
	if resp.StatusCode != http.StatusOK {
		line, _, _ := bytes.Cut(body, []byte("\n"))
		return nil, nil, fmt.Errorf("read %s: %s: %.200s", address, resp.Status, line)
	}
	return body, resp.Header, nil
}
