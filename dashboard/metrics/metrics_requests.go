package metrics

import (
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/eventlet-removal/headway/dashboard/surface"
)

// Requests counts the requests that are served and how long they took, by surface.
type Requests struct {
	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewRequests makes the metrics, with every surface's 200 at zero.
func NewRequests() *Requests {
	r := &Requests{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "headway_http_requests_total", Help: "Requests served by surface and HTTP status.",
		}, []string{"surface", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "headway_http_request_duration_seconds", Help: "Time that it took to serve a request.",
			Buckets: []float64{.0005, .002, .01, .05, .25, 1, 5},
		}, []string{"surface"}),
	}
	for _, s := range surface.Names {
		r.total.WithLabelValues(s, "200")
	}
	return r
}

// Count counts what a handler answers. The prefix, which ends without a slash, is taken
// from paths first.
func (r *Requests) Count(prefix string, next http.Handler) http.Handler {
	counted := map[string]http.Handler{}
	for _, s := range surface.Names {
		of := prometheus.Labels{"surface": s}
		counted[s] = promhttp.InstrumentHandlerDuration(r.duration.MustCurryWith(of),
			promhttp.InstrumentHandlerCounter(r.total.MustCurryWith(of), next))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		counted[surface.Name(strings.TrimPrefix(req.URL.Path, prefix))].ServeHTTP(w, req)
	})
}

func (r *Requests) describe(ch chan<- *prometheus.Desc) {
	r.total.Describe(ch)
	r.duration.Describe(ch)
}

func (r *Requests) collect(ch chan<- prometheus.Metric) {
	r.total.Collect(ch)
	r.duration.Collect(ch)
}
