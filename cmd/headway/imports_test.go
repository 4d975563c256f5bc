package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/eventlet-removal/headway"

// mayImport is the house: which of our packages each of ours may import. "x/*"
// stands for all packages below x. Data flows one way: collector and dashboard
// never meet, they meet in the store.
var mayImport = map[string][]string{
	"cmd/headway":           {"cmd/headway/*", "collector", "collector/*", "store", "store/*", "dashboard", "dashboard/*"},
	"cmd/headway/config":    {"dashboard/progress", "store", "store/query"},
	"cmd/headway/scrape":    {"store"},
	"cmd/headway/backups":   {"cmd/headway/config", "store"},
	"cmd/headway/remote":    {"dashboard/api"},
	"cmd/headway/terminal":  {"dashboard/api", "dashboard/order", "dashboard/progress", "dashboard/progress/statuses", "dashboard/report"},
	"cmd/headway/webserver": {},
	"cmd/headway/verify":    {"cmd/headway/config", "collector/gerrit", "dashboard/api", "dashboard/progress", "store/query"},
	"cmd/headway/fetch":     {"dashboard/portrait", "dashboard/testimonials"},
	"cmd/bench":             {"collector", "collector/*", "store", "store/*", "dashboard", "dashboard/*"},

	"collector":                   {"collector/gerrit", "store", "store/query"},
	"collector/gerrit":            {"store/query"},
	"collector/gerrit/gerrittest": {"collector/replay"},                                 // these judge the text we send,
	"collector/replay":            {"collector/replay/door", "collector/replay/search"}, // so they take nothing else
	"collector/replay/door":       {},
	"collector/replay/search":     {},
	"collector/replay/demo":       {"collector/replay"},

	"store":        {"store/files", "store/pages", "store/query", "store/record"},
	"store/files":  {},
	"store/pages":  {},
	"store/query":  {},
	"store/record": {},

	"dashboard":           {"dashboard/*", "store", "store/query"},
	"dashboard/progress":  {"dashboard/progress/*", "store", "store/query"},
	"dashboard/link":      {"store/query"},
	"dashboard/parameter": {},
	"dashboard/filter":    {"dashboard/link", "dashboard/parameter", "dashboard/progress", "store/query"},
	"dashboard/pasted":    {},
	"dashboard/glossary":  {"dashboard/progress"},
	"dashboard/results":   {"dashboard/progress", "store"},
	"dashboard/typeset":   {},
	"dashboard/preview":   {"dashboard/progress", "dashboard/when"},
	"dashboard/synclog":   {"dashboard/api", "dashboard/link", "dashboard/progress", "dashboard/when", "store"},
	"dashboard/since":     {"dashboard/progress", "dashboard/when"},
	"dashboard/chains":    {"dashboard/progress"},
	"dashboard/order":     {"dashboard/parameter", "dashboard/progress"},
	"dashboard/when":      {"dashboard/progress"},
	"dashboard/nearest":   {},
	"dashboard/api":       {"dashboard/link", "dashboard/linkcheck", "dashboard/progress", "dashboard/progress/reading", "dashboard/quotes", "dashboard/testimonials", "store"},
	"dashboard/report":    {"dashboard/event", "dashboard/filter", "dashboard/link", "dashboard/order", "dashboard/parameter", "dashboard/when", "dashboard/progress", "dashboard/progress/*", "dashboard/since", "store"},
	"dashboard/chart":     {},
	"dashboard/badge":     {},
	"dashboard/export":    {"dashboard/link"},
	"dashboard/linkcheck": {"dashboard/link", "dashboard/progress", "dashboard/testimonials", "store", "store/query"},
	"dashboard/answers":   {},
	"dashboard/static":    {},
	"dashboard/surface":   {},
	"dashboard/metrics":   {"dashboard/answers", "dashboard/progress", "dashboard/progress/statuses", "store", "dashboard/surface"},
	"dashboard/event":     {"dashboard/progress"},
	"dashboard/feed":      {"dashboard/event", "dashboard/link", "dashboard/progress", "store"},
	"dashboard/card":      {},
	"dashboard/portrait":  {},
	"dashboard/fit":       {},
	"dashboard/embeds":    {"dashboard/api", "dashboard/badge", "dashboard/card", "dashboard/fit", "dashboard/link", "dashboard/progress", "dashboard/when"},

	"dashboard/api/openapi":             {},
	"dashboard/api/openapi/openapitest": {"dashboard/api/openapi"},
	"dashboard/golden":                  {},

	"dashboard/progress/ci":        {"store"},
	"dashboard/progress/backports": {"store"},
	"dashboard/progress/numbered":  {},
	"dashboard/progress/reverts":   {"dashboard/progress/timeline", "store"},
	"dashboard/progress/timeline":  {"store"},

	"dashboard/testimonials":           {"dashboard/testimonials/sentences", "store/query"},
	"dashboard/testimonials/sentences": {},
	"dashboard/quotes":                 {"dashboard/link", "dashboard/portrait", "dashboard/progress", "dashboard/testimonials", "dashboard/when"},
	"dashboard/progress/forecast":      {},
	"dashboard/progress/reading":       {},
	"dashboard/progress/statuses":      {},
}

