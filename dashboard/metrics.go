package dashboard

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/dashboard/linkcheck"
	"github.com/eventlet-removal/headway/dashboard/metrics"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Collector returns the progress of all goals as metrics, from the newest snapshot at
// the time of a scrape.
func (s *Server) Collector() prometheus.Collector {
	src := metrics.Source{Version: s.version, Numbers: s.numbers, Answers: s.answers.Counts}
	if s.cfg.Testimonials != nil {
		src.Testimonials = s.countTestimonials
	}
	return metrics.Collector(src, s.requests)
}

// countTestimonials counts the pages that concern a goal, and those of them that the
// link check complains of.
func (s *Server) countTestimonials(result *progress.Result, snap *store.Snapshot, now time.Time) (all, needLook int) {
	c := s.checker(result, snap, now)
	set, broken := s.shelf().Set, map[string]bool{}
	for _, k := range c.Check(set) {
		if k.Verdict == linkcheck.Broken {
			broken[k.Page] = true
		}
	}
	for _, p := range c.Pages(set) {
		all++
		if broken[p.Name] {
			needLook++
		}
	}
	return all, needLook
}

func (s *Server) numbers() ([]*progress.Result, *store.Snapshot, time.Time) {
	snap, now := s.src.Snapshot(), s.cfg.Now()
	all := make([]*progress.Result, len(s.cfg.Goals))
	for i, g := range s.cfg.Goals {
		all[i] = s.results.Of(g, snap, now)
	}
	return all, snap, now
}
