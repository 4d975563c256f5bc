package progress

import "slices"

// lost counts what the database can't read of some projects, of all if none is named.
// Such changes exist, but nobody knows their state: a smaller number would be false.
func (v *view) lost(projects ...string) (n int) {
	for _, m := range v.unreadable {
		if len(projects) == 0 || slices.Contains(projects, m.In) {
			n++
		}
	}
	return n
}
