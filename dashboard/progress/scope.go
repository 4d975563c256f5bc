package progress

import (
	"cmp"
	"slices"
)

// Scope is a part of a goal: one project, one team, or with neither all of it.
type Scope struct{ Project, Team string }

// Change finds a member by its number, nil if there is none.
func (r *Result) Change(number int) *Change {
	i, ok := slices.BinarySearchFunc(r.Changes, number, func(c *Change, n int) int { return cmp.Compare(c.Change.Number, n) })
	if !ok {
		return nil
	}
	return r.Changes[i]
}

// Project finds a project by its exact name, nil if there is none.
func (r *Result) Project(name string) *ProjectNumbers {
	i, ok := slices.BinarySearchFunc(r.Projects, name, func(p ProjectNumbers, name string) int { return cmp.Compare(p.Name, name) })
	if !ok {
		return nil
	}
	return &r.Projects[i]
}

// Team finds a team by its name, nil if there is none.
func (r *Result) Team(name string) *TeamNumbers {
	for i := range r.Teams {
		if r.Teams[i].Name == name {
			return &r.Teams[i]
		}
	}
	return nil
}

// Cycle is the one that the result's day lies in, nil if there is none.
func (r *Result) Cycle() *Cycle {
	for i, c := range r.Goal.Cycles {
		if c.Holds(r.Until()) {
			return &r.Goal.Cycles[i]
		}
	}
	return nil
}

// NumbersOf are the numbers of a scope, nil if there is no such scope.
func (r *Result) NumbersOf(s Scope) *Numbers {
	switch {
	case s.Project != "":
		if p := r.Project(s.Project); p != nil {
			return &p.Numbers
		}
		return nil
	case s.Team != "":
		if t := r.Team(s.Team); t != nil {
			return &t.Numbers
		}
		return nil
	}
	return &r.Numbers
}

// TitleOf is what a part of a goal is called within it, "" for all of it.
func (r *Result) TitleOf(s Scope) string {
	if s.Team != "" {
		return r.Team(s.Team).Title
	}
	return s.Project
}

// ProjectsOf are the projects of a scope, by name; those that a team names twice are
// in it once.
func (r *Result) ProjectsOf(s Scope) []*ProjectNumbers {
	projects := r.includes(s)
	var out []*ProjectNumbers
	for i := range r.Projects {
		if projects == nil || projects[r.Projects[i].Name] {
			out = append(out, &r.Projects[i])
		}
	}
	return out
}

// MatchesNothing is the line for a goal whose selectors were listed and found nothing.
const MatchesNothing = "the selector matches nothing"

// MatchesNothing reports whether everything was listed and no change is in it today,
// development or backport.
func (r *Result) MatchesNothing() bool {
	return !r.Past() && r.Loading == nil && len(r.LoadingProjects) == 0 && r.Counts.Total+r.Backports.Total == 0
}

// LoadingIn are those projects of a scope that are still loading by themselves, by
// name.
func (r *Result) LoadingIn(s Scope) []string {
	projects := r.includes(s)
	var out []string
	for _, name := range r.LoadingProjects {
		if projects == nil || projects[name] {
			out = append(out, name)
		}
	}
	return out
}

// includes are the projects that a scope holds; nil stands for all.
func (r *Result) includes(s Scope) map[string]bool {
	switch {
	case s.Project != "":
		return map[string]bool{s.Project: true}
	case s.Team != "":
		projects := map[string]bool{}
		if t := r.Team(s.Team); t != nil {
			for _, p := range t.Projects {
				projects[p] = true
			}
		}
		return projects
	}
	return nil
}
