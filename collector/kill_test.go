package collector_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// pollerEnv tells TestKilled that it is the process to be killed: its clock, the
// Gerrit's address, the database's path and the process's name.
const pollerEnv = "HEADWAY_COLLECTOR_TEST_POLLER"

// fastClock runs 5,000 times as fast as the machine's, in all processes alike.
type fastClock struct{ zero int64 }

func (c *fastClock) now() time.Time { return start.Add(5000 * time.Since(time.Unix(0, c.zero))).UTC() }

// skip moves the clock on, for processes that start later, too.
func (c *fastClock) skip(d time.Duration) { c.zero -= int64(d / 5000) }

// TestKilled kills a process that polls, with a signal that can't be caught, at
// random moments of backfills and polls. After each kill the file shows what Gerrit
// had at its as-of time, the next process goes on where this one was, and nothing
// that was staged is fetched again.
func TestKilled(t *testing.T) {
	if where := os.Getenv(pollerEnv); where != "" {
		pollUntilKilled(t, where)
		return
	}
	t.Parallel()
	const kills = 110
	k := newKiller(t)
	for i := range kills {
		if i < kills/3 && i%4 == 0 || i == kills/3 {
			k.forget() // backfills first, then one database for all polls
		}
		k.open()
		k.published()
		if i%4 == 3 {
			k.pollOnce()
		}
		// Work goes on for longer than the overlap of listings reaches back: what is
		// lost now is not listed again by chance.
		k.work(k.random.IntN(12))
		k.clock.skip(20 * time.Minute)
		k.work(1 + k.random.IntN(3))
		staged := k.staged()
		k.db.Close()
		k.kill(time.Duration(k.random.ExpFloat64() * float64(2*time.Millisecond)))
		k.fetchedOnce(staged)
	}
	k.open()
	k.published()
	k.pollOnce()
	k.full()
	k.full() // what vanished takes a second look
	k.equal()
	t.Logf("%d kills: %d times details were staged, %d times a round was published; %d backfills were cut", kills, k.cutStaged, k.cutPublished, k.cutBackfill)
	if k.cutStaged == 0 || k.cutPublished == 0 || k.cutBackfill == 0 {
		t.Error("the kills missed a phase")
	}
	k.db.Close()
}

// killer is a watch over a database that other processes write.
type killer struct {
	*watch
	clock     fastClock
	url, path string
	lives     []life

	answering sync.RWMutex // held for reading while a request is answered
	process   string       // whose requests are answered, by User-Agent
	calls     atomic.Int64 // requests that it may make yet before the signal
	signal    chan struct{}

	cutStaged, cutPublished, cutBackfill int
}

// life is what Gerrit had while one process ran.
type life struct {
	began time.Time
	truth truth
}

