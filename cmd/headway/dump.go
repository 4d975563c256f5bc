package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/eventlet-removal/headway/store"
)

type dumpCommand struct {
	numbers []int
}

func newDump(clause *kingpin.CmdClause) (*kingpin.CmdClause, *dumpCommand) {
	c := new(dumpCommand)
	clause.Arg("number", "Numbers of changes.").Required().IntsVar(&c.numbers)
	return clause, c
}

// dumped is what the database has of one change.
type dumped struct {
	Number  int                         `json:"number"`
	Change  *store.Change               `json:"change"` // null: it can't be read, or was never fetched
	Members map[string]store.Membership `json:"members"`
}

// run needs no configuration: it shows facts, of all goals there ever were.
func (c *dumpCommand) run(_ context.Context, env *environment) error {
	return withStore(env.storage, store.Options{ReadOnly: true}, func(db *store.DB) error {
		snap := db.Snapshot()
		var missing []string
		out := json.NewEncoder(env.stdout)
		out.SetIndent("", "  ")
		for _, n := range c.numbers {
			d := dumped{n, snap.Change(n), snap.Memberships(n)}
			if d.Change == nil && len(d.Members) == 0 {
				missing = append(missing, fmt.Sprintf("change %d is not in %s", n, db.Path()))
				continue
			}
			if err := out.Encode(d); err != nil {
				return fmt.Errorf("dump change %d: %w", n, err)
			}
		}
		if len(missing) > 0 {
			return fmt.Errorf("%s%w", strings.Join(missing, "; "), errNo)
		}
		return nil
	})
}
