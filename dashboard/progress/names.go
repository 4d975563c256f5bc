package progress

import (
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
	"github.com/eventlet-removal/headway/store"
)

// names finds changes by what others call them. Of commits it holds only those
// that a change names as its parent or as reverted: a change can have 70 patch
// sets, and nobody asks for most of them.
type names struct {
	commits  map[commit][]*store.Change // parents of open changes, by number; one commit can be pushed to several branches
	ids      map[string][]*store.Change // Change-Ids, by number; only of changes somebody refers to
	reverted *reverts.Names
}

type commit struct{ project, sha string }

func newNames(all []*store.Change) names {
	n := names{commits: map[commit][]*store.Change{}, ids: map[string][]*store.Change{}, reverted: reverts.Find(all)}
	for _, c := range all {
		if c.Status != store.StatusNew {
			continue
		}
		for _, sha := range c.Parents {
			n.commits[commit{c.Project, sha}] = nil
		}
		for _, text := range c.DependsOn {
			n.ids[text] = nil
		}
	}
	for _, c := range all {
		for i := range c.PatchSets {
			k := commit{c.Project, c.PatchSets[i].Commit}
			if named, ok := n.commits[k]; ok && !slices.Contains(named, c) {
				n.commits[k] = append(named, c)
			}
		}
	}
	n.askForIDs(all)
	for _, c := range all {
		if _, ok := n.ids[c.ChangeID]; ok {
			n.ids[c.ChangeID] = append(n.ids[c.ChangeID], c)
		}
	}
	return n
}

// askForIDs asks for the Change-Ids that reverts name, and for those of what they
// name: a revert on a stable branch may name the commit of the development branch.
func (n names) askForIDs(all []*store.Change) {
	wanted := map[int]bool{}
	for _, c := range all {
		wanted[c.RevertOf] = true
		for _, t := range n.reverted.By(c) {
			if t.ChangeID != "" {
				n.ids[t.ChangeID] = nil
			}
			for _, r := range n.reverted.Named(c, t) {
				n.ids[r.ChangeID] = nil
			}
		}
	}
	for _, c := range all {
		if wanted[c.Number] {
			n.ids[c.ChangeID] = nil
		}
	}
}

// pick prefers the change on the branch, else takes the first.
func pick(changes []*store.Change, branch string) *store.Change {
	for _, c := range changes {
		if c.Branch == branch {
			return c
		}
	}
	if len(changes) > 0 {
		return changes[0]
	}
	return nil
}
