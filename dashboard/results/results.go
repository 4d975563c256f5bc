// Package results keeps what snapshots mean for goals: each is judged once for a snapshot
// and minute, and shared by page, JSON, badge and metric, so that they can't disagree. Only
// dashboard imports it.
package results

import (
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Cache keeps the newest result of each goal: every page, badge and scrape wants it,
// and the next one is made from it.
type Cache struct {
	mu   sync.Mutex
	kept map[string]kept // by goal
}

// kept is what one snapshot means for one goal at one minute.
type kept struct {
	input    progress.Input
	result   *progress.Result
	revision uint64
	minute   int64
}

// New is an empty cache.
func New() *Cache { return &Cache{kept: map[string]kept{}} }

// Compute is the result of a goal as of a snapshot, kept nowhere.
func Compute(g *progress.Goal, snap *store.Snapshot, now time.Time) *progress.Result {
	return progress.Compute(g, progress.Look(snap, g, now))
}

// Of returns the result of a goal, computed at most once for a snapshot and minute.
// Whoever comes while it is being computed waits for it.
func (k *Cache) Of(g *progress.Goal, snap *store.Snapshot, now time.Time) *progress.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, ok := k.kept[g.Name]
	if ok && last.revision == snap.Revision() && last.minute == Minute(now) {
		return last.result
	}
	fresh := kept{revision: snap.Revision(), minute: Minute(now), input: last.input}
	if !ok || fresh.revision != last.revision {
		fresh.input = progress.Look(snap, g, now)
	}
	fresh.input.Now = now
	if ok {
		fresh.result = last.result.Next(fresh.input)
	} else {
		fresh.result = progress.Compute(g, fresh.input)
	}
	if !ok || fresh.revision >= last.revision {
		k.kept[g.Name] = fresh
	}
	return fresh.result
}

// Last is the last result of a goal that was made, every number of it stale; nil if
// there was none.
func (k *Cache) Last(g *progress.Goal) *progress.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, ok := k.kept[g.Name]
	if !ok {
		return nil
	}
	old := *last.result
	old.Stale = true
	old.Projects, old.Teams = slices.Clone(old.Projects), slices.Clone(old.Teams)
	for i := range old.Projects {
		old.Projects[i].Stale = true
	}
	for i := range old.Teams {
		old.Teams[i].Stale = true
	}
	return &old
}

// Minute is what ETags and results count time in: ages and staleness move with it.
func Minute(t time.Time) int64 { return t.Unix() / 60 }
