package chart

import "slices"

// narrowest is the least width of a part that is not empty: 2 px of the narrowest
// bar with parts to click, about 340 px.
const narrowest = 6

// gap keeps neighbours apart where there is room for it.
const gap = 2

// barWidth is that of a bar, in the units of its viewBox.
const barWidth = 1000

// Part is where one part of a bar lies, in thousandths of the bar.
type Part struct{ X, Width int }

// Bar divides a bar in proportion to sizes, in their order.
func Bar(sizes []int) []Part {
	out := make([]Part, len(sizes))
	x := 0
	for i, width := range divide(sizes, barWidth) {
		out[i] = Part{x, width}
		x += width
		if width > 2*narrowest {
			out[i].Width -= gap
		}
	}
	return out
}

// divide shares a width out in proportion; what is not empty stays visible, at the
// cost of the widest.
func divide(sizes []int, width int) []int {
	total := 0
	for _, n := range sizes {
		total += n
	}
	out := make([]int, len(sizes))
	if total == 0 {
		return out
	}
	rest := width
	for i, n := range sizes {
		if n > 0 {
			out[i] = max(n*width/total, narrowest)
		}
		rest -= out[i]
	}
	out[slices.Index(out, slices.Max(out))] += rest
	return out
}
