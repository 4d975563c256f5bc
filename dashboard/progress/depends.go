package progress

import (
	"slices"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// depends lists what has to merge before c: the changes its parents belong to,
// then its Depends-On, each once. What we can't see is not in it.
func (v *view) depends(c *store.Change) []DependsOn {
	var list []DependsOn
	add := func(d *store.Change) {
		if d == nil || d == c || v.gone[d.Number] {
			return
		}
		if !slices.ContainsFunc(list, func(o DependsOn) bool { return o.Number == d.Number }) {
			list = append(list, DependsOn{d.Number, v.state(d)})
		}
	}
	for _, sha := range c.Parents {
		add(pick(v.names.commits[commit{c.Project, sha}], c.Branch))
	}
	for _, text := range c.DependsOn {
		if n, ok := query.ChangeNumber(text, v.gerrit); ok {
			add(v.byNum[n])
			continue
		}
		for _, d := range v.withID(text, c.Branch) {
			add(d)
		}
	}
	return list
}

// withID finds the changes a bare Change-Id means: those on the same branch if
// there are any, else all; abandoned ones only if there is nothing else.
func (v *view) withID(id, branch string) []*store.Change {
	found := v.names.ids[id]
	if pick(found, branch) != nil && pick(found, branch).Branch == branch {
		found = slices.DeleteFunc(slices.Clone(found), func(c *store.Change) bool { return c.Branch != branch })
	}
	live := slices.DeleteFunc(slices.Clone(found), func(c *store.Change) bool { return c.Status == store.StatusAbandoned })
	if len(live) > 0 {
		return live
	}
	return found
}
