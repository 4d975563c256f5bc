package collector

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// round is one poll of one goal: list, plan, drain, finish. It belongs to one
// goroutine. Nothing a reader can see changes before finish.
type round struct {
	cfg     Config
	client  *gerrit.Client
	db      *store.DB
	log     *slog.Logger
	traffic *traffic

	goal  Goal
	opts  PollOptions
	start time.Time
	snap  *store.Snapshot // what was published when the round began

	selectors map[string]*selector // by Query.Project
	work      map[int]*store.Work  // to fetch or fetched, by number
	dirty     map[int]bool         // work changed since it was last written
	asked     map[string]bool      // questions about references, asked in this round
	dropped   map[int]bool         // work to take off the list
	hidden    *bool                // whether Gerrit shows us nothing at all; nil: not asked
	full      bool                 // a selector was listed in full
	mostTerms int                  // of one query, by what the server took so far
	faults    []string             // what kept the poll from being complete, for the log
	poll      store.Poll
}

// selector is one query's way through the round.
type selector struct {
	state store.Selector
	query store.Query
	full  bool
	since time.Time         // high-water mark before this round, less the overlap; zero: there was none
	rows  map[int]store.Row // of the listing, by number
	err   error             // why the selector is not complete

	left    []store.Work       // members that moved out, with evidence
	members []store.Membership // changed without work: missing, gone or found again
	blocked int                // missing at once, not believed
}

func newRound(c *Collector, g Goal, o PollOptions) *round {
	now := c.cfg.Now().UTC()
	return &round{
		cfg: c.cfg, client: c.client, db: c.db, log: c.log, traffic: &c.traffic,
		goal: g, opts: o, start: now, snap: c.db.Snapshot(),
		selectors: map[string]*selector{}, work: map[int]*store.Work{}, dirty: map[int]bool{}, asked: map[string]bool{}, dropped: map[int]bool{}, mostTerms: query.MaxNamed,
		poll: store.Poll{Goal: g.Name, Start: now},
	}
}

// run makes the round and returns it as logged.
func (r *round) run(ctx context.Context) (store.Poll, error) {
	r.traffic.take()
	if err := r.resume(); err != nil {
		return r.poll, err
	}
	for _, q := range r.goal.Queries {
		r.list(ctx, q)
	}
	r.refuseTwoProjects()
	r.compare(ctx)
	if ctx.Err() != nil {
		return r.poll, ctx.Err()
	}
	for _, s := range r.complete() {
		r.plan(s)
	}
	r.reread()
	if err := r.save(); err != nil {
		return r.poll, err
	}
	if err := r.fetch(ctx); err != nil {
		return r.poll, err
	}
	return r.poll, r.finish()
}

// complete are the selectors for which nothing has failed yet, in the order of the
// configuration.
func (r *round) complete() []*selector {
	var all []*selector
	for _, q := range r.goal.Queries {
		if s := r.selectors[q.Project]; s.err == nil {
			all = append(all, s)
		}
	}
	return all
}

// fail notes why all selectors that were complete so far are not.
func (r *round) fail(err error) {
	for _, s := range r.complete() {
		s.err = err
	}
}

// refuseTwoProjects fails the selectors that list one number in two projects. Within
// one selector the client does.
func (r *round) refuseTwoProjects() {
	all := r.complete()
	for i, s := range all {
		for _, other := range all[:i] {
			for n, row := range s.rows {
				if there, ok := other.rows[n]; ok && there.Project != row.Project && s.err == nil {
					s.err = fmt.Errorf("%w: %d is a change of %s and one of %s", gerrit.ErrTwoProjects, n, there.Project, row.Project)
					other.err = s.err
				}
			}
		}
	}
}

// compare finds out what the listed selectors no longer match.
func (r *round) compare(ctx context.Context) {
	if err := r.leavers(ctx); err != nil {
		r.fail(err)
	}
	for _, s := range r.complete() {
		// Nothing is not zero: that a first listing is empty has to be believed.
		if s.full && len(s.rows) == 0 && s.state.AsOf.IsZero() {
			s.err = r.seesAnything(ctx)
		}
	}
	for _, s := range r.complete() {
		if s.full {
			s.err = r.absentees(ctx, s)
		}
		if s.err == nil {
			s.err = r.recheck(ctx, s)
		}
	}
}

// fetch drains the work, and what references its facts call for.
func (r *round) fetch(ctx context.Context) error {
	for range maxDepth {
		if err := r.drain(ctx); err != nil {
			return err
		}
		queued, err := r.seek(ctx)
		if err != nil || !queued {
			return err
		}
	}
	return r.drain(ctx)
}

