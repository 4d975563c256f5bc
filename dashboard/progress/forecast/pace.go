package forecast

import (
	"cmp"
	"slices"
	"time"
)

// Pace is how long reviews took: of the development changes that are still merged,
// the medians, because one change that lay for two years says nothing of the others.
type Pace struct {
	Merged    int           // how many it is taken from
	ToMerge   time.Duration // from the upload of the first patch set to the merge
	PatchSets float64       // until the merge
}

// Paces gathers what a Pace is made of.
type Paces struct {
	toMerge   []time.Duration
	patchSets []int
}

// Merged takes a merged change. One without a creation time took nobody knows how long.
func (p *Paces) Merged(created, merged time.Time, patchSets int) {
	if created.IsZero() {
		return
	}
	p.toMerge = append(p.toMerge, max(merged.Sub(created), 0))
	p.patchSets = append(p.patchSets, patchSets)
}

// Add takes the merged changes of others.
func (p *Paces) Add(o Paces) {
	p.toMerge = append(p.toMerge, o.toMerge...)
	p.patchSets = append(p.patchSets, o.patchSets...)
}

// Pace is nil when nothing merged.
func (p *Paces) Pace() *Pace {
	if len(p.toMerge) == 0 {
		return nil
	}
	low, high := median(p.toMerge)
	fewer, more := median(p.patchSets)
	return &Pace{Merged: len(p.toMerge), ToMerge: low + (high-low)/2, PatchSets: float64(fewer+more) / 2}
}

// median returns the two values in the middle, of which both are the same in a list
// of odd length.
func median[T cmp.Ordered](list []T) (low, high T) {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return sorted[(len(sorted)-1)/2], sorted[len(sorted)/2]
}
