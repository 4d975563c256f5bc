package collector_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// bubble is a collector in a synctest bubble: its Gerrit answers from memory, and
// all time is fake.
type bubble struct {
	t      *testing.T
	gerrit *replay.Server
	db     *store.DB
	config collector.Config
	asked  func(*http.Request) // called for each request, before it is answered
}

// bubbles gives each its own host, because the gate to a host outlives the test.
var bubbles atomic.Int32

func newBubble(t *testing.T, goals ...collector.Goal) *bubble {
	t.Helper()
	b := &bubble{t: t, gerrit: replay.New(&replay.Topic{}, replay.Config{}), asked: func(*http.Request) {}}
	url := fmt.Sprintf("http://bubble-%d.example/", bubbles.Add(1))
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b.db = db
	b.config = collector.Config{
		Gerrit: gerrit.Config{URL: url, RequestsPerSecond: 1e6, Timeout: 24 * time.Hour, Transport: b},
		Goals:  goals,
	}
	b.create(3)
	return b
}

// goal is one that follows the topic.
func goal(name string, schedule cron.Schedule) collector.Goal {
	return collector.Goal{Name: name, Queries: []store.Query{{Text: topic}}, Schedule: schedule, Full: cron.Every(1000 * time.Hour), GoneAfter: time.Hour}
}

func (b *bubble) create(n int) {
	b.t.Helper()
	for range n {
		_, err := b.gerrit.Create(time.Now(), replay.NewChange{Project: "openstack/nova", Subject: "Remove eventlet", Owner: 1, Topic: "eventlet-removal"})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// RoundTrip implements http.RoundTripper.
func (b *bubble) RoundTrip(r *http.Request) (*http.Response, error) {
	b.asked(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	inner := httptest.NewRequest(r.Method, r.URL.RequestURI(), nil)
	rec := httptest.NewRecorder()
	b.gerrit.ServeHTTP(rec, inner)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// run runs a new collector until the returned function is called, which wants Run
// to end without an error.
func (b *bubble) run() (stop func()) {
	b.t.Helper()
	c, err := collector.New(b.config, b.db, collector.NewMetrics(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	return func() {
		b.t.Helper()
		cancel()
		if err := <-done; err != nil {
			b.t.Errorf("run: %v", err)
		}
	}
}

// pass lets fake time pass, and everything happen that happens meanwhile.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// starts are when the polls of a goal began, oldest first, less the bubble's first
// instant.
func (b *bubble) starts(goal string, since time.Time) []time.Duration {
	var all []time.Duration
	for _, p := range slices.Backward(b.db.Snapshot().Polls()) {
		if p.Goal == goal {
			all = append(all, p.Start.Sub(since))
		}
	}
	return all
}

func (b *bubble) wantStarts(goal string, since time.Time, want ...time.Duration) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.starts(goal, since)); diff != "" {
		b.t.Errorf("polls of %s (-want +got):\n%s", goal, diff)
	}
}

// delay makes every request take some fake time, or end with its context.
func delay(d time.Duration) func(*http.Request) {
	return func(r *http.Request) {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
	}
}

func TestRunsOnSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := newBubble(t, goal("g", cron.Every(10*time.Minute)))
		stop := b.run()
		pass(25 * time.Minute)
		stop()
		b.wantStarts("g", began, 0, 10*time.Minute, 20*time.Minute)

		// Started again before the next poll is due, it waits for that.
		stop = b.run()
		pass(9 * time.Minute)
		b.wantStarts("g", began, 0, 10*time.Minute, 20*time.Minute)
		pass(time.Minute)
		stop()
		b.wantStarts("g", began, 0, 10*time.Minute, 20*time.Minute, 35*time.Minute)

		// After a long stop the poll is overdue.
		pass(time.Hour)
		stop = b.run()
		pass(time.Second)
		stop()
		b.wantStarts("g", began, 0, 10*time.Minute, 20*time.Minute, 35*time.Minute, 95*time.Minute)
	})
}

func TestSkipsWhileStillRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := newBubble(t, goal("g", cron.Every(10*time.Minute)))
		var slow atomic.Bool
		slow.Store(true)
		b.asked = func(r *http.Request) {
			if slow.Load() {
				delay(5 * time.Minute)(r) // a first poll makes five requests: 25 minutes
			}
		}
		stop := b.run()
		pass(29 * time.Minute)
		slow.Store(false)
		pass(time.Hour)
		stop()
		if got := b.starts("g", began); len(got) < 3 || got[0] != 0 || got[1] != 30*time.Minute || got[2] != 40*time.Minute {
			t.Errorf("polls at %v: want those at 10m and 20m left out", got)
		}
	})
}

func TestPanicEndsOnePollOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := newBubble(t, goal("g", cron.Every(10*time.Minute)))
		b.asked = func(*http.Request) {
			if now := time.Since(began); now >= 10*time.Minute && now < 11*time.Minute {
				panic("the clock fell from the wall")
			}
		}
		stop := b.run()
		pass(35 * time.Minute)
		stop()
		b.wantStarts("g", began, 0, 20*time.Minute, 30*time.Minute)
	})
}

