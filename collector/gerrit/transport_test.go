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
