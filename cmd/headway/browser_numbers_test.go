//go:build browser

package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// testNumbers compares every number that has the name of a field with the API.
func (b *browser) testNumbers(t *testing.T, site *quietSite) {
	page := b.tab(t)
	for _, path := range []string{"", "projects/openstack/nova", "projects/openstack/mistral", "teams/oslo"} {
		t.Run("/"+path, func(t *testing.T) {
			page.t = t
			page.load(site.url + mainGoal + "/" + path)
			page.checkNumbers(page.document(), site.numbers(t, path, ""))
		})
	}
	t.Run("rows of projects", func(t *testing.T) {
		page.t = t
		page.load(site.url + mainGoal + "/")
		checkProjectRows(t, page.document(), site.running)
	})
}

// numbers are what the API says of the goal, a project or a team, at the end of a
// day or ("") now.
func (s *quietSite) numbers(t *testing.T, path, on string) map[string]any {
	t.Helper()
	team, isTeam := strings.CutPrefix(path, "teams/")
	if isTeam {
		path = ""
	}
	address := strings.TrimSuffix("api/v1/goals/"+mainGoal+"/"+path, "/")
	if on != "" {
		address += "?on=" + on
	}
	var numbers map[string]any
	s.json(t, address, &numbers)
	if !isTeam {
		return numbers
	}
	for _, n := range numbers["teams"].([]any) {
		if n := n.(map[string]any); n["team"] == team {
			return n
		}
	}
	t.Fatalf("the API has no team %s", team)
	return nil
}

func (b *tab) checkNumbers(doc *goquery.Document, numbers map[string]any) {
	b.t.Helper()
	seen := 0
	doc.Find("main [data-field]").Not(".rows [data-field]").Each(func(_ int, s *goquery.Selection) {
		field := s.AttrOr("data-field", "")
		want := member(numbers, field)
		if field == "cycles" {
			want = mergedIn(numbers, readable(s.Closest("tr").Find("th")))
		}
		if got := readable(s); got != printed(field, want) {
			b.t.Errorf("%s: the page says %q, the API %v", field, got, want)
		}
		seen++
	})
	if seen < 12 {
		b.t.Errorf("only %d numbers compared", seen)
	}
}

// checkProjectRows compares the table of projects with the API.
func checkProjectRows(t *testing.T, doc *goquery.Document, site *running) {
	t.Helper()
	var summary api.Summary
	site.json(t, "api/v1/goals/"+mainGoal, &summary)
	for _, p := range summary.Projects {
		row := doc.Find(`.projects tr:has(a[href$="/projects/` + p.Project + `"])`)
		if row.Length() == 0 && *p.InFlight == 0 && doc.Find(`.wall a[href$="/projects/`+p.Project+`"]`).Length() == 1 {
			continue // it needs nobody
		}
		for field, want := range map[string]string{
			"in_flight": strconv.Itoa(*p.InFlight),
			"progress":  "",
		} {
			if field == "progress" && p.Progress != nil {
				want = printed(field, *p.Progress)
			}
			if got := readable(row.Find(`[data-field="` + field + `"]`).First()); got != want {
				t.Errorf("%s: %s reads %q, and the API says %s", p.Project, field, got, want)
			}
		}
	}
	if len(summary.Projects) < 15 {
		t.Errorf("only %d projects compared", len(summary.Projects))
	}
}

// member is the value at a path such as "counts.merged".
func member(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// mergedIn is what was merged in the cycle whose name a row begins with.
func mergedIn(numbers map[string]any, row string) any {
	cycles, _ := numbers["cycles"].([]any)
	for _, c := range cycles {
		if name, _ := member(c, "name").(string); name != "" && strings.HasPrefix(row, name) {
			return member(c, "merged")
		}
	}
	return "no such cycle"
}

// printed is how a page prints a number of the API.
func printed(field string, v any) string {
	n, ok := v.(float64)
	switch {
	case !ok:
		return "–"
	case field == "progress":
		return strconv.Itoa(int(n*100+1e-9)) + "%"
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// readable is the text of a selection with its white space collapsed.
func readable(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
