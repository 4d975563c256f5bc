package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// suite is a line of .ci/run: tests behind build tags.
type suite struct {
	tags     []string
	run      *regexp.Regexp
	packages []string
}

// TestTheGateRunsEachTest wants each test behind a tag of a suite to be run by one.
func TestTheGateRunsEachTest(t *testing.T) {
	script, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(script), "\nsuites=(\n")
	list, _, _ = strings.Cut(list, "\n)\n")
	var suites []suite
	known := map[string]bool{}
	for line := range strings.Lines(list) {
		words := strings.Fields(strings.Trim(strings.TrimSpace(line), `"`))
		at := slices.Index(words, "-run")
		if at < 0 {
			t.Fatalf("a suite without -run: %s", line)
		}
		tags, _, _ := strings.Cut(words[0], "@")
		s := suite{strings.Split(tags, ","), regexp.MustCompile(words[at+1]), words[at+2:]}
		suites = append(suites, s)
		for _, tag := range s.tags {
			known[tag] = true
		}
	}
	constraint, name := regexp.MustCompile(`(?m)^//go:build (.*)$`), regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	tests := 0
	err = filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found := constraint.FindSubmatch(source)
		if found == nil {
			return nil
		}
		var ways [][]string // sets of tags, one of which is enough
		for way := range strings.SplitSeq(string(found[1]), " || ") {
			if tags := strings.Split(way, " && "); slices.ContainsFunc(tags, func(tag string) bool { return known[tag] }) {
				ways = append(ways, tags) // otherwise of the system, not of a suite
			}
		}
		if ways == nil {
			return nil
		}
		dir, err := filepath.Rel("../..", filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, m := range name.FindAllSubmatch(source, -1) {
			tests++
			if !slices.ContainsFunc(suites, func(s suite) bool { return s.runs(ways, string(m[1]), "./"+filepath.ToSlash(dir)) }) {
				t.Errorf("no suite of .ci/run runs %s of %s", m[1], path)
			}
		}
		return nil
	})
	if err != nil || tests < 20 {
		t.Errorf("found %d tests, %v", tests, err)
	}
}

func (s suite) runs(ways [][]string, test, dir string) bool {
	builds := func(tags []string) bool {
		return !slices.ContainsFunc(tags, func(tag string) bool { return !slices.Contains(s.tags, tag) })
	}
	has := func(pattern string) bool {
		below, all := strings.CutSuffix(pattern, "/...")
		return dir == below || all && strings.HasPrefix(dir, below+"/")
	}
	return slices.ContainsFunc(ways, builds) && s.run.MatchString(test) && slices.ContainsFunc(s.packages, has)
}
