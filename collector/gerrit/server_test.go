package gerrit_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

// server is a real net/http server whose connections are pipes in memory, so that
// it works in a synctest bubble, where all time is fake.
type server struct {
	host  string
	base  string // path prefix of the client's URL
	dials atomic.Int32
	conns chan net.Conn
	done  chan struct{}

	mu   sync.Mutex
	seen []*http.Request
}

// hosts gives each server a name of its own, because clients of one host share
// its gate for the life of the process.
var hosts atomic.Int32

func serve(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{
		host:  fmt.Sprintf("gerrit-%d.example", hosts.Add(1)),
		base:  "/",
		conns: make(chan net.Conn),
		done:  make(chan struct{}),
	}
	web := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, r)
		s.mu.Unlock()
		answer(w, r)
	})}
	go web.Serve(s)
	t.Cleanup(func() { web.Close() })
	return s
}

func (s *server) Accept() (net.Conn, error) {
	select {
	case conn := <-s.conns:
		return conn, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *server) Close() error   { close(s.done); return nil }
func (s *server) Addr() net.Addr { return &net.UnixAddr{Name: s.host, Net: "pipe"} }

// transport dials the server, whatever the address.
func (s *server) transport(t *testing.T) *http.Transport {
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		select {
		case s.conns <- theirs:
			s.dials.Add(1)
			return ours, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// client gives a client of the server; change may edit its configuration.
func (s *server) client(t *testing.T, change ...func(*gerrit.Config)) *gerrit.Client {
	t.Helper()
	cfg := gerrit.Config{
		URL:               "http://" + s.host + s.base,
		RequestsPerSecond: 1,
		Timeout:           time.Minute,
		UserAgent:         "headway/test (+https://example.org/)",
		Transport:         s.transport(t),
	}
	for _, edit := range change {
		edit(&cfg)
	}
	client, err := gerrit.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// requests returns what came in so far.
func (s *server) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.seen...)
}

// reply is one answer of a server.
type reply struct {
	status int // 0: 200
	kind   string
	body   string
	header map[string]string
}

func (p reply) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", p.kind)
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	fmt.Fprint(w, p.body)
}

func document(body string) reply {
	return reply{kind: "application/json;charset=utf-8", body: ")]}'\n" + body + "\n"}
}

func line(status int, text string) reply {
	return reply{status: status, kind: "text/plain;charset=utf-8", body: text + "\n"}
}

func html(status int) reply {
	return reply{status: status, kind: "text/html; charset=iso-8859-1", body: "<!DOCTYPE HTML>\n<html><h1>Sorry</h1></html>"}
}

// inTurn answers the first request with the first reply and so on; the last one
// stays.
func inTurn(replies ...http.Handler) http.HandlerFunc {
	var next atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		replies[min(int(next.Add(1)), len(replies))-1].ServeHTTP(w, r)
	}
}

// change is the JSON of a minimal change; extra is more of its fields.
func change(number int, updated, extra string) string {
	if extra != "" {
		extra = "," + strings.TrimPrefix(extra, ",")
	}
	return fmt.Sprintf(`{"_number":%d,"project":"openstack/nova","status":"NEW",`+
		`"created":"2026-01-01 00:00:00.000000000","updated":%q%s}`, number, updated, extra)
}

func list(elements ...string) reply {
	return document("[" + strings.Join(elements, ",\n") + "]")
}
