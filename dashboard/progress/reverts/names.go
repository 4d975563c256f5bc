package reverts

import (
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/store"
)

// Names finds the changes that sentences mean by a commit.
type Names struct {
	by       map[int][]Target           // what the message of a change names
	commits  map[commit][]*store.Change // by number; one commit can be pushed to several branches
	ordinary map[commit]bool            // see Ordinary
}

// commit is one that a change of the project names, perhaps abbreviated.
type commit struct{ project, sha string }

// Find reads the sentences of changes, which come by number, and looks for what they
// name among their patch sets.
func Find(all []*store.Change) *Names {
	n := &Names{by: map[int][]Target{}, commits: map[commit][]*store.Change{}, ordinary: map[commit]bool{}}
	for _, c := range all {
		if targets := sentences(c); len(targets) > 0 {
			n.by[c.Number] = targets
		}
	}
	n.findCommits(all)
	return n
}

// By are the names in the message of a change.
func (n *Names) By(c *store.Change) []Target { return n.by[c.Number] }

// Named are the changes with the commit that c names.
func (n *Names) Named(c *store.Change, t Target) []*store.Change {
	return n.commits[commit{c.Project, t.Commit}]
}

// Ordinary reports whether c can't revert the commit that it names, although that is
// known: two of its project are named so, or only some of another project.
func (n *Names) Ordinary(c *store.Change, t Target) bool {
	k := commit{c.Project, t.Commit}
	return n.ordinary[k] && len(n.commits[k]) == 0
}

const (
	wholeCommit    = 40 // hexadecimal digits
	shortestCommit = 7
)

// sentences are the names of what a commit message reverts. What an older headway
// kept of it counts as it did then: whole commits only.
func sentences(c *store.Change) []Target {
	var targets []Target
	for _, text := range c.RevertText {
		targets = append(targets, Read(text)...)
	}
	if c.Extraction == 0 {
		for _, sha := range c.Reverts {
			if len(sha) == wholeCommit {
				targets = append(targets, Target{Commit: sha})
			}
		}
	}
	return targets
}

// findCommits finds the changes with a patch set whose commit is named as
// reverted. An abbreviation counts if only one commit of the project begins so.
func (n *Names) findCommits(all []*store.Change) {
	named := map[string][]commit{} // by the first digits
	known := map[commit]bool{}
	for _, c := range all {
		for _, t := range n.by[c.Number] {
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
					whole[k], n.commits[k], n.ordinary[k] = "", nil, true
				default:
					whole[k] = sha
					if !slices.Contains(n.commits[k], c) {
						n.commits[k] = append(n.commits[k], c)
					}
				}
			}
		}
	}
}
