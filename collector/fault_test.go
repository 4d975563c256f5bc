package collector_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

var (
	faultSeed  = flag.Uint64("faults.seed", 1, "first seed of TestFaults")
	faultSeeds = flag.Uint64("faults.seeds", 3, "number of seeds of TestFaults")
)

// TestFaults polls through a proxy that breaks answers in every way we know, while
// people work on the changes between the polls. See watch.check for what must hold
// after each poll.
func TestFaults(t *testing.T) {
	t.Parallel()
	for seed := *faultSeed; seed < *faultSeed+*faultSeeds; seed++ {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			w := newWatch(t, seed)
			for range 2 {
				w.honest(14)
				w.converge()
				w.lying(6)
				w.converge()
			}
			t.Logf("%d polls, %d complete, %d exact; %s", w.polls, w.complete, w.exact, w.proxy.report())
		})
	}
}

// TestEachFault polls three times with nothing but one fault, and then without.
func TestEachFault(t *testing.T) {
	t.Parallel()
	for _, f := range slices.Concat(faults, lies) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			w := newWatch(t, 1)
			w.poll(collector.PollOptions{})
			w.patience(impatient)
			for i, rate := range []float64{1, 0.5, 1} {
				w.work(3)
				w.proxy.breakSome(rate, f)
				w.poll(collector.PollOptions{Full: i > 0})
				t.Logf("%s", cmp.Or(w.db.Snapshot().Polls()[0].Error, "complete"))
			}
			if w.proxy.met[f.name] == 0 {
				t.Error("the fault was never met")
			}
			w.converge()
		})
	}
}

// watch is a world with a faulty proxy and a community, and remembers what was
// published.
type watch struct {
	*world
	*community
	proxy *proxy
	truth map[time.Time]truth // by the start of the poll

	deceived bool                    // some answer since the last calm poll was a lie
	asOf     map[string]time.Time    // by selector
	shown    map[string]map[int]seen // by selector
	ever     map[int]int             // absences in the past of every number ever shown

	polls, complete, exact int
}

// seen is what was published of a change.
type seen struct {
	State    state
	Departed bool
}

func newWatch(t *testing.T, seed uint64) *watch {
	random := rand.New(rand.NewPCG(seed, 4))
	w := &watch{world: worldOf(t, replay.Config{PageLimit: 10}, twoQueries...), truth: map[time.Time]truth{}, asOf: map[string]time.Time{}, shown: map[string]map[int]seen{}, ever: map[int]int{}}
	w.community = newCommunity(w.gerrit, twoQueries, random, func() time.Time {
		if random.IntN(4) == 0 {
			return w.now // two operations in one second
		}
		return w.tick()
	})
	w.proxy = newProxy(w.world, rand.New(rand.NewPCG(seed, 5)))
	w.config.Gerrit = gerrit.Config{
		URL: w.proxy.url, RequestsPerSecond: 1e6, RetryPause: time.Nanosecond, MaxBody: maxBody,
		Transport: newRefusing(t, w.proxy),
	}
	w.patience(10 * time.Second)
	for range 25 {
		w.must(w.community.create())
	}
	w.work(20)
	return w
}

// patience makes the collector anew with another timeout.
func (w *watch) patience(d time.Duration) {
	w.config.Gerrit.Timeout = d
	w.remake()
}

// honest polls while answers fail in ways that can be noticed: now and then, often,
// or in one way all the time.
func (w *watch) honest(polls int) {
	w.patience(impatient)
	for range polls {
		switch w.random.IntN(6) {
		case 0:
			w.proxy.breakSome(0.6, faults...)
		case 1:
			w.proxy.breakSome(1, choose(w.community, faults...))
		default:
			w.proxy.breakSome(0.15, faults...)
		}
		w.step()
	}
}

// lying polls while some answers are wrong in ways that nobody can notice.
func (w *watch) lying(polls int) {
	w.patience(impatient)
	for range polls {
		w.proxy.breakSome(0.3, slices.Concat(lies, lies, lies, faults)...)
		w.step()
	}
}

// step lets the community work and polls.
func (w *watch) step() {
	w.t.Helper()
	w.work(w.random.IntN(7))
	w.poll(collector.PollOptions{Full: w.random.IntN(8) == 0})
}

