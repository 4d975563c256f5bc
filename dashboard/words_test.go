package dashboard_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// glossed says of each word by which a page names something (heads of tables, statuses,
// states, what a number counts) which word of the glossary explains it; "-" if it is
// everyday English.
var glossed = map[string]string{
	"abandoned": "abandoned", "merged": "merged", "reverted": "reverted", "in review": "in review", "work in progress": "work in progress", "left": "left", "gone": "gone",
	"not merged": "not merged yet", "not merged yet": "not merged yet", "merged in": "cycle", "cycle": "cycle", "not counted": "progress", "progress": "progress",
	"expected, not uploaded": "expected", "uploaded or expected": "expected", "share of the greatest": "-",
	"completed": "completed", "in progress": "in progress", "planning": "planning", "not started": "not started", "not affected": "not affected",
	"nothing left in review": "nothing left in review", "stalled": "stalled", "no changes tracked": "no changes tracked", "status": "declared",
	"change": "change", "change · project": "change", "changes merged": "merged", "waits on": "waits on", "longest wait": "waits on",
	"as of": "as of", "up to date": "not up to date", "selector": "topic",
	"owner": "author", "last merge": "merged", "uploaded, merged or not": "progress", "end of": "cycle",
	"reconstructed, before  nov  what left the goal until then is unknown": "reconstructed",

	"name": "-", "project": "-", "state": "-", "updated": "-", "of": "-", "months": "-", "now": "-", "what": "-", "where": "-", "result": "-",
	"needs a look": "-", "ask most merged changes": "-",
}

var decoration = regexp.MustCompile(`[0-9][0-9,.%]*|[()↗:\x{AD}]`)

// A word that is new on a page is explained in the glossary, or somebody has decided that it
// need not be.
func TestWordsOfPagesAreExplained(t *testing.T) {
	w := newWorld().populate().start(t)
	explained := map[string]bool{"-": true}
	w.page(t, "/eventlet-removal/states").Find("dt, table th[scope=row]").Each(func(_ int, s *goquery.Selection) {
		explained[strings.ToLower(text(s))] = true
	})
	seen := map[string]string{}
	for _, path := range pagePaths {
		if strings.HasSuffix(path, "/states") {
			continue // the glossary itself
		}
		w.page(t, path).Find("thead th, .pill, .legend li").Each(func(_ int, s *goquery.Selection) {
			word := strings.TrimSpace(decoration.ReplaceAllString(strings.ToLower(text(s)), ""))
			seen[word] = path
		})
	}
	for _, word := range slices.Sorted(maps.Keys(seen)) {
		switch in, judged := glossed[word]; {
		case !judged:
			t.Errorf("%s: %q is new: which word of the glossary explains it?", seen[word], word)
		case !explained[in]:
			t.Errorf("%s: %q is explained by %q, which the glossary does not have", seen[word], word, in)
		}
	}
}