// resume takes up the work that an earlier round left behind, unless its selector
// is no longer configured.
func (r *round) resume() error {
	work, err := r.db.Work(r.goal.Name)
	if err != nil {
		return err
	}
	for _, w := range work {
		r.work[w.Row.Number] = &w
		if !slices.Contains(r.goal.Queries, store.Query{Project: w.Member.Selector, Text: w.Member.Query}) {
			r.drop(w.Row.Number)
		}
	}
	return nil
}

// drop takes work off the list for good.
func (r *round) drop(n int) {
	delete(r.work, n)
	delete(r.dirty, n)
	r.dropped[n] = true
}

// name is how messages call a selector.
func (s *selector) name() string {
	return fmt.Sprintf("selector %s", s.query.Text)
}

// save writes changed work together with the selectors that listed it: the
// high-water mark never advances without the work that it stands for.
func (r *round) save() error {
	var work []store.Work
	for n := range r.dirty {
		work = append(work, *r.work[n])
	}
	slices.SortFunc(work, func(a, b store.Work) int { return cmp.Compare(a.Row.Number, b.Row.Number) })
	r.measure()
	var selectors []store.Selector
	for _, s := range r.selectors {
		if s.err == nil {
			selectors = append(selectors, s.state)
		}
	}
	clear(r.dirty)
	return r.db.Save(r.goal.Name, work, selectors)
}

// measure counts how far the first backfill of each selector is.
func (r *round) measure() {
	for _, s := range r.selectors {
		s.state.Done, s.state.Of = 0, 0
	}
	for _, w := range r.work {
		if s := r.selectors[w.Member.Selector]; s != nil && s.state.AsOf.IsZero() {
			s.state.Of++
			if w.Drained() {
				s.state.Done++
			}
		}
	}
}

// finish publishes what is complete and logs the poll.
func (r *round) finish() error {
	undrained := map[string]int{}
	for _, w := range r.work {
		if !w.Drained() {
			undrained[w.Member.Selector]++
		}
	}
	var out store.Round
	for _, project := range slices.Sorted(maps.Keys(r.selectors)) {
		s := r.selectors[project]
		if n := undrained[project]; s.err == nil && n > 0 {
			s.err = fmt.Errorf("%d changes still to fetch", n)
		}
		if s.err != nil {
			// A listing that failed must not move the mark: start from what is stored.
			s.state = r.db.Snapshot().Selector(r.goal.Name, s.query)
			s.state.Failed, s.state.Error, s.state.Blocked = r.start, store.WithoutAddresses(s.err.Error()), s.blocked
			r.faults = append(r.faults, fmt.Sprintf("%s: %v", s.name(), s.err))
		} else {
			s.state.AsOf, s.state.Failed, s.state.Error, s.state.Blocked = r.start, time.Time{}, "", 0
			s.state.Done, s.state.Of = 0, 0
			if s.full {
				s.state.Listed = r.start
			}
			out.Complete = append(out.Complete, project)
			out.Members = append(out.Members, s.members...)
			for _, m := range s.members {
				if m.Departed != nil {
					r.poll.Gone++
				}
			}
		}
		out.Selectors = append(out.Selectors, s.state)
	}
	r.tally(out.Complete)
	r.poll.Pending = r.pending(undrained)
	r.poll.OK = len(r.faults) == 0
	r.poll.Error = store.WithoutAddresses(strings.Join(r.faults, "; "))
	r.poll.Requests, r.poll.Bytes = r.traffic.take()
	r.poll.Duration = r.cfg.Now().Sub(r.start).Round(time.Millisecond)
	out.Poll, out.Dropped = r.poll, slices.Sorted(maps.Keys(r.dropped))
	return r.db.Finish(r.goal.Name, out)
}

func (r *round) pending(undrained map[string]int) int {
	n := 0
	for _, u := range undrained {
		n += u
	}
	return n
}

// tally counts what the complete selectors' work publishes.
func (r *round) tally(complete []string) {
	for _, w := range r.work {
		if !slices.Contains(complete, w.Member.Selector) {
			continue
		}
		switch w.Reason {
		case store.ReasonNew:
			r.poll.New++
		case store.ReasonChanged:
			r.poll.Changed++
		case store.ReasonLeft:
			r.poll.Left++
		}
		if w.Quarantined {
			r.poll.Quarantined++
		}
	}
}
