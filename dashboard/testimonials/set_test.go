package testimonials_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// file is a page with more front matter than a title.
func file(front string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("---\ntitle: Testimony - Ada Lovelace\n" + front + "\n---\nWorking on Nova\n")}
}

func slugs(pages []*testimonials.Page) (all []string) {
	for _, p := range pages {
		all = append(all, p.Name+" "+p.Slug+" "+p.URL)
	}
	return all
}

func texts(problems []testimonials.Problem) (all []string) {
	for _, p := range problems {
		all = append(all, p.String())
	}
	return all
}

func TestReadDir(t *testing.T) {
	o := options()
	o.URL = "https://s.example/t/{slug}/"
	set, err := testimonials.ReadDir(fstest.MapFS{
		"b.md":                {Data: []byte("---\ntitle: Testimony - Grace Hopper\n---\nWorking on Swift and Nova\n")},
		"a.html":              file("permalink: /t/z/"),
		"2026-01-31-post.md":  file(""),
		"Mixed Case.markdown": file(""),
		"dup.md":              file("permalink: /t/b/"),
		"other.md":            file("permalink: /u/v/index.html"),
		"bad.md":              {Data: []byte("\x00")},
		"draft.md":            file("published: false"),
		"link.md":             {Data: file("").Data, Mode: fs.ModeSymlink},
		"index.md":            file(""),
		"README.md":           file(""),
		"_part.md":            file(""),
		".hidden.md":          file(""),
		"image.jpg":           {Data: []byte("x")},
		"below/c.md":          file(""),
		"dir.md/c.md":         file(""),
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"Mixed Case.markdown Mixed-Case https://s.example/t/Mixed-Case/",
		"b.md b https://s.example/t/b/",
		"2026-01-31-post.md post https://s.example/t/post/",
		"other.md v https://s.example/t/v/",
		"a.html z https://s.example/t/z/",
	}, slugs(set.Pages)); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"bad.md: empty",
		"dir.md: not a regular file: not read",
		"dup.md: the slug b is that of b.md already: left out",
		"link.md: not a regular file: not read",
		"other.md:3: the permalink /u/v/index.html is not where the configured address leads: https://s.example/t/v/",
	}, texts(set.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b.md b https://s.example/t/b/"}, slugs(set.About("openstack/swift"))); diff != "" {
		t.Errorf("about swift (-want +got):\n%s", diff)
	}
	if about := set.About("openstack/none"); about != nil {
		t.Errorf("about none: %v", slugs(about))
	}
}

func TestReadDirOnDisk(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", "---\ntitle: Testimony - Top Secret\n---\n")
	write("big.md", strings.Repeat("x", 4*testimonials.MaxBytes))
	write("ok.md", "---\ntitle: Testimony - Ada Lovelace\n---\n")
	if err := os.Symlink("secret", filepath.Join(dir, "link.md")); err != nil {
		t.Fatal(err)
	}
	set, err := testimonials.ReadDir(os.DirFS(dir), options())
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Pages) != 1 || set.Pages[0].Slug != "ok" {
		t.Errorf("pages %v", slugs(set.Pages))
	}
	want := []string{"big.md: more than 524288 bytes: not read", "link.md: not a regular file: not read"}
	if diff := cmp.Diff(want, texts(set.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestReadDirMissing(t *testing.T) {
	_, err := testimonials.ReadDir(os.DirFS(filepath.Join(t.TempDir(), "none")), options())
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestReadDirBounded(t *testing.T) {
	dir := fstest.MapFS{}
	for i := range testimonials.MaxPages + 3 {
		dir[fmt.Sprintf("p%04d.md", i)] = file("")
	}
	set, err := testimonials.ReadDir(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Pages) != testimonials.MaxPages {
		t.Errorf("%d pages", len(set.Pages))
	}
	if diff := cmp.Diff([]string{"p0500.md: more than 500 pages: this one and the following are not read"}, texts(set.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// Pages of several sources are one set, whatever the order they come in.
func TestCollect(t *testing.T) {
	one := &testimonials.Page{Name: "a.md", Slug: "x"}
	two := &testimonials.Page{Name: "https://s.example/x/", Slug: "x"}
	three := &testimonials.Page{Name: "c.md", Slug: "c"}
	given := []testimonials.Problem{{File: "c.md", Line: 2, Text: "b"}, {File: "c.md", Line: 1, Text: "a"}}
	testimonials.Collect(nil, given)
	for _, pages := range [][]*testimonials.Page{{one, nil, two, three}, {three, two, one}} {
		set := testimonials.Collect(pages, given)
		if len(set.Pages) != 2 || set.Pages[0] != three || set.Pages[1] != one {
			t.Errorf("pages %v", slugs(set.Pages))
		}
		want := []string{"c.md:1: a", "c.md:2: b", "https://s.example/x/: the slug x is that of a.md already: left out"}
		if diff := cmp.Diff(want, texts(set.Problems)); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
	}
	if given[0].Line != 2 {
		t.Error("the given problems were sorted")
	}
}

func TestSlug(t *testing.T) {
	for _, tt := range []struct{ name, front, want string }{
		{"ada.md", "", "ada"},
		{"ada.md", "permalink: /t/lovelace/", "lovelace"},
		{"ada.md", "permalink: /t/lovelace.html", "lovelace"},
		{"ada.md", "permalink: /t/index.html", "t"},
		{"ada.md", "permalink: /:categories/:title/", "ada"},
		{"ada.md", "permalink: /", "ada"},
		{"ada.md", "permalink: //evil.example/x/", "ada"},
		{"ada.md", "slug: countess", "countess"},
		{"ada.md", "permalink: /t/../..", "t"},
		{"ada.md", `permalink: "/t/a b<c>\"d/"`, "a-b-c-d"},
		{"жанна дарк.md", "", "жанна-дарк"},
		{"???.md", "", "page"},
		{"https://s.example/t/ada/?x=y#z", "", "ada"},
		{"https://s.example/", "", "page"},
		{strings.Repeat("é", 100) + ".md", "", strings.Repeat("é", 80)},
	} {
		t.Run(tt.name+" "+tt.front, func(t *testing.T) {
			p, _ := testimonials.Parse(tt.name, []byte("---\n"+tt.front+"\n---\n"), options())
			if p.Slug != tt.want {
				t.Errorf("slug %q, want %q", p.Slug, tt.want)
			}
		})
	}
}

// Where no address is configured, a page that was fetched has its own; the one it
// claims for itself is not believed.
func TestURL(t *testing.T) {
	const canonical = `<html><link rel="canonical" href="https://evil.example/t/other/">`
	o := options()
	for _, tt := range []struct{ name, configured, want string }{
		{"https://s.example/t/ada/", "", "https://s.example/t/ada/"},
		{"ada.html", "", ""},
		{"ada.html", "https://s.example/t/{slug}.html", "https://s.example/t/other.html"},
		{"ada.html", "javascript:{slug}", ""},
	} {
		o.URL = tt.configured
		if p, _ := testimonials.Parse(tt.name, []byte(canonical), o); p.URL != tt.want {
			t.Errorf("%s, configured %q: address %q, want %q", tt.name, tt.configured, p.URL, tt.want)
		}
	}
}
