package testimonials_test

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// check is what holds for every page, whatever its bytes.
func check(t *testing.T, name string, data []byte) {
	o := options()
	p, problems := testimonials.Parse(name, data, o)
	lines := 1 + strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n")
	inFile := func(line int) bool { return line >= 0 && line <= lines }
	if len(problems) > 51 {
		t.Errorf("%d problems", len(problems))
	}
	for _, problem := range problems {
		if !inFile(problem.Line) || !isPlain(problem.Text) || problem.Text == "" || problem.File != name {
			t.Errorf("problem %+v of %d lines", problem, lines)
		}
	}
	if p == nil {
		if len(problems) == 0 {
			t.Error("no page, and no problem")
		}
		return
	}
	for _, s := range []string{p.Slug, p.URL, p.Permalink, p.Title, p.Description, p.Person, p.Role, p.Affiliation, p.Quote} {
		if !isPlain(s) {
			t.Errorf("not plain text: %q", s)
		}
	}
	if p.Slug == "" || strings.ContainsAny(p.Slug, "/\\ <>\"'&") || p.Slug == ".." {
		t.Errorf("slug %q", p.Slug)
	}
	if n := utf8.RuneCountInString(p.Quote); n > 280 {
		t.Errorf("quote of %d characters", n)
	}
	for _, e := range p.Evidence {
		if !slices.Contains(o.Projects, e.Project) || !slices.Contains(p.Projects, e.Project) || !isPlain(e.Text) || !inFile(e.Line) {
			t.Errorf("evidence %+v", e)
		}
	}
	if !slices.IsSorted(p.Projects) {
		t.Errorf("projects %v", p.Projects)
	}
	if len(p.References)+len(p.Foreign) > 200 {
		t.Errorf("%d references", len(p.References)+len(p.Foreign))
	}
	for _, r := range slices.Concat(p.References, p.Foreign) {
		checkReference(t, r, inFile)
	}
	again, _ := testimonials.Parse(name, data, o)
	if diff := cmp.Diff(p, again); diff != "" {
		t.Errorf("the same page differs:\n%s", diff)
	}
}

func checkReference(t *testing.T, r testimonials.Reference, inFile func(int) bool) {
	kinds := 0
	for _, is := range []bool{r.Query != "", r.Number > 0, r.Commit != ""} {
		if is {
			kinds++
		}
	}
	if kinds != 1 || r.Line < 1 || !inFile(r.Line) || !isPlain(r.Text) || !isPlain(r.Query) || r.Text == "" {
		t.Errorf("reference %+v", r)
	}
	if r.URL == "" && r.Query != "" {
		return
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || !isPlain(r.URL) {
		t.Errorf("address %q: %v", r.URL, err)
	}
}

// isPlain reports whether a text is one line that shows as it is.
func isPlain(s string) bool {
	return utf8.ValidString(s) && strings.Join(strings.Fields(s), " ") == s && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	})
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"arnaud-morin.md", "ada-lovelace.md", "rendered.html"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, data)
	}
	for _, body := range hostile {
		f.Add("x.md", page(body(40)))
		f.Add("x.html", page(body(3)))
	}
	f.Fuzz(check)
}

func FuzzFrontMatter(f *testing.F) {
	for _, s := range []string{
		"title: x # y", "title: \"a\\\"b\\u0041\\\n c\"", "title: 'it''s'", "a: [x, 'y', \"z\"]\nb:\n- x\n  - y", "title: >-\n a\n\n b", "x: {a: b}\n\"t\": ~", "permalink: /a/../b/:c\nprojects: nova",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, front string) {
		check(t, "x.md", []byte("---\n"+front+"\n---\nText.\n"))
	})
}

