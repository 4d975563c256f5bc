package progress

import (
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// findParents finds the changes whose commits are parents of open ones, by commit and
// number. It holds only those: a change can have 70 patch sets, and nobody asks for
// most of them. One commit can be pushed to several branches.
func findParents(changes []*store.Change) map[string][]*store.Change {
	parents := map[string][]*store.Change{}
	for _, c := range changes {
		if c.Status == store.StatusNew {
			for _, sha := range c.Parents {
				parents[sha] = nil
			}
		}
	}
	if len(parents) == 0 {
		return parents
	}
	for _, c := range changes {
		for i := range c.PatchSets {
			sha := c.PatchSets[i].Commit
			if named, ok := parents[sha]; ok && !slices.Contains(named, c) {
				parents[sha] = append(named, c)
			}
		}
	}
	return parents
}

// findIDs finds the changes whose Change-Id an open one gives as its Depends-On, by
// number.
func (v *view) findIDs() map[string][]*store.Change {
	ids := map[string][]*store.Change{}
	for _, f := range v.families {
		for _, id := range f.ids {
			ids[id] = nil
		}
	}
	if len(ids) == 0 {
		return ids
	}
	for _, c := range v.all {
		if _, ok := ids[c.ChangeID]; ok {
			ids[c.ChangeID] = append(ids[c.ChangeID], c)
		}
	}
	return ids
}

// dependsOnIDs are the Change-Ids among what open changes depend on.
func (v *view) dependsOnIDs(changes []*store.Change) []string {
	var ids []string
	for _, c := range changes {
		if c.Status != store.StatusNew {
			continue
		}
		for _, text := range c.DependsOn {
			if _, ok := query.ChangeNumber(text, v.gerrit); !ok {
				ids = append(ids, text)
			}
		}
	}
	return ids
}

// depends lists what has to merge before c: the changes its parents belong to,
// then its Depends-On, each once. What we can't see is not in it.
func (v *view) depends(c *store.Change) []DependsOn {
	var list []DependsOn
	add := func(d *store.Change) {
		if d == nil || d == c || v.gone(d.Number) {
			return
		}
		if !slices.ContainsFunc(list, func(o DependsOn) bool { return o.Number == d.Number }) {
			list = append(list, DependsOn{d.Number, v.state(d)})
		}
	}
	for _, sha := range c.Parents {
		add(reverts.OnBranch(v.families[c.Project].parents[sha], c.Branch))
	}
	for _, text := range c.DependsOn {
		if n, ok := query.ChangeNumber(text, v.gerrit); ok {
			add(v.change(n))
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
	found := v.ids[id]
	if c := reverts.OnBranch(found, branch); c != nil && c.Branch == branch {
		found = slices.DeleteFunc(slices.Clone(found), func(c *store.Change) bool { return c.Branch != branch })
	}
	live := slices.DeleteFunc(slices.Clone(found), func(c *store.Change) bool { return c.Status == store.StatusAbandoned })
	if len(live) > 0 {
		return live
	}
	return found
}
