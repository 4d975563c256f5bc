package report

import (
	"regexp"
	"strings"
)

// Markdown is a document in the dialect that GitHub, etherpads and OpenDev's pages have
// in common. All that people wrote is text in it, never markup.
func (d Document) Markdown() string {
	var b strings.Builder
	b.WriteString("## " + markdown(d.Title) + "\n\n")
	for _, p := range append(d.Lead[:len(d.Lead):len(d.Lead)], d.AsOf) {
		b.WriteString(paragraph(p) + "\n\n")
	}
	for _, s := range d.Sections {
		b.WriteString("### " + markdown(s.Heading) + "\n\n")
		for _, block := range s.Blocks {
			if len(block.Text) > 0 {
				b.WriteString(paragraph(block.Text) + "\n\n")
			}
			for _, item := range block.Items {
				b.WriteString("- " + paragraph(item) + "\n")
			}
			if block.Table != nil {
				markdownTable(&b, block.Table)
			}
			if len(block.Items) > 0 || block.Table != nil {
				b.WriteByte('\n')
			}
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func markdownTable(b *strings.Builder, t *Table) {
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	var head, rule []string
	for i, cell := range t.Head {
		head = append(head, markdown(cell))
		if t.Right[i] {
			rule = append(rule, "---:")
		} else {
			rule = append(rule, "---")
		}
	}
	row(head)
	row(rule)
	for _, r := range t.Rows {
		var cells []string
		for _, c := range r {
			cells = append(cells, span(c))
		}
		row(cells)
	}
}

// paragraph is one line: Markdown would take some beginnings of a line for markup.
func paragraph(p Paragraph) string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(span(s))
	}
	return lineStart.ReplaceAllString(b.String(), `$1\$2$3`)
}

// lineStart is what makes a heading, a list or a rule of a line.
var lineStart = regexp.MustCompile(`^(\d{0,9})([#+=.)-])([#=-]*(?:\s|$))`)

func span(s Span) string {
	text := markdown(inner(s.Text))
	if absolute(s.URL) == "" {
		return text
	}
	return "[" + text + "](" + addressEscaper.Replace(s.URL) + ")"
}

// markdown escapes a text.
func markdown(s string) string {
	return textEscaper.Replace(entity.ReplaceAllString(inner(s), "\x00$1"))
}

// entity is what stands for another character. clean lets no NUL through, so it can stand
// for the escaped sign.
var entity = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)`)

var (
	textEscaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
		"<", "&lt;", ">", "&gt;", "\x00", "&amp;", "|", `\|`, "~", `\~`, "$", `\$`, "!", `\!`, string(unbreaking), " ")
	addressEscaper = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C", "|", "%7C")
)
