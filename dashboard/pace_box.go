package dashboard

import (
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// paceBox is how long reviews took, as on a page.
type paceBox struct {
	Merged    figure
	Days      figure
	PatchSets figure
}

func (s scope) pace() *paceBox {
	p := api.PaceOf(s.n)
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
