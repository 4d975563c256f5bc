package portrait

import (
	"image"
	"image/color"
)

// Drawn is a portrait of nobody, for demonstrations.
func Drawn() []byte {
	const fine = 4 // samples of a pixel in each direction, so that edges are smooth
	out := image.NewRGBA(image.Rect(0, 0, Size, Size))
	for y := range Size {
		for x := range Size {
			inside := 0
			for i := range fine * fine {
				fx, fy := float64(x)+float64(i%fine)/fine, float64(y)+float64(i/fine)/fine
				if within(fx, fy, 96, 76, 36, 40) || within(fx, fy, 96, 196, 74, 72) {
					inside++
				}
			}
			out.SetRGBA(x, y, color.RGBA{mix(0x15, 0xa5, inside, fine), mix(0x5e, 0xf3, inside, fine), mix(0x75, 0xfc, inside, fine), 0xff})
		}
	}
	return encode(out)
}

// within reports whether a point lies in an ellipse.
func within(x, y, cx, cy, rx, ry float64) bool {
	dx, dy := (x-cx)/rx, (y-cy)/ry
	return dx*dx+dy*dy < 1
}

func mix(from, to, inside, fine int) uint8 {
	return uint8(from + (to-from)*inside/(fine*fine))
}
