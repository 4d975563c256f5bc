package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Icon is a ring filled to a percentage, as small as an icon can be. It is part of
// the page, because a browser asks for an icon before all else.
func Icon(percent int, known bool) template.URL {
	arc := ""
	if known && percent > 0 {
		const around = 2 * math.Pi * 6
		arc = fmt.Sprintf(`<circle cx='8' cy='8' r='6' fill='none' stroke='%%2322d3ee' stroke-width='3' stroke-dasharray='%.1f 99' transform='rotate(-90 8 8)'/>`, around*float64(percent)/100)
	}
	svg := `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6' fill='none' stroke='%236b7280' stroke-width='3'/>` + arc + `</svg>`
	return template.URL("data:image/svg+xml," + strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(svg))
}
