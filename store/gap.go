package store

import (
	"slices"
	"time"
)

// Gap is a stretch of time in which no round was complete for a selector, although
// one had been before: who came and left within it was never seen. Only gaps that
// hold a whole UTC day are kept, so they grow with outages, not with polls.
type Gap struct {
	From time.Time `json:"from"` // start of the last complete round before
	To   time.Time `json:"to"`   // start of the first complete round after
}

// Holds reports whether a UTC day lies in the gap as a whole. The days of the two
// rounds themselves do not.
func (g Gap) Holds(day time.Time) bool {
	begin := day.UTC().Truncate(24 * time.Hour)
	return g.From.Before(begin) && !g.To.Before(begin.AddDate(0, 0, 1))
}

// noteGaps adds to each selector that is now complete the gap since it was last.
// The log of polls is too short to find it later.
func (f *finish) noteGaps() {
	for i := range f.round.Selectors {
		s := &f.round.Selectors[i]
		if !slices.Contains(f.round.Complete, s.Project) {
			continue
		}
		old := f.db.Snapshot().Selector(f.goal, Query{Project: s.Project, Text: s.Query})
		if g := (Gap{From: old.AsOf, To: s.AsOf}); !old.AsOf.IsZero() && g.Holds(old.AsOf.AddDate(0, 0, 1)) {
			s.Gaps = append(s.Gaps, g)
		}
	}
}
