package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Size of a sparkline: a unit across is a week.
const (
	sparkWeeks  = 52
	sparkHeight = 16
)

// spark is the last year of a project, as small as a word: merged under uploaded.
// It is drawn for the eye only, because the numbers stand beside it.
type spark struct {
	Total, Merged string // paths; "" where there is nothing to draw
}

// spark draws the 52 weeks up to the view's day. Its height is the most that was
// ever expected in them, so that the shape fills it.
func (v *view) spark(of progress.Scope) spark {
	days := v.until(of)
	if len(days) == 0 {
		return spark{}
	}
	total, merged := make([]int, sparkWeeks), make([]int, sparkWeeks)
	top := 0
	for week := range sparkWeeks {
		day := days[len(days)-1].Date.AddDate(0, 0, -7*(sparkWeeks-1-week))
		if i := int(day.Sub(days[0].Date) / (24 * time.Hour)); i >= 0 {
			total[week], merged[week] = days[i].Denominator, days[i].Counts.Merged
		}
		top = max(top, total[week])
	}
	return spark{sparkArea(total, top), sparkArea(merged, top)}
}

// sparkArea is an area of integer height; what is there at all is at least 1 high.
func sparkArea(values []int, top int) string {
	p := plot{Days: sparkWeeks, Max: sparkHeight}
	scaled := make([]int, len(values))
	some := false
	for i, v := range values {
		if v > 0 {
			scaled[i] = max(v*sparkHeight/top, 1)
			some = true
		}
	}
	if !some {
		return ""
	}
	p.area("", scaled)
	return p.Areas[0].Path
}
