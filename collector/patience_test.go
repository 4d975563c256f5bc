package collector_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
)

// faulty answers some requests only after a long time, and as it likes.
type faulty struct {
	*bubble
	fault func(*http.Request) (after time.Duration, status int)
}

func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	after, status := f.fault(r)
	if status == 0 {
		return f.bubble.RoundTrip(r)
	}
	select {
	case <-time.After(after):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "text/plain")
	rec.WriteHeader(status)
	io.WriteString(rec, "Server Deadline Exceeded\n")
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// TestRoundHasATimeLimit: a round spends 25 timeouts on failures, not one for each change
// and try, and the next goes on where it ended.
func TestRoundHasATimeLimit(t *testing.T) {
	isDetail := func(r *http.Request) bool { return r.URL.Query().Has("o") }
	slow := 54 * time.Second
	for _, test := range []struct {
		name  string
		fault func(*http.Request) (time.Duration, int)
		least time.Duration
		most  time.Duration
		poll  string // its error
	}{
		{"every detail is too dear", func(r *http.Request) (time.Duration, int) {
			if isDetail(r) {
				return slow, http.StatusRequestTimeout
			}
			return 0, 0
		}, 25 * time.Minute, 27 * time.Minute, "too much of this poll went into requests that failed: the rest is for the next"},
		{"nothing answers details", func(r *http.Request) (time.Duration, int) {
			if isDetail(r) {
				return time.Hour, http.StatusOK
			}
			return 0, 0
		}, 25 * time.Minute, 27 * time.Minute, "too much of this poll went into requests that failed: the rest is for the next"},
		{"nothing answers at all", func(*http.Request) (time.Duration, int) { return time.Hour, http.StatusOK },
			2 * time.Minute, 4 * time.Minute, "Gerrit did not answer within 60 s, 3 tries"},
		{"all is slow, and comes", func(r *http.Request) (time.Duration, int) { <-time.After(50 * time.Second); return 0, 0 },
			50 * time.Second, time.Hour, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t, goal("g", cron.Every(time.Hour)))
				b.create(60)
				f := &faulty{b, test.fault}
				b.config.Gerrit.Transport, b.config.Gerrit.Timeout = f, time.Minute
				c, err := collector.New(b.config, b.db, collector.NewMetrics(), slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				p, err := c.Poll(t.Context(), "g", collector.PollOptions{})
				took := time.Since(start)
				if err != nil || p.OK != (test.poll == "") || !strings.HasSuffix(p.Error, test.poll) {
					t.Errorf("poll: %+v, %v, want %q", p, err, test.poll)
				}
				if took < test.least || took > test.most {
					t.Errorf("it took %v and %d requests, want %v to %v", took, p.Requests, test.least, test.most)
				}
				f.fault = func(*http.Request) (time.Duration, int) { return 0, 0 }
				if p, err := c.Poll(t.Context(), "g", collector.PollOptions{}); err != nil || !p.OK {
					t.Errorf("the next poll: %+v, %v", p, err)
				}
			})
		})
	}
}
