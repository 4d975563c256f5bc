package verify

import "github.com/eventlet-removal/headway/dashboard/progress"

// judgeBackports decides what is a backport: by branch, else cherry-picks of a development
// member that is not abandoned.
func (r *recount) judgeBackports() {
	numbers := r.known()
	original := func(n int) int {
		f := r.found[n]
		if f == nil || f.stable {
			return 0
		}
		o := r.found[f.CherryPickOfChange]
		if o == nil || o.stable || o.state == progress.Abandoned || o.Project != f.Project {
			return 0
		}
		return o.Number
	}
	type key struct{ project, id string }
	first := map[key]bool{}
	for _, n := range numbers {
		f := r.found[n]
		if f == nil {
			continue
		}
		f.backport = f.stable || original(n) != 0 && !lowestOfRing(n, original)
		if f.backport {
			continue
		}
		k := key{f.Project, f.ChangeID}
		f.backport = first[k] && f.ChangeID != ""
		first[k] = first[k] || f.state != progress.Abandoned
	}
}

// lowestOfRing reports whether changes that were picked from each other in a ring
// begin with n.
func lowestOfRing(n int, original func(int) int) bool {
	for o, steps := original(n), 0; o != 0 && steps < 100; o, steps = original(o), steps+1 {
		if o == n {
			return true
		}
		if o < n && inRing(o, original) {
			return false
		}
	}
	return false
}

func inRing(n int, original func(int) int) bool {
	for o, steps := original(n), 0; o != 0 && steps < 100; o, steps = original(o), steps+1 {
		if o == n {
			return true
		}
	}
	return false
}
