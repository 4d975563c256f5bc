//go:build soak

package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/eventlet-removal/headway/cmd/headway/backups"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/store"
)

// What a soak is. HEADWAY_SOAK=1h makes it longer; go test wants -timeout=0 then.
const (
	soakTime    = 2 * time.Minute
	soakReaders = 50
	soakPause   = 300 * time.Millisecond // of a reader between two requests: they are people, not a load test
	soakEvents  = 250 * time.Millisecond // between two events in Gerrit
	soakSample  = 2 * time.Second
)

// TestSoak lets a whole server poll each second a Gerrit in which something happens all
// the time, and 50 readers ask for everything. Nothing may fail (to be asked to come back
// is no failure, one time in a hundred), all polls must be complete, the recount at the
// end must agree, and nothing may grow.
//
// What grows is judged from samples that the server takes each two seconds after two
// garbage collections:
//   - The heap, after a warm-up of a third of the time. The rest is cut into six windows, of
//     each the smallest sample counts: what is being made for readers comes and goes, more of
//     it on a busy machine. The slope of the least-squares line through the six, times the
//     time judged, may be at most a tenth of their median, and 4 KB for each event in Gerrit,
//     which is what headway keeps of it: its memory grows with what it knows, and with
//     nothing else.
//   - Goroutines and open files, at rest: after the last reader there may be five more than
//     before the first, as many as polls and backups need at times.
func TestSoak(t *testing.T) {
	if config := os.Getenv("HEADWAY_SOAK_SERVE"); config != "" {
		serveSoak(t, config)
		return
	}
	lasts := soakTime
	if text := os.Getenv("HEADWAY_SOAK"); text != "" {
		var err error
		if lasts, err = time.ParseDuration(text); err != nil {
			t.Fatalf("HEADWAY_SOAK: %v", err)
		}
	}
	gerrit, address := restless(t)
	dir := t.TempDir()
	write(t, dir, "c.yml", siteYAML(t, address, "@every 10s", ""))
	site := startSoak(t, filepath.Join(dir, "c.yml"))

	rest := site.sample(t)
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var group errgroup.Group
	group.Go(func() error { gerrit.Every = soakEvents; return gerrit.Run(ctx) })
	crowd := &readers{base: site.url, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: soakReaders}}}
	for seed := range soakReaders {
		group.Go(func() error { crowd.read(ctx, uint64(seed)); return nil })
	}
	var samples []sample
	for tick := time.NewTicker(soakSample); ctx.Err() == nil; {
		select {
		case <-ctx.Done():
		case <-tick.C:
			samples = append(samples, site.sample(t))
		}
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	crowd.client.CloseIdleConnections()
	for _, failure := range crowd.failures {
		t.Error(failure)
	}
	if busy, all := crowd.busy.Load(), crowd.answers.Load(); busy*100 > all {
		t.Errorf("asked to come back %d times, answered %d times", busy, all)
	}
	for i := 0; i < len(samples); i += max(1, len(samples)/20) {
		t.Logf("after %.0f s: heap %.1f MB, %.0f goroutines, %.0f files, %d polls", samples[i].seconds, samples[i].heap/1e6, samples[i].goroutines, samples[i].files, samples[i].polls)
	}
	judgeHeap(t, samples[len(samples)/3:], int(lasts/soakEvents))
	polls := site.sample(t).polls
	for tick := time.NewTicker(soakSample); site.sample(t).polls < polls+6; { // no answer is of a time when something happened
		<-tick.C
	}
	last := site.sample(t)
	t.Logf("at rest: %.0f goroutines and %.0f files, before the first reader %.0f and %.0f", last.goroutines, last.files, rest.goroutines, rest.files)
	if last.goroutines > rest.goroutines+5 || last.files > rest.files+5 {
		t.Error("goroutines or open files grew")
	}
	if last.failed > 0 || last.polls < 10 {
		t.Errorf("%d polls, %d of them failed", last.polls, last.failed)
	}
	if r := headway(t, dir, "verify", "--config.file=c.yml", "--url="+site.url); r.code != 0 {
		t.Errorf("verify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	t.Logf("%v, %d readers: %d answers, %d broken off, %d times asked to come back; %d polls", lasts, soakReaders, crowd.answers.Load(), crowd.brokenOff.Load(), crowd.busy.Load(), polls)
}

// restless is a Gerrit with the demonstration's life.
func restless(t *testing.T) (*demo.Life, string) {
	t.Helper()
	server := demoChanges(t)
	srv := httptest.NewServer(server)
	t.Cleanup(srv.Close)
	return demo.NewLife(server), srv.URL
}

// readers ask for everything, each on their own, and see that they get it.
type readers struct {
	base   string
	client *http.Client

	answers, brokenOff, busy atomic.Int64
	mu                       sync.Mutex
	failures                 []string // the first ten
}

// address is one of any surface: most are asked for again and again, some never were.
func (c *readers) address(random *rand.Rand) string {
	const g = "eventlet-removal"
	day := time.Now().UTC().AddDate(0, 0, -random.IntN(300)).Format(time.DateOnly)
	project := []string{"openstack/nova", "openstack/cinder", "openstack/neutron", "openstack/glance"}[random.IntN(4)]
	all := []string{
		"", g + "/", g + "/projects/" + project, g + "/teams/oslo", g + "/changes", g + "/attention", g + "/states", g + "/report", "polls", "embeds",
		g + "/changes?q=word" + fmt.Sprint(random.IntN(1000)), g + "/?on=" + day, g + "/changes?on=" + day, g + "/changes.csv", g + "/history.csv", g + "/projects.csv", g + "/summary.txt", g + "/summary.md",
		g + "/badge.svg", g + "/badge.json", g + "/badge/" + project + ".svg", g + "/embed", g + "/embed/" + project, "embed.js",
		g + "/feed.atom", g + "/feed.json?project=" + url.QueryEscape(project),
		"api/v1/goals", "api/v1/goals/" + g, "api/v1/goals/" + g + "/count", "api/v1/goals/" + g + "/count/" + project, "api/v1/goals/" + g + "/projects/" + project,
		"api/v1/goals/" + g + "/changes?limit=500", "api/v1/goals/" + g + "/history", "api/v1/goals/" + g + "/report", "api/v1/polls",
		"metrics", "-/healthy", "-/ready",
	}
	return all[random.IntN(len(all))]
}

func (c *readers) read(ctx context.Context, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(random.Int64N(int64(2 * soakPause)))):
		}
		path := c.address(random)
		impatient := random.IntN(20) == 0
		if err := c.ask(path, random.IntN(2) == 0, impatient); err != nil && !impatient {
			c.fail(path, err)
		}
	}
}

