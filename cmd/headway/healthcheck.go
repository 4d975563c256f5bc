package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/eventlet-removal/headway/cmd/headway/remote"
)

// healthcheckTimeout is less than any runtime of containers waits.
const healthcheckTimeout = 4 * time.Second

// healthcheckCommand asks a running server whether it is ready, for images that have no
// curl.
type healthcheckCommand struct{ server *serverFlags }

func newHealthcheck(clause *kingpin.CmdClause) (*kingpin.CmdClause, *healthcheckCommand) {
	return clause, &healthcheckCommand{newServerFlags(clause)}
}

func (c *healthcheckCommand) run(ctx context.Context, env *environment) error {
	*c.server.base = cmp.Or(*c.server.base, &url.URL{Scheme: "http", Host: "localhost:8642", Path: "/"})
	server, err := c.server.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTimeout)
	defer cancel()
	answer, err := server.Get(ctx, server.Address("-", "ready").String())
	if lacking := remote.NotReady(""); errors.As(err, &lacking) {
		return fmt.Errorf("%w%w", lacking, errNo)
	}
	if err != nil {
		return fmt.Errorf("not ready: %w%w", err, errNo)
	}
	_, err = fmt.Fprintf(env.stdout, "%s", answer)
	return err
}
