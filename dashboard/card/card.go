package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Size of a card in pixels, as those ask for it who show cards.
const (
	Width  = 1200
	Height = 630
)

// Card is what a card says. Texts may be any: they are cut where they are too long.
type Card struct {
	Title    string    // whose number it is
	Number   string    // 79%
	Sentence [2]string // what the number is of, in two lines
	Second   string    // the second number, in words
	AsOf     string    // "As of 23 Nov 2026, 08:00 UTC"
	Warning  bool      // AsOf says that the numbers are old
	Bar      [4]int    // sizes: merged, in review, work in progress, expected
}

// Colours, those of the pages.
var (
	page   = rgb(0x030712)
	panel  = rgb(0x111827)
	raised = rgb(0x374151)
	text   = rgb(0xf3f4f6)
	dim    = rgb(0xa3acba)
	accent = rgb(0x22d3ee)
	warn   = rgb(0xfbbf24)
	merged = rgb(0x22c55e)
)

func rgb(c uint32) color.RGBA {
	return color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 0xff}
}

const (
	margin  = 80
	barTop  = 436
	barHigh = 52
	least   = 4 // width of a part
	stripe  = 8 // width of what work in progress is hatched with
)

// Fonts, parsed once.
var (
	bold    = sync.OnceValue(func() *opentype.Font { return parse(gobold.TTF) })
	regular = sync.OnceValue(func() *opentype.Font { return parse(goregular.TTF) })
)

func parse(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("card: %v", err)) // it comes with the program
	}
	return f
}

// PNG draws a card.
func PNG(c Card) []byte {
	m := image.NewRGBA(image.Rect(0, 0, Width, Height))
	fill(m, m.Bounds(), page)
	fill(m, image.Rect(32, 32, Width-32, Height-32), panel)
	fill(m, image.Rect(32, 32, 40, Height-32), accent)
	write(m, bold(), 52, text, margin, 128, Width-margin, c.Title)
	end := write(m, bold(), 210, text, margin-6, 346, Width/2+margin, c.Number)
	for i, line := range c.Sentence {
		write(m, regular(), 42, text, end+36, 232+54*i, Width-margin+20, line)
	}
	write(m, regular(), 42, dim, end+36, 346, Width-margin+20, c.Second)
	bar(m, c.Bar)
	at := dim
	if c.Warning {
		at = warn
	}
	write(m, regular(), 34, at, margin, 560, Width-margin, c.AsOf)
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(fmt.Sprintf("card: %v", err)) // a buffer takes everything
	}
	return out.Bytes()
}

// bar draws the parts in a row that is always as long; nothing at all stays grey.
func bar(m *image.RGBA, sizes [4]int) {
	row := image.Rect(margin, barTop, Width-margin, barTop+barHigh)
	fill(m, row, raised)
	total := 0
	for _, n := range sizes {
		total += n
	}
	if total <= 0 {
		return
	}
	sum := 0
	for i, n := range sizes {
		from := row.Min.X + row.Dx()*sum/total
		sum += n
		part := image.Rect(from, row.Min.Y, row.Min.X+row.Dx()*sum/total, row.Max.Y)
		if n > 0 && part.Dx() < least { // what is there is seen
			part.Min.X = min(part.Min.X, row.Max.X-least)
			part.Max.X = part.Min.X + least
		}
		switch i {
		case 0:
			fill(m, part, merged)
		case 1:
			fill(m, part, accent)
		case 2:
			for x := part.Min.X; x < part.Max.X; x++ {
				for y := part.Min.Y; y < part.Max.Y; y++ {
					if (x+y)/stripe%2 == 0 {
						m.SetRGBA(x, y, accent)
					}
				}
			}
		}
	}
}

func fill(m *image.RGBA, r image.Rectangle, c color.RGBA) {
	draw.Draw(m, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// write writes a line whose baseline is y, cut before most, and returns where it ends.
func write(m *image.RGBA, f *opentype.Font, size float64, c color.RGBA, x, y, most int, line string) int {
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(fmt.Sprintf("card: %v", err)) // only a size that is none is refused
	}
	defer face.Close()
	d := font.Drawer{Dst: m, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(fit(&d, line, fixed.I(most-x)))
	return d.Dot.X.Ceil()
}

// fit cuts a line that is too long.
func fit(d *font.Drawer, line string, room fixed.Int26_6) string {
	runes := []rune(line)
	runes = runes[:min(len(runes), 200)]
	if len(runes) == len([]rune(line)) && d.MeasureString(line) <= room {
		return line
	}
	for n := len(runes); n > 0; n-- {
		if cut := string(runes[:n]) + "…"; d.MeasureString(cut) <= room {
			return cut
		}
	}
	return ""
}

// Deck keeps the last card of each name, as long as it would be the same: to draw one
// takes a hundred times as long as a page.
type Deck struct {
	mu    sync.Mutex
	cards map[string]drawn
}

type drawn struct {
	card Card
	png  []byte
}

// PNG is a card under a name. The bytes must not be changed.
func (k *Deck) PNG(name string, c Card) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if have, ok := k.cards[name]; ok && have.card == c {
		return have.png
	}
	if k.cards == nil {
		k.cards = map[string]drawn{}
	}
	k.cards[name] = drawn{c, PNG(c)}
	return k.cards[name].png
}
