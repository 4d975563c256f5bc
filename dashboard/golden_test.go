package dashboard_test

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/eventlet-removal/headway/dashboard/golden"
)

// TestGoldenPages holds the whole HTML of the main pages, at one time and over one
// set of changes: who changes a page sees in the golden file what readers will see.
func TestGoldenPages(t *testing.T) {
	for _, tc := range []struct {
		name  string
		world func() *world
		path  string
	}{
		{"summary", populated, "/eventlet-removal/"},
		{"summary-past", populated, "/eventlet-removal/?on=2026-10-20"},
		{"summary-empty", newWorld, "/eventlet-removal/"},
		{"summary-loading", func() *world { return newWorld().loading() }, "/eventlet-removal/"},
		{"summary-stale", outdated, "/eventlet-removal/"},
		{"project", populated, "/eventlet-removal/projects/openstack/nova"},
		{"project-done", populated, "/eventlet-removal/projects/openstack/mistral"},
		{"team", populated, "/eventlet-removal/teams/compute"},
		{"attention", populated, "/eventlet-removal/attention"},
		{"changes", populated, "/eventlet-removal/changes"},
		{"changes-none", populated, "/eventlet-removal/changes?q=nothing-has-this"},
		{"states", populated, "/eventlet-removal/states"},
		{"not-found", populated, "/eventlet-removal/projects/no/such"},
		{"bad-request", populated, "/eventlet-removal/changes?sort=colour"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := tc.world().start(t).get(t, tc.path)
			if err := balanced(a.body); err != nil {
				t.Error(err)
			}
			for _, fault := range structureFaults(a.document(t)) {
				t.Error(fault)
			}
			golden.Check(t, filepath.Join("testdata/golden", tc.name+".html"), withoutHashes(a.body))
		})
	}
}

func populated() *world { return newWorld().populate() }

// outdated is a populated world whose last complete round is a day old.
func outdated() *world {
	w := newWorld().populate()
	w.selectors[0].AsOf = ago(24)
	return w
}

var staticName = regexp.MustCompile(`(/-/static/[a-z]+\.)[0-9a-f]{8}\.`)

// withoutHashes makes a page independent of the content of style and script.
func withoutHashes(page string) string {
	return liveScript.ReplaceAllString(staticName.ReplaceAllString(page, "${1}HASH."), "<script>LIVE</script>")
}

var liveScript = regexp.MustCompile(`(?s)<script>.*?</script>`)

// voidElements have no end tag.
var voidElements = []string{"meta", "link", "input", "br", "hr", "img", "col", "wbr"}

// balanced finds what browsers forgive: an element left open, or closed out of order.
func balanced(page string) error {
	var open []string
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if err := tokens.Err(); err != io.EOF {
				return err
			}
			if len(open) > 0 {
				return fmt.Errorf("left open: %s", open)
			}
			return nil
		case html.StartTagToken:
			name, _ := tokens.TagName()
			if !slices.Contains(voidElements, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return fmt.Errorf("</%s> closes nothing; open are %s", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// structureFaults are what no page may have, whatever it says.
func structureFaults(doc *goquery.Document) (faults []string) {
	for _, selector := range []string{"html[lang]", "head > title", "main", "h1", "main h1", "header", "footer"} {
		if got := doc.Find(selector).Length(); got != 1 {
			faults = append(faults, fmt.Sprintf("%d of %s", got, selector))
		}
	}
	doc.Find("[style], [onclick], [onload], body > script:not(:last-child), main script:not([src]), style").Each(func(_ int, s *goquery.Selection) {
		faults = append(faults, "our policy forbids "+outer(s))
	})
	doc.Find("a, button, summary").Each(func(_ int, s *goquery.Selection) {
		if text(s) == "" && s.AttrOr("aria-label", "") == "" && s.Closest(`[aria-hidden="true"]`).Length() == 0 {
			faults = append(faults, "nothing to read on "+outer(s))
		}
	})
	return slices.Concat(faults, headingFaults(doc), referenceFaults(doc), tableFaults(doc))
}

func TestStructureFaultsAreSeen(t *testing.T) {
	const bad = `<!DOCTYPE html><html><head><title>t</title></head><body><header></header><main><h1>a</h1><h3 id="x">b</h3><h2></h2>` +
		`<p id="x" style="color: red" aria-labelledby="none"><a href="#nowhere"></a></p><script>1</script>` +
		`<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table><table></table></main></body></html>`
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(bad))
	if err != nil {
		t.Fatal(err)
	}
	faults := structureFaults(doc)
	for _, want := range []string{
		"0 of html[lang]", "0 of footer", "our policy forbids <p ", "our policy forbids <script", "nothing to read on <a ", "h3 follows h1: b", "an empty h2",
		`id "x" stands 2 times`, "aria-labelledby names no id: <p ", "href names no id: <a ", "a row of 2 cells in a table of 1 columns", "a table without headings",
	} {
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("not seen: %s\nin %q", want, faults)
		}
	}
	for _, bad := range []string{"<p><b></p></b>", "<main>", "</main>"} {
		if balanced(bad) == nil {
			t.Errorf("%s is balanced", bad)
		}
	}
}

// headingFaults are headings that skip a level or say nothing.
func headingFaults(doc *goquery.Document) (faults []string) {
	level := 0
	doc.Find("h1, h2, h3, h4, h5, h6").Each(func(_ int, h *goquery.Selection) {
		now := int(goquery.NodeName(h)[1] - '0')
		if now > level+1 {
			faults = append(faults, fmt.Sprintf("h%d follows h%d: %s", now, level, text(h)))
		}
		if level = now; text(h) == "" {
			faults = append(faults, fmt.Sprintf("an empty h%d", now))
		}
	})
	return faults
}

// referenceFaults are ids that stand twice, and references to none.
func referenceFaults(doc *goquery.Document) (faults []string) {
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 {
			faults = append(faults, fmt.Sprintf("id %q stands %d times", id, n))
		}
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby", "for", "list", "href"} {
		doc.Find("[" + name + "]").Each(func(_ int, s *goquery.Selection) {
			value := s.AttrOr(name, "")
			if name == "href" {
				fragment, ok := strings.CutPrefix(value, "#")
				if !ok {
					return
				}
				value = fragment
			}
			for id := range strings.FieldsSeq(value) {
				if ids[id] == 0 {
					faults = append(faults, fmt.Sprintf("%s names no id: %s", name, outer(s)))
				}
			}
		})
	}
	return faults
}

// tableFaults are tables without headings, and rows with another number of cells.
func tableFaults(doc *goquery.Document) (faults []string) {
	doc.Find("table").Each(func(_ int, table *goquery.Selection) {
		columns := table.Find("thead th[scope=col], thead td").Length()
		if columns == 0 {
			faults = append(faults, "a table without headings: "+brief(text(table)))
		}
		table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
			if cells := row.Find("th, td").Length(); cells != columns {
				faults = append(faults, fmt.Sprintf("a row of %d cells in a table of %d columns: %s", cells, columns, brief(text(row))))
			}
		})
	})
	return faults
}

// outer is the beginning of an element.
func outer(s *goquery.Selection) string {
	source, err := goquery.OuterHtml(s)
	if err != nil {
		return err.Error()
	}
	return brief(source)
}

func brief(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
