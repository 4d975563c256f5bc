package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"
)

// failing is a task that fails, waiting one that ends when its context does.
type failing struct{}

func (failing) Run(context.Context) error { return errors.New("broken") }
func (failing) String() string            { return "failing" }

type waiting struct{ ended *bool }

func (w waiting) Run(ctx context.Context) error { <-ctx.Done(); *w.ended = true; return nil }
func (waiting) String() string                  { return "waiting" }

func TestOneFailedTaskStopsAll(t *testing.T) {
	var ended bool
	err := runTasks(t.Context(), slog.New(slog.DiscardHandler), waiting{&ended}, failing{})
	if err == nil || err.Error() != "failing: broken" {
		t.Errorf("error is %v, want failing: broken", err)
	}
	if !ended {
		t.Error("returned before every task had ended")
	}
}
