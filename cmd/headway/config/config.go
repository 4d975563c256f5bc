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
	"os"
	"path/filepath"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Config is a configuration that has passed every check, with the defaults filled
// in. It knows nothing of YAML.
type Config struct {
	Gerrit         Gerrit
	Goals          []Goal // at least one, in the order of the file
	Testimonials   []Testimonial
	FrameAncestors []string // origins that may embed our widgets
	HidePeople     bool
}

// Gerrit is the server that is followed and how politely.
type Gerrit struct {
	URL               string // base address, ends in a slash
	RequestsPerSecond float64
	Timeout           time.Duration // of one request
	Contact           string        // told to the server's operators in the User-Agent
}

// Goal is one goal: what counts, and when to look.
type Goal struct {
	Progress  *progress.Goal
	Schedule  cron.Schedule // when a poll is due, in UTC
	Full      cron.Schedule // when a poll lists everything, in UTC
	GoneAfter time.Duration // between the two 404s that make a change gone
}

// Testimonial is either a directory of pages, whose addresses are URL with {slug}
// replaced, or one Page with the Projects it speaks of.
type Testimonial struct {
	Directory string
	URL       string

	Page     string
	Projects []string
}

//go:embed openstack.yaml
var builtin []byte

// BuiltinName stands for a file name where the built-in configuration is meant.
const BuiltinName = "openstack.yaml (built in)"

// Load reads and checks a configuration file; "" means the built-in one. Relative
// directories in it are relative to the file. If the error is of type Problems, the
// file could be read and they are all that is wrong with it.
func Load(file string) (*Config, error) {
	if file == "" {
		return Parse(BuiltinName, ".", builtin)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(file, filepath.Dir(file), data)
}

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