// hostile are pages made to be slow or deep: each grows with n.
var hostile = map[string]func(n int) string{
	"elements":           func(n int) string { return strings.Repeat("<div>", n) },
	"elements in a line": func(n int) string { return strings.Repeat("<p></p>", n) },
	"Markdown elements":  func(n int) string { return strings.Repeat("<div markdown=1>", n) },
	"tags without end":   func(n int) string { return "x " + strings.Repeat("<a ", n) },
	"attributes":         func(n int) string { return "<a " + strings.Repeat("b ", n) + ">" },
	"comments":           func(n int) string { return strings.Repeat("<!--", n) },
	"less-than signs":    func(n int) string { return "x" + strings.Repeat("<", n) },
	"brackets":           func(n int) string { return strings.Repeat("[", n) },
	"links":              func(n int) string { return strings.Repeat("[x](", n) },
	"closed links":       func(n int) string { return strings.Repeat("[]((x)", n) },
	"images":             func(n int) string { return strings.Repeat("![x]", n) },
	"code":               func(n int) string { return "x" + strings.Repeat(" ` `` ```", n) },
	"emphasis":           func(n int) string { return strings.Repeat("*_a", n) },
	"entities":           func(n int) string { return strings.Repeat("&", n) },
	"quotations":         func(n int) string { return strings.Repeat(">", n) },
	"quoted lines":       func(n int) string { return strings.Repeat(strings.Repeat(">", 60)+" a\n", n) },
	"lists in a line":    func(n int) string { return strings.Repeat("- ", n) },
	"lists in lists": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strings.Repeat("  ", i) + "- a\n")
		}
		return b.String()
	},
	"long heading":       func(n int) string { return "# " + strings.Repeat("[x](", n) },
	"underlined heading": func(n int) string { return strings.Repeat("[x](", n) + "\n===" },
	"titles":             func(n int) string { return strings.Repeat("[x](a 'b ", n) },
	"target titles":      func(n int) string { return strings.Repeat("[a]: b 'c\n", n) },
	"comments in text":   func(n int) string { return strings.Repeat("x<!-- ", n) },
	"instructions":       func(n int) string { return strings.Repeat("x<? ", n) },
	"closers":            func(n int) string { return strings.Repeat("*a ", n) + strings.Repeat("b_ ", n) },
	"items":              func(n int) string { return strings.Repeat("- a\n", n) },
	"wide indents":       func(n int) string { return strings.Repeat("- a\n\n"+strings.Repeat(" ", 200)+"b\n", n) },
	"fences":             func(n int) string { return strings.Repeat("```\n~~~\n", n) },
	"nested emphasis":    func(n int) string { return strings.Repeat("**a *b ~~c ", n) + strings.Repeat("** * ~~", n) },
	"nested links":       func(n int) string { return strings.Repeat("[![", n) + strings.Repeat("](x)", n) },
	"wide table": func(n int) string {
		return strings.Repeat("|a", n) + "|\n" + strings.Repeat("|-", n) + "|\n" + strings.Repeat("|\n", n)
	},
	"footnotes":     func(n int) string { return strings.Repeat("[^", n) + strings.Repeat("]", n) },
	"a long target": func(n int) string { return "[a]: /" + strings.Repeat("b", n) + "\n" + strings.Repeat("[a]", n) },
	"dots":          func(n int) string { return strings.Repeat(".", n) },
	"sentences":     func(n int) string { return strings.Repeat("A. ", n) },
	"Liquid":        func(n int) string { return strings.Repeat("{% comment %}{{", n) },
	"Liquid values": func(n int) string { return strings.Repeat("{{}}", n) },
	"address":       func(n int) string { return "https://review.opendev.org/1" + strings.Repeat(")", n) },
	"addresses":     func(n int) string { return strings.Repeat("https://x/) ", n) },
	"terms":         func(n int) string { return strings.Repeat("topic:\"a ", n) },
	"joined terms":  func(n int) string { return strings.Repeat("topic:a OR ", n) },
	"patterns":      func(n int) string { return strings.Repeat("project:^a{9}{9}{9}. ", n) },
	"headings":      func(n int) string { return strings.Repeat("# Ada Lovelace\n", n) },
	"work":          func(n int) string { return strings.Repeat("Working on Nova\n\n", n) },
	"words":         func(n int) string { return "Working on " + strings.Repeat("ironic python ", n) },
	"lines":         func(n int) string { return strings.Repeat("\n", n) },
	"targets":       func(n int) string { return strings.Repeat("[a]: https://review.opendev.org/1\n[a]\n", n) },
	"embeds":        func(n int) string { return strings.Repeat(`{% include headway.html project="nova" %}`, n) },
}

func TestHostileFrontMatter(t *testing.T) {
	for name, piece := range map[string]string{
		"lists": "[", "maps": "{a: ", "entries": "- ", "keys": "? ", "lines": "a\n", "pairs": "a: b: c\n", "quotes": "a: 'b\n",
		"anchors": "a: &a [*a, *a]\n", "block texts": "a: |\n", "comments": "#\n", "documents": "--- a\n", "tags": "!a ",
	} {
		t.Run(name, func(t *testing.T) {
			check(t, "x.md", []byte("---\n"+strings.Repeat(piece, 32<<10/len(piece))+"\n---\nText.\n"))
		})
	}
}

// Large hostile pages; BenchmarkHostile takes the largest.
func TestHostile(t *testing.T) {
	for name, body := range hostile {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"x.md", "x.html"} {
				check(t, file, page(body(testimonials.MaxBytes/16/len(body(1)))))
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, body := range hostile {
		data := page(body(testimonials.MaxBytes / len(body(1))))
		data = data[:min(len(data), testimonials.MaxBytes)]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				testimonials.Parse("x.md", data, options())
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("testdata", "arnaud-morin.md"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		testimonials.Parse("arnaud-morin.md", data, options())
	}
}