// ask reads one answer, compressed or not. Who is impatient goes away in its middle.
func (c *readers) ask(path string, compressed, impatient bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	if !compressed {
		req.Header.Set("Accept-Encoding", "identity")
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if impatient {
		c.brokenOff.Add(1)
		return nil
	}
	n, err := io.Copy(io.Discard, resp.Body)
	if wait := resp.Header.Get("Retry-After"); resp.StatusCode == http.StatusServiceUnavailable && wait != "" {
		c.busy.Add(1) // a slow machine: whoever is asked to come back does, as any other time
		return err
	}
	if err == nil && (resp.StatusCode != http.StatusOK || n == 0) {
		err = fmt.Errorf("%s, %d bytes", resp.Status, n)
	}
	c.answers.Add(1)
	return err
}

func (c *readers) fail(path string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.failures) < 10 {
		c.failures = append(c.failures, fmt.Sprintf("GET /%s: %v", path, err))
	}
}

// sample is what the server uses at a moment.
type sample struct {
	seconds                float64
	heap, rss              float64 // bytes
	goroutines, files      float64
	polls, failed, storage int
}

// windows are how many parts of the time the heap's line goes through.
const windows = 6

// judgeHeap says whether the heap grew.
func judgeHeap(t *testing.T, samples []sample, events int) {
	t.Helper()
	if len(samples) < 2*windows {
		t.Fatalf("%d samples are too few", len(samples))
	}
	var least []sample
	var heaps []float64
	for w := range windows {
		part := samples[w*len(samples)/windows : (w+1)*len(samples)/windows]
		smallest := slices.MinFunc(part, func(a, b sample) int { return cmp.Compare(a.heap, b.heap) })
		least, heaps = append(least, smallest), append(heaps, smallest.heap)
	}
	slices.Sort(heaps)
	last := samples[len(samples)-1]
	judged := last.seconds - samples[0].seconds
	growth, median := slope(least)*judged, heaps[len(heaps)/2]
	t.Logf("heap: %.1f MB, %+.2f MB in %.0f s by its slope; resident %.0f MB; database %d KB", median/1e6, growth/1e6, judged, last.rss/1e6, last.storage/1024)
	if most := median/10 + 4096*float64(events); growth > most {
		t.Errorf("the heap grew by %.2f MB, at most %.2f MB may be", growth/1e6, most/1e6)
	}
}

