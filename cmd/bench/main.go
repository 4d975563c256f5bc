// Command bench measures headway against what one would call fast, and prints one
// table in Markdown: a row for each measure, with ours, the reference and the ratio,
// all of one run.
//
//	go run ./cmd/bench                                1,000, 10,000 and 100,000 changes
//	go run ./cmd/bench --sizes=1000 --quick           does it work? within a minute
//	go run ./cmd/bench --topic=FILE                   of a recorded topic
//
// It builds ./cmd/headway, unless --headway names it built, and runs it as an operator
// does, as a process of its own: what is measured has no replay in it. That is in this
// process, as is the load. Everything listens on 127.0.0.1 only and stops with the
// run; what is written goes to a directory that is removed at the end. It needs Linux
// (/proc), and nginx for the rows against nginx; without it, they say so.
//
// Both cores are shared with the load, and the machine with others: so each server
// answers in short turns, one after the other, and only ratios mean anything. The
// time that a server's process computes for a request is not of the load.
//
// Topics are copies of the demonstration with numbers, hashes, times and projects of
// their own; one seed gives one topic.
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// helpers are what this program does as a process of its own, so that it can be
// measured apart.
var helpers = map[string]struct {
	arguments int
	run       func(args []string) error
}{
	"bytes":  {1, func(args []string) error { return serveBytes(args[0]) }},
	"open":   {2, func(args []string) error { return openStore(args[0], args[1]) }},
	"scan":   {1, func(args []string) error { return scan(args[0]) }},
	"gunzip": {1, func(args []string) error { return gunzip(args[0]) }},
	"poll":   {3, func(args []string) error { return pollOnDemand(args[0], args[1], args[2]) }},
	"gauges": {1, func(args []string) error {
		count, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		return serveGauges(count)
	}},
}

// options are what the flags say.
type options struct {
	sizes   string
	topic   string
	headway string
	dir     string
	seed    uint64
	quick   bool
	only    string

	turn, settle                  time.Duration
	turns, repeats, polls, cycles int
}

func main() {
	o := options{}
	flag.StringVar(&o.sizes, "sizes", "1000,10000,100000", "how many changes, one topic each")
	flag.StringVar(&o.topic, "topic", "", "measure with this recorded topic instead")
	flag.StringVar(&o.headway, "headway", "", "the program, built; otherwise ./cmd/headway is built")
	flag.StringVar(&o.dir, "dir", "", "write to this directory, and leave it there; otherwise a temporary one")
	flag.Uint64Var(&o.seed, "seed", 1, "of the topics")
	flag.BoolVar(&o.quick, "quick", false, "see that it works, and measure little")
	flag.StringVar(&o.only, "only", "", "leave out what is not named: open, read, poll, busy")
	flag.DurationVar(&o.turn, "turn", 250*time.Millisecond, "how long one server answers before the next has its turn")
	flag.IntVar(&o.turns, "turns", 8, "turns of each server")
	flag.IntVar(&o.repeats, "repeats", 5, "how often what is timed once is repeated; the median counts")
	flag.IntVar(&o.polls, "polls", 100, "polls by which the file grows")
	flag.IntVar(&o.cycles, "cycles", 6, "polls that readers meet, one every ten seconds")
	flag.Parse()
	o.settle = 5 * time.Second
	if o.quick {
		o.turn, o.turns, o.repeats, o.polls, o.cycles, o.settle = 50*time.Millisecond, 2, 1, 10, 1, time.Second/10
	}
	var err error
	if args := flag.Args(); len(args) > 0 {
		err = help(args[0], args[1:])
	} else {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		err = run(ctx, o)
		stop()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func help(name string, args []string) error {
	h, ok := helpers[name]
	if !ok || len(args) != h.arguments {
		return fmt.Errorf("not a helper with its arguments: %s %q", name, args)
	}
	return h.run(args)
}

func run(ctx context.Context, o options) error {
	debug.SetGCPercent(50) // large topics are in this process
	dir := o.dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "headway-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	if o.headway == "" {
		o.headway = filepath.Join(dir, "headway")
		build := exec.CommandContext(ctx, "go", "build", "-o", o.headway, "github.com/eventlet-removal/headway/cmd/headway")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build headway: %w: %s", err, out)
		}
	}
	t := newTable()
	defer func() { t.write(os.Stdout) }() // also what there is after an error
	for i, text := range strings.Split(o.sizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil || size < 500 {
			return fmt.Errorf("not a number of changes, or fewer than 500: %q", text)
		}
		var topic *replay.Topic
		if o.topic == "" {
			topic, err = demoTopic(size, o.seed, time.Now().Add(-time.Hour))
		} else if i == 0 {
			topic, err = readTopic(o.topic)
		} else {
			break
		}
		if err != nil {
			return err
		}
		changes := len(topic.Changes) // the replay has copies, and a large topic is not kept twice
		if err := measure(ctx, o, topic, t, filepath.Join(dir, text)); err != nil {
			return fmt.Errorf("%d changes: %w", changes, err)
		}
	}
	return nil
}

