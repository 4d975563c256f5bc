package progress

import (
	"cmp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// names finds changes by what others call them. Of commits it holds only those
// that a change names as its parent or as reverted: a change can have 70 patch
// sets, and nobody asks for most of them.
type names struct {
	commits map[commit][]*store.Change // by number; one commit can be pushed to several branches
	ids     map[string][]*store.Change // Change-Ids, by number; only of changes somebody refers to
}

type commit struct{ project, sha string }

func newNames(all []*store.Change) names {
	n := names{map[commit][]*store.Change{}, map[string][]*store.Change{}}
	for _, c := range all {
		for _, sha := range c.Reverts {
			n.commits[commit{c.Project, sha}] = nil
		}
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
	n.addReverted(all)
	for _, c := range all {
		if _, ok := n.ids[c.ChangeID]; ok {
			n.ids[c.ChangeID] = append(n.ids[c.ChangeID], c)
		}
	}
	return n
}

// addReverted asks for the Change-Ids of what a revert names: a revert on a stable
// branch may name the commit of the development branch.
func (n names) addReverted(all []*store.Change) {
	wanted := map[int]bool{}
	for _, c := range all {
		wanted[c.RevertOf] = true
		for _, sha := range c.Reverts {
			for _, t := range n.commits[commit{c.Project, sha}] {
				n.ids[t.ChangeID] = nil
			}
		}
	}
	for _, c := range all {
		if wanted[c.Number] {
			n.ids[c.ChangeID] = nil
		}
	}
}

// revert is a merged change that reverts merged ones.
type revert struct {
	change  *store.Change
	at      time.Time // when it merged
	targets []int
}

// findReverts resolves what every revert reverts, in whatever state it is itself.
func (v *view) findReverts() map[int][]int {
	undoes := map[int][]int{}
	for _, c := range v.all {
		var targets []int
		add := func(t *store.Change) {
			if t = v.onBranch(t, c); t != nil && t != c && !slices.Contains(targets, t.Number) {
				targets = append(targets, t.Number)
			}
		}
		if c.RevertOf != 0 {
			add(v.byNum[c.RevertOf])
		}
		for _, sha := range c.Reverts {
			add(pick(v.names.commits[commit{c.Project, sha}], c.Branch))
		}
		if len(targets) > 0 {
			slices.Sort(targets)
			undoes[c.Number] = targets
		}
	}
	return undoes
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

// onBranch is the change that revert r means by t: t itself if it is on r's branch,
// else the one with t's Change-Id there (the merged one with the highest number,
// should a Change-Id have been used twice), else nil.
func (v *view) onBranch(t, r *store.Change) *store.Change {
	if t == nil || t.Project != r.Project {
		return nil
	}
	if t.Branch == r.Branch {
		return t
	}
	var found *store.Change
	for _, c := range v.names.ids[t.ChangeID] {
		if c.Project != r.Project || c.Branch != r.Branch {
			continue
		}
		if found == nil || c.Status == store.StatusMerged || found.Status != store.StatusMerged {
			found = c
		}
	}
	return found
}

// mergedReverts lists the reverts that count, oldest first.
func (v *view) mergedReverts() []revert {
	var reverts []revert
	for number, targets := range v.undoes {
		c := v.byNum[number]
		if c.Status != store.StatusMerged {
			continue
		}
		merged := slices.DeleteFunc(slices.Clone(targets), func(t int) bool { return v.byNum[t].Status != store.StatusMerged })
		if len(merged) > 0 {
			reverts = append(reverts, revert{c, mergedAt(c), merged})
		}
	}
	slices.SortFunc(reverts, func(a, b revert) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.change.Number, b.change.Number))
	})
	return reverts
}

// undone tells which changes are in state reverted after the given reverts, which
// come oldest first. Read newest first, every revert is met after all that could
// undo it: one that was not undone makes its targets and itself reverted; one that
// was is already reverted and leaves its targets alone.
func undone(reverts []revert) map[int]bool {
	reverted := map[int]bool{}
	target := map[int]bool{} // undone by a revert, as opposed to reverted because it is one
	for _, r := range slices.Backward(reverts) {
		if target[r.change.Number] {
			continue
		}
		reverted[r.change.Number] = true
		for _, t := range r.targets {
			reverted[t], target[t] = true, true
		}
	}
	return reverted
}
