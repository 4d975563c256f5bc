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

// state is where a change is, member or not. A status that we don't know (DRAFT of
// old, or one still to come) is neither merged nor abandoned, so it is open.
func (v *view) state(c *store.Change) State {
	switch {
	case c.Status == store.StatusMerged && v.undone[c.Number]:
		return Reverted
	case c.Status == store.StatusMerged:
		return Merged
	case c.Status == store.StatusAbandoned:
		return Abandoned
	case c.Status == store.StatusNew && c.WIP:
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

// currentPatchSet is the number of the current patch set; 0 if nobody told.
func currentPatchSet(c *store.Change) int {
	n := c.PatchSet
	if n == 0 {
		for _, p := range c.PatchSets {
			n = max(n, p.Number)
		}
	}
	return n
}

// uploaded is when the current patch set came. Where that patch set is not known
// it is the newest one known, else the change's creation.
func uploaded(c *store.Change) time.Time {
	at, newest := c.Created, 0
	current := currentPatchSet(c)
	for _, p := range c.PatchSets {
		if p.Number == current {
			return p.Created
		}
		if p.Number > newest {
			at, newest = p.Created, p.Number
		}
	}
	return at
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
	for _, m := range v.members {
		if m.CherryPickOf == 0 || v.branches.backport(m.Branch) {
			continue
		}
		if o, ok := dev[m.CherryPickOf]; ok && o.Change.Project == m.Change.Project && !firstOfRing(m.Change, dev) {
			copies[m.Change.Number] = true
		}
	}
}

// firstOfRing tells whether c's picks lead back to c, and c is the lowest of them.
func firstOfRing(c *store.Change, dev map[int]store.Member) bool {
	for next, steps := c.CherryPickOf, 0; steps <= len(dev); steps++ {
		if next == c.Number {
			return true
		}
		o, ok := dev[next]
		if !ok || o.Change.Project != c.Project || next < c.Number {
			return false
		}
		next = o.CherryPickOf
	}
	return false // leads into a ring that c is no part of
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
