package progress

import "github.com/eventlet-removal/headway/dashboard/progress/statuses"

// ByStatus counts projects by the code of their status: what they declare, else what is
// measured.
type ByStatus = statuses.Counts

// ByStatus counts the projects of a scope that are not loading. It is nil while the
// scope itself is, and of past days, whose declarations nobody knows.
func (r *Result) ByStatus(s Scope) ByStatus {
	if n := r.NumbersOf(s); n == nil || n.Loading != nil || r.Past() {
		return nil
	}
	out := ByStatus{}
	for _, p := range r.ProjectsOf(s) {
		if p.Loading == nil {
			out[p.Status().Code()]++
		}
	}
	return out
}

// HasStatus reports whether a project is one of those that ByStatus counts under a
// code.
func (p *ProjectNumbers) HasStatus(code string) bool {
	return p.Loading == nil && p.Status().Code() == code
}
