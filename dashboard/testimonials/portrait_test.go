package testimonials_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// A portrait is called by the person's name, or front matter says which it is; and it
// never has anybody asked but the page's own host.
func TestPortrait(t *testing.T) {
	const at = "https://site.example.org/"
	for name, test := range map[string]struct{ file, front, body, want string }{
		"by its name":                {"a.md", "", `<img src="/i/logo.png" alt="Logo"><img src="/i/ada.jpg" alt="Ada Lovelace">`, at + "i/ada.jpg"},
		"in other words":             {"a.md", "", `<img src="/i/ada.jpg" alt="Portrait of ADA LOVELACE, 1843">`, at + "i/ada.jpg"},
		"relative":                   {"a.md", "", `<img src="ada.jpg" alt="Ada Lovelace">`, at + "guide/ada.jpg"},
		"in Markdown":                {"a.md", "", `![Ada **Lovelace**](/no.jpg) ![Ada Lovelace](/i/a&amp;b.webp "t")`, at + "i/a&b.webp"},
		"of Liquid":                  {"a.md", "", `<img src="{{ site.baseurl }}/i/ada.jpg" alt="Ada Lovelace">`, at + "i/ada.jpg"},
		"by a filter":                {"a.md", "", `<img src="{{ '/i/ada.jpg' | relative_url }}" alt="Ada Lovelace">`, at + "i/ada.jpg"},
		"in HTML":                    {"a.html", "", `<p><img src=/i/ada.jpg alt="Ada Lovelace"></p>`, at + "i/ada.jpg"},
		"in front matter":            {"a.md", "portrait: /i/front.jpg", `<img src="/i/ada.jpg" alt="Ada Lovelace">`, at + "i/front.jpg"},
		"with a fragment":            {"a.md", "photo: ada.jpg#x", "", at + "guide/ada.jpg"},
		"of another host":            {"a.md", "", `<img src="https://evil.example/ada.jpg" alt="Ada Lovelace">`, ""},
		"of another host, no scheme": {"a.md", "", `<img src="//evil.example/ada.jpg" alt="Ada Lovelace">`, ""},
		"of another port":            {"a.md", "photo: https://site.example.org:8443/ada.jpg", "", ""},
		"without TLS":                {"a.md", "photo: http://site.example.org/ada.jpg", "", ""},
		"with a user":                {"a.md", "photo: https://u:p@site.example.org/ada.jpg", "", ""},
		"data":                       {"a.md", "photo: 'data:image/png;base64,AAAA'", "", ""},
		"a script":                   {"a.md", "photo: 'javascript:alert(1)'", "", ""},
		"a file":                     {"a.md", "photo: 'file:///etc/passwd'", "", ""},
		"too long":                   {"a.md", "photo: /" + strings.Repeat("x", 5000), "", ""},
		"nobody's":                   {"a.md", "", `<img src="/i/x.jpg" alt=""><img src="/i/y.jpg">`, ""},
		"in a footer":                {"a.md", "", `<footer><img src="/i/ada.jpg" alt="Ada Lovelace"></footer>`, ""},
	} {
		text := "---\ntitle: Testimonial - Ada Lovelace\nperson: Ada Lovelace\n" + test.front + "\n---\n\n" + test.body + "\n"
		p, _ := testimonials.Parse(test.file, []byte(text), testimonials.Options{URL: at + "guide/{slug}"})
		if p == nil || p.Portrait != test.want {
			t.Errorf("%s: %+v, want %q", name, p, test.want)
		}
	}
	p, _ := testimonials.Parse("a.md", []byte("---\nperson: Ada Lovelace\nportrait: /a.jpg\n---\nText.\n"), testimonials.Options{})
	if p.Portrait != "" {
		t.Errorf("a page that is nowhere: %q", p.Portrait)
	}
}
