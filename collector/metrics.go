package collector

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
)

// Metrics are the collector's own: polls and requests. What the polls found is
// exported from snapshots by dashboard. It is a prometheus.Collector; who
// makes it registers it.
type Metrics struct {
	polls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	requests *prometheus.HistogramVec
	received prometheus.Counter
	retries  prometheus.Counter
	skew     *prometheus.GaugeVec // without labels; no series before Gerrit's first answer
	writes   prometheus.Counter   // refused
}

// Results of a poll.
const (
	pollOK         = "ok"
	pollIncomplete = "incomplete"
	pollError      = "error"
)

// NewMetrics makes the metrics, all zero and unregistered.
func NewMetrics() *Metrics {
	return &Metrics{
		polls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "headway_polls_total", Help: "Polls by goal and result: ok, incomplete if anything was not polled, error if the store refused the result.",
		}, []string{"goal", "result"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "headway_poll_duration_seconds", Help: "Time that one poll of a goal took.",
			Buckets: []float64{.1, .5, 1, 5, 15, 60, 300, 1800},
		}, []string{"goal"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "headway_gerrit_request_duration_seconds", Help: "Time of one request to Gerrit by HTTP status; error: no answer came.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"code"}),
		received: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "headway_gerrit_received_bytes_total", Help: "Bytes of Gerrit's answers, after decompression.",
		}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "headway_gerrit_retries_total", Help: "Requests to Gerrit that were sent again after a fault.",
		}),
		skew: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "headway_gerrit_clock_skew_seconds", Help: "Gerrit's clock less ours, from its Date header, at the last answer; absent before the first.",
		}, nil),
		writes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "headway_store_write_errors_total", Help: "Writes to the database that failed, such as on a full disk; readers keep the last numbers.",
		}),
	}
}

func (m *Metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.polls, m.duration, m.requests, m.received, m.retries, m.skew, m.writes}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(ch)
	}
}

func (m *Metrics) poll(p store.Poll) {
	result := pollOK
	if !p.OK {
		result = pollIncomplete
	}
	m.polls.WithLabelValues(p.Goal, result).Inc()
	m.duration.WithLabelValues(p.Goal).Observe(p.Duration.Seconds())
}

// broken counts a poll that could not even be logged.
func (m *Metrics) broken(goal string) { m.polls.WithLabelValues(goal, pollError).Inc() }

// begin makes the series of a goal, so that the first failure is an increase and not
// a new series, which Prometheus would not count.
func (m *Metrics) begin(goal string) {
	for _, result := range []string{pollOK, pollIncomplete, pollError} {
		m.polls.WithLabelValues(goal, result)
	}
	m.duration.WithLabelValues(goal)
}

// wrote counts a write that failed, and hands its error on.
func (m *Metrics) wrote(err error) error {
	if err != nil {
		m.writes.Inc()
	}
	return err
}

func (m *Metrics) request(r gerrit.Request) {
	code := "error"
	if r.Code != 0 {
		code = strconv.Itoa(r.Code)
	}
	m.requests.WithLabelValues(code).Observe(r.Duration.Seconds())
	m.received.Add(float64(r.Bytes))
	if r.Retry {
		m.retries.Inc()
	}
	if r.HasDate {
		m.skew.WithLabelValues().Set(r.ClockSkew.Seconds())
	}
}

// traffic counts the requests of the running round. Rounds take turns, so that
// one counter is enough.
type traffic struct {
	mu       sync.Mutex
	requests int
	bytes    int64

	failing, most time.Duration // spent on requests that failed, and allowed; see patient
	exhausted     func()        // called when it is spent
}

// take returns the counts and starts anew.
func (t *traffic) take() (requests int, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	requests, bytes = t.requests, t.bytes
	t.requests, t.bytes = 0, 0
	return requests, bytes
}

// observe hears of every request the client makes.
func (c *Collector) observe(r gerrit.Request) {
	c.traffic.mu.Lock()
	c.traffic.requests++
	c.traffic.bytes += r.Bytes
	c.traffic.failed(r)
	c.traffic.mu.Unlock()
	c.metrics.request(r)
}
