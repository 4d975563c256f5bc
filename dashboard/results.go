package dashboard

import (
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// results keeps the newest result of each goal: it costs milliseconds for each
// thousand changes, and every page, badge and scrape wants it.
type results struct {
	mu   sync.Mutex
	kept map[string]kept // by goal
}

// kept is what one snapshot means for one goal at one minute.
type kept struct {
	result   *progress.Result
	revision uint64
	minute   int64
}

func newResults() *results { return &results{kept: map[string]kept{}} }

func compute(g *progress.Goal, snap *store.Snapshot, now time.Time) *progress.Result {
	return progress.Compute(g, progress.Look(snap, g, now))
}

// of returns the result of a goal, computed at most once for a snapshot and minute.
// Whoever comes while it is being computed waits for it.
func (k *results) of(g *progress.Goal, snap *store.Snapshot, now time.Time) *progress.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, ok := k.kept[g.Name]
	if ok && last.revision == snap.Revision() && last.minute == minute(now) {
		return last.result
	}
	fresh := kept{compute(g, snap, now), snap.Revision(), minute(now)}
	if !ok || fresh.revision >= last.revision {
		k.kept[g.Name] = fresh
	}
	return fresh.result
}

// last is the last result of a goal that was made, every number of it stale; nil if
// there was none.
func (k *results) last(g *progress.Goal) *progress.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, ok := k.kept[g.Name]
	if !ok {
		return nil
	}
	old := *last.result
	old.Stale = true
	old.Projects = slices.Clone(old.Projects)
	for i := range old.Projects {
		old.Projects[i].Stale = true
	}
	return &old
}

// minute is what ETags and results count time in: ages and staleness move with it.
func minute(t time.Time) int64 { return t.Unix() / 60 }
