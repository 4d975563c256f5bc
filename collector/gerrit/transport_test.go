package gerrit_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

func TestOneRequestAtATimeToAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int32
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-time.After(300 * time.Millisecond)
			inside.Add(-1)
			document(`"3.10.2"`).ServeHTTP(w, r)
		})
		fast := func(cfg *gerrit.Config) { cfg.RequestsPerSecond = 1000 }
		askAll(t, s.client(t, fast), s.client(t, fast), s.client(t, fast, func(cfg *gerrit.Config) {
			cfg.URL = strings.ToUpper("http://"+s.host) + "/r"
		}))
		if most.Load() != 1 || len(s.requests()) != 9 {
			t.Errorf("%d of %d requests were in the server at once", most.Load(), len(s.requests()))
		}
	})
}

func TestHostsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var both sync.WaitGroup
		both.Add(2)
		meet := func(w http.ResponseWriter, r *http.Request) {
			both.Done()
			both.Wait() // only when the other server has its request too
			document(`"3.10.2"`).ServeHTTP(w, r)
		}
		var asked sync.WaitGroup
		for _, client := range []*gerrit.Client{serve(t, meet).client(t), serve(t, meet).client(t)} {
			asked.Go(func() { client.Version(t.Context()) })
		}
		asked.Wait()
	})
}

// askAll asks each client three times at once.
func askAll(t *testing.T, clients ...*gerrit.Client) {
	t.Helper()
	var asked sync.WaitGroup
	for _, client := range clients {
		for range 3 {
			asked.Go(func() {
				if _, err := client.Version(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
	asked.Wait()
}

func TestSlowestRateHoldsForAHost(t *testing.T) {
	for name, rates := range map[string][]float64{"slow first": {0.5, 1}, "slow last": {1, 0.5}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var times []time.Time
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					times = append(times, time.Now())
					document(`"3.10.2"`).ServeHTTP(w, r)
				})
				var clients []*gerrit.Client
				for _, rate := range rates {
					clients = append(clients, s.client(t, func(cfg *gerrit.Config) { cfg.RequestsPerSecond = rate }))
				}
				askAll(t, clients...)
				if len(times) != 6 {
					t.Fatalf("%d requests", len(times))
				}
				for i := 1; i < len(times); i++ {
					// The fake clock is exact; the limiter counts in fractions.
					if gap := times[i].Sub(times[i-1]).Round(time.Millisecond); gap != 2*time.Second {
						t.Errorf("request %d came %v after the one before", i, gap)
					}
				}
			})
		})
	}
}

func TestCanceledWhileWaiting(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		{"cancelled", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, context.Canceled},
		{"a deadline before its turn", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, context.DeadlineExceeded},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, document(`"3.10.2"`).ServeHTTP)
				observed := 0
				client := s.client(t, func(cfg *gerrit.Config) {
					cfg.RequestsPerSecond = 0.01
					cfg.Observe = func(gerrit.Request) { observed++ }
				})
				if _, err := client.Version(t.Context()); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := test.end(t.Context())
				defer cancel()
				start := time.Now()
				_, err := client.Version(ctx)
				var failed *gerrit.Error
				if !errors.Is(err, test.want) || !errors.As(err, &failed) || failed.Temporary() {
					t.Errorf("got error %v", err)
				}
				if waited := time.Since(start); waited > time.Second {
					t.Errorf("waited %v", waited)
				}
				if len(s.requests()) != 1 || observed != 1 {
					t.Errorf("%d requests, %d observed, want only the first", len(s.requests()), observed)
				}
			})
		})
	}
}

func TestTimeoutHoldsForTheBodyToo(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
	}{
		{"no header", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"half a body", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, ")]}'\n[")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
		{"half an error's body", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(502)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, test.answer)
				var seen []gerrit.Request
				client := s.client(t, func(cfg *gerrit.Config) {
					cfg.Timeout = 10 * time.Second
					cfg.Observe = func(r gerrit.Request) { seen = append(seen, r) }
				})
				_, err := client.Version(t.Context())
				if err == nil || !strings.Contains(err.Error(), "no complete answer within 10s (3 tries)") {
					t.Errorf("got error %v", err)
				}
				// Our own timeout must not look like the caller's.
				if errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v is taken for the context's end", err)
				}
				for i, r := range seen {
					if r.Code != 0 || r.Duration != 10*time.Second || r.Retry != (i > 0) {
						t.Errorf("request %d observed as %+v", i, r)
					}
				}
				if len(seen) != 3 {
					t.Errorf("observed %d requests", len(seen))
				}
			})
		})
	}
}

