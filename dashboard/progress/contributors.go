package progress

import (
	"cmp"
	"slices"

	"github.com/eventlet-removal/headway/store"
)

// Contributor is a person whose changes are merged.
type Contributor struct {
	Account int
	Change  *store.Change // one of the changes; it knows the account's names
	Merged  int           // development changes that are still merged
}

// Contributors are the people who own the merged development changes of a project,
// whoever has most first, then by account. Robots are left out.
func (r *Result) Contributors(project string) []Contributor {
	var out []Contributor
	at := map[int]int{}
	for _, c := range r.part(project).changes {
		if c.Backport || c.State != Merged || !r.view.human(c.Change, c.Owner) {
			continue
		}
		n, ok := at[c.Owner]
		if !ok {
			n = len(out)
			at[c.Owner] = n
			out = append(out, Contributor{Account: c.Owner})
		}
		out[n].Change = c.Change // the newest, by number: people change their names
		out[n].Merged++
	}
	slices.SortFunc(out, func(a, b Contributor) int {
		return cmp.Or(cmp.Compare(b.Merged, a.Merged), cmp.Compare(a.Account, b.Account))
	})
	return out
}
