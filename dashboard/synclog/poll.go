package synclog

import (
	"fmt"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
	"github.com/eventlet-removal/headway/store"
)

// Row is one poll.
type Row struct {
	Start   when.Time
	Second  string // the start, to the second
	Goal    string // its title
	Listed  string
	Took    string
	State   State
	Error   string
	Version string
	Counts  []Count
	Bytes   string
}

// Count is a number of changes or requests, with the head of its column.
type Count struct {
	Name string
	N    int
}

// Of returns the logged polls of some goals, newest first.
func Of(snap *store.Snapshot, goals []*progress.Goal) []store.Poll {
	var out []store.Poll
	for _, p := range snap.Polls() {
		if slices.ContainsFunc(goals, func(g *progress.Goal) bool { return g.Name == p.Goal }) {
			out = append(out, p)
		}
	}
	return out
}

// NewRow returns a poll of the goal with this title.
func NewRow(p store.Poll, title string, now time.Time) Row {
	row := Row{
		Start: when.At(p.Start, now), Second: p.Start.UTC().Format("2 Jan 2006, 15:04:05 UTC"), Goal: title, Listed: "what moved", Took: took(p.Duration),
		State: State{"Complete", "completed"}, Error: p.Error, Version: p.Version, Bytes: size(p.Bytes),
		Counts: []Count{
			{"New", p.New}, {"Changed", p.Changed}, {"Left", p.Left}, {"Gone", p.Gone},
			{"Pending", p.Pending}, {"Quarantined", p.Quarantined}, {"Requests", p.Requests},
		},
	}
	if p.Full {
		row.Listed = "everything"
	}
	if !p.OK {
		row.State = State{"Incomplete", "state-reverted"}
	}
	return row
}

// took is a duration as precise as it is worth.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Truncate(time.Second)
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// size is a number of bytes in its largest sensible unit.
func size(bytes int64) string {
	switch b := float64(bytes); {
	case b >= 1e6:
		return fmt.Sprintf("%.1f MB", b/1e6)
	case b >= 1e3:
		return fmt.Sprintf("%.1f kB", b/1e3)
	}
	return fmt.Sprintf("%d B", bytes)
}
