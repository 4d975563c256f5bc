package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/store"
)

type pollCommand struct {
	options     collector.PollOptions
	acceptMoved bool
}

func newPoll(clause *kingpin.CmdClause) (*kingpin.CmdClause, *pollCommand) {
	c := new(pollCommand)
	clause.Flag("full", "List everything, even if that is not due.").BoolVar(&c.options.Full)
	clause.Flag("accept-missing", "Accept that many changes went missing at once.").BoolVar(&c.options.AcceptMissing)
	clause.Flag("accept-moved", "Follow a Gerrit to the address of the configuration, if it has the changes of the database.").BoolVar(&c.acceptMoved)
	return clause, c
}

func (c *pollCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	options := store.Options{Gerrit: cfg.Gerrit.URL}
	if c.acceptMoved {
		if options.Moved, err = moved(ctx, env, cfg); err != nil {
			return err
		}
	}
	return withStore(env.storage, options, func(db *store.DB) error { return c.poll(ctx, env, cfg, db) })
}

// moved reports whether the database was made from a Gerrit of another address, and
// returns an error if the one of the configuration is not the same.
func moved(ctx context.Context, env *environment, cfg *config.Config) (bool, error) {
	err := withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL, ReadOnly: true}, func(*store.DB) error { return nil })
	if !errors.Is(err, store.ErrOtherGerrit) {
		return false, nil // what else is wrong shows when it is opened to poll
	}
	polling := collectorConfig(cfg, version.Version)
	err = withStore(env.storage, store.Options{ReadOnly: true}, func(db *store.DB) error {
		was := db.Snapshot().Gerrit()
		if err := collector.SameGerrit(ctx, polling.Gerrit, db.Snapshot(), polling.Goals); err != nil {
			return fmt.Errorf("not moved from %s: %w", was, err)
		}
		env.log.Warn("the Gerrit of the database moved", "from", was, "to", cfg.Gerrit.URL)
		return nil
	})
	return err == nil, err
}

func (c *pollCommand) poll(ctx context.Context, env *environment, cfg *config.Config, db *store.DB) error {
	polling := collectorConfig(cfg, version.Version)
	polling.Polled = warnUnmatched(cfg, db, env.log)
	col, err := collector.New(polling, db, collector.NewMetrics(), env.log)
	if err != nil {
		return err
	}
	var missed []string
	for _, g := range cfg.Goals {
		p, err := pollOnce(ctx, env, db, col, g, c.options)
		if err != nil {
			return err
		}
		fmt.Fprintln(env.stdout, pollLine(p))
		if !p.OK {
			missed = append(missed, g.Progress.Name)
		}
	}
	if len(missed) > 0 {
		return fmt.Errorf("not everything was polled: %s%w", strings.Join(missed, ", "), errNo)
	}
	return nil
}

// pollOnce polls one goal, and shows how far it is if that is its first poll.
func pollOnce(ctx context.Context, env *environment, db *store.DB, col *collector.Collector, g config.Goal, o collector.PollOptions) (p store.Poll, err error) {
	name := g.Progress.Name
	first := backfill{db, name, g.Progress.Queries, lastLine{env.stderr}}
	err = first.watched(ctx, func(ctx context.Context) (err error) {
		p, err = col.Poll(ctx, name, o)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return p, fmt.Errorf("poll %s: interrupted%w", name, errNo)
	case err != nil:
		return p, fmt.Errorf("poll %s: %w", name, err)
	}
	return p, nil
}

// pollLine is one poll in one line.
func pollLine(p store.Poll) string {
	kind := "listed what moved"
	switch {
	case p.Full && p.OK:
		kind = "listed everything"
	case p.Full:
		kind = "asked for everything"
	case !p.OK:
		kind = "asked for what moved"
	}
	line := fmt.Sprintf("%s: %s in %s: %d new, %d changed, %d left, %d gone; %d requests, %d KB",
		p.Goal, kind, p.Duration.Round(100*time.Millisecond), p.New, p.Changed, p.Left, p.Gone, p.Requests, (p.Bytes+1023)/1024)
	if p.Pending > 0 {
		line += fmt.Sprintf(", %d pending", p.Pending)
	}
	if p.Quarantined > 0 {
		line += fmt.Sprintf(", %d quarantined", p.Quarantined)
	}
	if !p.OK {
		line += "; incomplete: " + p.Error
	}
	return line
}