// slope is that of the least-squares line through the heap's sizes, in bytes a second.
func slope(samples []sample) float64 {
	n, x, y, xx, xy := float64(len(samples)), 0., 0., 0., 0.
	for _, s := range samples {
		x, y, xx, xy = x+s.seconds, y+s.heap, xx+s.seconds*s.seconds, xy+s.seconds*s.heap
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// soaked is a server in a process of its own, so that what it uses is its own.
type soaked struct {
	url string
	ask io.Writer
	out *bufio.Scanner
}

func startSoak(t *testing.T, config string) *soaked {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=0")
	cmd.Env = append(os.Environ(), "HEADWAY_SOAK_SERVE="+config)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server: %v", err)
		}
	})
	s := &soaked{ask: in, out: bufio.NewScanner(out)}
	if !s.out.Scan() {
		t.Fatal("the server did not start")
	}
	s.url = s.out.Text()
	return s
}

func (s *soaked) sample(t *testing.T) (now sample) {
	t.Helper()
	if _, err := fmt.Fprintln(s.ask); err != nil || !s.out.Scan() {
		t.Fatalf("the server ended: %v", err)
	}
	if _, err := fmt.Sscan(s.out.Text(), &now.seconds, &now.heap, &now.rss, &now.goroutines, &now.files, &now.polls, &now.failed, &now.storage); err != nil {
		t.Fatalf("%v: %s", err, s.out.Text())
	}
	return now
}

// serveSoak is that server: all that serve runs, but for testimonials, which are others'
// pages. It polls each second, lists everything each ten and makes a backup each five,
// says where it is, and for each line it reads, what it uses.
func serveSoak(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg := load(t, string(data))
	g := &cfg.Goals[0]
	g.Schedule, g.Progress.Schedule, g.Full, g.GoneAfter = quick{time.Second}, quick{time.Second}, quick{10 * time.Second}, 2*time.Second
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	dir := filepath.Dir(file)
	db, err := store.Open(filepath.Join(dir, "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		t.Fatal(err)
	}
	copies, err := backups.New(&backups.Flags{Path: filepath.Join(dir, "copy.db"), Schedule: quick{5 * time.Second}}, db, log)
	if err != nil {
		t.Fatal(err)
	}
	var polls, failed atomic.Int64
	collecting := collectorConfig(cfg, "soak")
	first := make(chan struct{})
	collecting.Polled = func(p store.Poll) {
		if polls.Add(1) == 1 {
			close(first)
		}
		if !p.OK {
			failed.Add(1)
			log.Error("poll", "err", p.Error)
		}
	}
	site, err := newSite(siteConfig{collector: collecting, dashboard: dashboardConfig(cfg, "soak"), web: onFreePort(8 << 20)}, db, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error { return runTasks(ctx, log, append(site.tasks(), copies)...) })
	select { // there is something to read
	case <-first:
	case <-ctx.Done():
	}
	fmt.Println(site.server.Address())
	begun := time.Now()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what was in a pool is gone after two
		runtime.ReadMemStats(&m)
		files, err := os.ReadDir("/proc/self/fd")
		statm, err2 := os.ReadFile("/proc/self/statm")
		size, err3 := db.SizeBytes()
		for _, err := range []error{err, err2, err3} {
			if err != nil {
				t.Fatal(err)
			}
		}
		var pages, resident int
		fmt.Sscan(string(statm), &pages, &resident)
		fmt.Println(time.Since(begun).Seconds(), m.HeapAlloc, resident*os.Getpagesize(), runtime.NumGoroutine(), len(files), polls.Load(), failed.Load(), size)
	}
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
