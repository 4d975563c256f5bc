package progress

import (
	"cmp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
	"github.com/eventlet-removal/headway/store"
)

// On is the result as it was at the end of a UTC day: who was in which state by
// then, and what follows from that. It has no votes, so nobody waits on anybody, no
// declarations, so nothing contradicts them, and no queries, because Gerrit can't be
// asked about the past. What a project expects is as of today, so that progress
// compares; Since and Approach go with the declaration. It is stale only if the last
// complete round was before the day ended. For today and later it is the live result.
// The days asked for last are remembered.
func (r *Result) On(date time.Time) *Result {
	r = r.Live()
	day := midnight(date)
	if day.AddDate(0, 0, 1).After(r.Now) {
		return r
	}
	return r.memo.on(day, func() *Result { return r.on(day) })
}

func (r *Result) on(day time.Time) *Result {
	end := day.AddDate(0, 0, 1)
	v := *r.view
	v.until, v.pace = end, nil
	past := &Result{Goal: r.Goal, Now: r.Now, view: &v, live: r, parts: map[string]*part{}}
	for name, f := range v.families {
		var changes []*Change
		for i, moments := range v.timelines(f) {
			if c, ok := v.back(f.changes[i], moments); ok {
				changes = append(changes, c)
			}
		}
		past.parts[name] = v.newPart(changes)
		past.Changes = append(past.Changes, changes...)
	}
	slices.SortFunc(past.Changes, func(a, b *Change) int { return cmp.Compare(a.Change.Number, b.Change.Number) })
	v.sum(past, v.tally(func(project string) *tally { return v.count(project, past.part(project).changes) }))
	past.Query = ""
	v.unstale(&past.Numbers)
	for i := range past.Projects {
		p := &past.Projects[i]
		p.Query, p.Declared, p.Since, p.Approach, p.Contradictions = "", Undeclared, "", "", nil
		v.unstale(&p.Numbers)
	}
	for i := range past.Teams {
		t := &past.Teams[i]
		t.Query, t.Declared, t.Since, t.Approach, t.Contradictions = "", Undeclared, "", "", nil
		v.unstale(&t.Numbers)
	}
	return past
}

// Past reports whether the result is one of a day gone by.
func (r *Result) Past() bool { return r.live != nil }

// Live is the result of now: r itself, unless that is of a past day.
func (r *Result) Live() *Result {
	if r.live != nil {
		return r.live
	}
	return r
}

// Until is when counting ends and what ages are counted to: Now, or the end of a
// past day.
func (r *Result) Until() time.Time { return r.view.until }

// Day is the midnight at which a past day began; zero for the live result.
func (r *Result) Day() time.Time {
	if r.live == nil {
		return time.Time{}
	}
	return r.view.until.AddDate(0, 0, -1)
}

// unstale takes the staleness from numbers that no later round can change.
func (v *view) unstale(n *Numbers) { n.Stale = n.Stale && n.AsOf.Before(v.until) }

// back takes a change back to the view's day; not ok if it did not count then, nor
// had it departed.
func (v *view) back(c *Change, moments []moment) (*Change, bool) {
	state := State("")
	for _, m := range moments {
		if !m.At.Before(v.until) {
			break
		}
		state = m.State
	}
	if d := c.Departed; state == "" && d != nil && d.At.Before(v.until) {
		state = c.State
	}
	if state == "" {
		return nil, false
	}
	past := &Change{Member: v.memberThen(c.Member), State: state, Backport: c.Backport, Undoes: c.Undoes}
	if state.HasMerged() {
		past.MergedAt = c.MergedAt
		if past.MergedAt.IsZero() { // it has departed since
			past.MergedAt = timeline.MergedAt(c.Change)
		}
	}
	return past, true
}

// memberThen returns a member without what only today knows of it: a copy, because
// the record is the snapshot's. Of its details only those with a time of their own
// are known for a past day, and what names commits and people. Its row is as of
// today, but for what changes with every update.
func (v *view) memberThen(m store.Member) store.Member {
	c := store.Change{Row: m.Row, Detail: store.Detail{
		Detailed:   m.Detailed,
		PatchSets:  before(m.PatchSets, v.until, func(p store.PatchSet) time.Time { return p.Created.Time() }),
		Messages:   before(m.Messages, v.until, func(m store.Message) time.Time { return m.Time.Time() }),
		Extraction: m.Extraction, RevertText: m.RevertText, Reverts: m.Reverts,
		Accounts: m.Accounts,
	}}
	c.Updated, c.MetaRevID, c.Unresolved = time.Time{}, "", 0
	c.PatchSet = 1 // there is no change without one
	for _, p := range c.PatchSets {
		c.PatchSet = max(c.PatchSet, p.Number)
	}
	m.Change, m.Missing, m.Quarantined = &c, nil, ""
	if m.Departed != nil && !m.Departed.At.Before(v.until) {
		m.Departed = nil
	}
	return m
}

// before are the items of a time before end. Where they are the first ones, as messages
// are that come in order, they are the same slice, not a copy: days gone by are large.
func before[T any](items []T, end time.Time, at func(T) time.Time) []T {
	first := len(items)
	for i, item := range items {
		if !at(item).Before(end) {
			first = i
			break
		}
	}
	if !slices.ContainsFunc(items[first:], func(item T) bool { return at(item).Before(end) }) {
		return items[:first:first]
	}
	var out []T
	for _, item := range items {
		if at(item).Before(end) {
			out = append(out, item)
		}
	}
	return out
}
