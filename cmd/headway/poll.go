package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/store"
)

type pollCommand struct {
	options collector.PollOptions
}

func newPoll(clause *kingpin.CmdClause) (*kingpin.CmdClause, *pollCommand) {
	c := new(pollCommand)
	clause.Flag("full", "List everything, even if that is not due.").BoolVar(&c.options.Full)
	clause.Flag("accept-missing", "Accept that many changes went missing at once.").BoolVar(&c.options.AcceptMissing)
	return clause, c
}

func (c *pollCommand) run(ctx context.Context, env *environment) (err error) {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	db, err := store.Open(env.storage, store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		return err
	}
	defer closeStore(db, &err)
	col, err := collector.New(cfg.collector(version.Version), db, collector.NewMetrics(), env.log)
	if err != nil {
		return err
	}
	var missed []string
	for _, g := range cfg.Goals {
		var p store.Poll
		first := backfill{db, g.Progress.Name, g.Progress.Queries, lastLine{env.stderr}}
		err := first.watched(ctx, func(ctx context.Context) (err error) {
			p, err = col.Poll(ctx, g.Progress.Name, c.options)
			return err
		})
		if ctx.Err() != nil {
			return fmt.Errorf("poll %s: interrupted%w", g.Progress.Name, errNo)
		}
		if err != nil {
			return fmt.Errorf("poll %s: %w", g.Progress.Name, err)
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

// pollLine is one poll in one line.
func pollLine(p store.Poll) string {
	kind := "listed what moved"
	if p.Full {
		kind = "listed everything"
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

// closeStore closes the database and keeps the first error.
func closeStore(db *store.DB, err *error) {
	if cerr := db.Close(); cerr != nil && *err == nil {
		*err = fmt.Errorf("close database %s: %w", db.Path(), cerr)
	}
}
