package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/sync/errgroup"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
)

// Goal is what the collector needs to know of a goal.
type Goal struct {
	Name      string
	Queries   []store.Query // the goal's own first; see store.Query
	Schedule  cron.Schedule // when a poll is due, in UTC
	Full      cron.Schedule // when a poll lists everything
	GoneAfter time.Duration // between the two 404s that make a change gone
}

// Config is the collector's part of the configuration.
type Config struct {
	Gerrit gerrit.Config // Observe is the collector's to set
	Goals  []Goal

	// Jitter is the longest random delay before a scheduled poll, so that many
	// headways don't knock at the same second. It is cut to a tenth of the time to
	// the next poll.
	Jitter time.Duration

	// Polled, if given, is called after each poll that was logged.
	Polled func(store.Poll)

	Now func() time.Time // nil: time.Now
}

// DefaultJitter spreads the polls of a schedule such as "*/10 * * * *".
const DefaultJitter = 20 * time.Second

// Collector polls Gerrit for all goals, one round at a time.
type Collector struct {
	cfg     Config
	client  *gerrit.Client
	db      *store.DB
	metrics *Metrics
	log     *slog.Logger

	turn    chan struct{} // holds one token: the right to run a round
	traffic traffic       // requests of the running round
}

// New makes a collector that writes to db. It makes no request yet.
func New(cfg Config, db *store.DB, m *Metrics, log *slog.Logger) (*Collector, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Collector{cfg: cfg, db: db, metrics: m, log: log, turn: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	cfg.Gerrit.Observe = c.observe
	client, err := gerrit.New(cfg.Gerrit)
	if err != nil {
		return nil, err
	}
	c.client = client
	for _, g := range cfg.Goals {
		m.begin(g.Name)
	}
	return c, nil
}

func (c *Collector) String() string { return "collector" }

// Run polls every goal on its schedule, at once where a poll is overdue, until
// ctx is cancelled; it returns nil after the running round was abandoned at a
// safe point.
func (c *Collector) Run(ctx context.Context) error {
	log := cronLog{c.log}
	// Recover must be innermost: outside, it would keep SkipIfStillRunning from
	// giving its token back after a panic, and the job would never run again.
	table := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log),
		cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	group, ctx := errgroup.WithContext(ctx)
	for _, g := range c.cfg.Goals {
		var skipJitter atomic.Bool // The poll at the start is not delayed.
		id := table.Schedule(&steady{Schedule: g.Schedule, now: c.cfg.Now}, cron.FuncJob(func() {
			if !skipJitter.Swap(false) && !c.jitter(ctx, g) {
				return
			}
			c.scheduled(ctx, g)
		}))
		if c.overdue(g, c.cfg.Now()) {
			skipJitter.Store(true)
			job := table.Entry(id).WrappedJob
			group.Go(func() error { job.Run(); return nil })
		}
	}
	table.Start()
	<-ctx.Done()
	<-table.Stop().Done()
	return group.Wait()
}

// overdue reports whether a poll of the goal should have started before now. A last
// poll of the future says nothing: the clock was set back since.
func (c *Collector) overdue(g Goal, now time.Time) bool {
	for _, p := range c.db.Snapshot().Polls() {
		if p.Goal == g.Name {
			return p.Start.After(now) || !g.Schedule.Next(p.Start).After(now)
		}
	}
	return true
}

// jitter waits for a random while and reports whether ctx lasted.
func (c *Collector) jitter(ctx context.Context, g Goal) bool {
	now := c.cfg.Now().UTC()
	most := min(c.cfg.Jitter, g.Schedule.Next(now).Sub(now)/10)
	if most <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(rand.N(most)):
		return true
	case <-ctx.Done():
		return false
	}
}

// scheduled is one run of a goal's schedule.
func (c *Collector) scheduled(ctx context.Context, g Goal) {
	if _, err := c.poll(ctx, g, PollOptions{}); err != nil && !errors.Is(err, context.Canceled) {
		c.metrics.broken(g.Name)
		c.log.Error("poll broke off", "goal", g.Name, "err", err)
	}
}

// PollOptions vary one poll.
type PollOptions struct {
	Full          bool // list everything, even if that is not due
	AcceptMissing bool // an operator accepts that many changes went missing at once
}

// Poll polls one goal now and returns the logged poll. What Gerrit did wrong is
// in the poll (OK, Error); the error is about the store, an unknown goal or a
// cancelled context, and then nothing is logged.
func (c *Collector) Poll(ctx context.Context, goal string, o PollOptions) (store.Poll, error) {
	for _, g := range c.cfg.Goals {
		if g.Name == goal {
			return c.poll(ctx, g, o)
		}
	}
	return store.Poll{}, fmt.Errorf("poll: no goal %q in the configuration", goal)
}

// poll waits for its turn and runs one round.
func (c *Collector) poll(ctx context.Context, g Goal, o PollOptions) (store.Poll, error) {
	select {
	case <-c.turn:
		defer func() { c.turn <- struct{}{} }()
	case <-ctx.Done():
		return store.Poll{}, ctx.Err()
	}
	asking, done := c.patient(ctx)
	defer done()
	r := newRound(c, g, o)
	p, err := r.run(asking)
	if err != nil {
		return p, err
	}
	c.metrics.poll(p)
	attrs := []any{"goal", p.Goal, "duration", p.Duration, "requests", p.Requests, "new", p.New, "changed", p.Changed}
	if !p.OK {
		c.log.Warn("poll incomplete", append(attrs, "err", strings.Join(r.faults, "; "), "cause", r.cause)...)
	} else {
		c.log.Info("poll done", attrs...)
	}
	if c.cfg.Polled != nil {
		c.cfg.Polled(p)
	}
	return p, nil
}

// cronLog passes cron's words to slog: what it does is debugging, what broke is not.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, keysAndValues ...any) { l.log.Debug("cron: "+msg, keysAndValues...) }

func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("cron: "+msg, append([]any{"err", err}, keysAndValues...)...)
}