func TestLongBodies(t *testing.T) {
	pack := func(size int) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		fmt.Fprint(w, ")]}'\n\"")
		w.Write(bytes.Repeat([]byte("a"), size))
		fmt.Fprint(w, "\"\n")
		w.Close()
		return out.Bytes()
	}
	for _, test := range []struct {
		name  string
		size  int
		wrong string
	}{
		{"gzip is inflated", 1000, ""},
		{"a small answer that unpacks to 8 MiB", 8 << 20, "the answer is longer than 1048576 bytes"},
	} {
		packed := pack(test.size)
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Accept-Encoding") != "gzip" {
						t.Errorf("asked for encoding %q", r.Header.Get("Accept-Encoding"))
					}
					w.Header().Set("Content-Type", "application/json")
					w.Header().Set("Content-Encoding", "gzip")
					w.Write(packed)
				})
				var seen gerrit.Request
				client := s.client(t, func(cfg *gerrit.Config) {
					cfg.MaxBody = 1 << 20
					cfg.Observe = func(r gerrit.Request) { seen = r }
				})
				_, err := client.Version(t.Context())
				switch {
				case test.wrong == "" && err != nil:
					t.Error(err)
				case test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)):
					t.Errorf("got error %v, want %q", err, test.wrong)
				}
				// Both the read and the buffer end one byte past the limit.
				if want := int64(min(test.size+8, 1<<20+1)); seen.Bytes != want || seen.Code != 200 {
					t.Errorf("observed %+v, want %d bytes", seen, want)
				}
				if n := len(s.requests()); n != 1 {
					t.Errorf("made %d requests", n)
				}
			})
		})
	}
}

// TestLongErrorPage: of an error's body only the start is read, and its length
// does not hide the status.
func TestLongErrorPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := html(403)
		page.body = strings.Repeat("x", 1<<20)
		var seen gerrit.Request
		client := serve(t, page.ServeHTTP).client(t, func(cfg *gerrit.Config) {
			cfg.MaxBody = 1 << 19
			cfg.Observe = func(r gerrit.Request) { seen = r }
		})
		_, err := client.Version(t.Context())
		if err == nil || !strings.Contains(err.Error(), "403 Forbidden (text/html)") {
			t.Errorf("got error %v", err)
		}
		if seen.Code != 403 || seen.Bytes != 64<<10+1 {
			t.Errorf("observed %+v", seen)
		}
	})
}

// TestErrorsKeepTheConnection is about go-gerrit: it never closes the body of an
// error, so that 20 answers of 502 would hold 20 connections and their goroutines.
func TestErrorsKeepTheConnection(t *testing.T) {
	for _, status := range []int{502, 403} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			var conns atomic.Int32
			page := strings.Repeat("<p>The server is away.</p>", 1000)
			ts := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(status)
				fmt.Fprint(w, page)
			}))
			ts.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					conns.Add(1)
				}
			}
			ts.Start()
			defer ts.Close()
			transport := &counting{base: &http.Transport{}}
			client, err := gerrit.New(gerrit.Config{
				URL: ts.URL, RequestsPerSecond: 1000, Timeout: time.Minute,
				RetryPause: time.Microsecond, Transport: transport,
			})
			if err != nil {
				t.Fatal(err)
			}
			for transport.opened.Load() < 20 {
				if _, err := client.Version(t.Context()); err == nil {
					t.Fatal("no error")
				}
			}
			if n := conns.Load(); n != 1 {
				t.Errorf("%d answers took %d connections", transport.opened.Load(), n)
			}
			if opened, closed := transport.opened.Load(), transport.closed.Load(); opened != closed {
				t.Errorf("%d bodies opened, %d closed", opened, closed)
			}
		})
	}
}

