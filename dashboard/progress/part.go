package progress

import (
	"cmp"
	"slices"
	"sync"
)

// part are the changes of one project, by number, with the lists that pages ask for
// again and again. Results share it for as long as the changes are the same.
type part struct {
	changes []*Change
	lists   func() lists
}

type lists struct {
	inReview []*Change // development in flight
	policy   []*Change // whose state or class is our policy: Gerrit's search can't tell them
}

func (v *view) newPart(changes []*Change) *part {
	return &part{changes, sync.OnceValue(func() lists {
		var l lists
		for _, c := range changes {
			if c.InReview() {
				l.inReview = append(l.inReview, c)
			}
			if c.State == Left || c.State == Reverted || c.Backport && !v.branches.Match(c.Branch) {
				l.policy = append(l.policy, c)
			}
		}
		return l
	})}
}

// part is that of a project, without changes if it has none.
func (r *Result) part(project string) *part {
	if r.Past() {
		if p := r.parts[project]; p != nil {
			return p
		}
	} else if f := r.view.families[project]; f != nil {
		return f.part
	}
	return r.view.newPart(nil)
}

// collect puts a list of each project of a scope together, by number.
func (r *Result) collect(s Scope, list func(*part) []*Change) []*Change {
	if s.Project != "" {
		return slices.Clip(list(r.part(s.Project)))
	}
	var out []*Change
	if projects := r.includes(s); projects != nil {
		for name := range projects {
			out = append(out, list(r.part(name))...)
		}
	} else {
		for i := range r.Projects {
			out = append(out, list(r.part(r.Projects[i].Name))...)
		}
	}
	slices.SortFunc(out, func(a, b *Change) int { return cmp.Compare(a.Change.Number, b.Change.Number) })
	return out
}

// InReview are the development changes of a scope in flight, by number.
func (r *Result) InReview(s Scope) []*Change {
	return slices.Clone(r.collect(s, func(p *part) []*Change { return p.lists().inReview }))
}

// Select are the members of a scope that are wanted, by number.
func (r *Result) Select(s Scope, want func(*Change) bool) []*Change {
	all := r.Changes
	if s != (Scope{}) {
		all = r.collect(s, func(p *part) []*Change { return p.changes })
	}
	return wanted(all, want)
}

func wanted(all []*Change, want func(*Change) bool) []*Change {
	var out []*Change
	for _, c := range all {
		if want(c) {
			out = append(out, c)
		}
	}
	return out
}
