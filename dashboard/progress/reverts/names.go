package reverts

import (
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/store"
)

// names are what the commit messages of one project name, and whose commits these are.
type names struct {
	by      map[int][]Target           // by the number of the change whose message names it
	commits map[string][]*store.Change // by the name, perhaps abbreviated; by number, because one commit can be pushed to several branches
	twice   map[string]bool            // abbreviations that fit two commits
}

const (
	wholeCommit    = 40 // hexadecimal digits
	shortestCommit = 7
)

// find reads the sentences of a project's changes, which come by number, and looks for
// what they name among the patch sets. An abbreviation counts if only one commit of
// the project begins so.
func find(changes []*store.Change) names {
	n := names{by: map[int][]Target{}, commits: map[string][]*store.Change{}, twice: map[string]bool{}}
	named := map[string][]string{} // by the first digits
	for _, c := range changes {
		targets := sentences(c)
		if len(targets) == 0 {
			continue
		}
		n.by[c.Number] = targets
		for _, t := range targets {
			if t.Commit == "" {
				continue
			}
			if short := t.Commit[:shortestCommit]; !slices.Contains(named[short], t.Commit) {
				named[short] = append(named[short], t.Commit)
			}
		}
	}
	if len(named) == 0 {
		return n
	}
	whole := map[string]string{} // the one commit that a name fits, "" if it fits two
	for _, c := range changes {
		for i := range c.PatchSets {
			sha := c.PatchSets[i].Commit
			if len(sha) < shortestCommit {
				continue
			}
			for _, name := range named[sha[:shortestCommit]] {
				switch fits, ok := whole[name]; {
				case !strings.HasPrefix(sha, name):
				case ok && fits != sha:
					whole[name], n.twice[name] = "", true
					delete(n.commits, name)
				default:
					whole[name] = sha
					if !slices.Contains(n.commits[name], c) {
						n.commits[name] = append(n.commits[name], c)
					}
				}
			}
		}
	}
	return n
}

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

// Ask is what a revert names and its own project does not have: a number, a commit
// that may be abbreviated, or a Change-Id. That another project has it makes the revert
// ordinary work.
type Ask struct {
	Number   int
	Commit   string
	ChangeID string
}

// Asks are what the project does not have, each once.
func (p *Project) Asks() []Ask {
	var asks []Ask
	add := func(a Ask) {
		if !slices.Contains(asks, a) {
			asks = append(asks, a)
		}
	}
	for _, c := range p.changes {
		if c.RevertOf != 0 && p.change(c.RevertOf) == nil {
			add(Ask{Number: c.RevertOf})
		}
		for _, t := range p.names.by[c.Number] {
			switch {
			case t.ChangeID != "":
				if others := p.ids[t.ChangeID]; len(others) == 0 || len(others) == 1 && others[0] == c {
					add(Ask{ChangeID: t.ChangeID})
				}
			case len(p.names.commits[t.Commit]) == 0 && !p.names.twice[t.Commit]:
				add(Ask{Commit: t.Commit})
			}
		}
	}
	return asks
}

// Means reports whether a change is what is asked for.
func (a Ask) Means(c *store.Change) bool {
	switch {
	case a.Number != 0:
		return c.Number == a.Number
	case a.ChangeID != "":
		return c.ChangeID == a.ChangeID
	}
	return slices.ContainsFunc(c.PatchSets, func(p store.PatchSet) bool { return strings.HasPrefix(p.Commit, a.Commit) })
}

// Answer finds the projects that have what is asked for, in one walk over all changes.
func Answer(asks []Ask, all []*store.Change) map[Ask][]string {
	if len(asks) == 0 {
		return nil
	}
	numbers, ids, shorts := map[int][]Ask{}, map[string][]Ask{}, map[string][]Ask{}
	for _, a := range asks {
		switch {
		case a.Number != 0:
			numbers[a.Number] = append(numbers[a.Number], a)
		case a.ChangeID != "":
			ids[a.ChangeID] = append(ids[a.ChangeID], a)
		default:
			short := a.Commit[:shortestCommit]
			shorts[short] = append(shorts[short], a)
		}
	}
	found := map[Ask][]string{}
	offer := func(c *store.Change, asks []Ask) {
		for _, a := range asks {
			if !slices.Contains(found[a], c.Project) && a.Means(c) {
				found[a] = append(found[a], c.Project)
			}
		}
	}
	for _, c := range all {
		offer(c, numbers[c.Number])
		offer(c, ids[c.ChangeID])
		for i := range c.PatchSets {
			if sha := c.PatchSets[i].Commit; len(shorts) > 0 && len(sha) >= shortestCommit {
				offer(c, shorts[sha[:shortestCommit]])
			}
		}
	}
	return found
}
