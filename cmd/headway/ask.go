package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// mostAsked bounds how many discovered projects are asked for their labels.
const mostAsked = 10

// askNames asks Gerrit for each name that the configuration writes out, and prints
// those that it does not have.
func askNames(ctx context.Context, env *environment, cfg *config.Config) error {
	client, err := gerrit.New(collectorConfig(cfg, version.Version).Gerrit)
	if err != nil {
		return err
	}
	sees, err := client.Sees(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("ask %s: %w%w", cfg.Gerrit.URL, err, errNo)
	case !sees:
		return fmt.Errorf("ask %s: this Gerrit shows nothing to anonymous users, it may want a login%w", cfg.Gerrit.URL, errNo)
	}
	absent := 0
	for _, g := range cfg.Goals {
		a := asker{client: client, goal: g.Progress, labels: map[string][]string{}}
		missing, err := a.missing(ctx)
		if err != nil {
			return fmt.Errorf("ask %s for goal %s: %w%w", cfg.Gerrit.URL, g.Progress.Name, err, errNo)
		}
		for _, text := range missing {
			fmt.Fprintf(env.stdout, "goal %s: %s\n", g.Progress.Name, text)
		}
		fmt.Fprintf(env.stdout, "goal %s: asked for %s, %d not found\n", g.Progress.Name, count(len(g.Progress.Named), "name"), len(missing))
		absent += len(missing)
	}
	if absent > 0 {
		return fmt.Errorf("%s in the configuration that Gerrit does not have%w", count(absent, "name"), errNo)
	}
	return nil
}

// asker asks for the names of one goal.
type asker struct {
	client *gerrit.Client
	goal   *progress.Goal
	rows   []gerrit.Change
	labels map[string][]string // of each project that exists
}

// missing is one sentence for each name that Gerrit does not have. Labels and branches
// are looked for in the projects that the goal names and in some that its selectors
// find.
func (a *asker) missing(ctx context.Context) ([]string, error) {
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
