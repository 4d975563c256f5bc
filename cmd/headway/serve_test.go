package main

import (
	"bufio"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/store"
)

// running is the program while it serves.
type running struct {
	cmd *exec.Cmd
	log *bufio.Scanner
	url string // where it listens, with a slash at the end
}

var urlInLog = regexp.MustCompile(`msg=serving .*url=(\S+)`)

// start runs a command that serves, and returns when it listens.
func start(t *testing.T, dir string, args ...string) *running {
	t.Helper()
	cmd := program(t, dir, args...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	r := &running{cmd: cmd, log: bufio.NewScanner(stderr)}
	r.url = urlInLog.FindStringSubmatch(r.logged(t, "msg=serving "))[1]
	return r
}

// logged reads the log up to a line that contains the text.
func (r *running) logged(t *testing.T, text string) string {
	t.Helper()
	var before strings.Builder
	for r.log.Scan() {
		if strings.Contains(r.log.Text(), text) {
			return r.log.Text()
		}
		before.WriteString(r.log.Text() + "\n")
	}
	t.Fatalf("the log ended without %q:\n%s", text, before.String())
	return ""
}

// stop sends a signal and returns the exit code.
func (r *running) stop(t *testing.T, s os.Signal) int {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	for r.log.Scan() {
	}
	r.cmd.Wait()
	return r.cmd.ProcessState.ExitCode()
}

// get returns the status and body of an address of the program.
func (r *running) get(t *testing.T, path string) (int, string) {
	t.Helper()
	resp, err := http.Get(r.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	gerrit := emptyGerrit(t).URL
	write(t, dir, "c.yml", fastConfig(gerrit))
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--log.level=debug")
			r.logged(t, "task started") // not yet polled, perhaps, but all that follows must work
			for path, want := range map[string]string{
				"-/healthy":    "headway is healthy.\n",
				"api/v1/goals": `{"goals":[{"goal":"g","title":"g",`,
				"metrics":      "\nheadway_build_info{",
			} {
				if code, body := r.get(t, path); code != http.StatusOK || !strings.Contains(body, want) {
					t.Errorf("GET /%s: %d\n%s\nwant 200 and %s", path, code, body, want)
				}
			}
			locked := headway(t, dir, "status", "--config.file=c.yml")
			if want := "headway: open database headway.db: the database is in use by another process: stop it, or read the running server with --url\n"; locked.code != 2 || locked.stderr != want {
				t.Errorf("status of a database in use: %+v, want exit code 2 and %s", locked, want)
			}
			if got := headway(t, dir, "status", "--url="+r.url); got.code != 0 || !strings.Contains(got.stdout, "all projects") {
				t.Errorf("status --url: %+v", got)
			}
			if code := r.stop(t, signal); code != 0 {
				t.Errorf("exit code %d after %v, want 0", code, signal)
			}
			db, err := store.Open(filepath.Join(dir, "headway.db"), store.Options{Gerrit: gerrit})
			if err != nil {
				t.Fatalf("the database is not usable after a stop: %v", err)
			}
			db.Close()
		})
	}
}

// TestServeBecomesReady follows the first poll: not ready before it, ready and
// served as status and pages show it after.
func TestServeBecomesReady(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0",
		"--web.external-url=https://site.example.org/progress/")
	r.logged(t, `msg="poll done"`)
	r.url += "progress/"
	if code, body := r.get(t, "-/ready"); code != http.StatusOK {
		t.Errorf("GET /-/ready after a poll: %d %s", code, body)
	}
	if code, body := r.get(t, "metrics"); code != http.StatusOK || !strings.Contains(body, `headway_polls_total{goal="g",result="ok"} 1`) {
		t.Errorf("GET /metrics after a poll: %d without the poll:\n%s", code, body)
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if got := headway(t, dir, "status", "--config.file=c.yml"); got.code != 0 || !strings.Contains(got.stdout, "no changes uploaded so far; as of 2") {
		t.Errorf("status from the database: %+v", got)
	}
}

func TestServeRefuses(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig("http://127.0.0.1:1"))
	write(t, dir, "bad-web.yml", "tls_server_confg: {}\n")
	for _, tc := range []struct {
		name, flag, stderr string
	}{
		{"a bad address", "--web.listen-address=127.0.0.1:x", "headway: listen tcp: lookup tcp/x: unknown port\n"},
		{"a bad web configuration", "--web.config.file=bad-web.yml", "headway: web configuration bad-web.yml: "},
		{"a bad external URL", "--web.external-url=site.example.org", `"site.example.org" is not an http or https URL`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", tc.flag)
			if got.code != 2 || !strings.Contains(got.stderr, tc.stderr) {
				t.Errorf("got %+v, want exit code 2 and %q", got, tc.stderr)
			}
		})
	}
}

// heldCollector is a collector that is asked and does not answer yet.
type heldCollector struct {
	asked   atomic.Int32
	release chan struct{}
}

var heldDesc = prometheus.NewDesc("held", "Help.", nil, nil)

func (c *heldCollector) Describe(ch chan<- *prometheus.Desc) { ch <- heldDesc }

func (c *heldCollector) Collect(ch chan<- prometheus.Metric) {
	c.asked.Add(1)
	<-c.release
	ch <- prometheus.MustNewConstMetric(heldDesc, prometheus.GaugeValue, 1)
}

func TestNoScrapeIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := &heldCollector{release: make(chan struct{})}
		registry := prometheus.NewRegistry()
		registry.MustRegister(held)
		handler := metricsHandler(registry, slog.New(slog.DiscardHandler))
		var scrapes sync.WaitGroup
		for range 50 {
			scrapes.Go(func() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
				if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "\nheld 1\n") {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		synctest.Wait()
		close(held.release)
		scrapes.Wait()
		if got := held.asked.Load(); got != 1 {
			t.Errorf("gathered %d times for scrapes at the same time, want once", got)
		}
	})
}
