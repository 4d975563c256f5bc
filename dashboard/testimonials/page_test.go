package testimonials_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// projects are those a page can speak of in these tests.
var projects = []string{
	"openstack/cinder", "openstack/ironic", "openstack/ironic-python-agent", "openstack/mistral", "openstack/mistral-lib",
	"openstack/neutron", "openstack/neutron-lib", "openstack/nova", "openstack/openstack", "openstack/oslo.log",
	"openstack/oslo.messaging", "openstack/oslo.service", "openstack/placement", "openstack/python-novaclient", "openstack/swift",
}

func options() testimonials.Options {
	return testimonials.Options{
		Gerrit:   []string{"https://review.opendev.org/"},
		Projects: projects,
		URL:      "https://removal.eventlet.org/testimonials/{slug}/",
	}
}

func read(t *testing.T, name string) (*testimonials.Page, []testimonials.Problem) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return testimonials.Parse(name, data, options())
}

func TestParse(t *testing.T) {
	const opendev = "https://review.opendev.org/"
	for _, tt := range []struct {
		file     string
		want     testimonials.Page
		problems []testimonials.Problem
	}{
		{
			file: "arnaud-morin.md",
			want: testimonials.Page{
				Slug:        "arnaud-morin",
				URL:         "https://removal.eventlet.org/testimonials/arnaud-morin/",
				Permalink:   "/testimonials/arnaud-morin/",
				Title:       "Migration Testimony - Arnaud Morin",
				Description: "Arnaud Morin shares his experience migrating Mistral from Eventlet to native threading, providing insights and practical strategies for a successful transition.",
				Person:      "Arnaud Morin",
				Role:        "OpenStack Contributor",
				Portrait:    "https://removal.eventlet.org/images/testimonials/arnaud-morin.jpg",
				Quote:       "Eventlet is deprecated, complex to maintain and leads to very weird behavior. While migrating out of it may sound like a hard thing to do, the benefits in maintainability and testability are huge!",
				Projects:    []string{"openstack/mistral", "openstack/mistral-lib"},
				Evidence: []testimonials.Evidence{
					{Project: "openstack/mistral", By: testimonials.BySentence, Line: 21, Text: "Working on OpenStack Mistral"},
					{Project: "openstack/mistral-lib", By: testimonials.BySentence, Line: 31, Text: "I migrated Mistral and related mistral projects (like mistral-lib) away from Eventlet."},
					{Project: "openstack/mistral", By: testimonials.ByReference, Line: 168, Text: `topic:"eventlet-removal" project:openstack/mistral`},
				},
				References: []testimonials.Reference{{
					Line: 168, URL: opendev + "q/topic:%22eventlet-removal%22+project:openstack/mistral", Text: "Mistral Eventlet Removal Patches",
					Query: `topic:"eventlet-removal" project:openstack/mistral`, Project: "openstack/mistral",
				}},
			},
		},
		{
			file: "ada-lovelace.md",
			want: testimonials.Page{
				Slug:        "ada-lovelace",
				URL:         "https://removal.eventlet.org/testimonials/ada-lovelace/",
				Permalink:   "/testimonials/ada-lovelace/",
				Title:       "Migration Testimony: Ada Lovelace's Experience",
				Description: "How Nova's console proxies left eventlet.",
				Person:      "Ada Lovelace",
				Role:        "Analyst at Analytical Engines, core reviewer",
				Affiliation: "Analytical Engines",
				Quote:       "Take it one service at a time, and never trust a sleep in a test. Really never.",
				Projects:    []string{"openstack/cinder", "openstack/neutron", "openstack/nova", "openstack/python-novaclient"},
				Evidence: []testimonials.Evidence{
					{Project: "openstack/nova", By: testimonials.BySentence, Line: 19, Text: "Working on OpenStack Nova"},
					{Project: "openstack/nova", By: testimonials.ByEmbed, Line: 22, Text: "openstack/nova"},
					{Project: "openstack/cinder", By: testimonials.BySentence, Line: 27, Text: "I ported Nova and the nova client; Cinder and Neutron came later."},
					{Project: "openstack/neutron", By: testimonials.BySentence, Line: 27, Text: "I ported Nova and the nova client; Cinder and Neutron came later."},
					{Project: "openstack/nova", By: testimonials.ByReference, Line: 29, Text: opendev + "c/openstack/nova/+/101"},
					{Project: "openstack/python-novaclient", By: testimonials.ByReference, Line: 30, Text: `project:openstack/python-novaclient topic:"eventlet-removal"`},
				},
				References: []testimonials.Reference{
					{Line: 29, URL: opendev + "c/openstack/nova/+/101", Text: "the first change", Number: 101, Project: "openstack/nova"},
					{Line: 29, URL: opendev + "q/topic:eventlet-removal+project:openstack/nova", Text: "all of them", Query: "topic:eventlet-removal project:openstack/nova", Project: "openstack/nova"},
					{Line: 30, Text: `project:openstack/python-novaclient topic:"eventlet-removal"`, Query: `project:openstack/python-novaclient topic:"eventlet-removal"`, Project: "openstack/python-novaclient"},
					{Line: 40, URL: opendev + "937729", Text: opendev + "937729", Number: 937729},
					{Line: 43, URL: opendev + "#/c/102/3/", Text: "a change", Number: 102, PatchSet: 3},
					{Line: 49, URL: opendev + "103", Text: opendev + "103", Number: 103},
				},
			},
		},
		{
			file: "rendered.html",
			want: testimonials.Page{
				Slug:        "grace-hopper",
				URL:         "https://removal.eventlet.org/testimonials/grace-hopper/",
				Permalink:   "/testimonials/grace-hopper/",
				Title:       "Migration Testimony - Grace Hopper | Eventlet Removal",
				Description: "Grace & Neutron",
				Person:      "Grace Hopper",
				Role:        "Rear Admiral at Navy",
				Affiliation: "Navy",
				Quote:       `But the nightly crashes that nobody could explain are gone — "for good", I dare say.`,
				Projects:    []string{"openstack/neutron", "openstack/neutron-lib"},
				Evidence: []testimonials.Evidence{
					{Project: "openstack/neutron", By: testimonials.BySentence, Line: 17, Text: "Working on OpenStack Neutron"},
					{Project: "openstack/neutron", By: testimonials.ByReference, Line: 21, Text: `topic:"eventlet-removal" project:openstack/neutron`},
					{Project: "openstack/neutron-lib", By: testimonials.ByReference, Line: 23, Text: opendev + "c/openstack/neutron-lib/+/905"},
				},
				References: []testimonials.Reference{
					{Line: 21, Text: `topic:"eventlet-removal" project:openstack/neutron`, Query: `topic:"eventlet-removal" project:openstack/neutron`, Project: "openstack/neutron"},
					{Line: 23, URL: opendev + "c/openstack/neutron-lib/+/905", Text: "lib change", Number: 905, Project: "openstack/neutron-lib"},
				},
			},
		},
	} {
		t.Run(tt.file, func(t *testing.T) {
			tt.want.Name = tt.file
			got, problems := read(t, tt.file)
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// page is Jekyll's source of a page with this body.
func page(body string) []byte {
	return []byte("---\ntitle: Migration Testimony - Ada Lovelace\n---\n" + body)
}

// The body begins in the fourth line.
func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name, file, data string
		want             []string
		unread           bool
	}{
		{name: "nothing wrong", data: string(page("<p>Fine.</p>"))},
		{name: "empty", data: " \n\n", want: []string{"x.md: empty"}, unread: true},
		{name: "too big", data: strings.Repeat("x", testimonials.MaxBytes+1), want: []string{"x.md: more than 524288 bytes: not read"}, unread: true},
		{name: "UTF-16", data: "\xff\xfe-\x00-\x00-\x00", want: []string{"x.md:1: UTF-16: not read; save it as UTF-8"}, unread: true},
		{name: "no front matter", data: "# Migration Testimony - Ada Lovelace\n", want: []string{"x.md:1: no front matter: Jekyll copies such a file as it is"}},
		{name: "front matter without end", data: "---\ntitle: Migration Testimony - Ada Lovelace\n\nText.\n", want: []string{"x.md:1: front matter is not closed by a line of three dashes: Jekyll copies such a file as it is"}},
		{name: "no person, no title", data: "---\nlayout: x\n---\nText.\n", want: []string{
			"x.md: no title: neither front matter nor a heading gives one",
			"x.md: no person: neither front matter, the title nor a heading names who speaks"}},
		{name: "Latin-1", data: string(page("<p>Herv\xe9</p>")), want: []string{"x.md:4: not UTF-8 (byte 0xe9): read as Latin-1"}},
		{name: "paragraphs without ends", data: string(page(strings.Repeat("<p>One\n", 300)))},
		{name: "items without ends", file: "x.html", data: string(page("<ul>" + strings.Repeat("<li>One\n", 300) + "</ul>"))},
		{name: "optional ends", data: string(page("<ul><li>one<li>two</ul><table><tr><td>a<td>b</table><p>Text.\n"))},
		{name: "Liquid chooses the tags", data: string(page("{% if x %}<div>{% else %}<div class=\"y\">{% endif %}</div>\n"))},
		{name: "too deep", data: string(page(strings.Repeat("<div>", 300))), want: []string{"x.md:4: nested deeper than 256: the rest is not read"}},
		{name: "too deep in Markdown", data: string(page("Text.\n\n" + strings.Repeat("> - ", 40) + "Text.\n")), want: []string{"x.md:6: nested deeper than 64: the rest is not read"}},
		{name: "paragraph too long", data: string(page("Text.\n\n" + strings.Repeat("Text\n", 4000) + "\nText.\n")), want: []string{"x.md:6: a paragraph of more than 16384 bytes: the rest of it is not read"}},
		{name: "heading too long", data: string(page("# " + strings.Repeat("Text ", 4000))), want: []string{"x.md:4: a paragraph of more than 16384 bytes: the rest of it is not read"}},
		{name: "elements that are not closed, and ends of none", data: string(page("<div>\n<section>\nText.\n</div>\n</main>\n<a href=\"https://x/"))},
		{name: "Liquid not closed", data: string(page("{{ site.baseurl\n")), want: []string{"x.md:4: Liquid: {{ is never closed"}},
		{name: "Liquid that is too short", data: string(page("{%}\n")), want: []string{"x.md:4: Liquid: {% is never closed"}},
		{name: "Liquid comment not closed", data: string(page("\n{% comment %}\n")), want: []string{"x.md:5: Liquid: comment is never closed"}},
		{name: "javascript", data: string(page("<a href=\"\u0001 JaVa\nScript:alert(1)\">x</a>\n\n[y](data:text/html,<script>)\n")), want: []string{
			"x.md:4: an unsafe link: its scheme is javascript", "x.md:7: an unsafe link: its scheme is data"}},
		{name: "javascript by entities", file: "x.html", data: string(page("<a href=\"&#106;avascript&colon;alert(1)\">x</a>")), want: []string{"x.html:4: an unsafe link: its scheme is javascript"}},
		{name: "user name before the host", data: string(page("[x](https://review.opendev.org@evil.example/q/x)")), want: []string{"x.md:4: an unsafe link: it hides its host behind a user name"}},
		{name: "broken escape", data: string(page("[x](https://review.opendev.org/q/%zz)")), want: []string{`x.md:4: a link that can't be read: invalid URL escape "%zz"`}},
		{name: "harmless schemes", data: string(page("[a](mailto:a@b.example) [b](irc://oftc.example/x) [c](/d) [e](#f) [g](//h.example/)"))},
		{name: "colon in a value", data: "---\ntitle: Testimony: Ada Lovelace\n---\n", want: []string{"x.md:2: front matter: title can't be read as YAML; put its value in quotes"}},
		{name: "quotes", data: "---\ntitle: \"Testimony - Ada Lovelace\n---\n", want: []string{"x.md:2: front matter: title can't be read as YAML; put its value in quotes"}},
		{name: "no key", data: "---\ntitle: Testimony - Ada Lovelace\nwhat\n  is: this\n---\n", want: []string{"x.md:3: front matter: not a line of the form key: value"}},
		{name: "key twice", data: "---\ntitle: x\ntitle: Testimony - Ada Lovelace\n---\n", want: []string{"x.md:3: front matter: title is given twice; the last one counts"}},
		{name: "entries that are not YAML", data: "---\ntitle: Testimony - Ada Lovelace\nrole: a: b\nx:\n- [y\n\n\npermalink: [z\n---\n", want: []string{
			"x.md:3: front matter: role can't be read as YAML; put its value in quotes", "x.md:4: front matter: x can't be read as YAML; put its value in quotes",
			"x.md:8: front matter: permalink can't be read as YAML; put its value in quotes", "x.md:8: the permalink is not a path that begins with a slash: ignored"}},
		{name: "key twice after U+2028", data: "---\nx: a\u2028b\u0085c\ntitle: x\ntitle: Testimony - Ada Lovelace\n---\n", want: []string{"x.md:4: front matter: title is given twice; the last one counts"}},
		{name: "permalink elsewhere", data: "---\ntitle: Testimony - Ada Lovelace\npermalink: javascript:alert(1)\n---\n", want: []string{"x.md:3: the permalink is not a path that begins with a slash: ignored"}},
		{name: "permalink and address differ", data: "---\ntitle: Testimony - Ada Lovelace\npermalink: /guide/ada/\n---\n", want: []string{
			"x.md:3: the permalink /guide/ada/ is not where the configured address leads: https://removal.eventlet.org/testimonials/ada/"}},
		{name: "unknown project", data: "---\ntitle: Testimony - Ada Lovelace\nproject: openstack/none\n---\n<b data-headway=\"g/openstack/naught\"></b>\n", want: []string{
			"x.md:3: front matter: there is no project openstack/none", "x.md:5: embed: there is no project openstack/naught"}},
		{name: "rendered HTML needs no front matter", file: "https://x.example/ada/", data: "<title>Testimony - Ada Lovelace</title>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.file == "" {
				tt.file = "x.md"
			}
			p, problems := testimonials.Parse(tt.file, []byte(tt.data), options())
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if (p == nil) != tt.unread {
				t.Errorf("page is nil: %t, want %t", p == nil, tt.unread)
			}
			if p != nil && len(p.References)+len(p.Foreign) > 0 {
				t.Errorf("references %v, foreign %v", p.References, p.Foreign)
			}
		})
	}
}

