package progress

// Originals tells for each backport of a project, by number, which of its development
// members it is a copy of: the one it was picked from, through other backports if need
// be, else the oldest with the same Change-Id. Former members are nobody's original. A
// backport without one is not in it.
func (r *Result) Originals(project string) map[int]int {
	changes := r.part(project).changes
	byNumber := make(map[int]*Change, len(changes))
	byID := map[string]int{}
	for _, c := range changes { // by number: the oldest comes first
		if !c.State.Counted() {
			continue
		}
		byNumber[c.Change.Number] = c
		if _, taken := byID[c.ChangeID]; !c.Backport && c.ChangeID != "" && !taken {
			byID[c.ChangeID] = c.Change.Number
		}
	}
	out := map[int]int{}
	for _, c := range changes {
		if !c.Backport {
			continue
		}
		if n := pickedFrom(c, byNumber); n != 0 {
			out[c.Change.Number] = n
		} else if n, ok := byID[c.ChangeID]; ok {
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
		case o == nil:
			return 0
		case !o.Backport:
			return o.Change.Number
		}
		from = o
	}
	return 0
}
