package dashboard

import (
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// view is what one snapshot means for one goal at one minute, with the indexes that
// pages need. It never changes.
type view struct {
	goal     *progress.Goal
	result   *progress.Result
	revision uint64
	minute   int64
}

func newView(g *progress.Goal, snap *store.Snapshot, now time.Time) *view {
	return &view{
		goal: g, revision: snap.Revision(), minute: minute(now),
		result: progress.Compute(g, progress.Look(snap, g, now)),
	}
}

// views keeps the newest view of each goal: it costs milliseconds for each
// thousand changes, and every page, badge and scrape wants it.
type views struct {
	mu   sync.Mutex
	kept map[string]*view // by goal
}

func newViews() *views { return &views{kept: map[string]*view{}} }

// of returns the view of a goal, computed at most once for a snapshot and minute.
// Whoever comes while it is being computed waits for it.
func (k *views) of(g *progress.Goal, snap *store.Snapshot, now time.Time) *view {
	k.mu.Lock()
	defer k.mu.Unlock()
	v := k.kept[g.Name]
	if v != nil && v.revision == snap.Revision() && v.minute == minute(now) {
		return v
	}
	fresh := newView(g, snap, now)
	if v == nil || fresh.revision >= v.revision {
		k.kept[g.Name] = fresh
	}
	return fresh
}

// minute is what ETags and views count time in: ages and staleness move with it.
func minute(t time.Time) int64 { return t.Unix() / 60 }
