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
	metrics *Metrics

	goal  Goal
	opts  PollOptions
	start time.Time
	snap  *store.Snapshot // what was published when the round began

	selectors map[string]*selector // by Query.Project
	work      map[int]*store.Work  // to fetch or fetched, by number
	dirty     map[int]bool         // work changed since it was last written
	reported  time.Time            // when a first reading last said how far it is
	asked     map[string]bool      // questions about references, asked in this round
	dropped   map[int]bool         // work to take off the list
	hidden    *bool                // whether Gerrit shows us nothing at all; nil: not asked
	full      bool                 // a selector was listed in full
	mostTerms int                  // of one query, by what the server took so far
	faults    []string             // what kept the poll from being complete, for the log alone
	cause     string               // the last of them in the network's words, for the log alone
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
		cfg: c.cfg, client: c.client, db: c.db, log: c.log, traffic: &c.traffic, metrics: c.metrics,
		goal: g, opts: o, start: now, snap: c.db.Snapshot(),
		selectors: map[string]*selector{}, work: map[int]*store.Work{}, dirty: map[int]bool{}, asked: map[string]bool{}, dropped: map[int]bool{}, mostTerms: query.MaxNamed,
		poll: store.Poll{Goal: g.Name, Start: now},
	}
}

// reportEvery is how often a first reading says how far it is.
const reportEvery = 30 * time.Second

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
	if err := interrupted(ctx); err != nil {
		return r.poll, err
	}
	for _, s := range r.complete() {
		r.plan(s)
	}
	r.restore()
	r.reread()
	if err := r.save(); err != nil {
		return r.poll, err
	}
	if err := r.fetch(ctx); err != nil {
		return r.poll, err
	}
	r.blame(ctx)
	err := r.finish() // it completes r.poll
	return r.poll, err
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
	r.report()
	var selectors []store.Selector
	for _, s := range r.selectors {
		if s.err == nil {
			selectors = append(selectors, s.state)
		}
	}
	if err := r.metrics.wrote(r.db.Save(r.goal.Name, work, selectors)); err != nil {
		return err
	}
	for n := range r.dirty {
		w := r.work[n]
		w.Staged = w.Detail != nil
		if w.Staged && w.Detail.Detailed.Equal(r.start) {
			w.Detail = remembered(w.Detail)
		}
	}
	clear(r.dirty)
	return nil
}

// remembered is what a round still wants to know of details that are staged in the
// store, see facts: its memory does not grow with all that a backfill fetches.
func remembered(d *store.Change) *store.Change {
	slim := &store.Change{Row: d.Row, Detail: store.Detail{Detailed: d.Detailed}}
	if d.Status == store.StatusNew {
		slim.Parents, slim.DependsOn = d.Parents, d.DependsOn
	}
	for _, m := range d.Messages {
		if m.Kind == store.MessageReverted {
			slim.Messages = append(slim.Messages, m)
		}
	}
	return slim
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

// report logs how far a first reading is, which takes minutes at a polite rate.
func (r *round) report() {
	done, of := 0, 0
	for _, s := range r.selectors {
		done += s.state.Done
		of += s.state.Of
	}
	if now := r.cfg.Now(); done < of && now.Sub(r.reported) >= reportEvery {
		r.reported = now
		r.log.Info("first reading", "goal", r.goal.Name, "done", done, "of", of)
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
	var shown []string // the faults in plain words
	for _, project := range slices.Sorted(maps.Keys(r.selectors)) {
		s := r.selectors[project]
		if n := undrained[project]; s.err == nil && n > 0 {
			s.err = fmt.Errorf("%d changes still to fetch", n)
		}
		if s.err != nil {
			// A listing that failed must not move the mark: start from what is stored.
			s.state = r.db.Snapshot().Selector(r.goal.Name, s.query)
			s.state.Failed, s.state.Error, s.state.Blocked = r.start, store.WithoutAddresses(gerrit.Plain(s.err)), s.blocked
			r.faults = append(r.faults, store.WithoutAddresses(fmt.Sprintf("%s: %v", s.name(), s.err)))
			r.cause = cmp.Or(gerrit.Cause(s.err), r.cause)
			shown = append(shown, s.name()+": "+s.state.Error)
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
	r.poll.Error = store.WithoutAddresses(strings.Join(shown, "; "))
	r.poll.Requests, r.poll.Bytes = r.traffic.take()
	r.poll.Duration = r.cfg.Now().Sub(r.start).Round(time.Millisecond)
	out.Poll, out.Dropped = r.poll, slices.Sorted(maps.Keys(r.dropped))
	return r.metrics.wrote(r.db.Finish(r.goal.Name, out))
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
