package webserver_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/eventlet-removal/headway/cmd/headway/webserver"
)

// TestPanicIsLogged: what panics outside the pages is an error in the log, with where.
func TestPanicIsLogged(t *testing.T) {
	var log bytes.Buffer
	ended := make(chan error)
	s, err := webserver.Plain("test", "127.0.0.1:0", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }),
		slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		t.Fatal(err)
	}
	go func() { ended <- s.Run(t.Context()) }()
	if _, err := http.Get(s.Address()); err == nil {
		t.Error("a panic was answered")
	}
	s.Close()
	<-ended
	if got := log.String(); !strings.Contains(got, `level=ERROR msg="web server" err="http: panic serving 127.0.0.1:`) || !strings.Contains(got, ": boom\"") || !strings.Contains(got, "stack=\"goroutine ") {
		t.Errorf("log: %s", got)
	}
}

// exhausted is a listener of a process without descriptors, for some tries.
type exhausted struct{ tries int }

func (l *exhausted) Accept() (net.Conn, error) {
	if l.tries == 0 {
		return nil, net.ErrClosed
	}
	l.tries--
	return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
}
func (*exhausted) Close() error   { return nil }
func (*exhausted) Addr() net.Addr { return &net.TCPAddr{} }

// TestFailures: net/http's own messages, at their levels. That connections can't be taken
// is said every half minute, and how often it happened since.
func TestFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		server := webserver.Bounded(nil, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo})))
		if err := server.Serve(&exhausted{tries: 70}); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 3 || !strings.Contains(lines[0], "level=ERROR") || !strings.Contains(lines[0], "accept4: too many open files; retrying in 5ms") || strings.Contains(lines[0], "not_logged") || !strings.Contains(lines[1], "not_logged=3") {
			t.Errorf("log of more than a minute without descriptors:\n%s", log.String())
		}
	})
	for text, want := range map[string]string{
		"http: TLS handshake error from 10.0.0.1:1: EOF\n":         "DEBUG",
		"http2: server connection error from 10.0.0.1: x\n":        "DEBUG",
		"http2: panic serving 10.0.0.1: boom\ngoroutine 1\n":       "ERROR",
		"http: superfluous response.WriteHeader call from x\n":     "ERROR",
		"http: response.Write on hijacked connection from x (y)\n": "ERROR",
	} {
		var log bytes.Buffer
		webserver.Bounded(nil, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))).ErrorLog.Print(text)
		if !strings.Contains(log.String(), "level="+want) {
			t.Errorf("%q: %s", text, log.String())
		}
	}
}
