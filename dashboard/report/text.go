package report

import (
	"fmt"
	"strings"

	"github.com/rivo/uniseg"
)

// Columns is how wide a line of the text form is at most: what mailers quote and old
// terminals show without breaking it. Only an address may be longer.
const Columns = 72

// Text is a document as plain text, with its addresses as footnotes.
func (d Document) Text() string {
	t := &plain{numbers: map[string]int{}}
	t.heading(d.Title, "=")
	for _, p := range append(d.Lead[:len(d.Lead):len(d.Lead)], d.AsOf) {
		t.paragraph(p)
	}
	for _, s := range d.Sections {
		t.out.WriteByte('\n')
		t.heading(s.Heading, "-")
		for _, b := range s.Blocks {
			t.wrap("", "", t.words(b.Text))
			for _, item := range b.Items {
				t.wrap("- ", "  ", t.words(item))
			}
			if b.Table != nil {
				t.table(b.Table)
			}
			t.out.WriteByte('\n')
		}
	}
	text := strings.TrimRight(t.out.String(), "\n") + "\n"
	if len(t.notes) > 0 {
		text += "\n"
	}
	for i, address := range t.notes {
		text += fmt.Sprintf("[%d] %s\n", i+1, address)
	}
	return text
}

// plain is a text under way.
type plain struct {
	out     strings.Builder
	notes   []string
	numbers map[string]int // of the notes, by address
}

func (t *plain) heading(s, under string) {
	before := t.out.Len()
	t.wrap("", "", words(clean(s)))
	lines := strings.Split(strings.TrimSuffix(t.out.String()[before:], "\n"), "\n")
	t.out.WriteString(strings.Repeat(under, uniseg.StringWidth(lines[len(lines)-1])) + "\n\n")
}

func (t *plain) paragraph(p Paragraph) {
	t.wrap("", "", t.words(p))
	t.out.WriteByte('\n')
}

// words are those of a paragraph; the mark of a footnote belongs to the word before it.
func (t *plain) words(p Paragraph) []string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(inner(s.Text))
		if absolute(s.URL) != "" {
			b.WriteString(string(unbreaking) + t.note(s.URL))
		}
	}
	return words(b.String())
}

// words are the parts of a text between which a line may break.
func words(s string) []string {
	list := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' })
	for i, w := range list {
		list[i] = strings.ReplaceAll(w, string(unbreaking), " ")
	}
	return list
}

// inner is a text whose spaces at both ends stay.
func inner(s string) string {
	out := clean(s)
	if out != "" && s[0] == ' ' {
		out = " " + out
	}
	if strings.HasSuffix(s, " ") {
		out += " "
	}
	return out
}

func (t *plain) note(address string) string {
	n, ok := t.numbers[address]
	if !ok {
		t.notes = append(t.notes, address)
		n = len(t.notes)
		t.numbers[address] = n
	}
	return fmt.Sprintf("[%d]", n)
}

// wrap writes words into lines of at most Columns. A word that is longer by itself is
// broken.
func (t *plain) wrap(first, rest string, words []string) {
	line, empty := first, true
	flush := func() {
		t.out.WriteString(strings.TrimRight(line, " ") + "\n")
		line, empty = rest, true
	}
	for _, w := range words {
		gap := ""
		if !empty {
			gap = " "
		}
		if uniseg.StringWidth(line+gap+w) > Columns && !empty {
			flush()
			gap = ""
		}
		for uniseg.StringWidth(line+gap+w) > Columns {
			part, left := cut(w, Columns-uniseg.StringWidth(line))
			line += part
			flush()
			w = left
		}
		line, empty = line+gap+w, false
	}
	if !empty {
		flush()
	}
}

// cut parts a text after so many columns, between characters as people see them.
func cut(s string, columns int) (head, rest string) {
	width, state := 0, -1
	for rest = s; rest != ""; {
		cluster, after, w, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if head != "" && width+w > columns {
			return head, rest
		}
		head, rest, width, state = head+cluster, after, width+w, next
	}
	return head, ""
}

// table writes rows of columns. A first cell that leaves no room for the others has a
// line of its own, because a name is never cut.
func (t *plain) table(table *Table) {
	width := make([]int, len(table.Head))
	rows := make([][]string, 0, len(table.Rows)+1)
	rows = append(rows, table.Head)
	for _, row := range table.Rows {
		var cells []string
		for _, c := range row {
			cell := clean(c.Text)
			if absolute(c.URL) != "" {
				cell += " " + t.note(c.URL)
			}
			cells = append(cells, cell)
		}
		rows = append(rows, cells)
	}
	others := 0
	for i := range table.Head {
		for _, row := range rows {
			width[i] = max(width[i], uniseg.StringWidth(row[i]))
		}
		if i > 0 {
			others += 2 + width[i]
		}
	}
	width[0] = min(width[0], max(Columns-others, 8))
	for _, row := range rows {
		var line strings.Builder
		if uniseg.StringWidth(row[0]) > width[0] {
			t.wrap("", "", words(row[0]))
			line.WriteString(strings.Repeat(" ", width[0]))
		} else {
			line.WriteString(row[0] + strings.Repeat(" ", width[0]-uniseg.StringWidth(row[0])))
		}
		for i := 1; i < len(row); i++ {
			pad := strings.Repeat(" ", width[i]-uniseg.StringWidth(row[i]))
			if table.Right[i] {
				line.WriteString("  " + pad + row[i])
			} else {
				line.WriteString("  " + row[i] + pad)
			}
		}
		t.out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