// bench is what is measured with one topic.
type bench struct {
	options
	dir         string
	gerrit      *gerritServer
	selector    string
	project     string // with the most changes
	changes     int    // of the goal
	surfaces    []surface
	db, sent    string // files: the database, and what Gerrit sent at the first poll
	still, busy string // configurations: without polls, and with one every ten seconds
	table       *table

	sentBytes, inflated, packed, compacted int64
	gunzipTime                             time.Duration
	series                                 int
}

// busyEvery is the shortest time between two polls that headway takes.
const busyEvery = 10 * time.Second

func measure(ctx context.Context, o options, topic *replay.Topic, t *table, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	g, err := startGerrit(topic, o.seed)
	if err != nil {
		return err
	}
	defer g.close()
	b := &bench{
		options: o, dir: dir, gerrit: g, selector: topic.Selector, table: t,
		db: filepath.Join(dir, "headway.db"), sent: filepath.Join(dir, "sent.gz"),
		still: filepath.Join(dir, "still.yml"), busy: filepath.Join(dir, "busy.yml"),
	}
	t.column(len(topic.Changes))
	members, err := g.replay.Query(topic.Selector)
	if err != nil {
		return err
	}
	b.changes = len(members)
	projects := map[string]int{}
	for _, c := range topic.Changes {
		if projects[c.Project]++; projects[c.Project] > projects[b.project] {
			b.project = c.Project
		}
	}
	b.surfaces = surfaces(b.project)
	for file, every := range map[string]time.Duration{b.still: 24 * time.Hour, b.busy: busyEvery} {
		if err := os.WriteFile(file, b.config(every), 0o600); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"first", b.firstPoll}, {"open", b.opening}, {"read", b.reading}, {"busy", b.pollingWhileRead}, {"poll", b.polling}} {
		if part.name != "first" && o.only != "" && !strings.Contains(o.only, part.name) {
			continue
		}
		start := time.Now()
		if err := part.run(ctx); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%d changes: %s took %s\n", b.changes, part.name, time.Since(start).Round(time.Second))
	}
	return nil
}

// config is headway's configuration, with cycles and deadlines around today.
func (b *bench) config(every time.Duration) []byte {
	var cycles strings.Builder
	year := time.Now().UTC().Year()
	for y := year - 2; y <= year; y++ {
		fmt.Fprintf(&cycles, "{name: \"%d.1\", start: %d-10-01, end: %d-04-01}, {name: \"%d.2\", start: %d-04-01, end: %d-10-01}, ", y+1, y, y+1, y+1, y+1, y+1)
	}
	return fmt.Appendf(nil, `gerrit: {url: %q, requests_per_second: 100000, timeout: 10m, contact: bench}
goals:
  - name: bench
    title: Benchmark
    selector: '%s'
    schedule: "@every %s"
    full: "@every 1000h"
    labels: {approve: Workflow, reviews_needed: 2, ci_accounts: [Zuul], recheck: recheck}
    bots: [Zuul, "OpenStack Proposal Bot"]
    cycles: [%s]
    deadlines: [{name: everything, due: "%d.2"}]
    projects: [{name: %q, declared: in-progress, approach: "one service at a time"}]
`, b.gerrit.url, b.selector, every, strings.TrimSuffix(cycles.String(), ", "), year+1, b.project)
}

// repack compresses what a compressed file holds with gzip -1, and returns the size of
// that and of what it holds.
func repack(path string) (packed, plain int64, err error) {
	var n written64
	z, err := gzip.NewWriterLevel(&n, gzip.BestSpeed)
	if err != nil {
		return 0, 0, err
	}
	plain, err = inflate(path, z)
	return int64(n), plain, errors.Join(err, z.Close())
}

// written64 counts what is written to it.
type written64 int64

func (n *written64) Write(p []byte) (int, error) {
	*n += written64(len(p))
	return len(p), nil
}