func newKiller(t *testing.T) *killer {
	random := rand.New(rand.NewPCG(7, 11))
	g := replay.New(&replay.Topic{}, replay.Config{PageLimit: 30})
	k := &killer{signal: make(chan struct{}, 1), clock: fastClock{time.Now().UnixNano()}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.answering.RLock()
		defer k.answering.RUnlock()
		if r.UserAgent() != k.process {
			return // sent by a process that is dead by now
		}
		cost := int64(1)
		if details(r) {
			cost = 6 // the moments around them are worth most
		}
		if left := k.calls.Add(-cost); left < 0 && left+cost >= 0 {
			k.signal <- struct{}{}
		}
		g.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	k.url = server.URL
	k.watch = &watch{
		world: &world{t: t, gerrit: g, goal: killedGoal()},
		community: newCommunity(g, twoQueries, random, func() time.Time {
			return k.clock.now().Add(-time.Duration(random.IntN(300)) * time.Second)
		}),
		truth: map[time.Time]truth{},
	}
	for range 80 {
		k.must(k.community.create())
	}
	k.work(50)
	return k
}

// killedGoal is the goal that is polled; gone takes two polls.
func killedGoal() collector.Goal {
	return collector.Goal{Name: "g", Queries: twoQueries, Schedule: every, Full: cron.Every(1e6 * time.Hour), GoneAfter: time.Nanosecond}
}

// forget starts with a database that does not exist.
func (k *killer) forget() {
	k.path = filepath.Join(k.t.TempDir(), "headway.db")
	k.asOf, k.shown, k.ever, k.hidden = map[string]time.Time{}, map[string]map[int]seen{}, map[int]int{}, 0
}

// open opens the database in this process.
func (k *killer) open() {
	k.t.Helper()
	k.world.open(k.path, k.url)
	k.config.Now = k.clock.now
	k.config.Gerrit.UserAgent = k.answer()
	k.remake()
}

// answer answers the next process only and returns the name it must have. Before
// it waits until what the last one asked is answered, and logged.
func (k *killer) answer() string {
	k.answering.Lock()
	defer k.answering.Unlock()
	k.process = fmt.Sprint("process-", len(k.lives))
	k.gerrit.ResetLog()
	return k.process
}

// published checks what the last process left behind.
func (k *killer) published() {
	k.t.Helper()
	snap := k.db.Snapshot()
	for _, q := range k.goal.Queries {
		sel := snap.Selector("g", q)
		if sel.AsOf.Before(k.asOf[q.Project]) {
			k.t.Fatalf("as of %s after %s", sel.AsOf, k.asOf[q.Project])
		}
		for _, l := range slices.Backward(k.lives) {
			if !sel.AsOf.Before(l.began) {
				k.truth[sel.AsOf] = l.truth
				break
			}
		}
		if !sel.AsOf.IsZero() {
			k.checkSelector(sel, q)
		} else if slices.Collect(snap.Members("g", []store.Query{q})) != nil {
			k.t.Fatal("members of a selector that was never complete")
		}
		k.remember(sel, q)
	}
	k.remembered(snap)
}

// pollOnce goes on where the last process was killed.
func (k *killer) pollOnce() {
	k.t.Helper()
	k.lives = append(k.lives, life{k.clock.now(), k.look()})
	p, err := k.collector.Poll(k.t.Context(), "g", collector.PollOptions{})
	k.must(err)
	if !p.OK || p.Pending != 0 {
		k.t.Fatalf("after a kill: ok %t, %d pending: %s", p.OK, p.Pending, p.Error)
	}
	k.published()
}

// full lists everything.
func (k *killer) full() {
	k.t.Helper()
	p, err := k.collector.Poll(k.t.Context(), "g", collector.PollOptions{Full: true, AcceptMissing: true})
	k.must(err)
	if !p.OK {
		k.t.Fatal(p.Error)
	}
}

// staged are the changes whose details are on the work list and as Gerrit has them.
func (k *killer) staged() map[int]bool {
	k.t.Helper()
	work, err := k.db.Work("g")
	k.must(err)
	all := map[int]bool{}
	for _, w := range work {
		ch, there := k.gerrit.Change(w.Row.Number)
		if w.Detail != nil && there && !ch.Private && w.Detail.MetaRevID == ch.MetaRevID {
			all[w.Row.Number] = true
		}
	}
	if len(all) > 0 {
		k.cutStaged++
	}
	if sel := k.db.Snapshot().Selector("g", k.goal.Queries[0]); sel.AsOf.IsZero() && sel.Of > 0 {
		k.cutBackfill++
	} else if !sel.AsOf.IsZero() {
		k.cutPublished++
	}
	return all
}

// kill runs a poller and kills it some time after one of its first requests.
func (k *killer) kill(later time.Duration) {
	k.t.Helper()
	k.lives = append(k.lives, life{k.clock.now(), k.look()})
	name := k.answer()
	exe, err := os.Executable()
	k.must(err)
	cmd := exec.Command(exe, "-test.run=^TestKilled$", "-test.v")
	cmd.Env = append(os.Environ(), pollerEnv+"="+fmt.Sprint(k.clock.zero, " ", k.url, " ", k.path, " ", name))
	out, err := cmd.StdoutPipe()
	k.must(err)
	k.calls.Store(int64(k.random.IntN(25)))
	k.must(cmd.Start())
	lines := bufio.NewScanner(out)
	opened := false
	for !opened && lines.Scan() {
		opened = lines.Text() == "opened"
		if strings.Contains(lines.Text(), "FAIL") {
			break
		}
	}
	if !opened {
		cmd.Process.Kill()
		cmd.Wait()
		k.t.Fatal("the poller did not start")
	}
	<-k.signal
	fuse := time.NewTimer(later)
	<-fuse.C
	k.must(cmd.Process.Kill())
	for lines.Scan() {
		if strings.Contains(lines.Text(), "incomplete") {
			k.t.Error(lines.Text())
		}
	}
	cmd.Wait() // tells that it was killed
}

var changeTerm = regexp.MustCompile(`change:(\d+)`)

// fetchedOnce wants that the last process asked for the details of each change at
// most once, and of those staged before it not at all.
func (k *killer) fetchedOnce(staged map[int]bool) {
	k.t.Helper()
	seen := map[int]bool{}
	for _, r := range k.gerrit.Requests() {
		if r.Kind != replay.KindDetails {
			continue
		}
		for _, m := range changeTerm.FindAllStringSubmatch(r.Queries[0], -1) {
			n, err := strconv.Atoi(m[1])
			k.must(err)
			if ch, there := k.gerrit.Change(n); !there || ch.Private {
				continue // asked for twice, because the first answer lacks it
			}
			if seen[n] || staged[n] {
				k.t.Fatalf("change %d was fetched again (staged before: %t)", n, staged[n])
			}
			seen[n] = true
		}
	}
}

// pollUntilKilled polls without a pause.
func pollUntilKilled(t *testing.T, where string) {
	var clock fastClock
	var url, path, name string
	w := &world{t: t, goal: killedGoal()}
	if _, err := fmt.Sscan(where, &clock.zero, &url, &path, &name); err != nil {
		t.Fatal(err)
	}
	w.open(path, url)
	w.config.Now = clock.now
	w.config.Gerrit.UserAgent = name
	w.remake()
	fmt.Println("\nopened")
	for i := 0; ; i++ {
		p, err := w.collector.Poll(t.Context(), "g", collector.PollOptions{Full: i%10 == 9})
		w.must(err)
		if !p.OK {
			fmt.Println("\nincomplete:", p.Error)
		}
	}
}
