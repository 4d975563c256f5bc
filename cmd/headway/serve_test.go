package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

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
	r := begin(t, program(t, dir, args...))
	r.url = urlInLog.FindStringSubmatch(r.logged(t, "msg=serving "))[1]
	return r
}

// begin starts a command whose log is read, and kills it when the test ends.
func begin(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return &running{cmd: cmd, log: bufio.NewScanner(stderr)}
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
	r.signal(t, s)
	return r.ended()
}

func (r *running) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// ended waits for the end of the program and returns its exit code.
func (r *running) ended() int {
	for r.log.Scan() {
	}
	r.cmd.Wait()
	return r.cmd.ProcessState.ExitCode()
}

// get returns the status and body of an address of the program.
// get asks for an answer that is not of before the last poll.
func (r *running) get(t *testing.T, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cache-Control", "max-age=0")
	resp, err := http.DefaultClient.Do(req)
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
			r.logged(t, `"task started" task=hangups`) // not yet polled, perhaps, but all that follows must work
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
			if want := "headway: open database headway.db: the database is in use by another process: stop it; status, report, verify and export read a running server with --url\n"; locked.code != 2 || locked.stderr != want {
				t.Errorf("status of a database in use: %+v, want exit code 2 and %s", locked, want)
			}
			if got := headway(t, dir, "status", "--url="+r.url); got.code != 0 || !strings.Contains(got.stdout, "all projects") {
				t.Errorf("status --url: %+v", got)
			}
			r.signal(t, syscall.SIGHUP)
			r.logged(t, "SIGHUP ignored")
			r.signal(t, signal) // once: a second one kills
			r.logged(t, "msg=stopping")
			r.logged(t, "msg=stopped")
			if code := r.ended(); code != 0 {
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

// TestOperatorAddress wants what operators ask answered at their address alone.
func TestOperatorAddress(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--web.operator-address=127.0.0.1:0")
	_, at, _ := strings.Cut(r.logged(t, `msg="serving operators"`), " url=")
	operators := running{url: strings.TrimSpace(at)}
	if code, body := operators.get(t, "metrics"); code != http.StatusOK || !strings.Contains(body, "\nheadway_build_info{") {
		t.Errorf("their /metrics: %d\n%s", code, body)
	}
	if got := headway(t, dir, "healthcheck", "--url="+operators.url); !strings.Contains(got.stdout+got.stderr, "ready") {
		t.Errorf("healthcheck: %+v", got)
	}
	for path, want := range map[string]int{"metrics": 404, "-/healthy": 404, "-/ready": 404, "api/v1/goals": 200} {
		if code, _ := r.get(t, path); code != want {
			t.Errorf("readers get /%s: %d, want %d", path, code, want)
		}
	}
	taken := headway(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--web.operator-address="+strings.Trim(strings.TrimPrefix(operators.url, "http:"), "/"), "--storage.path=none.db")
	if taken.code != 2 || !strings.Contains(taken.stderr, "headway: --web.operator-address: listen tcp 127.0.0.1:") {
		t.Errorf("an address in use: %+v", taken)
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("a database was made before the addresses were had")
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
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
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	for _, tc := range []struct {
		name, flag, stderr string
	}{
		{"a port in use", "--web.listen-address=" + used.Addr().String(), used.Addr().String() + ": bind: address already in use\n"},
		{"a bad address", "--web.listen-address=127.0.0.1:x", "headway: listen tcp: lookup tcp/x: unknown port\n"},
		{"a bad web configuration", "--web.config.file=bad-web.yml", "headway: web configuration bad-web.yml: "},
		{"a bad external URL", "--web.external-url=site.example.org", `not an address of the web: "site.example.org"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, dir, "serve", "--config.file=c.yml", "--storage.path=none.db", "--web.listen-address=127.0.0.1:0", tc.flag)
			if got.code != 2 || !strings.Contains(got.stderr, tc.stderr) {
				t.Errorf("got %+v, want exit code 2 and %q", got, tc.stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
				t.Error("it made a database that nothing will ever be in")
			}
		})
	}
}
