package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// gerritServer is a replayed Gerrit on this machine that keeps count.
type gerritServer struct {
	replay *replay.Server
	url    string
	server *http.Server
	open   []int // numbers under review
	rand   *rand.Rand

	mu       sync.Mutex // guards what follows
	requests int
	first    time.Time // when the first request since begin came
	sent     int64     // bytes on the wire, without headers
	tape     *os.File  // where details are written as they were sent; nil: nowhere
}

func startGerrit(topic *replay.Topic, seed uint64) (*gerritServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &gerritServer{replay: replay.New(topic, replay.Config{}), url: "http://" + listener.Addr().String() + "/", rand: rand.New(rand.NewPCG(seed, 2))}
	if g.open, err = g.replay.Query("(" + topic.Selector + ") status:open"); err != nil {
		return nil, err
	}
	g.server = &http.Server{Handler: g, ReadHeaderTimeout: time.Minute}
	go g.server.Serve(listener)
	return g, nil
}

func (g *gerritServer) close() { g.server.Shutdown(context.Background()) }

// ServeHTTP has the replay answer and writes down what it says.
func (g *gerritServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	counted := &counter{ResponseWriter: w}
	g.mu.Lock()
	g.requests++
	if g.first.IsZero() {
		g.first = time.Now()
	}
	if g.tape != nil && r.URL.Query().Has("o") {
		counted.tape = g.tape // the collector asks one thing at a time
	}
	g.mu.Unlock()
	g.replay.ServeHTTP(counted, r)
	g.mu.Lock()
	g.sent += counted.sent
	g.mu.Unlock()
}

// counter counts the bytes of an answer.
type counter struct {
	http.ResponseWriter
	sent int64
	tape io.Writer
}

func (c *counter) Write(p []byte) (int, error) {
	c.sent += int64(len(p))
	if c.tape != nil {
		if _, err := c.tape.Write(p); err != nil {
			return 0, err
		}
	}
	return c.ResponseWriter.Write(p)
}

// record has all details written to a file from now on, as they are sent: gzip, one
// member an answer.
func (g *gerritServer) record(file *os.File) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tape = file
}

// take returns the requests and bytes since it was called last.
func (g *gerritServer) take() (requests int, sent int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	requests, sent = g.requests, g.sent
	g.requests, g.sent = 0, 0
	return requests, sent
}

// begin forgets when the last poll began.
func (g *gerritServer) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.first = time.Time{}
}

// began is when the first request came since begin.
func (g *gerritServer) began() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.first
}

// touch has something said of some open changes.
func (g *gerritServer) touch(count int, at time.Time) error {
	if len(g.open) < count {
		return fmt.Errorf("the topic has %d open changes, fewer than %d", len(g.open), count)
	}
	numbers := slices.Clone(g.open)
	g.rand.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	for _, n := range numbers[:count] {
		c, _ := g.replay.Change(n)
		if err := g.replay.Comment(at, n, c.Owner.ID, "recheck"); err != nil {
			return err
		}
	}
	return nil
}
