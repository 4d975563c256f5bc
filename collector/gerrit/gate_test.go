package gerrit_test

import (
	"context"
	"errors"
	"net/http"
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
