//go:build gerrit

package gerrittest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A Server is a running Gerrit that belongs to one test.
type Server struct {
	URL   string // with a slash at its end
	Admin *User  // may do everything

	dir       string // of the site
	log       string // file that takes the daemon's output
	daemon    *process
	reported  string // as its version
	mergeable bool
	files     atomic.Int64 // numbers the files that changes touch, so that none conflicts
}

// An Option changes how Start starts Gerrit.
type Option func(*Server)

// ReportVersion makes the server call itself version, as a release build does.
// Without it the server says "(dev)", because the published jars carry no
// version.
func ReportVersion(version string) Option {
	return func(s *Server) { s.reported = version }
}

// ReportMergeable makes the server report whether open changes are mergeable.
// Neither a new server nor review.opendev.org does.
func ReportMergeable() Option {
	return func(s *Server) { s.mergeable = true }
}

// Start starts Gerrit for t and stops it when t ends. It has no projects but
// Gerrit's own two. Anonymous users may read everything.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	s := &Server{}
	for _, option := range options {
		option(s)
	}
	site := newSite(t, s.reported, s.mergeable)
	s.dir, s.log = site.dir, filepath.Join(site.dir, "console.log")
	s.start(t, site)
	t.Cleanup(func() { s.stop(t) })

	s.Admin = &User{Number: 1000000, Username: "admin", Name: "Administrator", email: "admin@example.com", server: s}
	s.configure(t)
	return s
}

// ready bounds the wait for a daemon, which takes about six seconds on two idle
// cores.
const ready = 2 * time.Minute

// start runs the daemon and returns when it answers. A free port can be taken by
// somebody else before Gerrit binds it: then the next one is tried.
func (s *Server) start(t testing.TB, site *site) {
	t.Helper()
	for range 5 {
		address := freeAddress(t)
		s.URL = "http://" + address + "/"
		site.configure(t, s.URL)
		s.daemon = site.java(t, s.log, "daemon", "-d", site.dir, "--console-log", "--headless")
		err := s.wait()
		if err == nil {
			return
		}
		s.daemon.kill()
		log, _ := os.ReadFile(s.log)
		if !bytes.Contains(log, []byte("Address already in use")) {
			t.Fatalf("gerrittest: %v\n%s", err, log)
		}
	}
	t.Fatal("gerrittest: found no free port")
}

// isReady is what a daemon prints when it serves.
var isReady = regexp.MustCompile(`Gerrit Code Review .* ready`)

// wait waits until the daemon says that it serves, ends or the time is over. To ask at its
// address is not enough: whoever took the port meanwhile may be another test's Gerrit.
func (s *Server) wait() error {
	over := time.After(ready)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if log, err := os.ReadFile(s.log); err == nil && isReady.Match(log) {
			return nil
		}
		select {
		case <-s.daemon.ended:
			return errors.New("the daemon ended before it was ready")
		case <-over:
			return fmt.Errorf("the daemon was not ready within %v", ready)
		case <-tick.C:
		}
	}
}

// stop ends the daemon and shows its log if the test failed.
func (s *Server) stop(t testing.TB) {
	s.daemon.kill()
	if t.Failed() {
		log, err := os.ReadFile(s.log)
		t.Logf("gerrittest: log of Gerrit at %s: %v\n%s", s.URL, err, log)
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("gerrittest: find a free port: %v", err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// A process is a child of ours that is awaited in the background.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended
}

// run starts cmd. The child dies with this process even if a test panics or is
// killed, where the system offers that.
func run(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go awaitOnOneThread(cmd, started, p.ended)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", strings.Join(cmd.Args, " "), err)
	}
	return p, nil
}

// kill ends the process and returns when it is gone. A daemon of a test has
// nothing to save: there is no reason to let it shut down in its own time.
func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.ended
}
