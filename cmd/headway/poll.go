package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/terminal"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/store"
)

type pollCommand struct {
	options     collector.PollOptions
	acceptMoved bool
	verbose     bool
}

func newPoll(clause *kingpin.CmdClause) (*kingpin.CmdClause, *pollCommand) {
	c := new(pollCommand)
	clause.Flag("full", "List everything, even if that is not due.").BoolVar(&c.options.Full)
	clause.Flag("accept-missing", "Accept that many changes went missing at once.").BoolVar(&c.options.AcceptMissing)
	clause.Flag("accept-moved", "Follow a Gerrit to the address of the configuration, if it has the changes of the database.").BoolVar(&c.acceptMoved)
	clause.Flag("verbose", "Say how a good poll went, too, where nobody looks on: without a terminal it prints nothing, so that cron sends no mail.").BoolVar(&c.verbose)
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
	return withStore(env.storage, options, func(db *store.DB) error {
		warnMigrated(db, env.log) // cron's mail, too: it comes once, and another file is left behind
		quiet := c.quiet(ctx, env)
		if quiet {
			env.log = slog.New(onlyErrors{env.log.Handler()})
		}
		return c.poll(ctx, env, cfg, db, quiet)
	})
}

// moved reports whether the database was made from a Gerrit of another address, and
// returns an error if the one of the configuration is not the same.
func moved(ctx context.Context, env *environment, cfg *config.Config) (bool, error) {
	err := withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL, ReadOnly: true}, func(*store.DB) error { return nil })
	if !errors.Is(err, store.ErrOtherGerrit) {
		return false, nil // what else is wrong shows when it is opened to poll
	}
	polling := collectorConfig(cfg, version.Version)
	// Not for reading only: a file of an older headway is brought up to date first, as it
	// would be at the old address.
	err = withStore(env.storage, store.Options{}, func(db *store.DB) error {
		warnMigrated(db, env.log)
		was := db.Snapshot().Gerrit()
		if err := collector.SameGerrit(ctx, polling.Gerrit, db.Snapshot(), polling.Goals); err != nil {
			return fmt.Errorf("not moved from %s: %w", was, err)
		}
		env.log.Warn("the Gerrit of the database moved", "from", was, "to", cfg.Gerrit.URL)
		return nil
	})
	return err == nil, err
}

func (c *pollCommand) poll(ctx context.Context, env *environment, cfg *config.Config, db *store.DB, quiet bool) error {
	polling := collectorConfig(cfg, version.Version)
	if !quiet { // what nobody is told needs no computing
		polling.Polled = warnUnmatched(computed(cfg, db), env.log)
	}
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
		if !p.OK || !quiet {
			fmt.Fprintln(env.stdout, pollLine(p))
		}
		if !p.OK {
			missed = append(missed, g.Progress.Name)
		}
	}
	if len(missed) > 0 {
		return fmt.Errorf("not everything was polled: %s%w", strings.Join(missed, ", "), errNo)
	}
	return nil
}

// quiet reports whether a good poll prints nothing. Who asks for debug messages looks on.
func (c *pollCommand) quiet(ctx context.Context, env *environment) bool {
	return !c.verbose && !env.stderr.terminal && !terminal.Is(env.stdout) && !env.log.Enabled(ctx, slog.LevelDebug)
}

// onlyErrors drops what a poll that is quiet does not say. Its warnings stand on /polls.
type onlyErrors struct{ slog.Handler }

func (h onlyErrors) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h onlyErrors) WithAttrs(attrs []slog.Attr) slog.Handler {
	return onlyErrors{h.Handler.WithAttrs(attrs)}
}
func (h onlyErrors) WithGroup(name string) slog.Handler { return onlyErrors{h.Handler.WithGroup(name)} }

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
