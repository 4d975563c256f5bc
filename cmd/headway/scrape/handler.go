// Package scrape answers Prometheus: the handler of /metrics, and the series of the database
// file. What else there is to tell, who tells it registers. Only cmd/headway imports it.
package scrape

import (
	"bytes"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"golang.org/x/sync/singleflight"
)

// Handler answers scrapes. One metric that can't be had must not hide the
// others, so it goes on and logs. However many scrapes come at once, none is refused:
// those that come while one is being gathered share it.
func Handler(registry *prometheus.Registry, log *slog.Logger) http.Handler {
	var scrapes singleflight.Group
	shared := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		families, err, _ := scrapes.Do("", func() (any, error) { return registry.Gather() })
		return families.([]*dto.MetricFamily), err
	})
	scraped := promhttp.HandlerFor(shared, promhttp.HandlerOpts{
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelError),
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: true,
		Registry:          registry,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &whole{ResponseWriter: w}
		scraped.ServeHTTP(out, r)
		if _, err := w.Write(out.body.Bytes()); err != nil {
			log.Debug("send metrics", "err", err)
		}
	})
}

// whole keeps an answer until it is whole. promhttp goes on after an error and logs each: one
// scraper that breaks off would be a hundred errors.
type whole struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (w *whole) Write(data []byte) (int, error) { return w.body.Write(data) }
