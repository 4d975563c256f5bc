package gerrit_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

func TestRetrySucceeds(t *testing.T) {
	for _, test := range []struct {
		name  string
		first reply
	}{
		{"bad gateway", html(502)},
		{"server's deadline", line(408, "Client Provided Deadline Exceeded")},
		{"cut short", reply{kind: "application/json", body: ")]}'\n[{"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, inTurn(test.first, test.first, list(change(1, "2026-01-05 10:00:00", ""))))
				start := time.Now()
				got, err := s.client(t).List(t.Context(), "topic:x", time.Time{})
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Changes) != 1 || got.Pages != 1 || len(s.requests()) != 3 {
					t.Errorf("got %+v with %d requests", got, len(s.requests()))
				}
				// 2 s and 4 s, each give or take a half.
				if took := time.Since(start); took < 3*time.Second || took > 9*time.Second {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for _, test := range []struct {
		name          string
		header        func() map[string]string
		atLeast, most time.Duration
	}{
		{"seconds", func() map[string]string { return map[string]string{"Retry-After": "40"} }, 40 * time.Second, 41 * time.Second},
		{"date", func() map[string]string { return map[string]string{"Retry-After": now(50 * time.Second)} }, 49 * time.Second, 51 * time.Second},
		{"date of a server that is an hour ahead", func() map[string]string {
			return map[string]string{"Date": now(time.Hour), "Retry-After": now(time.Hour + 30*time.Second)}
		}, 30 * time.Second, 31 * time.Second},
		{"date that is past", func() map[string]string { return map[string]string{"Retry-After": now(-time.Hour)} }, time.Second, 3 * time.Second},
		{"two minutes", func() map[string]string { return map[string]string{"Retry-After": "120"} }, 2 * time.Minute, 2 * time.Minute},
		{"nonsense", func() map[string]string { return map[string]string{"Retry-After": "-5 soon"} }, time.Second, 3 * time.Second},
		{"shorter than our own pause", func() map[string]string { return map[string]string{"Retry-After": "0"} }, time.Second, 3 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				busy := line(429, "slow down")
				busy.header = test.header()
				s := serve(t, inTurn(busy, document(`"3.10.2"`)))
				start := time.Now()
				if _, err := s.client(t).Version(t.Context()); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < test.atLeast || took > test.most {
					t.Errorf("waited %v, want %v to %v", took, test.atLeast, test.most)
				}
			})
		})
	}
}

// What a server asks for is the least that we wait: where that is too long for one
// poll, the request fails at once, and until then nobody asks that server anything,
// but for an hour at most.
func TestLongRetryAfter(t *testing.T) {
	now := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for _, test := range []struct {
		name   string
		status int
		header func() map[string]string
		wait   time.Duration
	}{
		{"a second too long", 429, func() map[string]string { return map[string]string{"Retry-After": "121"} }, 121 * time.Second},
		{"an hour", 503, func() map[string]string { return map[string]string{"Retry-After": "3600"} }, time.Hour},
		{"a date", 429, func() map[string]string { return map[string]string{"Retry-After": now(47 * time.Minute)} }, 47 * time.Minute},
		{"a date by another clock", 503, func() map[string]string {
			return map[string]string{"Date": now(-8 * time.Hour), "Retry-After": now(-8*time.Hour + 15*time.Minute)}
		}, 15 * time.Minute},
		{"of an error that we would not repeat", 403, func() map[string]string { return map[string]string{"Retry-After": "900"} }, 15 * time.Minute},
		{"a second more than an hour", 429, func() map[string]string { return map[string]string{"Retry-After": "3601"} }, 3601 * time.Second},
		{"a year", 503, func() map[string]string { return map[string]string{"Retry-After": "31536000"} }, 365 * 24 * time.Hour},
		{"a date in a century", 503, func() map[string]string { return map[string]string{"Retry-After": now(876000 * time.Hour)} }, 876000 * time.Hour},
		{"more than a Duration holds", 429, func() map[string]string { return map[string]string{"Retry-After": "99999999999"} }, (1<<31 - 1) * time.Second},
		{"more than a number holds", 429, func() map[string]string { return map[string]string{"Retry-After": "99999999999999999999"} }, (1<<31 - 1) * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				busy := line(test.status, "slow down")
				busy.header = test.header()
				s := serve(t, inTurn(busy, document(`"3.10.2"`)))
				client, other := s.client(t), s.client(t)
				start := time.Now()
				const instant = "2006-01-02 15:04:05 UTC"
				until, closed := start.Add(test.wait).UTC().Format(instant), min(test.wait, time.Hour)
				if closed < test.wait {
					until += ", but headway asks again from " + start.Add(closed).UTC().Format(instant) + " on"
				}
				_, err := client.Version(t.Context())
				if err == nil || !strings.Contains(err.Error(), "slow down; ") || !strings.HasSuffix(err.Error(), "asks for no request before "+until) {
					t.Errorf("got error %v, want it to name %s", err, until)
				}
				<-time.After(closed - time.Second)
				for _, c := range []*gerrit.Client{client, other} {
					_, err := c.Version(t.Context())
					if err == nil || !strings.Contains(err.Error(), "not sent: the server wants a pause") || !strings.HasSuffix(err.Error(), "before "+until) {
						t.Errorf("a second too early: error %v", err)
					}
				}
				if took := time.Since(start); took > closed-time.Second || len(s.requests()) != 1 {
					t.Errorf("took %v with %d requests", took, len(s.requests()))
				}
				<-time.After(time.Second)
				if version, err := other.Version(t.Context()); err != nil || version != "3.10.2" {
					t.Errorf("after the pause: %q, %v", version, err)
				}
			})
		})
	}
}

