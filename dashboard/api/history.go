package api

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// History is the past of a goal or a part of it, a day for each UTC day from the
// first event on.
type History struct {
	Days []Day `json:"days"` // null while loading, empty if nothing has happened yet
}

// Day is what counted at the end of a UTC day; today as of now.
type Day struct {
	Date      string `json:"date"` // 2026-08-21
	Merged    int    `json:"merged"`
	Reverted  int    `json:"reverted"`
	Open      int    `json:"open"`
	WIP       int    `json:"wip"`
	Abandoned int    `json:"abandoned"`

	// Observed is false for days that are reconstructed from what Gerrit remembers:
	// those before the first poll, and those on which no poll was complete.
	Observed bool `json:"observed"`
}

// HistoryOf is the past of development changes, or of backports.
func HistoryOf(days []progress.Day, backports bool) History {
	out := History{Days: make([]Day, len(days))}
	for i, d := range days {
		c := d.Counts
		if backports {
			c = d.Backports
		}
		out.Days[i] = Day{
			Date: d.Date.Format(time.DateOnly), Merged: c.Merged, Reverted: c.Reverted,
			Open: c.Open, WIP: c.WIP, Abandoned: c.Abandoned, Observed: d.Observed,
		}
	}
	return out
}
