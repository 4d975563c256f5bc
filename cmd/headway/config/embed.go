package config

import (
	"regexp"
	"strings"
)

type rawEmbed struct {
	at
	FrameAncestors list[text] `yaml:"frame_ancestors"`
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
