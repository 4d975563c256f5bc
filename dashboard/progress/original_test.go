package progress_test

import (
	"maps"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

func TestOriginals(t *testing.T) {
	picked := func(from int) func(m *store.Member) { return func(m *store.Member) { m.CherryPickOf = from } }
	left := func(m *store.Member) { m.Departed = &store.Departure{At: ago(1)} }
	back := func(n int) *history { return newChange(n, ago(8)).on("stable/1") }
	for _, tt := range []struct {
		name    string
		members []*history
		want    map[int]int
	}{
		{"picked", []*history{newChange(1, ago(9)), back(2).with(picked(1))}, map[int]int{2: 1}},
		{"picked from a backport", []*history{newChange(1, ago(9)), back(2).with(picked(1)), back(3).on("stable/0").with(picked(2))}, map[int]int{2: 1, 3: 1}},
		{"the same Change-Id", []*history{newChange(1, ago(9)), back(2).id("I1")}, map[int]int{2: 1}},
		{"the pick wins over the Change-Id", []*history{newChange(1, ago(9)), newChange(2, ago(9)), back(3).id("I1").with(picked(2))}, map[int]int{3: 2}},
		{"the oldest with the Change-Id", []*history{newChange(1, ago(9)), newChange(2, ago(9)).id("I1"), back(3).id("I1")}, map[int]int{2: 1, 3: 1}},
		{"a pick on a development branch", []*history{newChange(1, ago(9)), newChange(2, ago(8)).with(picked(1))}, map[int]int{2: 1}},
		{"another project's Change-Id", []*history{newChange(1, ago(9)), back(2).in(heat).id("I1")}, map[int]int{}},
		{"picked from another project", []*history{newChange(1, ago(9)), back(2).in(heat).with(picked(1))}, map[int]int{}},
		{"backports that name each other", []*history{back(1).with(picked(2)), back(2).with(picked(1))}, map[int]int{}},
		{"an original that left", []*history{newChange(1, ago(9)).with(left), back(2).with(picked(1)).id("I1")}, map[int]int{}},
		{"nobody's copy", []*history{newChange(1, ago(9)), back(2)}, map[int]int{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, got := compute(tt.members), map[int]int{}
			for _, p := range r.Projects {
				maps.Copy(got, r.Originals(p.Name))
			}
			diff(t, tt.want, got)
		})
	}
}
