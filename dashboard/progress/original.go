package progress

// Originals tells for each backport of the result, by number, which development
// member of the same project it is a copy of: the one it was picked from, through
// other backports if need be, else the oldest with the same Change-Id. Former
// members are nobody's original. A backport without one is not in it.
func (r *Result) Originals() map[int]int {
	type key struct{ project, id string }
	byNumber := make(map[int]*Change, len(r.Changes))
	byID := map[key]int{}
	for i := range r.Changes { // by number: the oldest comes first
		c := &r.Changes[i]
		if !c.State.Counted() {
			continue
		}
		byNumber[c.Change.Number] = c
		k := key{c.Change.Project, c.ChangeID}
		if _, taken := byID[k]; !c.Backport && c.ChangeID != "" && !taken {
			byID[k] = c.Change.Number
		}
	}
	out := map[int]int{}
	for i := range r.Changes {
		c := &r.Changes[i]
		if !c.Backport {
			continue
		}
		if n := pickedFrom(c, byNumber); n != 0 {
			out[c.Change.Number] = n
		} else if n, ok := byID[key{c.Change.Project, c.ChangeID}]; ok {
			out[c.Change.Number] = n
		}
	}
	return out
}

// pickedFrom follows cherry_pick_of to the development change it began with, 0 if
// there is none. Picks can name each other; no way is longer than there are changes.
func pickedFrom(c *Change, byNumber map[int]*Change) int {
	from := c
	for range len(byNumber) {
		o := byNumber[from.CherryPickOf]
		switch {
		case o == nil || o.Change.Project != c.Change.Project:
			return 0
		case !o.Backport:
			return o.Change.Number
		}
		from = o
	}
	return 0
}
