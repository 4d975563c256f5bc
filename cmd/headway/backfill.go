package main

import (
	"context"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/sync/errgroup"

	"github.com/eventlet-removal/headway/store"
)

// barEvery is how often the bar looks. A batch of details takes a second or more.
const barEvery = 100 * time.Millisecond

// backfill is the first fetch of a goal, which takes minutes at a polite rate, as a
// bar on a terminal. It looks at what readers of the database see, and knows nothing
// of the collector.
type backfill struct {
	db      *store.DB
	goal    string
	queries []store.Query
	line    lastLine
}

// watched runs a poll of the goal, and shows how far its backfill is if somebody
// sits at a terminal.
func (b *backfill) watched(ctx context.Context, poll func(context.Context) error) error {
	if !b.line.terminal {
		return poll(ctx)
	}
	group, ctx := errgroup.WithContext(ctx)
	watching, done := context.WithCancel(ctx)
	group.Go(func() error { b.watch(watching); return nil })
	group.Go(func() error { defer done(); return poll(ctx) })
	return group.Wait()
}

// watch draws until ctx is cancelled, and leaves nothing behind.
func (b *backfill) watch(ctx context.Context) {
	tick := time.NewTicker(barEvery)
	defer tick.Stop()
	defer b.line.clear()
	var bar *progressbar.ProgressBar
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		done, of := b.far()
		switch {
		case done >= of: // nothing is fetched, or not for the first time
			b.line.clear()
			bar = nil
			continue
		case bar == nil:
			bar = b.draw(of)
		}
		// Errors are those of writing to the terminal. More may be found while we
		// fetch: what a change depends on, and what reverts it.
		bar.ChangeMax(of)
		_ = bar.Set(done)
	}
}

func (b *backfill) draw(of int) *progressbar.ProgressBar {
	return progressbar.NewOptions(of,
		progressbar.OptionSetWriter(b.line),
		progressbar.OptionSetDescription(b.goal+": fetching changes"),
		progressbar.OptionSetTheme(progressbar.ThemeASCII),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionUseANSICodes(true),
	)
}

// far is how many changes were fetched, of how many that are known of.
func (b *backfill) far() (done, of int) {
	snap := b.db.Snapshot()
	for _, q := range b.queries {
		s := snap.Selector(b.goal, q)
		done += s.Done
		of += s.Of
	}
	return done, of
}
