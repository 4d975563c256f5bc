package fit_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/fit"
)

func TestPage(t *testing.T) {
	long := strings.Repeat("word ", 500)
	for _, c := range []struct {
		name, page string
		most       int
		want       string // "": the page as it is
	}{
		{"short", `<p title="a &amp; b">c<bdi>d</bdi></p>`, 10, ""},
		{"our own text", "<p>" + long + "</p>", 5000, ""},
		{"foreign text", "<bdi><i>" + long + "</i></bdi>", 5000, "<bdi><i>" + strings.TrimSpace(long[:997]) + "…</i></bdi>"},
		{"not the text after it", "<bdi>a</bdi>" + long, 5000, ""},
		{"a title", `<a href="` + long + `" title="` + long + `">`, 5000, `<a href="` + long + `" title="` + strings.TrimSpace(long[:997]) + `…">`},
		{"control characters", "<bdi>a\x00b\x1b[31m\u0085\n\tc\x7f</bdi>", 5000, "<bdi>ab[31m\n\tc</bdi>"},
		{"marks", "<bdi>e\u0301a" + strings.Repeat("\u0301", 50) + "b</bdi>", 5000, "<bdi>e\u0301a" + strings.Repeat("\u0301", 6) + "b</bdi>"},
		{"too large", `<a class="x" href="/` + long + `">` + long + `</a>`, 100, `<a class="x">` + strings.TrimSpace(long[:47]) + `…</a>`},
		{"small enough at once", `<p>` + long + `</p>`, 250, `<p>` + strings.TrimSpace(long[:197]) + `…</p>`},
		{"between characters", "<p>" + strings.Repeat("👩‍👩‍👧‍👦", 40) + "</p>", 80, "<p>" + "👩‍👩‍👧‍👦" + "…</p>"},
		{"between escapes", "<p>" + strings.Repeat("&lt;", 200) + "</p>", 100, "<p>" + strings.Repeat("&lt;", 11) + "…</p>"},
		{"not in scripts", "<script>if (a < b) {" + long + "}</script><style>" + long + "</style><p>a</p>", 10, ""},
		{"drawings", `<svg><path d="` + long + `"/></svg>`, 10, ""},
		{"what is no page", "a < b <", 1, ""},
	} {
		want := c.want
		if want == "" {
			want = c.page
		}
		if got := string(fit.Page([]byte(c.page), c.most)); got != want {
			t.Errorf("%s: got %s, want %s", c.name, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"openstack/nova", 20, "openstack/nova"},
		{"openstack/nova", 12, "openstack…"},
		{"a & b", 9, "a & b"},
		{"a & b & c", 10, "a &…"},
		{"a\x00\u0085b", 10, "ab"},
		{"éééééé", 10, "ééé…"},
		{"x", 0, "…"},
	} {
		if got := fit.Text(c.text, c.most); got != c.want {
			t.Errorf("Text(%q, %d) = %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

// FuzzPage puts any text where our templates put foreign text: the page keeps its
// elements, loses its control characters, and stays text.
func FuzzPage(f *testing.F) {
	f.Add("a", 100)
	f.Add(strings.Repeat("<b>\"&'", 400), 300)
	f.Add("a\u0301\u0489\u202e\u200d👩‍👩‍👧‍👦\x00\x1b", 10)
	f.Fuzz(func(t *testing.T, text string, most int) {
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(strings.ToValidUTF8(text, "\ufffd"))
		page := fit.Page([]byte(`<html><head><title>`+escaped+`</title></head><body><a id="x" href="/y?`+escaped+`" title="`+escaped+`"><bdi>`+escaped+`</bdi></a><p>`+escaped+`</p></body></html>`), most)
		if !utf8.Valid(page) {
			t.Errorf("not UTF-8: %q", page)
		}
		for _, r := range string(page) {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Errorf("%q in %q", r, page)
			}
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(page)))
		if err != nil || doc.Find("*").Length() != 7 || doc.Find("body > a#x > bdi").Length() != 1 || doc.Find("body > p").Length() != 1 {
			t.Errorf("%v: %s", err, page)
		}
	})
}
