package main

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/cmd/headway/remote"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

// For a moment after a poll, readers get the old summary that they come back to; a list for
// which nobody has asked before is new. Commands that hold the one against the other want
// no old one.
func TestCommandsReadWhatTheLastPollBrought(t *testing.T) {
	gerrit, address := topicGerrit(t, 4)
	cfg := load(t, fastConfig(address))
	cfg.Goals[0].Schedule = cron.Every(time.Second)
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	polls := make(chan store.Poll, 100)
	collecting := collectorConfig(cfg, "test")
	collecting.Polled = func(p store.Poll) { polls <- p }
	log := slog.New(slog.DiscardHandler)
	site, err := newSite(siteConfig{collector: collecting, dashboard: dashboardConfig(cfg, "test"), web: onFreePort(8 << 20)}, db, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runTasks(ctx, log, site.tasks()...) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	base, err := url.Parse(site.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	server, err := remote.Open(base, "", "test")
	if err != nil {
		t.Fatal(err)
	}
	<-polls
	var summary api.Summary
	for range 2 {
		if err := server.JSON(t.Context(), server.Goal("g").String(), &summary); err != nil {
			t.Fatal(err)
		}
	}
	if err := gerrit.Submit(time.Now(), 1, 1); err != nil {
		t.Fatal(err)
	}
	for changed := 0; changed == 0; {
		changed = (<-polls).Changed
	}
	if err := server.JSON(t.Context(), server.Goal("g").String(), &summary); err != nil || *summary.Counts.Merged != 1 {
		t.Errorf("right after the poll that saw 1 change merged, the summary says %d; %v", *summary.Counts.Merged, err)
	}
}
