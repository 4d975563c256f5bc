package badge_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/badge"
)

// parsed is a badge as a reader of its XML sees it.
type parsed struct {
	attrs    map[string]string // of the root element
	title    string
	texts    []string
	lengths  []float64 // textLength of texts
	elements map[string]int
}

func parse(t *testing.T, svg []byte) parsed {
	t.Helper()
	p := parsed{attrs: map[string]string{}, elements: map[string]int{}}
	d := xml.NewDecoder(bytes.NewReader(svg))
	var open []string
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return p
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, svg)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			open = append(open, name)
			p.elements[name]++
			for _, a := range tok.Attr {
				if name == "svg" {
					p.attrs[a.Name.Local] = a.Value
				}
				if a.Name.Local == "textLength" {
					w, err := strconv.ParseFloat(a.Value, 64)
					if err != nil {
						t.Errorf("textLength: %v", err)
					}
					p.lengths = append(p.lengths, w)
				}
			}
			if name == "text" {
				p.texts = append(p.texts, "")
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			switch {
			case len(open) > 0 && open[len(open)-1] == "text":
				p.texts[len(p.texts)-1] += string(tok)
			case len(open) > 0 && open[len(open)-1] == "title":
				p.title += string(tok)
			}
		}
	}
}

func TestSVG(t *testing.T) {
	p := parse(t, badge.SVG(badge.Badge{Label: "in review", Value: "12", Title: "Twelve changes in review", Color: badge.Cyan}))
	if p.attrs["role"] != "img" || p.attrs["aria-label"] != "Twelve changes in review" || p.title != "Twelve changes in review" {
		t.Errorf("role %q, label %q, title %q", p.attrs["role"], p.attrs["aria-label"], p.title)
	}
	if got := strings.Join(p.texts, "|"); got != "in review|12" {
		t.Errorf("texts %q", got)
	}
	width, _ := strconv.ParseFloat(p.attrs["width"], 64)
	if want := p.lengths[0] + p.lengths[1] + 4*7; math.Abs(width-want) > 0.01 {
		t.Errorf("width %v, want its texts and padding: %v", width, want)
	}
}

func TestTitleDefaultsToLabelAndValue(t *testing.T) {
	if p := parse(t, badge.SVG(badge.Badge{Label: "merged", Value: "3"})); p.title != "merged: 3" {
		t.Errorf("title %q", p.title)
	}
}

func TestHostileTextStaysText(t *testing.T) {
	for name, text := range map[string]string{
		"script":        `</text><script>alert(1)</script>`,
		"quotes":        `" onload="alert(1)" '`,
		"entities":      `&lt;&amp;&#0;]]>`,
		"control":       "a\x00b\x1bc\uFFFEd",
		"invalid UTF-8": "caf\xe9 \xff\xfe",
		"right to left": "\u202Eevil\u202C שלום",
		"emoji":         "👩‍💻🎉",
		"very long":     strings.Repeat("long & ", 500),
	} {
		t.Run(name, func(t *testing.T) {
			for _, theme := range badge.Themes {
				p := parse(t, badge.SVG(badge.Badge{Label: text, Value: text, Title: text, Theme: theme}))
				if p.elements["script"] != 0 || p.elements["text"] != 2 || len(p.attrs) > 6 {
					t.Errorf("%s: elements %v, attributes %v", theme, p.elements, p.attrs)
				}
				width, err := strconv.ParseFloat(p.attrs["width"], 64)
				if err != nil || width < 28 || width > 3000 {
					t.Errorf("%s: width %q", theme, p.attrs["width"])
				}
			}
		})
	}
}

func TestAutoThemeIsTheOnlyOneWithStyle(t *testing.T) {
	for _, theme := range badge.Themes {
		p := parse(t, badge.SVG(badge.Badge{Label: "a", Value: "b", Theme: theme}))
		if got, want := p.elements["style"], map[badge.Theme]int{badge.Auto: 1}[theme]; got != want {
			t.Errorf("%s: %d style elements, want %d", theme, got, want)
		}
	}
}

// The wanted widths were measured in Chromium with DejaVu Sans at 11 px; kerning
// and hinting make up for the difference.
func TestWidth(t *testing.T) {
	for text, want := range map[string]float64{
		"": 0, "merged": 42.54, "in review": 49.90, "iii": 9.17, "MMM": 28.47, "100% of 12": 63.04, "83% of 236 · stale": 100.14,
	} {
		if got := badge.Width(text); math.Abs(got-want) > want/50+0.05 {
			t.Errorf("Width(%q) = %v, want about %v", text, got, want)
		}
	}
	if badge.Width("e\u0301") != badge.Width("e") {
		t.Error("a combining accent takes room")
	}
	if badge.Width("中") <= badge.Width("W") {
		t.Error("an ideograph is narrower than a W")
	}
}

func TestColorsHaveContrast(t *testing.T) {
	pairs := map[string][2]string{"dark label": {"#1f2937", "#f3f4f6"}, "light label": {"#e5e7eb", "#111827"}}
	for _, c := range []badge.Color{badge.Green, badge.Purple, badge.Amber, badge.Cyan, badge.Red, badge.Grey} {
		pairs[string(c)] = [2]string{string(c), "#ffffff"}
	}
	for name, p := range pairs {
		if c := contrast(t, p[0], p[1]); c < 4.5 {
			t.Errorf("%s: contrast %.2f, want 4.5 or more", name, c)
		}
	}
}

// contrast is WCAG 2's ratio of the relative luminances of two colours.
func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var c [3]int
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
		t.Fatal(err)
	}
	var lin [3]float64
	for i, v := range c {
		f := float64(v) / 255
		if lin[i] = f / 12.92; f > 0.03928 {
			lin[i] = math.Pow((f+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*lin[0] + 0.7152*lin[1] + 0.0722*lin[2]
}

func FuzzSVG(f *testing.F) {
	f.Add("merged", "83% of 236")
	f.Add("</text><script>", "\x00\xff")
	f.Fuzz(func(t *testing.T, label, value string) {
		svg := badge.SVG(badge.Badge{Label: label, Value: value, Theme: badge.Auto})
		if !utf8.Valid(svg) {
			t.Error("not UTF-8")
		}
		if p := parse(t, svg); p.elements["text"] != 2 || p.elements["svg"] != 1 || len(p.elements) != 7 {
			t.Errorf("elements %v", p.elements)
		}
	})
}
