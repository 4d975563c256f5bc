package collector_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/store"
)

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	w.changes(3)
	b := w.breakable()
	w.config.Gerrit.RetryPause = time.Nanosecond
	metrics := collector.NewMetrics()
	c, err := collector.New(w.config, w.db, metrics, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.must(err)
	w.collector = c

	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(metrics)
	fresh := gathered(t, registry)
	for _, name := range []string{"headway_polls_total/g/ok", "headway_polls_total/g/incomplete", "headway_polls_total/g/error", "headway_poll_duration_seconds/g", "headway_store_write_errors_total"} {
		if n, ok := fresh[name]; !ok || n != 0 {
			t.Errorf("before the first poll %s is %v, %t: Prometheus sees no increase of a series that begins above zero", name, n, ok)
		}
	}
	if skew, ok := fresh["headway_gerrit_clock_skew_seconds"]; ok {
		t.Errorf("before Gerrit answered its clock differs by %v", skew)
	}

	first := w.poll()
	failed := 0
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if failed++; failed < 2 {
			http.Error(rw, "try again", http.StatusBadGateway)
			return true
		}
		return false
	}
	second := w.poll()
	b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		http.Error(rw, "no", http.StatusForbidden)
		return true
	}
	third := w.try(collector.PollOptions{})

	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	err = testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP headway_polls_total Polls by goal and result: ok, incomplete if anything was not polled, error if the store refused the result.
# TYPE headway_polls_total counter
headway_polls_total{goal="g",result="error"} 0
headway_polls_total{goal="g",result="incomplete"} 1
headway_polls_total{goal="g",result="ok"} 2
# HELP headway_gerrit_retries_total Requests to Gerrit that were sent again after a fault.
# TYPE headway_gerrit_retries_total counter
headway_gerrit_retries_total 1
`), "headway_polls_total", "headway_gerrit_retries_total")
	if err != nil {
		t.Error(err)
	}

	got := gathered(t, registry)
	received := int64(0)
	requests := 0
	for _, p := range []store.Poll{first, second, third} {
		received += p.Bytes
		requests += p.Requests
	}
	for name, want := range map[string]float64{
		"headway_gerrit_received_bytes_total":              float64(received),
		"headway_poll_duration_seconds/g":                  3,
		"headway_gerrit_request_duration_seconds/502":      1,
		"headway_gerrit_request_duration_seconds/403":      1,
		"headway_gerrit_request_duration_seconds/200":      float64(requests - 2),
		"headway_gerrit_request_duration_seconds/not-seen": 0,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if skew := got["headway_gerrit_clock_skew_seconds"]; skew < -60 || skew > 60 {
		t.Errorf("clock skew of %v seconds to the same machine", skew)
	}
}

// gathered are the values by name and label value: of a histogram, how many were
// observed.
func gathered(t *testing.T, g prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += "/" + l.GetValue()
			}
			switch {
			case m.GetHistogram() != nil:
				all[name] = float64(m.GetHistogram().GetSampleCount())
			case m.GetCounter() != nil:
				all[name] = m.GetCounter().GetValue()
			default:
				all[name] = m.GetGauge().GetValue()
			}
		}
	}
	return all
}
