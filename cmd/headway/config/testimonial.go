package config

import (
	"os"
	"path/filepath"
	"strings"
)

// Testimonial is either a directory of pages, whose addresses are URL with {slug}
// replaced, or one Page with the Projects it speaks of.
type Testimonial struct {
	Directory string
	URL       string

	Page     string
	Projects []string
}

// rawTestimonial is a directory of pages with the address they get, or one page
// with the projects it speaks of.
type rawTestimonial struct {
	at
	Directory text       `yaml:"directory"`
	URL       text       `yaml:"url"`
	Page      text       `yaml:"page"`
	Projects  list[text] `yaml:"projects"`
}

func (c *checker) testimonial(path string, raw *rawTestimonial) Testimonial {
	t := Testimonial{URL: raw.URL.value, Page: raw.Page.value}
	switch {
	case raw.Directory.given() && raw.Page.given():
		c.problem(raw.at, path, "has both a directory and a page; one entry is one of them")
	case raw.Directory.given():
		if raw.Projects.given() {
			c.problem(raw.Projects.at, path+".projects", "belongs to a page; the pages of a directory name their projects themselves")
		}
		t.Directory = c.directory(path+".directory", raw.Directory)
		if !raw.URL.given() {
			c.problem(raw.at, path, `missing key "url"`)
		} else if c.webURL(path+".url", raw.URL) != nil && !strings.Contains(raw.URL.value, "{slug}") {
			c.problem(raw.URL.at, path+".url", "needs {slug} where the name of the page stands")
		}
	case raw.Page.given():
		if raw.URL.given() {
			c.problem(raw.URL.at, path+".url", "belongs to a directory; a page has its address already")
		}
		c.webURL(path+".page", raw.Page)
		if !raw.Projects.given() {
			c.problem(raw.at, path, `missing key "projects"`)
		}
		t.Projects = c.projectNames(path+".projects", raw.Projects)
	case raw.at.given():
		c.problem(raw.at, path, `needs a "page" with "projects", or a "directory" with "url"`)
	}
	return t
}

func (c *checker) directory(path string, t text) string {
	dir := c.filled(path, t)
	if dir == "" {
		return ""
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(c.dir, dir)
	}
	switch fi, err := os.Stat(dir); {
	case err != nil:
		c.problem(t.at, path, "%v", err)
	case !fi.IsDir():
		c.problem(t.at, path, "%s is not a directory", dir)
	}
	return dir
}
