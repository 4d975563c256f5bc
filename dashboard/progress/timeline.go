package progress

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// moment is when a change came into a state; "" means that it did not count: it was
// not in the set yet, or no longer.
type moment struct {
	at    time.Time
	state State
}

// turn is one step of one of the facts that make a state.
type turn struct {
	at   time.Time
	kind turnKind
	is   bool
	to   string // status
}

type turnKind int

const (
	turnStatus turnKind = iota
	turnWIP
	turnMember
	turnReverted
)

// timeline is a change's past, oldest first, from its first moment on. The last
// moment is the state it is in now, whatever the messages leave out; no moment is
// later than the view's time, so that a Gerrit whose clock is ahead of ours has no
// future.
func (v *view) timeline(m store.Member) []moment {
	var turns []turn
	for _, of := range [][]turn{statusTurns(m.Change), wipTurns(m.Change), v.memberTurns(m), v.revertTurns()[m.Change.Number]} {
		at := began(m)
		for _, t := range of { // in the order of the record, whatever the clocks said
			at = later(at, t.at)
			t.at = at
			if at.After(v.now) {
				t.at = v.now
			}
			turns = append(turns, t)
		}
	}
	slices.SortStableFunc(turns, func(a, b turn) int { return a.at.Compare(b.at) })
	var list []moment
	status, wip, member, reverted := store.StatusNew, false, true, false
	for _, t := range turns {
		switch t.kind {
		case turnStatus:
			status = t.to
		case turnWIP:
			wip = t.is
		case turnMember:
			member = t.is
		case turnReverted:
			reverted = t.is
		}
		state := State("")
		if member {
			state = stateOf(status, wip, reverted)
		}
		if n := len(list); n > 0 && list[n-1].at.Equal(t.at) {
			list[n-1].state = state
		} else if n == 0 || list[n-1].state != state {
			list = append(list, moment{t.at, state})
		}
	}
	return list
}

// began is when a change came to be. A record without a creation time began when
// we saw it: nothing may begin in the year 1.
func began(m store.Member) time.Time {
	for _, t := range []time.Time{m.Created, m.Submitted, m.Updated} {
		if !t.IsZero() {
			return t
		}
	}
	return m.Seen
}

// statusTurns is how the status went: as messages say, and in the end as it is.
func statusTurns(c *store.Change) []turn {
	turns := []turn{{at: c.Created, to: store.StatusNew}}
	for i := range c.Messages {
		m := &c.Messages[i]
		switch m.Kind {
		case store.MessageAbandoned:
			turns = append(turns, turn{at: m.Time, to: store.StatusAbandoned})
		case store.MessageRestored:
			turns = append(turns, turn{at: m.Time, to: store.StatusNew})
		}
	}
	last := turns[len(turns)-1]
	switch c.Status {
	case store.StatusMerged:
		at := mergedAt(c)
		turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.at.Before(at) })
		return append(turns, turn{at: at, to: store.StatusMerged})
	case store.StatusAbandoned:
		if last.to != store.StatusAbandoned {
			turns = append(turns, turn{at: later(last.at, c.Updated), to: store.StatusAbandoned})
		}
	default:
		if last.to == store.StatusAbandoned { // restored without a trace, at the latest by the next upload
			at := c.Uploaded()
			if !at.After(last.at) {
				at = later(last.at, c.Updated)
			}
			turns = append(turns, turn{at: at, to: store.StatusNew})
		}
	}
	return turns
}

// wipTurns is how the wip flag went. Where messages contradict what it is now, it
// has been so since the upload of the current patch set.
func wipTurns(c *store.Change) []turn {
	var turns []turn
	wip := false
	for i := range c.Messages {
		if is, said := wipFlag(&c.Messages[i]); said {
			turns = append(turns, turn{at: c.Messages[i].Time, kind: turnWIP, is: is})
			wip = is
		}
	}
	if live := c.WIP && c.Status == store.StatusNew; live != wip && c.Status != store.StatusMerged && c.Status != store.StatusAbandoned {
		at := c.Uploaded()
		turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.at.Before(at) })
		turns = append(turns, turn{at: at, kind: turnWIP, is: live})
	}
	return turns
}