// Inside a poll, while it holds the turn, a panic must not keep it.
func TestPanicGivesTheTurnBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := newBubble(t, goal("g", cron.Every(10*time.Minute)))
		calls := 0
		b.asked = func(*http.Request) {
			if calls++; calls == 1 {
				panic("the clock fell from the wall")
			}
		}
		stop := b.run()
		pass(15 * time.Minute)
		stop()
		b.wantStarts("g", began, 10*time.Minute)
	})
}

func TestJitter(t *testing.T) {
	for _, test := range []struct {
		name         string
		jitter, most time.Duration
	}{
		{"none", 0, 0},
		{"as configured", 20 * time.Second, 20 * time.Second},
		{"cut to a tenth of the interval", time.Hour, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				b := newBubble(t, goal("g", cron.Every(10*time.Minute)))
				b.config.Jitter = test.jitter
				stop := b.run()
				pass(24 * time.Hour)
				stop()
				got := b.starts("g", began)
				if len(got) < 140 {
					t.Fatalf("%d polls a day", len(got))
				}
				var latest time.Duration
				for i, at := range got {
					late := at - time.Duration(i)*10*time.Minute
					if late < 0 || late > test.most {
						t.Errorf("poll %d is %s late", i, late)
					}
					latest = max(latest, late)
				}
				if latest < test.most/2 {
					t.Errorf("the latest of %d polls is %s late: want them spread over %s", len(got), latest, test.most)
				}
			})
		})
	}
}

func TestCancelEndsAtASafePoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, goal("g", cron.Every(10*time.Minute)))
		b.create(60)
		b.asked = delay(time.Minute)
		stop := b.run()
		pass(4*time.Minute + 30*time.Second) // in the third batch, after the listing and the version
		stop()
		work, err := b.db.Work("g")
		if err != nil {
			t.Fatal(err)
		}
		staged := 0
		for _, w := range work {
			if w.Detail != nil {
				staged++
			}
		}
		if len(work) != 63 || staged == 0 || staged%25 != 0 {
			t.Errorf("%d of %d changes staged: want whole batches kept", staged, len(work))
		}
		if polls := b.db.Snapshot().Polls(); len(polls) != 0 {
			t.Errorf("logged: %+v", polls)
		}
		b.asked = func(*http.Request) {}
		b.gerrit.ResetLog()
		stop = b.run()
		pass(time.Second)
		stop()
		if polls := b.db.Snapshot().Polls(); len(polls) != 1 || !polls[0].OK {
			t.Errorf("after the restart: %+v", polls)
		}
		if got, want := fetched(b.gerrit), 63-staged; got != want {
			t.Errorf("%d changes were fetched after the restart, want the %d left", got, want)
		}
	})
}

// One change that takes longer than we wait is quarantined, and its batch is not.
func TestSlowChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, goal("g", cron.Every(24*time.Hour)))
		b.create(37)
		b.config.Gerrit.Timeout = time.Minute
		b.asked = func(r *http.Request) {
			if q := r.URL.Query(); q.Has("o") && strings.Contains(q.Get("q")+" ", "change:30 ") {
				delay(2 * time.Minute)(r)
			}
		}
		stop := b.run()
		pass(time.Hour)
		stop()
		s := b.db.Snapshot()
		m, _ := s.Member("g", 30)
		if p := s.Polls()[0]; !p.OK || p.New != 40 || p.Quarantined != 1 || !strings.Contains(m.Quarantined, "Gerrit did not answer within 60 s") {
			t.Errorf("quarantined because %q; %+v", m.Quarantined, p)
		}
	})
}

// fetched counts the changes in answers to requests of details.
func fetched(g *replay.Server) int {
	n := 0
	for _, r := range g.Requests() {
		if r.Kind == replay.KindDetails {
			n += r.Changes
		}
	}
	return n
}

func TestGoalsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		other := goal("other", cron.Every(10*time.Minute))
		other.Queries = []store.Query{{Text: `topic:"eventlet-removal"`}}
		b := newBubble(t, goal("g", cron.Every(10*time.Minute)), other)
		var mu sync.Mutex
		running, most := 0, 0
		b.asked = func(r *http.Request) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			delay(time.Second)(r)
			mu.Lock()
			running--
			mu.Unlock()
		}
		stop := b.run()
		pass(time.Hour + 5*time.Minute)
		stop()
		if most != 1 {
			t.Errorf("%d requests at once", most)
		}
		polls := b.db.Snapshot().Polls()
		for i, p := range polls[1:] { // newest first
			if later := polls[i]; p.Start.Add(p.Duration).After(later.Start) {
				t.Errorf("%s from %s for %s, %s from %s: two rounds at once", p.Goal, p.Start.Sub(began), p.Duration, later.Goal, later.Start.Sub(began))
			}
		}
		for _, name := range []string{"g", "other"} {
			if got := b.starts(name, began); len(got) != 7 {
				t.Errorf("polls of %s at %v: want seven", name, got)
			}
		}
	})
}

