package progress

import (
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
	return stateOf(c.Status, c.WIP, v.families[c.Project].ties.Undone(c.Number))
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
