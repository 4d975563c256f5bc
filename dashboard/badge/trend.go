package badge

import (
	"fmt"
	"slices"
	"strings"
)

// Size of a line; it has the same space above and below.
const (
	trendWidth  = 60
	trendHeight = 12
)

// trend are the points of a line that begins at x. It stands on zero, so that its
// slope is not exaggerated, and has no more points than pixels.
func trend(values []int, x float64) string {
	top := max(slices.Max(values), 1)
	points := min(len(values), trendWidth+1)
	out := make([]string, points)
	for i := range out {
		v := values[i*(len(values)-1)/(points-1)]
		out[i] = fmt.Sprintf("%.1f,%.1f", x+trendWidth*float64(i)/float64(points-1), (height+trendHeight)/2-trendHeight*float64(max(v, 0))/float64(top))
	}
	return strings.Join(out, " ")
}
