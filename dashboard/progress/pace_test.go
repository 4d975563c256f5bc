package progress_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

func TestPace(t *testing.T) {
	const day = 24
	took := func(n int, days float64) *history { return newChange(n, ago(30*day)).merge(ago((30 - days) * day)) }
	for _, tt := range []struct {
		name    string
		members []*history
		want    *progress.Pace
	}{
		{"nothing merged", []*history{newChange(1, ago(9))}, nil},
		{"one", []*history{took(1, 3)}, &progress.Pace{Merged: 1, ToMerge: 3 * day * time.Hour, PatchSets: 1}},
		{"the middle one of three", []*history{took(1, 1), took(2, 20), took(3, 4)}, &progress.Pace{Merged: 3, ToMerge: 4 * day * time.Hour, PatchSets: 1}},
		{"between the two in the middle", []*history{took(1, 1), took(2, 2), newChange(3, ago(30*day)).upload(ago(20*day), owner).merge(ago(26 * day)), newChange(4, ago(30*day)).upload(ago(20*day), owner).merge(ago(day))}, &progress.Pace{Merged: 4, ToMerge: 3 * day * time.Hour, PatchSets: 1.5}},
		{"no backports, nothing abandoned", []*history{took(1, 3), took(2, 9).on("stable/1"), newChange(3, ago(9)).abandon(ago(8))}, &progress.Pace{Merged: 1, ToMerge: 3 * day * time.Hour, PatchSets: 1}},
		{"created when nobody knows", []*history{newChange(1, time.Time{}).merge(ago(day))}, nil},
		{"merged before it was created", []*history{newChange(1, ago(day)).merge(ago(2 * day))}, &progress.Pace{Merged: 1, PatchSets: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := compute(tt.members)
			diff(t, tt.want, r.Pace)
			diff(t, tt.want, project(t, r, nova).Pace)
		})
	}
	t.Run("of projects together", func(t *testing.T) {
		g := newGoal()
		g.Teams = []progress.Team{{Name: "both", Projects: []string{nova, heat}}}
		r := computeFor(g, took(1, 1), took(2, 2).in(heat), took(3, 9).in(heat))
		diff(t, &progress.Pace{Merged: 3, ToMerge: 2 * day * time.Hour, PatchSets: 1}, r.Teams[0].Pace)
		diff(t, r.Teams[0].Pace, r.Pace)
	})
}
