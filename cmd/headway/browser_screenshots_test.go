//go:build browser

package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// mostPNG is how large a screenshot may be: it stands in the README.
const mostPNG = 150_000

// downToTheChart is the height of a picture that ends below the chart, if that is
// near.
const downToTheChart = `(() => {
	const end = document.querySelector('svg.chart')?.getBoundingClientRect().bottom;
	return end < 1500 ? Math.ceil(end) + 24 : 1000;
})()`

// testDemo looks at the demonstration and takes the pictures.
func (b *browser) testDemo(t *testing.T) {
	demo := start(t, t.TempDir(), "demo", "--web.listen-address=127.0.0.1:0")
	demo.logged(t, `msg="poll done"`)
	page := b.tab(t)
	if *screenshots != "" {
		if err := os.MkdirAll(*screenshots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("testimonials", func(t *testing.T) {
		page.t = t
		for _, path := range []string{"", "testimonials", "projects/openstack/mistral"} {
			for _, width := range []int64{320, phone, 768, desktop} {
				page.resize(width, 844)
				page.load(demo.url + mainGoal + "/" + path)
				page.await(`document.querySelector('.testimonial img')`)
				eval[int](page, `document.querySelector('.testimonial img').scrollIntoView(), 1`)
				page.await(`document.querySelector('.testimonial img').naturalWidth == 192`)
				if wide := eval[int](page, `document.querySelector('.testimonial').scrollWidth - document.querySelector('.testimonial').clientWidth`); wide > 0 {
					t.Errorf("%s at %d px: the testimonial is %d px too wide", path, width, wide)
				}
			}
		}
		for _, fault := range page.audit(b.axe, demo.url+mainGoal+"/testimonials", http.StatusOK) {
			t.Error(fault)
		}
	})
	for _, shot := range []struct {
		name, path, scheme string
		width              int64
	}{
		{"summary-dark", "", "dark", desktop},
		{"summary-light", "", "light", desktop},
		{"summary-phone-dark", "", "dark", phone},
		{"summary-phone-light", "", "light", phone},
		{"project-dark", "projects/openstack/nova", "dark", desktop},
		{"project-light", "projects/openstack/nova", "light", desktop},
		{"project-phone-dark", "projects/openstack/nova", "dark", phone},
		{"project-phone-light", "projects/openstack/nova", "light", phone},
		{"attention-dark", "attention", "dark", desktop},
	} {
		t.Run(shot.name, func(t *testing.T) {
			page.t = t
			page.resize(shot.width, 1000)
			page.emulate("", shot.scheme)
			page.load(demo.url + mainGoal + "/" + shot.path)
			page.resize(shot.width, eval[int64](page, downToTheChart))
			if notice := readable(page.document().Find(".notice")); !strings.HasPrefix(notice, "Demo: synthetic data.") {
				t.Errorf("the notice reads %q", notice)
			}
			picture := small(t, run(page, "take a screenshot", chromedp.CaptureScreenshot()))
			if len(picture) > mostPNG || len(picture) < 5_000 {
				t.Errorf("%d bytes, want a picture of less than %d", len(picture), mostPNG)
			}
			if *screenshots == "" {
				return
			}
			if err := os.WriteFile(filepath.Join(*screenshots, shot.name+".png"), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
	if code := demo.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

// small paints a picture with its 256 most frequent colours.
func small(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	count := map[color.RGBA]int{}
	bounds := full.Bounds()
	rgba := image.NewRGBA(bounds)
	draw.Draw(rgba, bounds, full, bounds.Min, draw.Src)
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			count[rgba.RGBAAt(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), slices.Compare([]uint8{a.R, a.G, a.B}, []uint8{b.R, b.G, b.B}))
	})
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	nearest := map[color.RGBA]uint8{}
	for c := range count {
		nearest[c] = uint8(palette.Index(c))
	}
	painted := image.NewPaletted(bounds, palette)
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			painted.SetColorIndex(x, y, nearest[rgba.RGBAAt(x, y)])
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, painted); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
