package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/remote"
	"github.com/eventlet-removal/headway/cmd/headway/verify"
	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

type verifyCommand struct {
	server *serverFlags
}

func newVerify(clause *kingpin.CmdClause) (*kingpin.CmdClause, *verifyCommand) {
	c := new(verifyCommand)
	c.server = newServerFlags(clause)
	return clause, c
}

// run recounts every goal. The database is closed before Gerrit is asked, which
// takes minutes, so that a poll from cron finds it free.
func (c *verifyCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	if err != nil {
		return err
	}
	server, err := c.server.open()
	if err != nil {
		return err
	}
	var goals []*verify.Claims
	if server != nil {
		goals, err = servedClaims(ctx, cfg, server)
	} else {
		goals, err = storedClaims(env, cfg, time.Now())
	}
	if err != nil {
		return err
	}
	a, err := verify.New(collectorConfig(cfg, version.Version).Gerrit, store.WithoutAddresses, env.log)
	if err != nil {
		return err
	}
	reports, err := a.Verify(ctx, goals)
	for _, r := range reports {
		for _, text := range r.Unmatched {
			fmt.Fprintf(env.stdout, "warning: %s\n", text)
		}
		if _, werr := io.WriteString(env.stdout, r.String()); werr != nil {
			return werr
		}
	}
	if err != nil {
		return fmt.Errorf("%w%w", err, errNo)
	}
	return notProven(reports)
}

// notProven is nil if all is proven.
func notProven(reports []*verify.Report) error {
	var not []string
	for _, r := range reports {
		if !r.Proven() {
			not = append(not, r.Goal)
		}
	}
	if len(not) > 0 {
		return fmt.Errorf("not proven: %s%w", strings.Join(not, ", "), errNo)
	}
	return nil
}

// storedClaims reads the database, which nobody else may have open.
func storedClaims(env *environment, cfg *config.Config, now time.Time) (goals []*verify.Claims, err error) {
	err = withStore(env.storage, store.Options{Gerrit: cfg.Gerrit.URL, ReadOnly: true}, func(db *store.DB) (err error) {
		goals, err = claimsIn(db, cfg, now)
		return err
	})
	return goals, err
}

func claimsIn(db *store.DB, cfg *config.Config, now time.Time) ([]*verify.Claims, error) {
	snap := db.Snapshot()
	var goals []*verify.Claims
	for i, summary := range dashboard.Summaries(dashboardConfig(cfg, version.Version), snap, now) {
		goal := cfg.Goals[i].Progress
		work, err := db.Work(goal.Name)
		if err != nil {
			return nil, err
		}
		var fetching []int
		for _, w := range work {
			fetching = append(fetching, w.Row.Number)
		}
		result := progress.Compute(goal, progress.Look(snap, goal, now))
		claims := verify.Stored(goal, summary, result.Changes, fetching)
		for _, n := range result.Unmatched() {
			claims.Unmatched = append(claims.Unmatched, n.Unmatched())
		}
		goals = append(goals, claims)
	}
	return goals, nil
}

// servedClaims reads a running server, which must know all goals of the
// configuration.
func servedClaims(ctx context.Context, cfg *config.Config, server *remote.Server) ([]*verify.Claims, error) {
	var goals []*verify.Claims
	for _, g := range cfg.Goals {
		address := server.Goal(g.Progress.Name)
		claims, err := verify.Served(ctx, g.Progress, address, server.Get)
		if err != nil {
			return nil, err
		}
		if theirs := claims.Summary.QueryURL; theirs != nil && strings.Contains(*theirs, "/q/") {
			if ours := searchOf(claims, cfg.Gerrit.URL); ours != *theirs {
				return nil, fmt.Errorf("read %s: the server has another configuration: it counts %s; ours counts %s", address, *theirs, ours)
			}
		}
		if claims.Unmatched, err = servedUnmatched(ctx, server, g.Progress.Name); err != nil {
			return nil, err
		}
		goals = append(goals, claims)
	}
	return goals, nil
}

// servedUnmatched are the configured names that nothing matches, by a running server.
func servedUnmatched(ctx context.Context, server *remote.Server, goal string) ([]string, error) {
	address := server.Address("api/v1/polls")
	address.RawQuery = url.Values{"goal": {goal}, "limit": {"1"}}.Encode()
	var polls api.Polls
	if err := server.JSON(ctx, address.String(), &polls); err != nil {
		return nil, err
	}
	for _, g := range polls.Goals {
		if g.Goal == goal {
			return g.Unmatched, nil
		}
	}
	return nil, nil
}

// searchOf is the address of Gerrit's search for all that the configuration counts,
// but for what the server says is loading.
func searchOf(claims *verify.Claims, gerrit string) string {
	at := time.Unix(1, 0) // any: complete
	var in progress.Input
	for _, q := range claims.Goal.Queries {
		s := store.Selector{AsOf: at}
		if q.Project != "" && slices.Contains(claims.Summary.LoadingProjects, q.Project) {
			s.AsOf = time.Time{}
		}
		in.Selectors = append(in.Selectors, s)
	}
	if claims.Summary.Loading != nil {
		in.Selectors[0].AsOf = time.Time{}
	}
	return query.SearchPage(gerrit, progress.Compute(claims.Goal, in).Query)
}
