package card_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/card"
)

var plain = card.Card{
	Title: "Eventlet removal", Number: "79%", Sentence: [2]string{"of 314 changes uploaded", "or expected so far are merged"}, Second: "59 not merged yet",
	AsOf: "As of 23 Nov 2026, 08:00 UTC", Bar: [4]int{235, 49, 10, 20},
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil || m.Bounds() != image.Rect(0, 0, card.Width, card.Height) {
		t.Fatalf("%v, %v", err, m)
	}
	return m
}

// in counts the pixels of a colour in a part of a card.
func in(m image.Image, r image.Rectangle, want uint32) (n int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if r, g, b, _ := m.At(x, y).RGBA(); r>>8<<16|g>>8<<8|b>>8 == want {
				n++
			}
		}
	}
	return n
}

func TestPNG(t *testing.T) {
	data := card.PNG(plain)
	if file := os.Getenv("CARD"); file != "" {
		os.WriteFile(file, data, 0o644)
	}
	m := decode(t, data)
	if len(data) > 100_000 {
		t.Errorf("%d bytes", len(data))
	}
	bar := image.Rect(80, 440, 1120, 441)
	// The bar is the percentage: 235 of 314 parts of 1040 pixels are green.
	if got := in(m, bar, 0x22c55e); got < 776 || got > 780 {
		t.Errorf("merged is %d pixels", got)
	}
	if got := in(m, bar, 0x22d3ee); got < 162+12 || got > 164+20 { // 49, and about half of 10
		t.Errorf("in review and work in progress are %d pixels", got)
	}
	if in(m, image.Rect(0, 500, card.Width, 590), 0xa3acba) == 0 || in(m, image.Rect(0, 500, card.Width, 590), 0xfbbf24) != 0 {
		t.Error("as of is not there, or a warning")
	}
	old := plain
	old.Warning = true
	if in(decode(t, card.PNG(old)), image.Rect(0, 500, card.Width, 590), 0xfbbf24) == 0 {
		t.Error("a warning without its colour")
	}
}

// Nothing that is written leaves the card, and everything that is there is seen.
func TestLongTextsAndSmallParts(t *testing.T) {
	for name, c := range map[string]card.Card{
		"nothing":  {},
		"long":     {Title: strings.Repeat("Very long ", 500), Number: strings.Repeat("9", 99), Sentence: [2]string{strings.Repeat("x", 5000), "\x00\xff"}, Second: "\u202eevil", AsOf: strings.Repeat("م", 300)},
		"one each": {Bar: [4]int{1_000_000, 1, 1, 0}},
		"negative": {Bar: [4]int{-1, 0, 0, 0}},
	} {
		m := decode(t, card.PNG(c))
		for _, r := range []image.Rectangle{{image.Pt(0, 0), image.Pt(card.Width, 32)}, {image.Pt(card.Width-32, 0), image.Pt(card.Width, card.Height)}} {
			if got := in(m, r, 0x030712); got != r.Dx()*r.Dy() {
				t.Errorf("%s: something is written in the margin", name)
			}
		}
		if bar := image.Rect(80, 440, 1120, 441); name == "one each" && in(m, bar, 0x22d3ee) < 3 {
			t.Errorf("%s: %d pixels in review", name, in(m, bar, 0x22d3ee))
		}
	}
}

func TestDeckDrawsEachCardOnce(t *testing.T) {
	var deck card.Deck
	a := deck.PNG("a", plain)
	other := plain
	other.Number = "80%"
	b := deck.PNG("b", other)
	if bytes.Equal(a, b) || &deck.PNG("a", plain)[0] != &a[0] || &deck.PNG("b", other)[0] != &b[0] {
		t.Error("a card is drawn again, or that of another name")
	}
	if c := deck.PNG("a", other); bytes.Equal(a, c) || !bytes.Equal(b, c) {
		t.Error("a card of old numbers")
	}
}

func BenchmarkPNG(b *testing.B) {
	for b.Loop() {
		card.PNG(plain)
	}
}