// memberTurns is when a change joined and left: by its topic where the selector is
// one topic, else it was there from its creation to its departure.
func (v *view) memberTurns(m store.Member) []turn {
	turns := []turn{{at: m.Created, kind: turnMember, is: true}}
	if matches := v.topics[m.Selector]; matches != nil {
		turns = topicTurns(m.Change, matches)
	}
	if m.Departed == nil {
		if last := len(turns) - 1; !turns[last].is { // it came back without a message: a push can set the topic
			turns[last].is = true
		}
		return turns
	}
	at := m.Departed.At
	if at.IsZero() {
		at = m.Departed.Seen
	}
	turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.at.Before(at) })
	return append(turns, turn{at: at, kind: turnMember})
}

// topicTurns reads joins and leaves from the change's topics. A step between two
// topics that both match is neither.
func topicTurns(c *store.Change, matches func(string) bool) []turn {
	turns := []turn{{at: c.Created, kind: turnMember, is: true}}
	first := true
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Kind != store.MessageTopic {
			continue
		}
		from, to := matches(m.From), matches(m.To)
		if first { // what it was created with
			turns[0].is, first = from, false
		}
		if to != turns[len(turns)-1].is {
			turns = append(turns, turn{at: m.Time, kind: turnMember, is: to})
		}
	}
	return turns
}

// topicMatchers tells for each selector that is one topic what it matches, by the
// project the selector is for. A selector that is anything else has none.
func topicMatchers(g *Goal) map[string]func(string) bool {
	matchers := map[string]func(string) bool{}
	for _, q := range g.Queries {
		text := g.Selector
		if q.Project != "" {
			text = strings.TrimSuffix(strings.TrimPrefix(q.Text, "project:"+query.Quote(q.Project)+" ("), ")")
		}
		if m := topicMatcher(text); m != nil {
			matchers[q.Project] = m
		}
	}
	return matchers
}

func topicMatcher(selector string) func(string) bool {
	operator, value, ok := strings.Cut(strings.TrimSpace(selector), ":")
	if !ok {
		return nil
	}
	switch {
	case len(value) > 2 && value[0] == '"' && value[len(value)-1] == '"',
		len(value) > 2 && value[0] == '{' && value[len(value)-1] == '}':
		value = value[1 : len(value)-1]
		if strings.ContainsAny(value, `"{}\`) {
			return nil
		}
	case value == "" || strings.ContainsAny(value, ` "(){}\`):
		return nil
	}
	switch operator {
	case "topic":
		return func(topic string) bool { return topic == value }
	case "prefixtopic":
		return func(topic string) bool { return strings.HasPrefix(topic, value) }
	}
	return nil
}

// turnsOfReverts is when merged changes became reverted, and back. After each
// merge of a revert all those are judged anew that can have to do with it.
func turnsOfReverts(reverts []revert) map[int][]turn {
	turns := map[int][]turn{}
	for _, group := range groups(reverts) {
		before := map[int]bool{}
		for i := range group {
			after := undone(group[:i+1])
			for n := range after {
				if !before[n] {
					turns[n] = append(turns[n], turn{at: group[i].at, kind: turnReverted, is: true})
				}
			}
			for n := range before {
				if !after[n] {
					turns[n] = append(turns[n], turn{at: group[i].at, kind: turnReverted})
				}
			}
			before = after
		}
	}
	return turns
}

// groups parts reverts into those that touch one another, each oldest first.
func groups(reverts []revert) [][]revert {
	parent := map[int]int{}
	var find func(n int) int
	find = func(n int) int {
		p, ok := parent[n]
		if !ok || p == n {
			return n
		}
		parent[n] = find(p)
		return parent[n]
	}
	for _, r := range reverts {
		for _, t := range r.targets {
			parent[find(t)] = find(r.change.Number)
		}
	}
	byRoot := map[int][]revert{}
	for _, r := range reverts {
		root := find(r.change.Number)
		byRoot[root] = append(byRoot[root], r)
	}
	out := make([][]revert, 0, len(byRoot))
	for _, g := range byRoot {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b []revert) int { return cmp.Compare(a[0].change.Number, b[0].change.Number) })
	return out
}
