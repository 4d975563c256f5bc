package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/store"
)

// storeSize exports the size of the database file. If it can't be read there is no
// series: a zero would look like an empty database.
type storeSize struct{ db *store.DB }

var storeSizeDesc = prometheus.NewDesc("headway_store_size_bytes", "Size of the database file.", nil, nil)

func (s storeSize) Describe(ch chan<- *prometheus.Desc) { ch <- storeSizeDesc }

func (s storeSize) Collect(ch chan<- prometheus.Metric) {
	size, err := s.db.SizeBytes()
	if err != nil {
		ch <- prometheus.NewInvalidMetric(storeSizeDesc, err)
		return
	}
	ch <- prometheus.MustNewConstMetric(storeSizeDesc, prometheus.GaugeValue, float64(size))
}
