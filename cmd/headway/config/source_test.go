package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/config"
)

// TestOfFlags: a Gerrit and a selector are enough, and what is printed of them is the
// same configuration as a file.
func TestOfFlags(t *testing.T) {
	for _, tc := range []struct{ selector, name string }{
		{`topic:"x"`, "x"},
		{"prefixtopic:Python_3", "python-3"},
		{`project:a intopic:"it's C++"`, "it-s-c--"},
		{`-topic:out topic:in OR topic:other`, "in"},
		{"message:eventlet", "goal"},
		{"topic:api", "goal"}, // an address of our own
		{"topic:полёт", "goal"},
		{"topic:---", "goal"},
		{"-(topic:out)", "goal"},
	} {
		source := config.Source{Gerrit: "https://Gerrit.example.org/r", Selector: tc.selector}
		cfg, err := source.Load()
		if err != nil {
			t.Errorf("%s: %v", tc.selector, err)
			continue
		}
		goal := cfg.Goals[0].Progress
		if goal.Name != tc.name || goal.Title != tc.selector || goal.Selector != tc.selector || cfg.Gerrit.URL != "https://gerrit.example.org/r/" || len(cfg.Goals) != 1 {
			t.Errorf("%s: %s, goal %+v", tc.selector, cfg.Gerrit.URL, goal)
		}
		text, err := source.Text()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "headway.yml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := config.Load(file)
		if err != nil {
			t.Errorf("%s, printed: %v\n%s", tc.selector, err, text)
		}
		if diff := cmp.Diff(cfg, again, compareSchedules); diff != "" {
			t.Errorf("%s, printed (-flags +file):\n%s", tc.selector, diff)
		}
	}
}

// TestPrintedExamplesAreRight: what stands behind a # in a printed configuration may be
// taken out of it.
func TestPrintedExamplesAreRight(t *testing.T) {
	text, err := config.Source{Gerrit: "https://g/", Selector: "topic:x"}.Text()
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(string(text), "\n")
	if !strings.HasPrefix(first, "# Made of") {
		t.Fatalf("it begins with %q", first)
	}
	cfg := load(t, strings.ReplaceAll(rest, "  # ", "  "))
	if g := cfg.Goals[0].Progress; cfg.Gerrit.Contact == "" || len(g.Projects) != 1 || len(g.Cycles) != 1 || len(g.Deadlines) != 1 {
		t.Errorf("got %+v", cfg)
	}
}

func TestBadFlags(t *testing.T) {
	for _, tc := range []struct {
		source config.Source
		want   string
	}{
		{config.Source{Selector: "topic:x"}, "--selector needs --gerrit.url, the Gerrit that is searched"},
		{config.Source{Gerrit: "https://g/"}, `--gerrit.url needs --selector, a search that finds the changes to follow, such as 'topic:"x"'`},
		{config.Source{File: "f.yml", Gerrit: "https://g/", Selector: "topic:x"}, "a configuration file names its Gerrit and selectors itself: give --config.file, or --gerrit.url and --selector"},
		{config.Source{Gerrit: "ftp://g/", Selector: "topic:x limit:5"}, "command line: --gerrit.url must begin with https:// or http://\ncommand line: --selector must not contain limit:, which would cut every listing"},
		{config.Source{Gerrit: "https://me:sesame@g/", Selector: "topic:x"}, "command line: --gerrit.url must not contain credentials"},
		{config.Source{Gerrit: "https://g/", Selector: "topic:x\nlimit:5"}, "command line: --selector contains a line break or another control character"},
		{config.Source{Gerrit: "https://g/", Selector: " "}, "command line: --selector is empty; an empty selector would match every change on the server"},
	} {
		if _, err := tc.source.Load(); err == nil || err.Error() != tc.want {
			t.Errorf("%+v:\ngot  %v\nwant %s", tc.source, err, tc.want)
		}
	}
}