// A clock that is set back stops nothing: what is due next is planned by the new time,
// for both kinds of schedule, and everything is listed and asked anew.
func TestClockSetBack(t *testing.T) {
	standard := func(spec string) cron.Schedule {
		s, err := cron.ParseStandard(spec)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	minutes := func(all ...float64) (d []time.Duration) {
		for _, m := range all {
			d = append(d, time.Duration(m*float64(time.Minute)))
		}
		return d
	}
	for _, test := range []struct {
		name, schedule, full string
		at, back             time.Duration
		want                 []time.Duration // by the machine's monotonic clock
		listed               int             // in full
	}{
		{"every, by a year", "@every 10m", "@every 6h", 25 * time.Minute, 365 * 24 * time.Hour, minutes(0, 10, 20, 30, 40, 50), 2},
		{"cron, by a year", "*/10 * * * *", "0 */6 * * *", 25 * time.Minute, 365 * 24 * time.Hour, minutes(0, 10, 20, 30, 40, 50), 2},
		{"cron, by minutes", "*/10 * * * *", "@every 6h", 25 * time.Minute, 7 * time.Minute, minutes(0, 10, 20, 30, 37, 47, 57), 1},
		{"every, by minutes", "@every 10m", "0 */6 * * *", 25 * time.Minute, 7 * time.Minute, minutes(0, 10, 20, 30, 40, 50), 1},
		{"cron, a little just before it is due", "*/10 * * * *", "@every 6h", 30*time.Minute - time.Nanosecond, 3 * time.Second, minutes(0, 10, 20, 30, 40.05, 50.05), 1},
		{"daily, by a day", "4 0 * * *", "4 0 * * *", 3 * time.Minute, 24 * time.Hour, minutes(0, 4), 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				back := func() time.Duration {
					if time.Since(began) >= test.at {
						return test.back
					}
					return 0
				}
				g := goal("g", standard(test.schedule))
				g.Full = standard(test.full)
				b := newBubble(t, g)
				b.config.Now = func() time.Time { return time.Now().Add(-back()) }
				var got []time.Duration
				polls := 0
				b.asked = func(r *http.Request) { // the first request of each poll
					if n := len(b.db.Snapshot().Polls()); n == polls {
						got, polls = append(got, time.Since(began)), polls+1
					}
				}
				stop := b.run()
				pass(time.Hour - time.Second)
				stop()
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("polls (-want +got):\n%s", diff)
				}
				full := 0
				for _, p := range b.db.Snapshot().Polls() {
					if p.Full {
						full++
					}
				}
				if full != test.listed {
					t.Errorf("%d full listings, want %d", full, test.listed)
				}
				// Set back again while headway is stopped: what was polled is of the future.
				b.config.Now = func() time.Time { return time.Now().Add(-back() - 30*time.Hour) }
				stop = b.run()
				pass(time.Millisecond)
				stop()
				if p := b.db.Snapshot().Polls()[0]; !p.OK || !p.Full || p.Start.After(b.config.Now()) || polls != len(test.want)+1 {
					t.Errorf("after the restart: %+v", p)
				}
			})
		})
	}
}

// cron compares planned times by the machine's monotonic clock, if they have it.
func TestPlannedTimesAreMonotonic(t *testing.T) {
	daily, err := cron.ParseStandard("30 3 * * *")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]cron.Schedule{"cron": daily, "every": cron.Every(time.Hour)} {
		next := collector.Steady(s, time.Now).Next(time.Now())
		if next == next.Round(0) {
			t.Errorf("%s: %s has the time of day only", name, next)
		}
		if late := next.Sub(s.Next(time.Now())); late > time.Second || late < -time.Second {
			t.Errorf("%s: %s after the schedule", name, late)
		}
	}
}

// Schedules are in UTC, wherever the machine stands.
func TestScheduleIsUTC(t *testing.T) {
	local := time.Local
	time.Local = time.FixedZone("Nepal", 5*3600+45*60)
	t.Cleanup(func() { time.Local = local })
	synctest.Test(t, func(t *testing.T) {
		schedule, err := cron.ParseStandard("30 3 * * *")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now() // midnight UTC
		b := newBubble(t, goal("g", schedule))
		stop := b.run()
		pass(25 * time.Hour)
		stop()
		b.wantStarts("g", began, 0, 3*time.Hour+30*time.Minute)
		for _, p := range b.db.Snapshot().Polls() {
			if p.Start.Location() != time.UTC {
				t.Errorf("a poll began at %s", p.Start)
			}
		}
		// Twenty hours later nothing is overdue.
		stop = b.run()
		pass(time.Minute)
		stop()
		b.wantStarts("g", began, 0, 3*time.Hour+30*time.Minute)
	})
}
