package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// checker turns raw structs into a Config and notes everything that is wrong on
// the way, so that one look shows it all. A value that the decoder refused is not
// given, and is not complained about again.
type checker struct {
	*decoder
	dir string // what relative directories are relative to
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
