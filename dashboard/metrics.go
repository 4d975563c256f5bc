package dashboard

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/dashboard/metrics"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Collector returns the progress of all goals as metrics, from the newest snapshot at
// the time of a scrape.
func (s *Server) Collector() prometheus.Collector {
	return metrics.Collector(metrics.Source{Version: s.version, Numbers: s.numbers})
}

func (s *Server) numbers() ([]*progress.Result, *store.Snapshot, time.Time) {
	snap, now := s.src.Snapshot(), s.cfg.Now()
	results := make([]*progress.Result, len(s.cfg.Goals))
	for i, g := range s.cfg.Goals {
		results[i] = s.results.of(g, snap, now)
	}
	return results, snap, now
}
