package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// task is anything long-lived. Run returns nil when ctx is cancelled and the task
// has come to an orderly end; an error stops all other tasks.
type task interface {
	Run(ctx context.Context) error
	String() string // for the log
}

// runTasks runs all tasks until ctx is cancelled or one of them fails, and returns
// when the last has ended.
func runTasks(ctx context.Context, log *slog.Logger, tasks ...task) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		<-ctx.Done()
		log.Info("stopping")
		return nil
	})
	for _, t := range tasks {
		group.Go(func() error {
			log.Debug("task started", "task", t.String())
			if err := t.Run(ctx); err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
			log.Debug("task ended", "task", t.String())
			return nil
		})
	}
	return group.Wait()
}

// hangups is the task that outlives SIGHUP, by which other services are made to read
// their configuration again.
type hangups struct{ log *slog.Logger }

func (hangups) String() string { return "hangups" }

func (h hangups) Run(ctx context.Context) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-signals:
			h.log.Warn("SIGHUP ignored: the configuration is read at start, and a restart is fast")
		}
	}
}
