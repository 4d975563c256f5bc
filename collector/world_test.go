package collector_test

import (
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// start is when the tests' clock begins to run.
var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// topic is the selector of most tests.
const topic = `prefixtopic:"eventlet-removal"`

// every is the schedule of goals that are polled by hand.
var every = cron.Every(10 * time.Minute)

// world is a collector between a Gerrit and a database, with a clock that only
// moves when a test moves it.
type world struct {
	t         *testing.T
	gerrit    *replay.Server // nil if the Gerrit is another
	db        *store.DB
	collector *collector.Collector
	goal      collector.Goal
	config    collector.Config
	now       time.Time
}

// newWorld starts with an empty replay Gerrit. Queries default to the topic.
func newWorld(t *testing.T, queries ...store.Query) *world {
	t.Helper()
	if queries == nil {
		queries = []store.Query{{Text: topic}}
	}
	return worldOf(t, replay.Config{}, queries...)
}

// worldOf is newWorld with a Gerrit of another configuration.
func worldOf(t *testing.T, config replay.Config, queries ...store.Query) *world {
	t.Helper()
	g := replay.New(&replay.Topic{}, config)
	for id, name := range map[int]string{1: "Ada", 2: "Bob", 3: "Cleo"} {
		g.Account(replay.Account{ID: id, Name: name})
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	w := connect(t, server.URL, collector.Goal{Queries: queries})
	w.gerrit = g
	return w
}

// connect makes a collector and an empty database for the Gerrit at a URL.
func connect(t *testing.T, url string, goal collector.Goal) *world {
	t.Helper()
	goal.Name, goal.Schedule, goal.GoneAfter = "g", every, time.Hour
	if goal.Full == nil {
		goal.Full = cron.Every(6 * time.Hour)
	}
	w := &world{t: t, goal: goal, now: start}
	w.open(filepath.Join(t.TempDir(), "headway.db"), url)
	return w
}

// open opens a database and makes a collector that writes to it.
func (w *world) open(path, url string) {
	w.t.Helper()
	db, err := store.Open(path, store.Options{Gerrit: url})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { db.Close() })
	w.db = db
	w.config = collector.Config{
		Gerrit: gerrit.Config{URL: url, RequestsPerSecond: 1e6, Timeout: 10 * time.Second},
		Goals:  []collector.Goal{w.goal},
		Now:    func() time.Time { return w.now },
	}
	w.remake()
}

// remake makes the collector anew from the configuration, as a restart does.
func (w *world) remake() {
	w.t.Helper()
	w.config.Goals = []collector.Goal{w.goal}
	c, err := collector.New(w.config, w.db, collector.NewMetrics(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		w.t.Fatal(err)
	}
	w.collector = c
}

// try polls once, ten minutes after the last time.
func (w *world) try(o collector.PollOptions) store.Poll {
	w.t.Helper()
	w.now = w.now.Add(10 * time.Minute)
	p, err := w.collector.Poll(w.t.Context(), "g", o)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// poll polls once and wants it complete.
func (w *world) poll() store.Poll { w.t.Helper(); return w.pollWith(collector.PollOptions{}) }

// full lists everything and wants it complete.
func (w *world) full() store.Poll { w.t.Helper(); return w.pollWith(collector.PollOptions{Full: true}) }

func (w *world) pollWith(o collector.PollOptions) store.Poll {
	w.t.Helper()
	p := w.try(o)
	if !p.OK {
		w.t.Fatalf("the poll is incomplete: %s", p.Error)
	}
	return p
}

// create makes a change under the topic, owned by Ada, a minute from now.
func (w *world) create(n replay.NewChange) int {
	w.t.Helper()
	if n.Project == "" {
		n.Project = "openstack/nova"
	}
	if n.Subject == "" {
		n.Subject = "Remove eventlet"
	}
	if n.Owner == 0 {
		n.Owner = 1
	}
	number, err := w.gerrit.Create(w.tick(), n)
	w.must(err)
	return number
}

// changes makes n changes under the topic.
func (w *world) changes(n int) []int {
	w.t.Helper()
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = w.create(replay.NewChange{Topic: "eventlet-removal"})
	}
	return numbers
}

// tick moves the clock on by a second and returns it.
func (w *world) tick() time.Time {
	w.now = w.now.Add(time.Second)
	return w.now
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// members are the numbers still in the set, by the store.
func (w *world) members() []int {
	var numbers []int
	for m := range w.db.Snapshot().Members("g", w.goal.Queries) {
		if m.Departed == nil {
			numbers = append(numbers, m.Change.Number)
		}
	}
	return numbers
}

// wantMembers wants these and no others still in the set.
func (w *world) wantMembers(numbers ...int) {
	w.t.Helper()
	slices.Sort(numbers)
	if diff := cmp.Diff(numbers, w.members(), cmpopts.EquateEmpty()); diff != "" {
		w.t.Fatalf("members (-want +got):\n%s", diff)
	}
}

// member is the membership of a change.
func (w *world) member(n int) store.Membership {
	w.t.Helper()
	m, ok := w.db.Snapshot().Member("g", n)
	if !ok {
		w.t.Fatalf("change %d: not a member", n)
	}
	return m
}

// requests runs f and returns the kinds of requests that the Gerrit saw.
func (w *world) requests(f func()) map[string]int {
	w.gerrit.ResetLog()
	f()
	return w.gerrit.Totals().Kinds
}