func TestMoreProblemsThanKept(t *testing.T) {
	_, problems := testimonials.Parse("x.md", page(strings.Repeat("<a href=\"javascript:x\">x</a>\n", 60)), options())
	if n := len(problems); n != 51 {
		t.Fatalf("%d problems", n)
	}
	if got := problems[50].String(); got != "x.md: 10 more problems" {
		t.Error(got)
	}
}

func TestMoreReferencesThanKept(t *testing.T) {
	p, problems := testimonials.Parse("x.md", page(strings.Repeat("https://review.opendev.org/7\n", 300)), options())
	if len(p.References) != 200 {
		t.Errorf("%d references", len(p.References))
	}
	if len(problems) != 1 || problems[0].Line != 204 {
		t.Errorf("problems %v", problems)
	}
}

// What a page says is text: tags are gone or, if they were written as text, remain
// text; nothing turns the direction of what is around it.
func TestTextIsPlain(t *testing.T) {
	p, _ := testimonials.Parse("x.html", []byte("---\ntitle: \"A\\u202eB \\x07- Ada Lovelace\"\ndescription: |\n  one\n\n  two\u0000\n---\n"+
		"<p>A <b>bold</b> claim &lt;script&gt;\u202ealert(1)\u200b<script>alert(2)</script>&#x202e; that goes on for a while.</p>"), options())
	if want := "AB - Ada Lovelace"; p.Title != want {
		t.Errorf("title %q, want %q", p.Title, want)
	}
	if want := "one two"; p.Description != want {
		t.Errorf("description %q, want %q", p.Description, want)
	}
	if want := "A bold claim <script>alert(1) that goes on for a while."; p.Quote != want {
		t.Errorf("quote %q, want %q", p.Quote, want)
	}
}

