package config

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// checker turns raw structs into a Config and notes everything that is wrong on
// the way, so that one look shows it all. A value that the decoder refused is not
// given, and is not complained about again.
type checker struct {
	*decoder
	dir string // what relative directories are relative to
}

func (c *checker) config(raw *rawConfig) *Config {
	cfg := &Config{Gerrit: c.gerrit("gerrit", &raw.Gerrit)}
	if raw.Goals.given() && len(raw.Goals.items) == 0 {
		c.problem(raw.Goals.at, "goals", "at least one goal is needed")
	}
	goals := seen{}
	for i := range raw.Goals.items {
		path := fmt.Sprintf("goals[%d]", i)
		c.unique(goals, path+".name", "goal", raw.Goals.items[i].Name)
		goal := c.goal(path, &raw.Goals.items[i])
		goal.Progress.Timeout = cfg.Gerrit.Timeout
		cfg.Goals = append(cfg.Goals, goal)
	}
	pages := seen{}
	for i := range raw.Testimonials.items {
		path := fmt.Sprintf("testimonials[%d]", i)
		c.unique(pages, path+".page", "page", raw.Testimonials.items[i].Page)
		cfg.Testimonials = append(cfg.Testimonials, c.testimonial(path, &raw.Testimonials.items[i]))
	}
	cfg.FrameAncestors = c.texts("embed.frame_ancestors", raw.Embed.FrameAncestors)
	for i, origin := range raw.Embed.FrameAncestors.items {
		c.origin(fmt.Sprintf("embed.frame_ancestors[%d]", i), origin)
	}
	cfg.HidePeople = c.word("people", raw.People, []string{"shown", "hidden"}) == "hidden"
	return cfg
}

func (c *checker) gerrit(path string, raw *rawGerrit) Gerrit {
	g := Gerrit{
		RequestsPerSecond: 1,
		Timeout:           time.Minute,
		Contact:           "https://removal.eventlet.org/",
	}
	if u := c.webURL(path+".url", raw.URL); u != nil {
		for _, page := range []string{"/q/", "/c/", "/a/", "/dashboard/", "/admin/"} {
			if strings.Contains(u.Path+"/", page) {
				c.problem(raw.URL.at, path+".url", "is the address of a page (%s…); the base address of the server is meant", page)
				break
			}
		}
		// One spelling, because a database remembers the Gerrit it was made from.
		u.Host = strings.ToLower(u.Host)
		g.URL = strings.TrimRight(u.String(), "/") + "/"
	}
	if r := raw.RequestsPerSecond; r.given() {
		if r.value <= 0 {
			c.problem(r.at, path+".requests_per_second", "must be more than 0")
		}
		g.RequestsPerSecond = r.value
	}
	if t := raw.Timeout; t.given() {
		if t.value < time.Second {
			c.problem(t.at, path+".timeout", "must be at least 1s")
		}
		g.Timeout = t.value
	}
	if raw.Contact.given() {
		g.Contact = c.filled(path+".contact", raw.Contact)
	}
	return g
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

// webURL checks an http or https address without credentials, query and fragment.
// It returns nil if the address is wrong or was not given. Messages never repeat
// what may be a password.
func (c *checker) webURL(path string, t text) *url.URL {
	if c.filled(path, t) == "" {
		return nil
	}
	u, err := url.Parse(t.value)
	wrong := ""
	switch {
	case err != nil && strings.Contains(t.value, "@"):
		wrong = "is not a URL, and seems to contain credentials"
	case err != nil:
		wrong = fmt.Sprintf("%q is not a URL", t.value)
	case u.User != nil:
		wrong = "must not contain credentials"
	case u.Scheme != "http" && u.Scheme != "https":
		wrong = "must begin with https:// or http://"
	case u.Hostname() == "":
		wrong = "has no host"
	case u.RawQuery != "" || u.ForceQuery:
		wrong = "must not contain a query (?…)"
	case strings.Contains(t.value, "#"):
		wrong = "must not contain a fragment (#…)"
	default:
		return u
	}
	c.problem(t.at, path, "%s", wrong)
	return nil
}

// sourcePattern is an origin as Content-Security-Policy takes it. Anything looser
// could end the directive and begin another.
var sourcePattern = regexp.MustCompile(`^https?://(\*\.)?[A-Za-z0-9.-]+(:([0-9]+|\*))?$`)

func (c *checker) origin(path string, t text) {
	switch {
	case !t.given() || t.value == "" || t.value == "*" || t.value == "'self'" || sourcePattern.MatchString(t.value):
	case sourcePattern.MatchString(strings.TrimSuffix(t.value, "/")):
		c.problem(t.at, path, "is an origin: without the slash at the end")
	default:
		c.problem(t.at, path, "must be an origin such as https://site.example.org, without a path")
	}
}

// seen are the names of one kind given so far.
type seen map[string]at

func (c *checker) unique(names seen, path, noun string, name text) {
	if name.value == "" {
		return
	}
	if first, dup := names[name.value]; dup {
		c.problem(name.at, path, "duplicate %s %q; first given in line %d", noun, name.value, first.line)
		return
	}
	names[name.value] = name.at
}

// filled is the text; it must not be empty if it was given.
func (c *checker) filled(path string, t text) string {
	if t.given() && t.value == "" {
		c.problem(t.at, path, "is empty")
	}
	return t.value
}

// word is one of a few known words, or "" if not given.
func (c *checker) word(path string, t text, known []string) string {
	if t.given() && !slices.Contains(known, t.value) {
		c.problem(t.at, path, "unknown word %q%s (one of %s)", t.value, didYouMean(t.value, known), strings.Join(known, ", "))
	}
	return t.value
}

// texts are the items of a list, each filled and given once. An empty list that was
// given is not nil.
func (c *checker) texts(path string, l list[text]) []string {
	if !l.given() {
		return nil
	}
	texts, names := []string{}, seen{}
	for i, t := range l.items {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.unique(names, path, "entry", t)
		texts = append(texts, c.filled(path, t))
	}
	return texts
}

// projectNames are the items of a list of projects, of which there must be one.
func (c *checker) projectNames(path string, l list[text]) []string {
	if l.given() && len(l.items) == 0 {
		c.problem(l.at, path, "must name at least one project")
	}
	for i, t := range l.items {
		c.projectName(fmt.Sprintf("%s[%d]", path, i), t)
	}
	return c.texts(path, l)
}
