//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/eventlet-removal/headway/cmd/headway/backups"
	"github.com/eventlet-removal/headway/store"
)

// alone runs a test that changes its whole process in a process of its own.
func alone(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	const inChild = "HEADWAY_TEST_ALONE"
	if os.Getenv(inChild) != "" {
		test(t)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inChild+"=1")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
}

// limitFiles lets no file of this process grow beyond a size, as a full disk does.
func limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = min(bytes, limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
}

// quick is a schedule that no configuration may have.
type quick struct{ time.Duration }

func (q quick) Next(t time.Time) time.Time { return t.Add(q.Duration) }

// logBook is a log that can be waited for.
type logBook struct {
	mu    sync.Mutex
	more  sync.Cond
	lines []string // not read yet
}

func newLogBook() *logBook {
	b := new(logBook)
	b.more.L = &b.mu
	return b
}

func (b *logBook) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, string(line))
	b.more.Signal()
	return len(line), nil
}

// next reads on to a line that contains the text.
func (b *logBook) next(text string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		for i, line := range b.lines {
			if strings.Contains(line, text) {
				b.lines = b.lines[i+1:]
				return line
			}
		}
		b.lines = nil
		b.more.Wait()
	}
}

// forget what was logged so far.
func (b *logBook) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = nil
}

// served is a whole server in this process, which polls and backs up ten times a
// second.
type served struct {
	running // without a process
	*logBook
	db     *store.DB
	backup string
}

// serveHere serves the Gerrit at address until stop is called.
func serveHere(t *testing.T, address string) (s *served, stop func()) {
	t.Helper()
	cfg := load(t, fastConfig(address))
	cfg.Goals[0].Schedule = quick{100 * time.Millisecond}
	s = &served{logBook: newLogBook(), backup: filepath.Join(t.TempDir(), "copy.db")}
	log := slog.New(slog.NewTextHandler(s.logBook, nil))
	var err error
	if s.db, err = store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL}); err != nil {
		t.Fatal(err)
	}
	copies, err := backups.New(&backups.Flags{Path: s.backup, Schedule: cfg.Goals[0].Schedule}, s.db, log)
	if err != nil {
		t.Fatal(err)
	}
	site, err := newSite(siteConfig{
		collector: collectorConfig(cfg, "test"), dashboard: dashboardConfig(cfg, "test"),
		web: onFreePort(0), metrics: []prometheus.Collector{copies},
	}, s.db, log)
	if err != nil {
		t.Fatal(err)
	}
	s.url = site.server.Address()
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error { return runTasks(ctx, log, site.server, site.collector, copies) })
	return s, func() {
		t.Helper()
		cancel()
		if err := errors.Join(group.Wait(), s.db.Close()); err != nil {
			t.Error(err)
		}
	}
}

// numbers are the open changes that are served, and as of when, exactly.
func (s *served) numbers(t *testing.T) (open int, asOf time.Time) {
	t.Helper()
	return *s.goals(t)[0].Counts.Open, s.db.Snapshot().Selector("g", store.Query{Text: "topic:x"}).AsOf
}

// polled waits for a poll that began after now.
func (s *served) polled() {
	s.forget()
	s.next(`msg="poll done"`)
	s.next(`msg="poll done"`)
}

