package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

type verifyCommand struct {
	server **url.URL // read a running server; nil: the database
}

func newVerify(clause *kingpin.CmdClause) (*kingpin.CmdClause, *verifyCommand) {
	c := new(verifyCommand)
	c.server = addressFlag(clause, "url", "Read a running headway server instead of the database.")
	return clause, c
}

// run recounts every goal. The database is closed before Gerrit is asked, which
// takes minutes, so that a poll from cron finds it free.
func (c *verifyCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	var goals []*claims
	if *c.server != nil {
		goals, err = servedGoals(ctx, cfg, *c.server)
	} else {
		goals, err = storedGoals(env, cfg, time.Now())
	}
	if err != nil {
		return err
	}
	a, err := newAuditor(collectorConfig(cfg, version.Version).Gerrit, env.log)
	if err != nil {
		return err
	}
	reports, err := a.verify(ctx, goals)
	for _, r := range reports {
		if _, werr := io.WriteString(env.stdout, r.String()); werr != nil {
			return werr
		}
	}
	if err != nil {
		return err
	}
	return conclude(reports)
}

// conclude is nil if all is proven.
func conclude(reports []*report) error {
	var not []string
	for _, r := range reports {
		if r.loading != "" || len(r.differences) > 0 {
			not = append(not, r.goal)
		}
	}
	if len(not) > 0 {
		return fmt.Errorf("not proven: %s%w", strings.Join(not, ", "), errNo)
	}
	return nil
}

// auditor asks Gerrit what it has. It shares no code with the collector but the
// client's List.
type auditor struct {
	client   *gerrit.Client
	gerrit   string // base URL, ends in a slash
	log      *slog.Logger
	requests int
	skew     time.Duration // Gerrit's clock less ours, at the least; zero until the first answer
}

func newAuditor(cfg gerrit.Config, log *slog.Logger) (*auditor, error) {
	a := &auditor{gerrit: strings.TrimSuffix(cfg.URL, "/") + "/", log: log}
	cfg.Observe = a.observe
	client, err := gerrit.New(cfg)
	if err != nil {
		return nil, err
	}
	a.client = client
	return a, nil
}

// observe compares clocks: as-of times are ours, updated times are Gerrit's. The
// Date header has whole seconds, so each answer gives a lower bound.
func (a *auditor) observe(r gerrit.Request) {
	a.requests++
	if r.HasDate && (a.skew == 0 || r.ClockSkew < a.skew) {
		a.skew = r.ClockSkew
	}
}

// verify recounts goals, one after the other. If Gerrit can't be asked the answer
// is no, because nothing is proven then; the reports are those of the goals before.
func (a *auditor) verify(ctx context.Context, goals []*claims) ([]*report, error) {
	var reports []*report
	for _, g := range goals {
		if l := g.summary.Loading; l != nil {
			reports = append(reports, &report{goal: g.goal.Name, loading: fmt.Sprintf("%d of %d changes", l.Done, l.Of)})
			continue
		}
		r, err := a.recount(ctx, g)
		switch {
		case ctx.Err() != nil:
			return reports, fmt.Errorf("verify %s: interrupted%w", g.goal.Name, errNo)
		case err != nil:
			return reports, fmt.Errorf("verify %s: nothing is proven, Gerrit could not be asked: %w%w", g.goal.Name, err, errNo)
		}
		reports = append(reports, r.compare())
	}
	return reports, nil
}
