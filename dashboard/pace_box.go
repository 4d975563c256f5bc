package dashboard

import (
	"math"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// paceOf is nil where nothing merged. Tenths of a day are as exact as it is true.
func paceOf(n *progress.Numbers) *api.Pace {
	if n.Pace == nil || n.Loading != nil {
		return nil
	}
	return &api.Pace{
		Merged: n.Pace.Merged, MedianDaysToMerge: math.Round(n.Pace.ToMerge.Hours()/24*10) / 10, MedianPatchSets: n.Pace.PatchSets,
	}
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
