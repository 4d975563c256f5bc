package answers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Version names everything that answers are made from besides their address.
type Version struct {
	Revision     uint64 // of the snapshot
	Testimonials uint64 // how many sets of them there have been
	Minute       int64  // ages move with it
}

// Config says what a Cache stands before. Only Maker and Version are required.
type Config struct {
	// Maker makes the answers. It gets GET requests that have an address, the
	// headers below and nothing else: no host, and a context that does not end.
	// Only successes and redirects are kept, and not if Fleeting was called.
	Maker http.Handler

	// Version is asked at each request, so it must be quick. It is never called
	// twice at once.
	Version func() Version

	// Busy answers a reader whom there is no room for, with 503 and the reader's words.
	// Retry-After and Cache-Control are set. nil: a sentence.
	Busy http.Handler

	Headers []string         // of requests, that change an answer
	Bytes   int64            // kept at most; 0: nothing is
	Now     func() time.Time // nil: time.Now
	Logger  *slog.Logger     // nil: nothing is logged
}

// Cache answers GET and HEAD requests. It may be used by many goroutines.
type Cache struct {
	cfg      Config
	flights  singleflight.Group // by version and address
	regulars *lane              // to addresses that were asked for before
	others   *lane
	loans    loans
	counts   counts
	moved    chan struct{} // wakes Run

	mu      sync.Mutex // guards what follows
	version Version
	count   uint64 // of versions
	shelf   *shelf
	again   []address // to be made again for this version
	running bool      // Run makes them
}

// New returns a Cache that keeps nothing yet.
func New(cfg Config) *Cache {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Cache{cfg: cfg, shelf: newShelf(cfg.Bytes), regulars: newLane(1), others: newLane(atOnce()), moved: make(chan struct{}, 1)}
}

// ServeHTTP answers with what is kept, or has it made.
func (c *Cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := c.answer(r.Context(), c.address(r), r.Header.Get("Cache-Control") == current)
	switch {
	case errors.Is(err, errBusy):
		c.refuse(w, r)
		return
	case err != nil: // the reader has gone
		return
	}
	if !c.loans.take(a) {
		c.refuse(w, r)
		return
	}
	defer c.loans.giveBack(a)
	if err := a.send(w, r); err != nil {
		c.cfg.Logger.Debug("send answer", "path", r.URL.Path, "err", err)
	}
}

// refuse asks a reader to come back later.
func (c *Cache) refuse(w http.ResponseWriter, r *http.Request) {
	c.counts.refused.Add(1)
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(int(patience/time.Second)))
	h.Set("Cache-Control", "no-store")
	if c.cfg.Busy != nil {
		c.cfg.Busy.ServeHTTP(w, r)
		return
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprintln(w, "There are too many requests at the moment. Please come back in a few seconds.")
}

// address is a canonical address.
type address struct {
	key    string
	url    url.URL
	header http.Header // that changes the answer; nil: none
}

func (c *Cache) address(r *http.Request) address {
	a := address{url: url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}}
	if r.URL.RawQuery != "" {
		if values, err := url.ParseQuery(r.URL.RawQuery); err == nil {
			a.url.RawQuery = values.Encode()
		}
	}
	a.key = a.url.EscapedPath()
	if a.url.RawQuery != "" {
		a.key += "?" + a.url.RawQuery
	}
	for _, name := range c.cfg.Headers {
		if value := r.Header.Get(name); value != "" {
			if a.header == nil {
				a.header = http.Header{}
			}
			a.header.Set(name, value)
			a.key += "\n" + name + ": " + value // no address has a line feed
		}
	}
	return a
}

// current is the Cache-Control of a request that wants no old answer: of a page that is
// loaded again, and of programs that compare answers.
const current = "max-age=0"

// answer returns the answer at an address: the one that is kept, or that which is
// being made. When ctx ends it is still made, for the others who wait.
func (c *Cache) answer(ctx context.Context, at address, insists bool) (*answer, error) {
	c.mu.Lock()
	c.look()
	now := c.cfg.Now()
	kept, since, regular := c.shelf.ask(at.key, now)
	if !since.IsZero() && (insists || !c.running || !within(now.Sub(since), bridge)) {
		kept = nil
	}
	count := c.count
	c.mu.Unlock()
	if kept != nil {
		c.counts.kept.Add(1)
		return kept, nil
	}
	c.counts.made.Add(1)
	l := c.others
	if regular {
		l = c.regulars
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case flight := <-c.fly(at, count, l):
		if flight.Shared { // so it was asked for more than once
			c.mu.Lock()
			c.shelf.ask(at.key, c.cfg.Now())
			c.mu.Unlock()
		}
		a, _ := flight.Val.(*answer)
		return a, flight.Err
	}
}

// fly has an answer made, at most once at a time.
func (c *Cache) fly(at address, count uint64, l *lane) <-chan singleflight.Result {
	return c.flights.DoChan(strconv.FormatUint(count, 10)+at.key, func() (any, error) {
		// The last flight may have ended since somebody looked.
		if kept := c.kept(at.key, count); kept != nil {
			return kept, nil
		}
		if !l.enter() {
			return nil, errBusy
		}
		defer l.leave()
		made := c.make(at)
		if made.lasting() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.count == count {
				c.shelf.put(at, made, c.cfg.Now())
			}
		}
		return made, nil
	})
}

func (c *Cache) kept(key string, count uint64) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count != count {
		return nil
	}
	return c.shelf.peek(key)
}

// look drops all answers if they are of an old version. The caller holds mu.
func (c *Cache) look() {
	if v := c.cfg.Version(); v != c.version {
		c.version = v
		c.count++
		c.again = c.shelf.turn(c.cfg.Now(), c.running)
		select {
		case c.moved <- struct{}{}:
		default:
		}
	}
}

// within reports whether an age is below a bound. A clock may be set back.
func within(age, bound time.Duration) bool { return age >= 0 && age < bound }
