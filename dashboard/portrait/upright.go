package portrait

import (
	"encoding/binary"
	"image"
)

// orientation is how a JPEG's own note says that it has to be turned, as EXIF numbers
// it: 1 is upright. Cameras do not turn pictures, they take notes; and since ours are
// drawn without any, they have to be turned.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xff && data[at+1] != 0xda; { // until the pixels
		size := 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if at+size > len(data) {
			return 1
		}
		part := data[at+4 : at+size]
		if data[at+1] == 0xe1 && len(part) > 14 && string(part[:6]) == "Exif\x00\x00" {
			return noted(part[6:])
		}
		at += size
	}
	return 1
}

// noted reads the orientation from EXIF's first table.
func noted(tiff []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	const tag, entry = 0x112, 12
	table := int64(order.Uint32(tiff[4:]))
	if table+2 > int64(len(tiff)) {
		return 1
	}
	rest := tiff[table+2:]
	for range order.Uint16(tiff[table:]) {
		if len(rest) < entry {
			break
		}
		if order.Uint16(rest) == tag {
			if n := int(order.Uint16(rest[8:])); n >= 1 && n <= 8 {
				return n
			}
			break
		}
		rest = rest[entry:]
	}
	return 1
}

// upright turns a square picture by its orientation.
func upright(m *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return m
	}
	last := m.Bounds().Dx() - 1
	out := image.NewRGBA(m.Bounds())
	for y := range last + 1 {
		for x := range last + 1 {
			fx, fy := x, y // where the pixel comes from
			switch orientation {
			case 2:
				fx = last - x
			case 3:
				fx, fy = last-x, last-y
			case 4:
				fy = last - y
			case 5:
				fx, fy = y, x
			case 6:
				fx, fy = y, last-x
			case 7:
				fx, fy = last-y, last-x
			case 8:
				fx, fy = last-y, x
			}
			out.SetRGBA(x, y, m.RGBAAt(fx, fy))
		}
	}
	return out
}
