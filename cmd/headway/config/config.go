// Package config reads headway's configuration: YAML in, a checked Config out. It is
// strict and finds every problem at once, each with file, line and column.
//
// The strict decoder (yaml.go, value.go) fills raw structs along their tags; the
// checks turn those into a Config, with the defaults filled in. What other packages
// are given of it is the business of cmd/headway, and so is everything that must be
// asked of a server.
package config

import (
	_ "embed"
	"fmt"
)

// Config is a configuration that has passed every check, with the defaults filled
// in. It knows nothing of YAML.
type Config struct {
	Gerrit         Gerrit
	Goals          []Goal // at least one, in the order of the file
	Testimonials   []Testimonial
	FrameAncestors []string // origins that may embed our widgets
	HidePeople     bool
	HidePortraits  bool // show and fetch no pictures of people
}

// The configuration as it is written is a struct for each mapping, with the keys it
// may have, beside the check that makes a part of a Config of it: one file a key.
type rawConfig struct {
	at
	Gerrit       rawGerrit            `yaml:"gerrit,required"`
	Goals        list[rawGoal]        `yaml:"goals,required"`
	Testimonials list[rawTestimonial] `yaml:"testimonials"`
	Embed        rawEmbed             `yaml:"embed"`
	People       text                 `yaml:"people"`
	Portraits    flag                 `yaml:"portraits"`
}

//go:embed openstack.yaml
var builtin []byte

// Load reads and checks a configuration file; "" means the built-in one.
func Load(file string) (*Config, error) { return Source{File: file}.Load() }

// Parse makes a Config of YAML. The file's name is for messages only.
func Parse(file, dir string, data []byte) (*Config, error) {
	var raw rawConfig
	d := decodeYAML(file, data, &raw)
	c := &checker{decoder: d, dir: dir}
	cfg := c.config(&raw)
	if len(d.problems) > 0 {
		d.problems.sort()
		return nil, d.problems
	}
	return cfg, nil
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
	cfg.HidePortraits = raw.Portraits.given() && !raw.Portraits.value
	return cfg
}
