package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// maxSample is how many known changes a Gerrit at a new address has to show.
const maxSample = 50

// SameGerrit asks the Gerrit of a configuration for a sample of the members that a
// store knows, and returns nil if it is the one they came from, at another address:
// nine of ten answer, and all that do have the same project and Change-Id.
func SameGerrit(ctx context.Context, cfg gerrit.Config, snap *store.Snapshot, goals []Goal) error {
	known := sample(snap, goals)
	if len(known) == 0 {
		return errors.New("the database knows no change that could be compared: begin a new one")
	}
	client, err := gerrit.New(cfg)
	if err != nil {
		return err
	}
	listing, err := client.List(ctx, query.Any(query.Numbered("change", slices.Sorted(maps.Keys(known)))...), time.Time{})
	if err != nil {
		return fmt.Errorf("ask %s for known changes: %w", cfg.URL, err)
	}
	answered := 0
	for _, there := range listing.Changes {
		here, asked := known[there.Number]
		if !asked {
			continue
		}
		answered++
		if there.Project != here.Project || there.ChangeID != here.ChangeID {
			return fmt.Errorf("%s is another Gerrit: change %d is %s of %s there, and %s of %s in the database",
				cfg.URL, here.Number, there.ChangeID, there.Project, here.ChangeID, here.Project)
		}
	}
	if answered*10 < len(known)*9 {
		return fmt.Errorf("%s is another Gerrit, or not all of it can be seen: it knows %d of %d changes of the database", cfg.URL, answered, len(known))
	}
	return nil
}

// sample picks members in turn from each project and year, the newest first.
func sample(snap *store.Snapshot, goals []Goal) map[int]store.Row {
	type drawer struct {
		project string
		year    int
	}
	drawers := map[drawer][]store.Row{}
	for _, g := range goals {
		for m := range snap.Members(g.Name, g.Queries) {
			if m.Departed == nil && m.Missing == nil {
				d := drawer{m.Project, m.Created.Year()}
				drawers[d] = append(drawers[d], m.Row)
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(drawers), func(a, b drawer) int {
		return cmp.Or(cmp.Compare(b.year, a.year), cmp.Compare(a.project, b.project))
	})
	picked := map[int]store.Row{}
	for more := true; more; {
		more = false
		for _, d := range order {
			rows := drawers[d]
			if len(rows) == 0 || len(picked) == maxSample {
				continue
			}
			row := rows[len(rows)-1]
			drawers[d], picked[row.Number], more = rows[:len(rows)-1], row, true
		}
	}
	return picked
}
