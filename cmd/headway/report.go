package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/remote"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/report"
	"github.com/eventlet-removal/headway/store"
)

type reportCommand struct {
	choice  report.Choice
	scope   progress.Scope
	format  string
	noNames bool
	server  *serverFlags
}

func newReport(clause *kingpin.CmdClause) (*kingpin.CmdClause, *reportCommand) {
	c := new(reportCommand)
	clause.Flag("since", "The first day in UTC. Default: a week before --until.").PlaceHolder("YYYY-MM-DD").StringVar(&c.choice.Since)
	clause.Flag("until", "The day after the last one. Default: today, so that all days are whole.").PlaceHolder("YYYY-MM-DD").StringVar(&c.choice.Until)
	clause.Flag("cycle", "A development cycle of the configuration, by its name, instead of days.").PlaceHolder("NAME").StringVar(&c.choice.Cycle)
	clause.Flag("project", "Of this project only.").PlaceHolder("NAME").StringVar(&c.scope.Project)
	clause.Flag("team", "Of this team only.").PlaceHolder("NAME").StringVar(&c.scope.Team)
	clause.Flag("format", "text (72 columns), markdown, html or json.").Default("text").EnumVar(&c.format, "text", "markdown", "html", "json")
	clause.Flag("no-names", "Leave out the names of people.").BoolVar(&c.noNames)
	c.server = newServerFlags(clause)
	return clause, c
}

func (c *reportCommand) run(ctx context.Context, env *environment) error {
	server, err := c.server.open()
	if err != nil {
		return err
	}
	var digests []report.Digest
	if server != nil {
		digests, err = c.served(ctx, server)
	} else {
		digests, err = c.stored(env)
	}
	if bad := (*parameter.Error)(nil); errors.As(err, &bad) {
		return fmt.Errorf("--%s: %s", bad.Parameter, bad.Reason)
	}
	if err != nil {
		return err
	}
	if c.noNames {
		for i := range digests {
			digests[i] = digests[i].WithoutNames()
		}
	}
	return c.print(env.stdout, digests)
}

func (c *reportCommand) print(out io.Writer, digests []report.Digest) error {
	if c.format == "json" {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"reports": digests})
	}
	for i, d := range digests {
		doc := d.Document()
		body, err := doc.Text(), error(nil)
		switch c.format {
		case "markdown":
			body = doc.Markdown()
		case "html":
			body, err = doc.HTML()
		}
		if err != nil {
			return err
		}
		if i > 0 {
			body = "\n" + body
		}
		if _, err := io.WriteString(out, body); err != nil {
			return err
		}
	}
	return nil
}

// stored reads the database, which nobody else may have open.
func (c *reportCommand) stored(env *environment) (digests []report.Digest, err error) {
	cfg, err := env.config()
	if err != nil {
		return nil, err
	}
	err = withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL, ReadOnly: true}, func(db *store.DB) (err error) {
		digests, err = dashboard.Reports(dashboardConfig(cfg, version.Version), db.Snapshot(), time.Now(), c.choice, c.scope)
		return err
	})
	return digests, err
}

// served reads a running server. A project or a team is in some of its goals only.
func (c *reportCommand) served(ctx context.Context, server *remote.Server) (digests []report.Digest, err error) {
	goals, err := server.Goals(ctx)
	if err != nil {
		return nil, err
	}
	query := link.Query("project", c.scope.Project, "team", c.scope.Team, "since", c.choice.Since, "until", c.choice.Until, "cycle", c.choice.Cycle)
	var unknown error
	for _, g := range goals {
		var d report.Digest
		err := server.JSON(ctx, server.Goal(g, "report").String()+query, &d)
		refusal := new(remote.Refusal)
		switch {
		case err == nil:
			digests = append(digests, d)
		case errors.As(err, &refusal) && slices.Contains([]string{"project", "team"}, refusal.Parameter):
			unknown = err
		default:
			return nil, err
		}
	}
	if len(digests) > 0 {
		unknown = nil
	}
	return digests, unknown
}
