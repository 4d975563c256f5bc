package progress

import "time"

// On is the result as it was at the end of a UTC day: who was in which state by
// then, and what follows from that. It has no votes, so nobody waits on anybody, no
// declarations, so nothing contradicts them, and no queries, because Gerrit can't be
// asked about the past. What a project expects is as of today, so that progress
// compares. It is stale only if the last complete round was before the day ended.
// For today and later it is r itself.
func (r *Result) On(date time.Time) *Result {
	end := midnight(date).AddDate(0, 0, 1)
	if end.After(r.Now) {
		return r
	}
	v := *r.view
	v.until = end
	past := &Result{Goal: r.Goal, Now: r.Now, view: &v}
	for i := range r.Changes {
		if c, ok := v.back(&r.Changes[i]); ok {
			past.Changes = append(past.Changes, c)
		}
	}
	v.sum(past)
	past.Query = ""
	v.settle(&past.Numbers)
	for i := range past.Projects {
		p := &past.Projects[i]
		p.Query, p.Declared, p.Contradictions = "", Undeclared, nil
		v.settle(&p.Numbers)
	}
	for i := range past.Teams {
		t := &past.Teams[i]
		t.Query, t.Declared, t.Contradictions = "", Undeclared, nil
		v.settle(&t.Numbers)
	}
	return past
}

// settle takes the staleness from numbers that no later round can change.
func (v *view) settle(n *Numbers) { n.Stale = n.Stale && n.AsOf.Before(v.until) }

// back takes a change back to the view's day; not ok if it did not count then, nor
// had it departed.
func (v *view) back(c *Change) (Change, bool) {
	state := State("")
	for _, m := range v.timeline(c.Member) {
		if !m.at.Before(v.until) {
			break
		}
		state = m.state
	}
	if d := c.Departed; state == "" && d != nil && d.At.Before(v.until) {
		state = c.State
	}
	past := Change{Member: c.Member, State: state, Backport: c.Backport, Undoes: c.Undoes}
	if state == Merged || state == Reverted {
		past.MergedAt = c.MergedAt
		if past.MergedAt.IsZero() { // it has departed since
			past.MergedAt = mergedAt(c.Change)
		}
	}
	return past, state != ""
}

// patchSets is how many patch sets a change had on the view's day.
func (v *view) patchSets(c *Change) int {
	if v.until.Equal(v.now) {
		return currentPatchSet(c.Change)
	}
	n := 1 // there is no change without one
	for _, p := range c.PatchSets {
		if p.Created.Before(v.until) {
			n = max(n, p.Number)
		}
	}
	return n
}
