package scrape

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/store"
)

// Store exports how the database file is. If its size can't be had there is no
// series of it: a zero would look like an empty database.
type Store struct{ DB *store.DB }

var (
	storeSizeDesc  = prometheus.NewDesc("headway_store_size_bytes", "Size of the database file; absent while it is not in place.", nil, nil)
	storePlaceDesc = prometheus.NewDesc("headway_store_in_place", "1 if the database file is where it was opened; 0 if it was removed or replaced since: then nothing is written.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s Store) Describe(ch chan<- *prometheus.Desc) {
	ch <- storeSizeDesc
	ch <- storePlaceDesc
}

// Collect implements prometheus.Collector.
func (s Store) Collect(ch chan<- prometheus.Metric) {
	if s.DB.InPlace() != nil { // the next write says why, in the log
		ch <- prometheus.MustNewConstMetric(storePlaceDesc, prometheus.GaugeValue, 0)
		return
	}
	ch <- prometheus.MustNewConstMetric(storePlaceDesc, prometheus.GaugeValue, 1)
	size, err := s.DB.SizeBytes()
	if err != nil {
		ch <- prometheus.NewInvalidMetric(storeSizeDesc, err)
		return
	}
	ch <- prometheus.MustNewConstMetric(storeSizeDesc, prometheus.GaugeValue, float64(size))
}
