package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eventlet-removal/headway/store/query"
)

// Source is where a configuration comes from: a file, or a Gerrit and a selector, which
// are enough to begin. The zero value is the built-in configuration.
type Source struct {
	File             string
	Gerrit, Selector string
}

// Load reads and checks the configuration. Relative names in a file are relative to it.
// If the error is of type Problems, it could be read and they are all that is wrong with
// it.
func (s Source) Load() (*Config, error) {
	text, err := s.Text()
	if err != nil {
		return nil, err
	}
	cfg, err := Parse(s.String(), filepath.Dir(s.File), text)
	var wrong Problems
	if s.File == "" && s.Gerrit != "" && errors.As(err, &wrong) {
		return nil, wrong.ofFlags()
	}
	return cfg, err
}

// String is what messages call the configuration.
func (s Source) String() string {
	switch {
	case s.File != "":
		return s.File
	case s.Gerrit != "":
		return "command line"
	}
	return builtinName
}

// builtinName stands for a file name where the built-in configuration is meant.
const builtinName = "openstack.yaml (built in)"

// Text is the configuration as YAML, unchecked.
func (s Source) Text() ([]byte, error) {
	switch flags := s.Gerrit != "" || s.Selector != ""; {
	case s.File != "" && flags:
		return nil, errors.New("a configuration file names its Gerrit and selectors itself: give --config.file, or --gerrit.url and --selector")
	case s.File != "":
		return readFile(s.File)
	case flags && s.Gerrit == "":
		return nil, errors.New("--selector needs --gerrit.url, the Gerrit that is searched")
	case flags && s.Selector == "":
		return nil, errors.New(`--gerrit.url needs --selector, a search that finds the changes to follow, such as 'topic:"x"'`)
	case flags:
		return fmt.Appendf(nil, begun, quoted(s.Gerrit), goalName(s.Selector), quoted(s.Selector)), nil
	}
	return builtin, nil
}

// begun is the configuration for a Gerrit and a selector, and what may come next.
const begun = `# Made of --gerrit.url and --selector. Of the keys behind a # the values are examples.
gerrit:
  url: %[1]s
  # contact: ops@example.org     # told to the server's operators

goals:
  - name: %[2]s
    title: %[3]s
    selector: %[3]s
    # schedule: "@every 10m"
    # labels: {ci: Verified, review: Code-Review, reviews_needed: 1}
    # projects:
    #   - {name: example/server, declared: in-progress, expected: 12}
    # cycles:
    #   - {name: "2026.2", start: 2026-04-01, end: 2026-10-01}
    # deadlines:
    #   - {name: all, due: "2026.2"}
`

// quoted is a text in YAML, easy to read and to change.
func quoted(s string) string {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return strconv.Quote(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

var notInNames = regexp.MustCompile(`[^a-z0-9-]`)

// goalName makes a goal's name of the first topic that a selector asks for.
func goalName(selector string) string {
	for _, t := range query.Terms(selector) {
		if t.Negated || !slices.Contains(topicOperators, t.Operator) {
			continue
		}
		name := notInNames.ReplaceAllString(strings.ToLower(t.Value), "-")
		if strings.Trim(name, "-") != "" && !slices.Contains(reservedGoals, name) {
			return name
		}
		break
	}
	return "goal"
}

// flagOf are the flags that stand for keys of a configuration.
var flagOf = strings.NewReplacer("goals[0].selector: ", "--selector ", "gerrit.url: ", "--gerrit.url ")

// ofFlags are problems of a configuration that was made of flags: it has no lines.
func (ps Problems) ofFlags() Problems {
	var out Problems
	for _, p := range ps {
		if !strings.HasPrefix(p.Text, "goals[0].title: ") { // it is the selector once more
			out = append(out, Problem{File: p.File, Text: flagOf.Replace(p.Text)})
		}
	}
	return out
}

// maxFile is far more than a configuration of thousands of projects has, and far less
// than memory: the name may be that of a device or of a database.
const maxFile = 4 << 20

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read configuration: %w", err)
	case len(data) > maxFile:
		return nil, fmt.Errorf("read configuration: %s has more than %d MiB", file, maxFile>>20)
	}
	return data, nil
}