// most is how many lines a package may have, without tests. A larger one has more
// than one idea in it and is entered with difficulty.
const most = 2500

// larger are the exceptions, each for its reason.
var larger = map[string]int{
	"cmd/headway":            2800, // one file a command
	"collector/replay":       2800, // one protocol
	"dashboard/testimonials": 2600, // one dialect of Markdown
	"dashboard/progress":     4000, // one policy
	"dashboard":              5000, // the pages
}

// leftovers are names of files that hold whatever had no other place.
var leftovers = []string{"parts.go", "rows.go", "words.go", "view.go", "on.go"}

// guarded are modules with one home each. A home that ends in ".go" is a file name
// in any package.
var guarded = []struct {
	prefix string
	homes  []string
}{
	{"go.etcd.io/bbolt", []string{"store", "cmd/bench"}}, // the bench reads a file as bbolt alone does
	{"github.com/andygrunwald/go-gerrit", []string{"collector/gerrit"}},
	{"github.com/prometheus/", []string{"cmd/*", "metrics*.go"}},
	{"github.com/santhosh-tekuri/jsonschema", []string{"dashboard/api/openapi/openapitest"}}, // which only tests import
}

// listed is what this test needs of `go list -json`.
type listed struct {
	ImportPath, Dir, Name, Doc         string
	Imports                            []string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

func TestHouseRules(t *testing.T) {
	for _, p := range goList(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if name == "" {
			t.Errorf("there are Go files at the root: %v", p.GoFiles)
			continue
		}
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("package %s has no package comment", name)
		}
		for _, part := range strings.Split(name, "/") {
			if slices.Contains([]string{"pkg", "util", "utils", "common", "models", "helpers"}, part) {
				t.Errorf("package %s: the name has no meaning", name)
			}
		}
		checkSize(t, name, p)
		allowed, known := rulesOf(name)
		if !known {
			t.Errorf("package %s has no place in the house", name)
		}
		for _, imp := range p.Imports {
			if ours, ok := strings.CutPrefix(imp, module+"/"); ok && !matches(allowed, ours) {
				t.Errorf("package %s must not import %s", name, ours)
			}
		}
		for _, file := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			for _, imp := range importsOf(t, filepath.Join(p.Dir, file)) {
				checkGuarded(t, name, file, imp)
			}
		}
	}
}

// checkSize wants packages and names of files that somebody new can take in.
func checkSize(t *testing.T, pkg string, p listed) {
	t.Helper()
	lines, bound := 0, cmp.Or(larger[pkg], most)
	for _, file := range p.GoFiles {
		if slices.Contains(leftovers, file) {
			t.Errorf("%s/%s: name it after what it holds", pkg, file)
		}
		data, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		lines += bytes.Count(data, []byte("\n"))
	}
	if lines > bound {
		t.Errorf("package %s has %d lines without tests, %d more than it may: move the idea with the fewest ties to the rest into a package below it, or delete what nobody needs", pkg, lines, lines-bound)
	}
}

// TestReadmeNamesThePackages keeps the README's table of packages complete.
func TestReadmeNamesThePackages(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range goList(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if row := fmt.Sprintf("\n| [%s](%s) | ", name, name); !bytes.Contains(readme, []byte(row)) {
			t.Errorf("the README has no row for package %s", name)
		}
	}
}

func checkGuarded(t *testing.T, pkg, file, imp string) {
	t.Helper()
	for _, g := range guarded {
		if !strings.HasPrefix(imp, g.prefix) {
			continue
		}
		inFile := slices.ContainsFunc(g.homes, func(home string) bool {
			ok, _ := filepath.Match(home, file)
			return ok
		})
		if !inFile && !matches(g.homes, pkg) {
			t.Errorf("%s/%s must not import %s (only %v may)", pkg, file, imp, g.homes)
		}
	}
}

// rulesOf finds the entry of mayImport for a package: its own, else the nearest
// "x/*" above it.
func rulesOf(pkg string) (allowed []string, known bool) {
	if allowed, known = mayImport[pkg]; known {
		return allowed, true
	}
	for dir := pkg; strings.Contains(dir, "/"); {
		dir = dir[:strings.LastIndexByte(dir, '/')]
		if allowed, known = mayImport[dir+"/*"]; known {
			return allowed, true
		}
	}
	return nil, false
}

// matches reports whether a package is among names, some of which end in "/*".
func matches(names []string, pkg string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		below, all := strings.CutSuffix(name, "*")
		return name == pkg || all && strings.HasPrefix(pkg, below)
	})
}

func goList(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", module+"/...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var pkgs []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	if len(pkgs) < 5 {
		t.Fatalf("go list found only %d packages", len(pkgs))
	}
	return pkgs
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, spec := range f.Imports {
		imports = append(imports, strings.Trim(spec.Path.Value, `"`))
	}
	return imports
}
