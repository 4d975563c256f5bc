package portrait

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// MaxBytes is the size of the largest picture that is read.
const MaxBytes = 1 << 20

// Size is the width and the height of a portrait in pixels: twice what pages show.
const Size = 192

const (
	// maxPixels bounds what is decoded: a picture of a few bytes may claim gigabytes.
	maxPixels = 16_000_000
	quality   = 85
)

// backdrop is what shows through where a picture is transparent.
var backdrop = image.NewUniform(color.RGBA{0xe5, 0xe7, 0xeb, 0xff})

// format is a kind of picture that is read, known by how it begins.
type format struct {
	begins [2]string // at bytes 0 and 8
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = []format{
	{[2]string{"\xff\xd8\xff", ""}, jpeg.DecodeConfig, jpeg.Decode},
	{[2]string{"\x89PNG\r\n\x1a\n", ""}, png.DecodeConfig, png.Decode},
	{[2]string{"RIFF", "WEBP"}, webp.DecodeConfig, webp.Decode},
}

// Make draws a portrait from the middle of a picture: a square JPEG of Size pixels. Its
// errors are for readers.
func Make(data []byte) (portrait []byte, err error) {
	defer func() { // decoders read what anybody wrote
		if trouble := recover(); trouble != nil {
			portrait, err = nil, errors.New("a picture that can't be decoded")
		}
	}()
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("a picture of more than %d bytes", MaxBytes)
	}
	f, ok := formatOf(data)
	if !ok {
		return nil, errors.New("neither JPEG nor PNG nor WebP")
	}
	size, err := f.config(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("a picture whose header can't be read")
	}
	if size.Width < 1 || size.Height < 1 || size.Width > maxPixels/size.Height {
		return nil, fmt.Errorf("a picture of %d × %d pixels, which are more than %d million", size.Width, size.Height, maxPixels/1_000_000)
	}
	from, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("a picture that can't be decoded")
	}
	out := image.NewRGBA(image.Rect(0, 0, Size, Size))
	draw.Draw(out, out.Bounds(), backdrop, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(out, out.Bounds(), from, middle(from.Bounds()), draw.Over, nil)
	return encode(upright(out, orientation(data))), nil
}

func formatOf(data []byte) (format, bool) {
	for _, f := range formats {
		if bytes.HasPrefix(data, []byte(f.begins[0])) && bytes.HasPrefix(data[min(8, len(data)):], []byte(f.begins[1])) {
			return f, true
		}
	}
	return format{}, false
}

// middle is the largest square in the middle of a picture; of one that is taller than
// wide, a bit above it, where faces are.
func middle(b image.Rectangle) image.Rectangle {
	side := min(b.Dx(), b.Dy())
	at := image.Pt(b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/4)
	return image.Rectangle{at, at.Add(image.Pt(side, side))}
}

func encode(m image.Image) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
		panic(fmt.Sprintf("portrait: %v", err)) // a buffer takes everything
	}
	return out.Bytes()
}

// Name is a portrait's, of its content: 32 hexadecimal digits.
func Name(portrait []byte) string {
	sum := sha256.Sum256(portrait)
	return hex.EncodeToString(sum[:16])
}