func (w *watch) poll(o collector.PollOptions) store.Poll {
	w.t.Helper()
	w.truth[w.now.Add(10*time.Minute)] = w.look()
	p := w.try(o)
	w.polls++
	w.deceived = w.deceived || w.proxy.hasLied()
	w.check(p)
	return p
}

// converge ends the faults: one full listing brings everything in line, but for
// what vanished, which takes a second look an hour later.
func (w *watch) converge() {
	w.t.Helper()
	w.proxy.calm()
	w.patience(10 * time.Second)
	w.deceived = false
	w.work(2)
	full := w.poll(collector.PollOptions{Full: true})
	w.now = w.now.Add(w.goal.GoneAfter)
	for _, p := range []store.Poll{full, w.poll(collector.PollOptions{})} {
		if !p.OK || p.Pending != 0 {
			w.t.Fatalf("without faults the poll is incomplete: %d pending, %s", p.Pending, p.Error)
		}
	}
	w.hidden = 0
	w.equal()
}

// equal wants the store to hold what Gerrit has, to the last vote.
func (w *watch) equal() {
	w.t.Helper()
	snap, want, got := w.db.Snapshot(), map[int]string{}, map[int]string{}
	for n, f := range w.look() {
		if f.In {
			ch, _ := w.gerrit.Change(n)
			want[n] = fmt.Sprint(f.Project, f.State, f.PatchSet, ch.Branch, ch.Topic, ch.MetaRevID, votesOf(ch))
		}
	}
	for m := range snap.Members("g", w.goal.Queries) {
		if m.Departed == nil {
			c := m.Change
			got[c.Number] = fmt.Sprint(m.Selector, state{c.Status, c.WIP && c.Status == store.StatusNew}, c.PatchSet, c.Branch, c.Topic, c.MetaRevID, votes(c.Labels))
		}
		if m.Quarantined != "" && m.Departed == nil {
			w.t.Errorf("change %d is quarantined: %s", m.Change.Number, m.Quarantined)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		w.t.Fatalf("after the faults (-Gerrit +store):\n%s", diff)
	}
	if work, err := w.db.Work("g"); err != nil || len(work) > 0 {
		w.t.Fatalf("%d changes are still on the work list, %v", len(work), err)
	}
}

// check holds what was just published against the log of what Gerrit had:
//
//   - a selector that was not complete shows what it showed before, and when;
//   - one that was complete shows the states at the start of this poll, each
//     change and the sums, less the departures that need a full listing or a
//     second look, and a new change of which nothing could be read, which the poll
//     names; if Gerrit lied, at least states that each change once had;
//   - nothing ever shown is forgotten.
func (w *watch) check(p store.Poll) {
	w.t.Helper()
	snap := w.db.Snapshot()
	excused, fresh := false, 0
	for _, q := range w.goal.Queries {
		sel := snap.Selector("g", q)
		shown := w.members(q)
		switch {
		case sel.AsOf.Equal(p.Start):
			fresh++
			excused = w.checkSelector(sel, q) || excused
		case !sel.AsOf.Equal(w.asOf[q.Project]):
			w.t.Fatalf("selector %q: as of %s, after %s", q.Project, sel.AsOf, w.asOf[q.Project])
		default:
			if diff := gocmp.Diff(w.shown[q.Project], shown, cmpopts.EquateEmpty()); diff != "" {
				w.t.Fatalf("selector %q failed and shows other numbers (-before +after):\n%s", q.Project, diff)
			}
		}
		w.remember(sel, q)
	}
	w.remembered(snap)
	if fresh == len(w.goal.Queries) {
		w.complete++
		if !excused && !w.deceived {
			w.exact++
			w.counts(snap, p.Start)
		}
	} else if p.OK {
		w.t.Fatalf("ok, with %d of %d selectors", fresh, len(w.goal.Queries))
	}
}

// members are what is published of a selector's changes.
func (w *watch) members(q store.Query) map[int]seen {
	shown := map[int]seen{}
	for m := range w.db.Snapshot().Members("g", []store.Query{q}) {
		shown[m.Change.Number] = seen{state{m.Status, m.WIP && m.Status == store.StatusNew}, m.Departed != nil}
	}
	return shown
}

// remember keeps what a selector shows, for the next check.
func (w *watch) remember(sel store.Selector, q store.Query) {
	w.asOf[q.Project], w.shown[q.Project] = sel.AsOf, w.members(q)
}

// checkSelector checks one complete selector, and reports whether a difference had to
// be excused.
func (w *watch) checkSelector(sel store.Selector, q store.Query) (excused bool) {
	w.t.Helper()
	snap, truth := w.db.Snapshot(), w.truth[sel.AsOf]
	full := sel.Listed.Equal(sel.AsOf)
	members := map[int]bool{}
	for m := range snap.Members("g", []store.Query{q}) {
		n := m.Change.Number
		if m.Departed != nil {
			continue
		}
		members[n] = true
		f, got := truth[n], state{m.Status, m.WIP && m.Status == store.StatusNew}
		was := w.shown[q.Project][n]
		switch known := w.had[n][got] || got.Status == odd && w.deceived; {
		case f.In && f.State == got && f.PatchSet == m.PatchSet:
		case !known:
			w.t.Fatalf("change %d is shown as %v, which it never was", n, got)
		case w.deceived, m.Quarantined != "":
			excused = true
		case !f.Visible && (m.Missing != nil || !full):
			excused = true // gone takes a full listing and a second look
		case f.Visible && !f.In && !full && was.State.Status != store.StatusNew && was.State.Status != "":
			excused = true // that a closed change left shows in a full listing only
		default:
			w.t.Fatalf("change %d as of %s is shown as %v with %d patch sets (full %t, missing %v, before %v), Gerrit has %+v",
				n, sel.AsOf, got, m.PatchSet, full, m.Missing, was, f)
		}
	}
	for n, f := range truth {
		if f.In && f.Project == q.Project && !members[n] {
			named := slices.ContainsFunc(w.goal.Queries, func(q store.Query) bool {
				return slices.ContainsFunc(snap.Selector("g", q).Unread, func(u store.Unread) bool { return u.Number == n })
			})
			if !w.deceived && !named {
				w.t.Fatalf("change %d is missing as of %s (full %t), Gerrit has %+v", n, sel.AsOf, full, f)
			}
			excused = true
		}
	}
	return excused
}

// remembered wants every change that was ever shown to be there still, with all its
// past.
func (w *watch) remembered(snap *store.Snapshot) {
	w.t.Helper()
	here := map[int]int{}
	for m := range snap.Members("g", w.goal.Queries) {
		here[m.Change.Number] = len(m.Past)
	}
	for n, past := range w.ever {
		if got, ok := here[n]; !ok || got < past {
			w.t.Fatalf("change %d was shown once with %d absences, now %d (still there: %t)", n, past, got, ok)
		}
	}
	maps.Copy(w.ever, here)
}

// counts compares the sums that every surface shows.
func (w *watch) counts(snap *store.Snapshot, at time.Time) {
	w.t.Helper()
	goal := &progress.Goal{
		Name: "g", Selector: topic, Queries: w.goal.Queries, Schedule: cron.Every(10 * time.Minute), Backports: []string{"stable/*"},
		Labels: progress.Labels{CI: "Verified", Review: "Code-Review", Approve: "Workflow", ReviewsNeeded: 2, CIAccounts: []string{"Zuul"}},
	}
	result := progress.Compute(goal, progress.Look(snap, goal, at))
	got := map[string]int{}
	for _, c := range []progress.Counts{result.Counts, result.Backports} {
		got["closed"] += c.Merged + c.Reverted // a merged or open revert differ; which they are is progress' affair
		got["open"] += c.Open
		got["wip"] += c.WIP
		got["abandoned"] += c.Abandoned
	}
	want := map[string]int{"closed": 0, "open": 0, "wip": 0, "abandoned": 0}
	for _, f := range w.truth[at] {
		switch {
		case !f.In:
		case f.State.Status == store.StatusMerged:
			want["closed"]++
		case f.State.Status == store.StatusAbandoned:
			want["abandoned"]++
		case f.State.WIP:
			want["wip"]++
		default:
			want["open"]++
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		w.t.Fatalf("sums as of %s (-Gerrit +shown):\n%s", at, diff)
	}
}
