package collector_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector"
)

// TestUnreachable: what is kept of a poll stands on a public page and names no address of
// the network inside; the log does.
func TestUnreachable(t *testing.T) {
	const inner = "127.0.0.1:1"
	w := connect(t, "http://"+inner+"/", collector.Goal{Queries: newWorld(t).goal.Queries})
	w.config.Gerrit.RetryPause = 1
	var log bytes.Buffer
	c, err := collector.New(w.config, w.db, collector.NewMetrics(), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Poll(t.Context(), "g", collector.PollOptions{})
	if err != nil || p.OK || !strings.HasSuffix(p.Error, ": Gerrit refused the connection, 3 tries") {
		t.Errorf("poll: %+v, %v", p, err)
	}
	s := w.db.Snapshot().Selector("g", w.goal.Queries[0])
	if s.Error == "" || strings.Contains(p.Error+s.Error, inner) {
		t.Errorf("kept: %q, %q", p.Error, s.Error)
	}
	if !strings.Contains(log.String(), `cause="dial tcp 127.0.0.1:1: connect: connection refused"`) {
		t.Errorf("log: %s", log.String())
	}
}