// TestServeOnAFullDisk runs out of room while it serves: the old numbers stay, the
// log names the file and the cause, and once there is room all goes on by itself.
func TestServeOnAFullDisk(t *testing.T) {
	alone(t, func(t *testing.T) {
		signal.Ignore(syscall.SIGXFSZ) // a full disk sends none
		gerrit, address := topicGerrit(t, 3)
		s, stop := serveHere(t, address)
		s.next(`msg="poll done"`)
		s.next(`msg="backup made"`)

		for round := range 2 { // it may happen again
			size, err := s.db.SizeBytes()
			if err != nil {
				t.Fatal(err)
			}
			limitFiles(t, uint64(size)/2)
			s.forget()
			for _, want := range []string{`msg="poll broke off"`, `msg="backup not made"`} {
				line := s.next(want)
				if !strings.Contains(line, "file too large") || !strings.Contains(line, "headway.db") && !strings.Contains(line, "goal=g") {
					t.Errorf("the log says %s", line)
				}
			}
			open, asOf := s.numbers(t)
			propose(t, gerrit, fmt.Sprintf("while it is full, %d", round))
			s.forget()
			for range 3 {
				s.next(`msg="poll broke off"`)
			}
			if o, a := s.numbers(t); o != open || !a.Equal(asOf) || o != 3+round {
				t.Errorf("%d open as of %v; before there was no room %d as of %v", o, a, open, asOf)
			}
			for _, path := range []string{"-/healthy", "-/ready", "g/", "g/badge.svg"} {
				if code, body := s.get(t, path); code != http.StatusOK {
					t.Errorf("GET /%s: %d %s", path, code, body)
				}
			}
			_, metrics := s.get(t, "metrics")
			for _, zero := range []string{`headway_polls_total{goal="g",result="error"} 0`, `headway_store_write_errors_total 0`, `headway_backups_total{result="error"} 0`} {
				series, _, _ := strings.Cut(zero, " ")
				if !strings.Contains(metrics, series) || strings.Contains(metrics, zero+"\n") {
					t.Errorf("metrics without %s above zero", series)
				}
			}

			limitFiles(t, ^uint64(0))
			s.polled()
			if o, a := s.numbers(t); o != 4+round || !a.After(asOf) {
				t.Errorf("with room again: %d open as of %v, want %d and later than %v", o, a, 4+round, asOf)
			}
			s.next(`msg="backup made"`)
		}
		stop()
		copied, err := store.Open(s.backup, store.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		if copied.Snapshot().Change(5) == nil {
			t.Error("the backup lacks the newest change")
		}
	})
}

// TestServeReadOnly serves as a user who may not write: root may always.
func TestServeReadOnly(t *testing.T) {
	alone(t, func(t *testing.T) {
		if os.Geteuid() == 0 {
			if err := errors.Join(syscall.Setgid(65534), syscall.Setuid(65534)); err != nil {
				t.Fatal(err)
			}
		}
		chmod := func(path string, mode fs.FileMode) {
			t.Helper()
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		_, address := topicGerrit(t, 3)
		s, stop := serveHere(t, address)
		s.next(`msg="poll done"`)
		s.next(`msg="backup made"`)

		// No room for a copy: everything else goes on.
		dir := filepath.Dir(s.backup)
		chmod(dir, 0o500)
		s.forget()
		if line := s.next(`msg="backup not made"`); !strings.Contains(line, "permission denied") || !strings.Contains(line, s.backup) {
			t.Errorf("the log says %s", line)
		}
		_, before := s.numbers(t)
		s.polled()
		if open, asOf := s.numbers(t); open != 3 || !asOf.After(before) {
			t.Errorf("%d open as of %v, want 3 and later than %v", open, asOf, before)
		}
		chmod(dir, 0o700)
		s.next(`msg="backup made"`)
		stop()

		// A database that may only be read can't be polled into, but read.
		chmod(s.db.Path(), 0o400)
		config := write(t, t.TempDir(), "c.yml", fastConfig(address))
		run := func(command string) error {
			c := newCLI()
			name, err := c.app.Parse(append(strings.Fields(command), "--config.file="+config, "--storage.path="+s.db.Path()))
			if err != nil {
				t.Fatal(err)
			}
			c.env.log, c.env.stdout = slog.New(slog.DiscardHandler), io.Discard
			return c.commands[name].run(t.Context(), &c.env)
		}
		want := "open database " + s.db.Path() + ": permission denied: this user must be allowed to read and write the file"
		for _, command := range []string{"serve --web.listen-address=127.0.0.1:0", "poll"} {
			if err := run(command); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v, want %s", command, err, want)
			}
		}
		if err := run("status"); err != nil {
			t.Errorf("status: %v", err)
		}
	})
}
