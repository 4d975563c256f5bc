package dashboard

import (
	"math"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Pace is how long reviews took: medians of the development changes that are merged.
type Pace struct {
	Merged            int     `json:"merged"` // how many they are taken from
	MedianDaysToMerge float64 `json:"median_days_to_merge"`
	MedianPatchSets   float64 `json:"median_patch_sets"`
}

// paceOf is nil where nothing merged. Tenths of a day are as exact as it is true.
func paceOf(n *progress.Numbers) *Pace {
	if n.Pace == nil || n.Loading != nil {
		return nil
	}
	return &Pace{n.Pace.Merged, math.Round(n.Pace.ToMerge.Hours()/24*10) / 10, n.Pace.PatchSets}
}

// paceBox is the same on a page.
type paceBox struct {
	Merged    figure
	Days      figure
	PatchSets figure
}

func (s scope) pace() *paceBox {
	p := paceOf(s.n)
	if p == nil {
		return nil
	}
	number := func(field string, n float64) figure {
		return figure{Field: "pace." + field, Text: strconv.FormatFloat(n, 'f', -1, 64), Stale: s.n.Stale}
	}
	return &paceBox{
		Merged: s.figure("pace.merged", p.Merged, "state", string(progress.Merged)),
		Days:   number("median_days_to_merge", p.MedianDaysToMerge), PatchSets: number("median_patch_sets", p.MedianPatchSets),
	}
}
