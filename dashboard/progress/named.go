package progress

import (
	"fmt"
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress/backports"
	"github.com/eventlet-removal/headway/store"
)

// NamedKind is what a configured name is the name of.
type NamedKind string

const (
	NamedLabel     NamedKind = "label"
	NamedBot       NamedKind = "bot"
	NamedCIAccount NamedKind = "CI account"
	NamedProject   NamedKind = "project"
	NamedBranches  NamedKind = "branch pattern"
)

// Named is a name that the configuration writes out. What it leaves to a default is
// none of these: a default that suits many goals may well match nothing in one.
type Named struct {
	Kind NamedKind
	Name string // "" where people are hidden and it is an account's
}

// WithoutPeople is the name as it may be shown where people are hidden.
func (n Named) WithoutPeople() Named {
	if n.Kind == NamedBot || n.Kind == NamedCIAccount {
		n.Name = ""
	}
	return n
}

// Unmatched is each configured name that nothing matches among the
// changes of the goal: most often it is mistyped. While the goal is loading, or if
// there is no change at all, nothing can be said. A project that is declared
// not-started or not-affected, itself or by its team, has to match nothing.
func (r *Result) Unmatched() []Named {
	if r.Past() || r.Loading != nil || len(r.Changes) == 0 {
		return nil
	}
	var out []Named
	for _, n := range r.view.goal.Named {
		if !r.matched(n) {
			out = append(out, n)
		}
	}
	return out
}

// Unmatched is the sentence for a name that no change bears out, without addresses.
func (n Named) Unmatched() string {
	n.Name = store.WithoutAddresses(n.Name)
	switch n.Kind {
	case NamedLabel:
		return fmt.Sprintf("no change has a label %q", n.Name)
	case NamedProject:
		return fmt.Sprintf("no change is in project %q", n.Name)
	case NamedBranches:
		return fmt.Sprintf("no change is on a branch that matches %q", n.Name)
	}
	if n.Name == "" {
		return fmt.Sprintf("no change names an account that is configured (%s)", n.Kind)
	}
	return fmt.Sprintf("no change names an account %q (%s)", n.Name, n.Kind)
}

// matched reports whether any member bears a name out. Labels and accounts are only
// known of changes with details.
func (r *Result) matched(n Named) bool {
	v := r.view
	if n.Kind == NamedProject && (v.sources.loading(n.Name) || v.expectsNothing(n.Name)) {
		return true
	}
	pattern, accounts := backports.NewPatterns([]string{n.Name}), newRoster([]string{n.Name})
	known := false // whether a change was there that could have borne it out
	for _, m := range r.Changes {
		c := m.Change
		found, could := false, true
		switch n.Kind {
		case NamedLabel:
			found, could = hasLabel(c, n.Name), !c.Detailed.IsZero() && c.Status != store.StatusAbandoned
		case NamedBot, NamedCIAccount:
			found, could = hasAccount(c, accounts), !c.Detailed.IsZero()
		case NamedProject:
			found = c.Project == n.Name
		case NamedBranches:
			found = pattern.Match(c.Branch)
		}
		if found {
			return true
		}
		known = known || could
	}
	return !known
}

// expectsNothing reports whether a project is declared to have no changes. What it
// declares itself counts before what its teams do.
func (v *view) expectsNothing(project string) bool {
	none := func(d Declared) bool { return d == DeclaredNotStarted || d == DeclaredNotAffected }
	for _, p := range v.goal.Projects {
		if p.Name == project && p.Declared != Undeclared {
			return none(p.Declared)
		}
	}
	return slices.ContainsFunc(v.goal.Teams, func(t Team) bool {
		return none(t.Declared) && slices.Contains(t.Projects, project)
	})
}

func hasLabel(c *store.Change, name string) bool {
	return slices.ContainsFunc(c.Labels, func(l store.Label) bool { return l.Name == name }) ||
		slices.ContainsFunc(c.Messages, func(m store.Message) bool { _, voted := m.Votes[name]; return voted })
}

func hasAccount(c *store.Change, accounts roster) bool {
	for id := range c.Accounts {
		if accounts.has(c, id) {
			return true
		}
	}
	return accounts.ids[c.Owner]
}