// A clock that is set back must not make a pause longer: it ends by the monotonic
// clock, of which only the text of a time shows whether it has a reading. (The fake
// time of a bubble never has one.)
func TestPauseEndsByTheMonotonicClock(t *testing.T) {
	for _, seconds := range []string{"121", "3600", "31536000", "99999999999"} {
		t.Run(seconds, func(t *testing.T) {
			busy := line(503, "slow down")
			busy.header = map[string]string{"Retry-After": seconds}
			client := serve(t, busy.ServeHTTP).client(t)
			client.Version(t.Context())
			for _, deadline := range client.Deadlines() {
				if !strings.Contains(deadline.String(), " m=+") {
					t.Errorf("the deadline %s has no monotonic reading", deadline)
				}
			}
		})
	}
}

// TestRetryAfterIsForOnePause: the server's wish does not outlive the pause it was
// meant for, also if what comes then is no answer at all.
func TestRetryAfterIsForOnePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := line(503, "Lock failure")
		busy.header = map[string]string{"Retry-After": "100"}
		cut := reply{kind: "application/json", body: ")]}"}
		s := serve(t, inTurn(busy, cut, document(`"3.10.2"`)))
		start := time.Now()
		if _, err := s.client(t).Version(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 100*time.Second || took > 107*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestOthersGoOnDuringAPause: the turn is given up between two tries.
func TestOthersGoOnDuringAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/version") {
				document(`"3.10.2"`).ServeHTTP(w, r)
				return
			}
			busy := line(503, "Lock failure")
			busy.header = map[string]string{"Retry-After": "100"}
			busy.ServeHTTP(w, r)
		})
		client := s.client(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := client.List(ctx, "topic:x", time.Time{})
			done <- err
		}()
		synctest.Wait()
		start := time.Now()
		if _, err := client.Version(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("waited %v for another request's pause", took)
		}
		cancel()
		err := <-done
		var failed *gerrit.Error
		if !errors.Is(err, context.Canceled) || !errors.As(err, &failed) || failed.Status != 503 {
			t.Errorf("got error %v, want the context's and the answer before", err)
		}
	})
}

func TestCanceledInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.client(t).Version(ctx)
		var failed *gerrit.Error
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failed) || failed.Temporary() {
			t.Errorf("got error %v", err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %v", took)
		}
		if n := len(s.requests()); n != 1 {
			t.Errorf("made %d requests", n)
		}
	})
}

// TestNetworkTroublesNameNoAddress: an error stands on a public page; what the network
// says goes to the log.
func TestNetworkTroublesNameNoAddress(t *testing.T) {
	at := &net.TCPAddr{IP: net.IPv4(10, 9, 8, 7), Port: 8443}
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: at, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, test := range []struct {
		name        string
		err         error
		want, cause string
	}{
		{"refused", refused, "connection refused", "dial tcp 10.9.8.7:8443: connect: connection refused"},
		{"reset", &net.OpError{Op: "read", Net: "tcp", Source: at, Addr: at, Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "connection reset by peer", "read tcp 10.9.8.7:8443->10.9.8.7:8443: read: connection reset by peer"},
		{"by a proxy", &net.OpError{Op: "proxyconnect", Net: "tcp", Err: refused}, "connection refused", "proxyconnect tcp: dial tcp 10.9.8.7:8443: connect: connection refused"},
		{"timeout", &net.OpError{Op: "dial", Net: "tcp", Addr: at, Err: os.ErrDeadlineExceeded}, "i/o timeout", "dial tcp 10.9.8.7:8443: i/o timeout"},
		{"timeout of a proxy", &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Addr: at, Err: os.ErrDeadlineExceeded}}, "i/o timeout", "proxyconnect tcp: dial tcp 10.9.8.7:8443: i/o timeout"},
		{"no such name", &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "inner.example", Server: "10.9.8.7:53"}}, "the server's name can't be resolved", "dial tcp: lookup inner.example on 10.9.8.7:53: no such host"},
		{"certificate", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "the server's certificate can't be verified", "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
		{"anything else", errors.New("EOF"), "EOF", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := serve(t, html(500).ServeHTTP).client(t, func(cfg *gerrit.Config) {
					cfg.Transport = failing{test.err}
				})
				_, err := client.Version(t.Context())
				if want := "version /config/server/version: " + test.want + " (3 tries)"; err == nil || err.Error() != want {
					t.Errorf("got error %v, want %s", err, want)
				}
				if got := gerrit.Cause(fmt.Errorf("poll: %w", err)); got != test.cause {
					t.Errorf("cause is %q, want %q", got, test.cause)
				}
			})
		})
	}
	if got := gerrit.Cause(errors.New("another")); got != "" {
		t.Errorf("cause of another error is %q", got)
	}
}

// failing is a network that never works.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestNoServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		refused := errors.New("connection refused")
		var seen []gerrit.Request
		client := serve(t, html(500).ServeHTTP).client(t, func(cfg *gerrit.Config) {
			cfg.Observe = func(r gerrit.Request) { seen = append(seen, r) }
			cfg.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				dials++
				return nil, refused
			}}
		})
		_, err := client.Version(t.Context())
		var failed *gerrit.Error
		if !errors.Is(err, refused) || !errors.As(err, &failed) || !failed.Temporary() || failed.Status != 0 {
			t.Errorf("got error %v", err)
		}
		if dials != 3 || len(seen) != 3 || seen[0].Code != 0 {
			t.Errorf("%d dials, observed %+v", dials, seen)
		}
	})
}
