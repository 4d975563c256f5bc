package verify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// mostAsked bounds how many discovered projects are asked for their labels.
const mostAsked = 50

// Names is what Gerrit answers of the names that the configuration of a goal writes
// out, in its order and a sentence each.
type Names struct {
	Absent  []string // Gerrit does not have them
	Pending []string // nothing has them yet that was looked at, which proves nothing
}

// asker asks for the names that the configuration of a goal writes out.
type asker struct {
	client *gerrit.Client
	goal   *progress.Goal
	rows   []gerrit.Change
	labels map[string][]string // of each project that was looked at and exists
	unseen int                 // projects of the goal whose labels are not known
	names  Names
}

// Ask asks Gerrit for each name that the configuration of a goal writes out. Labels
// are looked for in the projects that the goal names and in those that its selectors
// find, until all are found; branches in what the selectors find.
func Ask(ctx context.Context, client *gerrit.Client, goal *progress.Goal) (Names, error) {
	a := asker{client: client, goal: goal, labels: map[string][]string{}}
	for _, q := range goal.Queries {
		listing, err := client.List(ctx, q.Text, time.Time{})
		if err != nil {
			return Names{}, err
		}
		a.rows = append(a.rows, listing.Changes...)
	}
	if err := a.look(ctx); err != nil {
		return Names{}, err
	}
	for _, n := range goal.Named {
		if err := a.ask(ctx, n); err != nil {
			return Names{}, err
		}
	}
	return a.names, nil
}

// look asks for the labels of all projects that the goal names, and then of others
// while a label is not found.
func (a *asker) look(ctx context.Context) error {
	var projects []string
	for _, n := range a.goal.Named {
		if n.Kind == progress.NamedProject {
			projects = append(projects, n.Name)
		}
	}
	named := len(projects)
	for _, row := range a.rows {
		if !slices.Contains(projects, row.Project) {
			projects = append(projects, row.Project)
		}
	}
	for i, name := range projects {
		if i >= named && (i >= named+mostAsked || a.allLabels()) {
			a.unseen += len(projects) - i
			break
		}
		labels, found, err := a.client.Labels(ctx, name)
		switch {
		case err != nil:
			return err
		case found:
			a.labels[name] = labels
		case i >= named: // it has changes, so it is only hidden
			a.unseen++
		}
	}
	return nil
}

// allLabels reports whether each label that the goal names was found.
func (a *asker) allLabels() bool {
	return !slices.ContainsFunc(a.goal.Named, func(n progress.Named) bool { return n.Kind == progress.NamedLabel && !a.hasLabel(n.Name) })
}

func (a *asker) hasLabel(label string) bool {
	for _, labels := range a.labels {
		if slices.Contains(labels, label) {
			return true
		}
	}
	return false
}

// ask notes what there is to say of a name, if it is not there.
func (a *asker) ask(ctx context.Context, n progress.Named) error {
	absent := func(format string, args ...any) {
		a.names.Absent = append(a.names.Absent, fmt.Sprintf(format, args...))
	}
	pending := func(format string, args ...any) {
		a.names.Pending = append(a.names.Pending, fmt.Sprintf(format, args...))
	}
	switch n.Kind {
	case progress.NamedProject:
		if _, found := a.labels[n.Name]; !found {
			absent("Gerrit has no project %q, or hides it", n.Name)
		}
	case progress.NamedLabel:
		switch {
		case a.hasLabel(n.Name):
		case a.unseen > 0 || len(a.labels) == 0:
			pending("label %q not found in %s looked at; %s not looked at", n.Name, count(len(a.labels), "project"), count(a.unseen, "project"))
		default:
			absent("none of %s has a label %q", count(len(a.labels), "project"), n.Name)
		}
	case progress.NamedBot, progress.NamedCIAccount:
		found, err := a.client.HasAccount(ctx, n.Name)
		if err == nil && !found {
			absent("Gerrit has no account %q (%s), or hides it", n.Name, n.Kind)
		}
		return err
	case progress.NamedBranches:
		on := func(row gerrit.Change) bool { return progress.MatchesBranch(n.Name, row.Branch) }
		if !slices.ContainsFunc(a.rows, on) {
			pending("%s yet", n.Unmatched())
		}
	}
	return nil
}
