package progress

import (
	"strings"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// memberState is where a member is; a departure comes before all else.
func (v *view) memberState(m store.Member) State {
	switch {
	case m.Departed != nil && m.Departed.Gone:
		return Gone
	case m.Departed != nil:
		return Left
	}
	return v.state(m.Change)
}

// state is where a change is, member or not. Its status is NEW, MERGED or ABANDONED:
// collector/gerrit refuses any other.
func (v *view) state(c *store.Change) State {
	return stateOf(c.Status, c.WIP, v.undone[c.Number])
}

func stateOf(status string, wip, undone bool) State {
	switch {
	case status == store.StatusMerged && undone:
		return Reverted
	case status == store.StatusMerged:
		return Merged
	case status == store.StatusAbandoned:
		return Abandoned
	case status == store.StatusNew && wip:
		return WIP
	}
	return Open
}

// mergedAt is when a merged change merged: as submitted, else by Gerrit's message,
// else the last update, which is not before it. Odd merges have no submit record.
func mergedAt(c *store.Change) time.Time {
	if !c.Submitted.IsZero() {
		return c.Submitted
	}
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if c.Messages[i].Kind == store.MessageMerged {
			return c.Messages[i].Time
		}
	}
	return c.Updated
}

// branches are the configured patterns of backport branches, cut at their stars.
type branches [][]string

func newBranches(patterns []string) branches {
	b := make(branches, len(patterns))
	for i, p := range patterns {
		b[i] = strings.Split(p, "*")
	}
	return b
}

// MatchesBranch reports whether a branch matches a pattern of a goal's Backports.
func MatchesBranch(pattern, branch string) bool {
	return newBranches([]string{pattern}).backport(branch)
}

func (b branches) backport(branch string) bool {
	branch = strings.TrimPrefix(branch, "refs/heads/")
	for _, parts := range b {
		if matchParts(parts, branch) {
			return true
		}
	}
	return false
}

// matchParts matches s against literal parts with any run of characters between
// them. Taking each middle part as early as possible leaves most for the rest, so
// no backtracking is needed.
func matchParts(parts []string, s string) bool {
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return s == ""
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		_, after, ok := strings.Cut(s, p)
		if !ok {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, parts[last])
}

// findCopies finds the backports that no branch pattern tells: cherry-picks, on a
// development branch, of a development member of the same project that is not
// abandoned.
func (v *view) findCopies() map[int]bool {
	dev := map[int]store.Member{} // members that may be an original
	for _, m := range v.members {
		if m.Departed == nil && m.Status != store.StatusAbandoned && !v.branches.backport(m.Branch) {
			dev[m.Change.Number] = m
		}
	}
	copies := map[int]bool{}
	v.copiesByPick(dev, copies)
	v.copiesByID(dev, copies)
	return copies
}

// copiesByPick follows cherry_pick_of. A copy of a copy is a copy. Picking onto an
// existing change gives that an older number than its original, and two changes
// can even name each other: then the lowest number of the ring is the original.
func (v *view) copiesByPick(dev map[int]store.Member, copies map[int]bool) {
	first := firstOfRings(dev)
	for _, m := range v.members {
		if !v.branches.backport(m.Branch) && original(m, dev) != 0 && !first[m.Change.Number] {
			copies[m.Change.Number] = true
		}
	}
}

// original is the number of the development member that m was picked from, or 0.
func original(m store.Member, dev map[int]store.Member) int {
	if o, ok := dev[m.CherryPickOf]; ok && o.Change.Project == m.Change.Project {
		return o.Change.Number
	}
	return 0
}

// firstOfRings finds the lowest number of each ring of picks, each pick followed once.
func firstOfRings(dev map[int]store.Member) map[int]bool {
	first := map[int]bool{}
	walk := map[int]int{} // number -> the start of the walk that came by
	for start, m := range dev {
		if m.CherryPickOf == 0 {
			continue
		}
		n := start
		for n != 0 && walk[n] == 0 {
			walk[n] = start
			n = original(dev[n], dev)
		}
		if n == 0 || walk[n] != start {
			continue
		}
		lowest := n
		for o := original(dev[n], dev); o != n; o = original(dev[o], dev) {
			lowest = min(lowest, o)
		}
		first[lowest] = true
	}
	return first
}

// copiesByID takes a later number with the Change-Id of a development member as its
// copy, unless cherry_pick_of has already said which of them is the original.
func (v *view) copiesByID(dev map[int]store.Member, copies map[int]bool) {
	type key struct{ project, id string }
	originals := make(map[key]bool, len(dev))
	for _, m := range v.members { // by number, so the original comes first
		if m.ChangeID == "" || copies[m.Change.Number] || v.branches.backport(m.Branch) {
			continue
		}
		k := key{m.Change.Project, m.ChangeID}
		if originals[k] {
			copies[m.Change.Number] = true
		} else if _, ok := dev[m.Change.Number]; ok {
			originals[k] = true
		}
	}
}
