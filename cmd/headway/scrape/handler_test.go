package scrape_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/cmd/headway/scrape"
)

// deaf is a scraper that has gone away.
type deaf struct{ http.ResponseWriter }

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestABrokenOffScrapeIsNoError(t *testing.T) {
	registry := prometheus.NewRegistry()
	for _, name := range []string{"a", "b"} {
		registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: "Help."}))
	}
	var logged strings.Builder
	handler := scrape.Handler(registry, slog.New(slog.NewTextHandler(&logged, nil)))
	handler.ServeHTTP(deaf{httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if logged.Len() > 0 {
		t.Errorf("the log says %s", logged.String())
	}
	heard := httptest.NewRecorder()
	handler.ServeHTTP(heard, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if !strings.Contains(heard.Body.String(), "\nb 0\n") {
		t.Errorf("the next one hears %s", heard.Body)
	}
}

// heldCollector is a collector that is asked and does not answer yet.
type heldCollector struct {
	asked   atomic.Int32
	release chan struct{}
}

var heldDesc = prometheus.NewDesc("held", "Help.", nil, nil)

func (c *heldCollector) Describe(ch chan<- *prometheus.Desc) { ch <- heldDesc }

func (c *heldCollector) Collect(ch chan<- prometheus.Metric) {
	c.asked.Add(1)
	<-c.release
	ch <- prometheus.MustNewConstMetric(heldDesc, prometheus.GaugeValue, 1)
}

func TestNoScrapeIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := &heldCollector{release: make(chan struct{})}
		registry := prometheus.NewRegistry()
		registry.MustRegister(held)
		handler := scrape.Handler(registry, slog.New(slog.DiscardHandler))
		var scrapes sync.WaitGroup
		for range 50 {
			scrapes.Go(func() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
				if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "\nheld 1\n") {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		synctest.Wait()
		close(held.release)
		scrapes.Wait()
		if got := held.asked.Load(); got != 1 {
			t.Errorf("gathered %d times for scrapes at the same time, want once", got)
		}
	})
}