// TestNothingIsLeftRunning rests on synctest.Test, which fails when a goroutine
// outlives the bubble.
func TestNothingIsLeftRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, html(502).ServeHTTP)
		client := s.client(t)
		for range 7 {
			if _, err := client.Version(t.Context()); err == nil {
				t.Fatal("no error")
			}
		}
		if asked, dials := len(s.requests()), s.dials.Load(); asked != 21 || dials != 1 {
			t.Errorf("%d requests over %d connections", asked, dials)
		}
	})
}

// counting counts the bodies that are opened and closed.
type counting struct {
	base           http.RoundTripper
	opened, closed atomic.Int32
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	c.opened.Add(1)
	resp.Body = closeOnce{resp.Body, sync.OnceFunc(func() { c.closed.Add(1) })}
	return resp, nil
}

type closeOnce struct {
	readCloser
	closed func()
}

type readCloser interface {
	Read([]byte) (int, error)
	Close() error
}

func (b closeOnce) Close() error {
	b.closed()
	return b.readCloser.Close()
}

func TestRedirects(t *testing.T) {
	for _, test := range []struct {
		name, base, target string
		want               string // in the error; "" for a good answer
		asked              int
	}{
		{"path on the host", "/old/", "/r/config/server/version", "", 2},
		{"other host", "/old/", "https://login.example.org/openid?token=secret", "refused a redirect to another host, https://login.example.org/openid", 1},
		{"login on the host", "/old/", "/login/%23%2Fq", "the server wants a login: it redirects to ", 1},
		{"for ever", "/old/", "/old/config/server/version", "stopped after 3 redirects", 4},
		{"to a page", "/old/", "/home", "redirected to /home: an HTML page answered", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case strings.HasPrefix(r.URL.Path, test.base):
						http.Redirect(w, r, test.target, http.StatusFound)
					case strings.HasPrefix(r.URL.Path, "/r/"):
						document(`"3.10.2"`).ServeHTTP(w, r)
					default:
						html(200).ServeHTTP(w, r)
					}
				})
				s.base = test.base
				_, err := s.client(t).Version(t.Context())
				switch {
				case test.want == "" && err != nil:
					t.Error(err)
				case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
					t.Errorf("got error %v, want %q", err, test.want)
				case err != nil && strings.Contains(err.Error(), "secret"):
					t.Errorf("%v shows the target's query", err)
				}
				if n := len(s.requests()); n != test.asked {
					t.Errorf("made %d requests, want %d", n, test.asked)
				}
			})
		})
	}
}

func TestRedirectAwayFromHTTPS(t *testing.T) {
	plain := httptest.NewServer(document(`"3.10.2"`))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL+r.URL.Path, http.StatusFound)
	}))
	defer secure.Close()
	client, err := gerrit.New(gerrit.Config{
		URL: secure.URL, RequestsPerSecond: 1000, Timeout: time.Minute, Transport: secure.Client().Transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Version(t.Context())
	if err == nil || !strings.Contains(err.Error(), "refused a redirect away from https") {
		t.Errorf("got error %v", err)
	}
}

func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ahead := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
		s := serve(t, inTurn(
			http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				<-time.After(time.Second)
				w.Header()["Date"] = nil
				html(503).ServeHTTP(w, r)
			}),
			reply{kind: "application/json", body: ")]}'\n\"3.10.2\"\n", header: map[string]string{"Date": ahead}},
		))
		var seen []gerrit.Request
		client := s.client(t, func(cfg *gerrit.Config) {
			cfg.Observe = func(r gerrit.Request) { seen = append(seen, r) }
		})
		if _, err := client.Version(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 2 {
			t.Fatalf("observed %d requests", len(seen))
		}
		first, second := seen[0], seen[1]
		if want := (gerrit.Request{Code: 503, Duration: time.Second, Bytes: 43}); first != want {
			t.Errorf("first is %+v, want %+v", first, want)
		}
		// The header was written two or three seconds before.
		if second.Code != 200 || second.Bytes != 14 || !second.Retry || !second.HasDate ||
			second.ClockSkew > 90*time.Second || second.ClockSkew < 85*time.Second {
			t.Errorf("second is %+v", second)
		}
	})
}
