package chart

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"
)

//go:embed chart.svg
var svgText string

var svgTemplates = template.Must(template.New("chart").Parse(svgText))

// SVG is the drawing, without its notes and its table. Its title and its description
// have the ids burnup-t and burnup-d, so a page may hold one.
func (b *Burnup) SVG() template.HTML { return render("burnup", b) }

// render writes one of our own drawings. They hold nothing that can't be written.
func render(name string, data any) template.HTML {
	var out strings.Builder
	if err := svgTemplates.ExecuteTemplate(&out, name, data); err != nil {
		panic(fmt.Sprintf("chart: draw %s: %v", name, err))
	}
	return template.HTML(out.String())
}
