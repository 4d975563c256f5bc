package main

import (
	"context"
	"fmt"
	"log/slog"

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
