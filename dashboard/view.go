package dashboard

import (
	"slices"
	"strings"
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

	byNumber  map[int]*progress.Change
	histories *histories
	live      *view     // of a past day: the view of now
	day       time.Time // of a past day: its midnight
}

func newView(g *progress.Goal, snap *store.Snapshot, now time.Time) *view {
	v := &view{
		goal: g, revision: snap.Revision(), minute: minute(now),
		result:    progress.Compute(g, progress.Look(snap, g, now)),
		histories: &histories{of: map[progress.Scope][]progress.Day{}},
	}
	v.index()
	return v
}

func (v *view) index() {
	v.byNumber = make(map[int]*progress.Change, len(v.result.Changes))
	for i := range v.result.Changes {
		c := &v.result.Changes[i]
		v.byNumber[c.Change.Number] = c
	}
}

// project finds a project by its exact name, nil if there is none.
func (v *view) project(name string) *progress.ProjectNumbers {
	i, ok := slices.BinarySearchFunc(v.result.Projects, name, func(p progress.ProjectNumbers, name string) int {
		return strings.Compare(p.Name, name)
	})
	if !ok {
		return nil
	}
	return &v.result.Projects[i]
}

// team finds a team by its name, nil if there is none.
func (v *view) team(name string) *progress.TeamNumbers {
	for i := range v.result.Teams {
		if v.result.Teams[i].Name == name {
			return &v.result.Teams[i]
		}
	}
	return nil
}

// cycle is the one of today, nil if there is none.
func (v *view) cycle() *progress.Cycle {
	for i, c := range v.goal.Cycles {
		if !v.now().Before(c.Start) && v.now().Before(c.End) {
			return &v.goal.Cycles[i]
		}
	}
	return nil
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