func TestEncodings(t *testing.T) {
	for name, data := range map[string]string{
		"Latin-1":                 "Herv\xe9 B\xe9raud \x93works\x94 on it",
		"UTF-8 with a stray byte": "Hervé B\xe9raud “works” on it",
		"UTF-8":                   "Hervé Béraud “works” on it",
	} {
		t.Run(name, func(t *testing.T) {
			for _, mark := range []string{"", "\ufeff"} {
				p, _ := testimonials.Parse("x.md", []byte(mark+"---\r\ntitle: x\r\ndescription: "+data+"\r\n---\r\n"), options())
				if want := "Hervé Béraud “works” on it"; p.Description != want {
					t.Errorf("description %q, want %q", p.Description, want)
				}
			}
		})
	}
}

func TestOverrides(t *testing.T) {
	body := page("Working on OpenStack Nova, project:openstack/swift\n")
	for name, key := range map[string]string{"by slug": "ada", "by name": "dir/ada.md"} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.Overrides = map[string][]string{key: {"openstack/mistral", "openstack/elsewhere"}}
			p, _ := testimonials.Parse("dir/ada.md", body, o)
			if want := []string{"openstack/elsewhere", "openstack/mistral"}; !slices.Equal(p.Projects, want) {
				t.Errorf("projects %v, want %v", p.Projects, want)
			}
			for _, e := range p.Evidence {
				if e.By != testimonials.ByConfiguration {
					t.Errorf("evidence %+v", e)
				}
			}
		})
	}
}
