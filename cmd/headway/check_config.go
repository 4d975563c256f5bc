package main

import (
	"context"
	"fmt"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/verify"
	"github.com/eventlet-removal/headway/collector/gerrit"
)

type checkConfigCommand struct {
	ask   bool
	print bool
}

func newCheckConfig(clause *kingpin.CmdClause) (*kingpin.CmdClause, *checkConfigCommand) {
	c := new(checkConfigCommand)
	clause.Flag("ask", "Ask Gerrit once whether the labels, accounts, projects and branches exist. Exit code 1 if one does not; what no change has yet is pending.").BoolVar(&c.ask)
	clause.Flag("print", "Print nothing but the configuration itself, to make a file of it: also the built-in one and that of --gerrit.url and --selector.").BoolVar(&c.print)
	return clause, c
}

// run prints what headway understood, so that a configuration that is right but not
// meant so can be seen: above all, what is sent to Gerrit.
func (c *checkConfigCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	if c.print {
		text, err := env.source.Text()
		if err == nil {
			_, err = env.stdout.Write(text)
		}
		return err
	}
	client, err := gerrit.New(collectorConfig(cfg, version.Version).Gerrit) // it reads the password
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "%s: ok\n", env.source)
	fmt.Fprintf(env.stdout, "follows %s\n", cfg.Gerrit.URL)
	if cfg.Gerrit.Username != "" {
		fmt.Fprintf(env.stdout, "logs in as %s\n", cfg.Gerrit.Username)
	}
	for _, g := range cfg.Goals {
		p := g.Progress
		fmt.Fprintf(env.stdout, "goal %s: %s, %s, %s, %s\n", p.Name,
			count(len(p.Projects), "listed project"), count(len(p.Teams), "team"),
			count(len(p.Cycles), "cycle"), count(len(p.Deadlines), "deadline"))
		for _, q := range p.Queries {
			fmt.Fprintf(env.stdout, "  searches %s\n", q.Text)
		}
		for _, d := range p.Deadlines {
			if d.Due.IsZero() {
				fmt.Fprintf(env.stdout, "  note: deadline %q has no date, because no cycle %q is configured\n", d.Name, d.Of)
			}
		}
	}
	if c.ask {
		return askNames(ctx, env, cfg, client)
	}
	return nil
}

// askNames asks Gerrit for each name that the configuration writes out, and prints
// those that it does not have, and those that are not found where it looked.
func askNames(ctx context.Context, env *environment, cfg *config.Config, client *gerrit.Client) error {
	sees, err := client.Sees(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("ask %s: %w%w", cfg.Gerrit.URL, err, errNo)
	case !sees:
		return fmt.Errorf("ask %s: %w%w", cfg.Gerrit.URL, client.Hidden(), errNo)
	}
	absent := 0
	for _, g := range cfg.Goals {
		names, err := verify.Ask(ctx, client, g.Progress)
		if err != nil {
			return fmt.Errorf("ask %s for goal %s: %w%w", cfg.Gerrit.URL, g.Progress.Name, err, errNo)
		}
		for _, text := range names.Absent {
			fmt.Fprintf(env.stdout, "goal %s: %s\n", g.Progress.Name, text)
		}
		for _, text := range names.Pending {
			fmt.Fprintf(env.stdout, "goal %s: pending: %s\n", g.Progress.Name, text)
		}
		fmt.Fprintf(env.stdout, "goal %s: asked for %s, %d not found, %d pending\n", g.Progress.Name, count(len(g.Progress.Named), "name"), len(names.Absent), len(names.Pending))
		absent += len(names.Absent)
	}
	if absent > 0 {
		return fmt.Errorf("%s in the configuration that Gerrit does not have%w", count(absent, "name"), errNo)
	}
	return nil
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
