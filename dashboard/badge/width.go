package badge

import (
	"math"
	"unicode"
)

const (
	fontSize   = 11.0
	unitsPerEm = 2048.0
)

// advances are the advance widths of U+0020 to U+007E in DejaVu Sans 2.37 (hmtx
// table, 2048 units per em), whose metrics follow Verdana's closely.
var advances = [...]uint16{
	651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690,
	1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087,
	2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612,
	1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799, 690, 799, 1716, 1024,
	1024, 1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253,
	1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303, 690, 1303, 1716,
}

// Widths of what the table leaves out: a cautious letter, and a square for
// ideographs, emoji and their like.
const (
	otherAdvance = 1350
	wideAdvance  = 2300
)

// Width is the width of a text in pixels at the badge's font size, to a tenth.
func Width(s string) float64 {
	units := 0
	for _, r := range s {
		units += advance(r)
	}
	return math.Round(float64(units)/unitsPerEm*fontSize*10) / 10
}

func advance(r rune) int {
	switch {
	case r >= ' ' && int(r-' ') < len(advances):
		return int(advances[r-' '])
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		return 0 // combining, joining and direction marks take no room
	case r == '·':
		return 651
	case r == '…', r == '—', r >= 0x2e80 && r < 0xd7ff, r >= 0xf900 && r < 0xfb00, r >= 0xfe30 && r < 0xfff0, r >= 0x1f000:
		return wideAdvance
	}
	return otherAdvance
}
