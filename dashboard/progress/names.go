package progress

import (
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
	"github.com/eventlet-removal/headway/store"
)

// names finds changes by what others call them. Of commits it holds only those
// that a change names as its parent or as reverted: a change can have 70 patch
// sets, and nobody asks for most of them.
type names struct {
	commits   map[commit][]*store.Change // parents of open changes, by number; one commit can be pushed to several branches
	reverted  map[commit][]*store.Change // commits named as reverted, perhaps abbreviated, by number
	ordinary  map[commit]bool            // those that fit two commits of the project, or only some of another
	sentences map[int][]reverts.Target   // what a change's message names as reverted
	ids       map[string][]*store.Change // Change-Ids, by number; only of changes somebody refers to
}

type commit struct{ project, sha string }

func newNames(all []*store.Change) names {
	n := names{
		commits: map[commit][]*store.Change{}, reverted: map[commit][]*store.Change{}, ordinary: map[commit]bool{},
		sentences: map[int][]reverts.Target{}, ids: map[string][]*store.Change{},
	}
	for _, c := range all {
		if targets := sentences(c); len(targets) > 0 {
			n.sentences[c.Number] = targets
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
	n.findReverted(all)
	n.askForIDs(all)
	for _, c := range all {
		if _, ok := n.ids[c.ChangeID]; ok {
			n.ids[c.ChangeID] = append(n.ids[c.ChangeID], c)
		}
	}
	return n
}

const (
	wholeCommit    = 40 // hexadecimal digits
	shortestCommit = 7
)

// sentences are the names of what a commit message reverts. What an older headway
// kept of it counts as it did then: whole commits only.
func sentences(c *store.Change) []reverts.Target {
	var targets []reverts.Target
	for _, text := range c.RevertText {
		targets = append(targets, reverts.Read(text)...)
	}
	if c.Extraction == 0 {
		for _, sha := range c.Reverts {
			if len(sha) == wholeCommit {
				targets = append(targets, reverts.Target{Commit: sha})
			}
		}
	}
	return targets
}

// findReverted finds the changes with a patch set whose commit is named as
// reverted. An abbreviation counts if only one commit of the project begins so.
func (n names) findReverted(all []*store.Change) {
	named := map[string][]commit{} // by the first digits
	known := map[commit]bool{}
	for _, c := range all {
		for _, t := range n.sentences[c.Number] {
			if k := (commit{c.Project, t.Commit}); t.Commit != "" && !known[k] {
				known[k] = true
				short := t.Commit[:shortestCommit]
				named[short] = append(named[short], k)
			}
		}
	}
	if len(named) == 0 {
		return
	}
	whole := map[commit]string{} // the one commit that a name fits, "" if it fits two
	for _, c := range all {
		for i := range c.PatchSets {
			sha := c.PatchSets[i].Commit
			if len(sha) < shortestCommit {
				continue
			}
			for _, k := range named[sha[:shortestCommit]] {
				switch fits, ok := whole[k]; {
				case !strings.HasPrefix(sha, k.sha):
				case c.Project != k.project:
					n.ordinary[k] = true
				case ok && fits != sha:
					whole[k], n.reverted[k], n.ordinary[k] = "", nil, true
				default:
					whole[k] = sha
					if !slices.Contains(n.reverted[k], c) {
						n.reverted[k] = append(n.reverted[k], c)
					}
				}
			}
		}
	}
}

// askForIDs asks for the Change-Ids that reverts name, and for those of what they
// name: a revert on a stable branch may name the commit of the development branch.
func (n names) askForIDs(all []*store.Change) {
	wanted := map[int]bool{}
	for _, c := range all {
		wanted[c.RevertOf] = true
		for _, t := range n.sentences[c.Number] {
			if t.ChangeID != "" {
				n.ids[t.ChangeID] = nil
			}
			for _, r := range n.reverted[commit{c.Project, t.Commit}] {
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
