package chart

import "html/template"

// Size of a sparkline: a unit across is a week.
const (
	Weeks       = 52
	sparkHeight = 16
)

// spark is the last year of a project, as small as a word: merged under uploaded.
type spark struct {
	Total, Merged string // paths
}

// Spark draws the values of Weeks weeks, merged under total, the newest last. It is for
// the eye only, because the numbers stand beside it. Top is the value of its full
// height, the same for all that stand side by side; "" where there is nothing to draw.
func Spark(total, merged []int, top int) template.HTML {
	s := spark{sparkArea(total, top), sparkArea(merged, top)}
	if s.Total == "" {
		return ""
	}
	return render("spark", s)
}

// sparkArea returns an area of integer height; what is there at all is at least 1 high.
func sparkArea(values []int, top int) string {
	p := plot{Days: Weeks, Max: sparkHeight}
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
