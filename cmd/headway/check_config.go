package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/alecthomas/kingpin/v2"

	"github.com/eventlet-removal/headway/cmd/headway/config"
)

type checkConfigCommand struct {
	ask bool
}

func newCheckConfig(clause *kingpin.CmdClause) (*kingpin.CmdClause, *checkConfigCommand) {
	c := new(checkConfigCommand)
	clause.Flag("ask", "Ask Gerrit once whether the labels, accounts, projects and branches exist. Exit code 1 if one does not.").BoolVar(&c.ask)
	return clause, c
}

// run prints what headway understood, so that a configuration that is right but not
// meant so can be seen: above all, what is sent to Gerrit.
func (c *checkConfigCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "%s: ok\n", cmp.Or(env.configFile, config.BuiltinName))
	fmt.Fprintf(env.stdout, "follows %s\n", cfg.Gerrit.URL)
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
		return askNames(ctx, env, cfg)
	}
	return nil
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
