package portrait_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/portrait"
)

// quarters is a picture with a colour in each corner: red, green, blue and white.
func quarters(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, []color.Color{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.White}[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

func pngOf(m image.Image) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func jpegOf(m image.Image) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// corners are the colours of a portrait, as letters from the upper left to the lower
// right.
func corners(t *testing.T, data []byte) string {
	t.Helper()
	m, format, err := image.Decode(bytes.NewReader(data))
	if err != nil || format != "jpeg" || m.Bounds() != image.Rect(0, 0, portrait.Size, portrait.Size) {
		t.Fatalf("%v, %s, %v", err, format, m)
	}
	out := ""
	for _, at := range []image.Point{{40, 40}, {150, 40}, {40, 150}, {150, 150}} {
		r, g, b, _ := m.At(at.X, at.Y).RGBA()
		switch {
		case min(r, g, b) > 0xc000:
			out += "w"
		case r > max(g, b)+0x4000:
			out += "r"
		case g > max(r, b)+0x4000:
			out += "g"
		case b > max(r, g)+0x4000:
			out += "b"
		default:
			out += "?"
		}
	}
	return out
}

// webpPixel is a WebP of one white pixel, lossless.
const webpPixel = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="

func TestMake(t *testing.T) {
	pixel, err := base64.StdEncoding.DecodeString(webpPixel)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"a PNG":             {pngOf(quarters(400, 400)), "rgbw"},
		"a JPEG":            {jpegOf(quarters(300, 300)), "rgbw"},
		"a small one":       {pngOf(quarters(8, 8)), "rgbw"},
		"one pixel high":    {pngOf(quarters(4000, 1)), ""},
		"a WebP":            {pixel, ""},
		"nothing but holes": {pngOf(image.NewRGBA(image.Rect(0, 0, 10, 10))), "wwww"},
		"sixteen million":   {pngOf(image.NewGray(image.Rect(0, 0, 4000, 4000))), ""},
	} {
		got, err := portrait.Make(test.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c := corners(t, got); test.want != "" && c != test.want {
			t.Errorf("%s: corners %s, want %s", name, c, test.want)
		}
	}
}

// claimed is a PNG that says it is of another size than it is.
func claimed(w, h uint32) []byte {
	data := pngOf(quarters(4, 4))
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	return data
}

func TestMakeRefuses(t *testing.T) {
	var animation bytes.Buffer
	if err := gif.Encode(&animation, quarters(4, 4), nil); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":           {nil, "neither"},
		"a GIF":             {animation.Bytes(), "neither"},
		"an SVG":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "neither"},
		"a page":            {[]byte("<!DOCTYPE html><title>404</title>"), "neither"},
		"RIFF sound":        {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), "neither"},
		"a cut header":      {[]byte("\x89PNG\r\n\x1a\n"), "header"},
		"a cut JPEG":        {jpegOf(quarters(100, 100))[:400], "can't be"},
		"too many bytes":    {append(pngOf(quarters(4, 4)), make([]byte, portrait.MaxBytes)...), "more than 1048576 bytes"},
		"a bomb":            {claimed(1<<30, 1<<30), ""},
		"too many pixels":   {pngOf(image.NewGray(image.Rect(0, 0, 4001, 4000))), "4001 × 4000 pixels"},
		"more than it has":  {claimed(3000, 3000), "can't be"},
		"a WebP of nothing": {[]byte("RIFF\x0c\x00\x00\x00WEBPVP8 \x00\x00\x00\x00"), "header"},
	} {
		got, err := portrait.Make(test.data)
		if err == nil || got != nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %d bytes, %v, want %q", name, len(got), err, test.says)
		}
	}
}

// withExif puts metadata into a JPEG: an orientation and the place where it was taken.
func withExif(data []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	mark := "MM"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		mark = "II"
	}
	tiff := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, e := range [][2]uint16{{0x10f, 7}, {0x112, orientation}} {
		tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, e[0]), 3), 1)
		tiff = order.AppendUint16(order.AppendUint16(tiff, e[1]), 0)
	}
	tiff = append(tiff, "48.8566 N 2.3522 E"...)
	part := append([]byte("Exif\x00\x00"), tiff...)
	out := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(part)+2))
	return append(append(out, part...), data[2:]...)
}

// Browsers turn pictures as their notes say; ours have none, so they are turned.
func TestPortraitsAreUprightAndWithoutMetadata(t *testing.T) {
	for orientation, want := range map[uint16]string{0: "rgbw", 1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 9: "rgbw", 65535: "rgbw"} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			got, err := portrait.Make(withExif(jpegOf(quarters(200, 200)), order, orientation))
			if err != nil {
				t.Fatal(err)
			}
			if c := corners(t, got); c != want {
				t.Errorf("orientation %d: %s, want %s", orientation, c, want)
			}
			if bytes.Contains(got, []byte("Exif")) || bytes.Contains(got, []byte("48.8566")) {
				t.Error("metadata is left")
			}
		}
	}
}

func TestNamesAreOfTheContent(t *testing.T) {
	a, b := portrait.Drawn(), jpegOf(quarters(8, 8))
	if len(portrait.Name(a)) != 32 || portrait.Name(a) != portrait.Name(portrait.Drawn()) || portrait.Name(a) == portrait.Name(b) {
		t.Errorf("%s, %s", portrait.Name(a), portrait.Name(b))
	}
	if again, err := portrait.Make(a); err != nil || len(again) > 20_000 {
		t.Errorf("the drawn one: %d bytes, %v", len(again), err)
	}
}

func FuzzMake(f *testing.F) {
	pixel, _ := base64.StdEncoding.DecodeString(webpPixel)
	for _, seed := range [][]byte{pixel, pngOf(quarters(4, 4)), withExif(jpegOf(quarters(8, 8)), binary.LittleEndian, 6), claimed(70_000, 70_000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := portrait.Make(data); err == nil {
			corners(t, got)
		} else if got != nil {
			t.Error("a portrait and an error")
		}
	})
}
