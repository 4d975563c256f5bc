package collector_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// One number in two projects is refused for the selectors that find it, by an error
// that names both; the others go on.
func TestTwoProjectsUnderOneNumber(t *testing.T) {
	const octavia = "openstack/octavia"
	for _, tt := range []struct {
		name    string
		twice   func(w *world, b *broken, nova, zaqar, own int)
		refused []string // selectors, by project
		want    string
	}{
		{"in one listing", func(_ *world, b *broken, nova, zaqar, _ int) {
			b.bend(all, set(zaqar, "_number", nova))
		}, []string{""}, "1 is a change of openstack/nova and one of openstack/zaqar"},
		{"in two listings", func(_ *world, b *broken, nova, _, own int) {
			b.bend(all, set(own, "_number", nova))
		}, []string{"", octavia}, "1 is a change of openstack/nova and one of openstack/octavia"},
		{"in the answer of details alone", func(_ *world, b *broken, nova, zaqar, _ int) {
			b.bend(details, set(zaqar, "_number", nova))
		}, []string{""}, "1 is a change of openstack/nova and one of openstack/zaqar"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t,
				store.Query{Text: `(` + topic + `) -project:"` + octavia + `"`},
				store.Query{Project: octavia, Text: `project:"` + octavia + `" (message:eventlet)`})
			nova := w.create(replay.NewChange{Topic: "eventlet-removal"})
			zaqar := w.create(replay.NewChange{Project: "openstack/zaqar", Topic: "eventlet-removal"})
			own := w.create(replay.NewChange{Project: octavia, Subject: "Drop eventlet"})
			tt.twice(w, w.breakable(), nova, zaqar, own)
			if p := w.try(collector.PollOptions{}); p.OK || !strings.Contains(p.Error, "one number for changes of two projects: "+tt.want) {
				t.Errorf("ok %t: %s", p.OK, p.Error)
			}
			for _, q := range w.goal.Queries {
				s := w.db.Snapshot().Selector("g", q)
				if s.AsOf.IsZero() != slices.Contains(tt.refused, q.Project) {
					t.Errorf("selector %q: as of %s, %s", q.Project, s.AsOf, s.Error)
				}
			}
		})
	}
}
