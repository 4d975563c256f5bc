package verify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// mostAsked bounds how many discovered projects are asked for their labels.
const mostAsked = 10

// asker asks for the names that the configuration of a goal writes out.
type asker struct {
	client *gerrit.Client
	goal   *progress.Goal
	rows   []gerrit.Change
	labels map[string][]string // of each project that exists
}

// Absent asks Gerrit for each name that the configuration of a goal writes out, and
// returns one sentence for each that it does not have. Labels and branches are looked
// for in the projects that the goal names and in some that its selectors find.
func Absent(ctx context.Context, client *gerrit.Client, goal *progress.Goal) ([]string, error) {
	a := asker{client: client, goal: goal, labels: map[string][]string{}}
	var projects []string
	for _, n := range a.goal.Named {
		if n.Kind == progress.NamedProject {
			projects = append(projects, n.Name)
		}
	}
	named := len(projects)
	for _, q := range a.goal.Queries {
		listing, err := a.client.List(ctx, q.Text, time.Time{})
		if err != nil {
			return nil, err
		}
		a.rows = append(a.rows, listing.Changes...)
	}
	for _, row := range a.rows {
		if len(projects) < named+mostAsked && !slices.Contains(projects, row.Project) {
			projects = append(projects, row.Project)
		}
	}
	for _, name := range projects {
		labels, found, err := a.client.Labels(ctx, name)
		if err != nil {
			return nil, err
		}
		if found {
			a.labels[name] = labels
		}
	}
	var missing []string
	for _, n := range a.goal.Named {
		text, err := a.absent(ctx, n)
		if err != nil {
			return nil, err
		}
		if text != "" {
			missing = append(missing, text)
		}
	}
	return missing, nil
}

// absent is what there is to say of a name, "" if it is there or nothing can be said.
func (a *asker) absent(ctx context.Context, n progress.Named) (string, error) {
	switch n.Kind {
	case progress.NamedProject:
		if _, found := a.labels[n.Name]; !found {
			return fmt.Sprintf("Gerrit has no project %q, or hides it", n.Name), nil
		}
	case progress.NamedLabel:
		all := slices.Concat(slices.Collect(maps.Values(a.labels))...)
		if len(a.labels) > 0 && !slices.Contains(all, n.Name) {
			return fmt.Sprintf("none of %s has a label %q", count(len(a.labels), "project"), n.Name), nil
		}
	case progress.NamedBot, progress.NamedCIAccount:
		found, err := a.client.HasAccount(ctx, n.Name)
		if err == nil && !found {
			return fmt.Sprintf("Gerrit has no account %q (%s), or hides it", n.Name, n.Kind), nil
		}
		return "", err
	case progress.NamedBranches:
		on := func(row gerrit.Change) bool { return progress.MatchesBranch(n.Name, row.Branch) }
		if len(a.rows) > 0 && !slices.ContainsFunc(a.rows, on) {
			return n.Unmatched(), nil
		}
	}
	return "", nil
}
