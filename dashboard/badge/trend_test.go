package badge_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/badge"
)

var polyline = regexp.MustCompile(`<polyline [^>]*points="([^"]*)"/>`)

// points of the line of a badge, nil if it has none.
func points(t *testing.T, b badge.Badge) (points [][2]float64, width float64) {
	t.Helper()
	svg := badge.SVG(b)
	width, err := strconv.ParseFloat(parse(t, svg).attrs["width"], 64)
	if err != nil {
		t.Fatal(err)
	}
	m := polyline.FindSubmatch(svg)
	if m == nil {
		return nil, width
	}
	for _, pair := range strings.Fields(string(m[1])) {
		var x, y float64
		if _, err := fmt.Sscanf(pair, "%f,%f", &x, &y); err != nil {
			t.Fatalf("point %q: %v", pair, err)
		}
		points = append(points, [2]float64{x, y})
	}
	return points, width
}

func TestTrend(t *testing.T) {
	long := make([]int, 1000)
	for i := range long {
		long[i] = i
	}
	for name, test := range map[string]struct {
		values      []int
		points      int
		first, last float64 // heights above the ground, of 12
	}{
		"rising":   {[]int{0, 1, 2, 4}, 4, 0, 12},
		"falling":  {[]int{4, 2}, 2, 12, 6},
		"level":    {[]int{3, 3, 3}, 3, 12, 12},
		"zero":     {[]int{0, 0}, 2, 0, 0},
		"long":     {long, 61, 0, 12},
		"one":      {[]int{5}, 0, 0, 0},
		"none":     {nil, 0, 0, 0},
		"negative": {[]int{-5, 5}, 2, 0, 12},
	} {
		t.Run(name, func(t *testing.T) {
			got, width := points(t, badge.Badge{Label: "merged", Value: "4", Trend: test.values})
			_, plain := points(t, badge.Badge{Label: "merged", Value: "4"})
			if len(got) != test.points {
				t.Fatalf("%d points, want %d", len(got), test.points)
			}
			if len(got) == 0 {
				if width != plain {
					t.Errorf("without a line it is %v wide, want %v", width, plain)
				}
				return
			}
			if math.Abs(width-plain-67) > 0.01 || math.Abs(got[0][0]-plain) > 0.06 || math.Abs(got[len(got)-1][0]-plain-60) > 0.06 {
				t.Errorf("it is %v wide without the line and %v with it; the line goes from %v to %v", plain, width, got[0], got[len(got)-1])
			}
			if first, last := 16-got[0][1], 16-got[len(got)-1][1]; first != test.first || last != test.last {
				t.Errorf("from %v to %v high, want %v to %v", first, last, test.first, test.last)
			}
		})
	}
}

var (
	rect   = regexp.MustCompile(`<rect (fill="[^"]*"|class="l")[^>]*? width="[^"]*" height="20"/><rect fill="([^"]*)"`)
	letter = regexp.MustCompile(`<text (fill="[^"]*"|class="t")[^>]*>[^<]*</text><text fill="([^"]*)"`)
	styled = regexp.MustCompile(`\.l\{fill:(#\w+)\}\.t\{fill:(#\w+)\}`)
	stroke = regexp.MustCompile(`stroke="([^"]*)"`)
)

// Every text of every badge, as it is drawn, can be read in every theme; so can the
// line, which needs less.
func TestDrawnBadgesHaveContrast(t *testing.T) {
	long := func(c string) string { return strings.Replace(c, "#fff", "#ffffff", 1) }
	for _, theme := range badge.Themes {
		for _, color := range []badge.Color{"", badge.Green, badge.Purple, badge.Amber, badge.Cyan, badge.Red, badge.Grey} {
			svg := string(badge.SVG(badge.Badge{Label: "merged", Value: "4", Theme: theme, Color: color, Trend: []int{1, 2}}))
			back, text := rect.FindStringSubmatch(svg), letter.FindStringSubmatch(svg)
			if back == nil || text == nil {
				t.Fatalf("%s: %s", theme, svg)
			}
			var pairs [][2]string
			if theme == badge.Auto {
				for _, m := range styled.FindAllStringSubmatch(svg, -1) {
					pairs = append(pairs, [2]string{m[1], m[2]})
				}
			} else {
				pairs = append(pairs, [2]string{strings.Trim(back[1][5:], `"`), strings.Trim(text[1][5:], `"`)})
			}
			if want := map[bool]int{true: 2, false: 1}[theme == badge.Auto]; len(pairs) != want {
				t.Fatalf("%s: %d pairs of colours in %s", theme, len(pairs), svg)
			}
			pairs = append(pairs, [2]string{back[2], long(text[2])}, [2]string{back[2], long(stroke.FindStringSubmatch(svg)[1])})
			for _, p := range pairs {
				if c := contrast(t, p[0], p[1]); c < 4.5 {
					t.Errorf("%s %s: %s on %s has %.2f, want 4.5 or more", theme, color, p[1], p[0], c)
				}
			}
		}
	}
}
