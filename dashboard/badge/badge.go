package badge

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"text/template"
)

// Badge is what a badge says.
type Badge struct {
	Label string // left part
	Value string // right part
	Title string // one sentence for screen readers and hovering; "": "Label: Value"
	Color Color  // of the right part; "": Grey
	Theme Theme  // of the left part; "": Dark
	Trend []int  // what Value was over time, the newest last, as a line behind it; fewer than 2: no line
}

// Color is a background of the right part. All have at least 4.5:1 with the
// white text on it.
type Color string

const (
	Green  Color = "#166534"
	Purple Color = "#6b21a8"
	Amber  Color = "#854d0e"
	Cyan   Color = "#0e7490"
	Red    Color = "#991b1b"
	Grey   Color = "#4b5563"
)

// Shields is the colour as shields.io reads it; that of no colour is grey.
func (c Color) Shields() string { return strings.TrimPrefix(string(cmp.Or(c, Grey)), "#") }

// Theme chooses the left part: dark, light, or what the reader's system prefers.
type Theme string

const (
	Dark  Theme = "dark"
	Light Theme = "light"
	Auto  Theme = "auto"
)

// Themes are all there are, the default first.
var Themes = []Theme{Dark, Light, Auto}

const (
	height  = 20
	padding = 7  // on both sides of a text
	longest = 80 // runes of one part; more would make an unreadable strip
)

// autoStyle follows the reader's system. It is a constant, so that a strict
// Content-Security-Policy can name its hash: see StyleHash.
const autoStyle = `.l{fill:#e5e7eb}.t{fill:#111827}@media(prefers-color-scheme:dark){.l{fill:#1f2937}.t{fill:#f3f4f6}}`

// StyleHash is the Content-Security-Policy source that allows the style of a
// badge with theme Auto, and no other.
var StyleHash = func() string {
	sum := sha256.Sum256([]byte(autoStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// drawing is a Badge with all its measures, escaped and ready to be written.
type drawing struct {
	Title, Label, Value  string
	Color                Color
	Style                string
	LabelFill, LabelText string // attributes of the left part
	Height               int
	Width, Left, Right   float64 // of the whole and its parts
	LabelX, ValueX       float64 // centres of the texts
	LabelW, ValueW       float64 // widths of the texts
	Trend                string  // points of a line
}

// textLength makes every font fill exactly the space that was measured for it.
var svg = template.Must(template.New("badge").Parse(
	`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="{{.Height}}" viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-label="{{.Title}}">` +
		`<title>{{.Title}}</title>` +
		`{{with .Style}}<style>{{.}}</style>{{end}}` +
		`<clipPath id="r"><rect width="{{.Width}}" height="{{.Height}}" rx="3"/></clipPath>` +
		`<g clip-path="url(#r)"><rect {{.LabelFill}} width="{{.Left}}" height="{{.Height}}"/><rect fill="{{.Color}}" x="{{.Left}}" width="{{.Right}}" height="{{.Height}}"/></g>` +
		`<g text-anchor="middle" font-family="Verdana,'DejaVu Sans',Geneva,sans-serif" font-size="11">` +
		`<text {{.LabelText}} x="{{.LabelX}}" y="14" textLength="{{.LabelW}}">{{.Label}}</text>` +
		`<text fill="#fff" x="{{.ValueX}}" y="14" textLength="{{.ValueW}}">{{.Value}}</text>` +
		`</g>` +
		`{{with .Trend}}<polyline fill="none" stroke="#fff" stroke-width="1.5" stroke-linejoin="round" points="{{.}}"/>{{end}}` +
		`</svg>`))

// SVG draws a badge. Label, Value and Title may be any bytes: they are shown as
// text, cut when they are very long, and never end the document.
func SVG(b Badge) []byte {
	b.Label, b.Value = clip(b.Label), clip(b.Value)
	if b.Title == "" {
		b.Title = b.Label + ": " + b.Value
	}
	if b.Color == "" {
		b.Color = Grey
	}
	d := drawing{
		Title: escape(b.Title), Label: escape(b.Label), Value: escape(b.Value),
		Color: b.Color, Height: height,
		LabelFill: `fill="#1f2937"`, LabelText: `fill="#f3f4f6"`,
		LabelW: Width(b.Label), ValueW: Width(b.Value),
	}
	switch b.Theme {
	case Light:
		d.LabelFill, d.LabelText = `fill="#e5e7eb"`, `fill="#111827"`
	case Auto:
		d.LabelFill, d.LabelText, d.Style = `class="l"`, `class="t"`, autoStyle
	}
	d.Left, d.Right = d.LabelW+2*padding, d.ValueW+2*padding
	d.LabelX, d.ValueX = d.Left/2, d.Left+d.Right/2
	if len(b.Trend) > 1 {
		d.Trend = trend(b.Trend, d.Left+d.Right)
		d.Right += trendWidth + padding
	}
	d.Width = d.Left + d.Right
	var out bytes.Buffer
	if err := svg.Execute(&out, d); err != nil {
		// Only a template that doesn't fit its struct fails, and that for every badge.
		panic(fmt.Sprintf("badge: %v", err))
	}
	return out.Bytes()
}

func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}

// escape makes text of any string: markup is escaped, and what XML 1.0 can't hold
// at all becomes U+FFFD.
func escape(s string) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '&':
			out.WriteString("&amp;")
		case r == '"':
			out.WriteString("&#34;")
		case r == '\'':
			out.WriteString("&#39;")
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0xFFFE, r == 0xFFFF:
			out.WriteRune('\uFFFD')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
