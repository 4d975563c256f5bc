//go:build gerrit

package main

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// checkPages reads the numbers on the pages as a reader does, and clicks on them.
func (m *migration) checkPages(t *testing.T, goal string) {
	t.Run("summary", func(t *testing.T) {
		page := document(t, goal)
		m.checkFigures(t, page, goal, "")
		inReview := map[string]string{}
		page.Find("table.projects tbody tr").Each(func(_ int, row *goquery.Selection) {
			inReview[shown(row.Find("th a bdi").First())] = shown(row.Find(`td.num`))
		})
		page.Find(".wall li a bdi").Each(func(_ int, name *goquery.Selection) { // they need nobody
			inReview[shown(name)] = "0"
		})
		want := map[string]string{}
		for _, project := range m.projects() {
			want[project] = strconv.Itoa(m.inFlight(project))
		}
		if diff := cmp.Diff(want, inReview); diff != "" {
			t.Errorf("projects in review (-want +got):\n%s", diff)
		}
	})
	for _, project := range m.projects() {
		t.Run(project, func(t *testing.T) {
			address := goal + "projects/" + project
			m.checkFigures(t, document(t, address), address, project)
		})
	}
	t.Run("a subject made to break pages", func(t *testing.T) {
		page := document(t, goal+"projects/"+nova)
		want := `Drop "monkey_patch" & <script>alert('x')</script> 🐒 אבג`
		found := page.Find("table.changes bdi").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Text() == want })
		if found.Length() == 0 {
			t.Errorf("no subject reads %s", want)
		}
	})
}

// checkFigures compares the numbers of a page about a project ("" is the goal),
// and the number of rows that each of them leads to.
func (m *migration) checkFigures(t *testing.T, page *goquery.Document, address, project string) {
	t.Helper()
	want := map[string]int{"in_flight": m.inFlight(project), "backports.total": len(m.numbers(project, "backport", ""))}
	for _, state := range states {
		want["counts."+state] = len(m.numbers(project, "development", state))
	}
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	page.Find(".headline .fig, .legend .fig, .beside .fig").Each(func(_ int, s *goquery.Selection) {
		field := s.AttrOr("data-field", "")
		number, compared := want[field]
		if !compared {
			return
		}
		seen[field] = number
		if shown(s) != strconv.Itoa(number) {
			t.Errorf("%s: %s reads %q, want %d", address, field, shown(s), number)
		}
		link, err := base.Parse(s.AttrOr("href", ""))
		if err != nil {
			t.Errorf("%s: %s: %v", address, field, err)
		}
		if number == 0 || !s.Is("a") {
			return
		}
		if rows := document(t, link.String()).Find("table.changes tbody tr").Length(); rows != number {
			t.Errorf("%s: %s reads %d and leads to %d rows at %s", address, field, number, rows, link)
		}
	})
	if len(m.numbers(project, "", "")) == 0 {
		return // a project without changes shows none of them
	}
	for _, field := range []string{"counts.abandoned", "counts.reverted", "backports.total"} {
		if _, named := seen[field]; !named && want[field] == 0 {
			delete(want, field) // what is not counted is named only where there is some
		}
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("%s: numbers on the page (-want +got):\n%s", address, diff)
	}
}

func document(t *testing.T, address string) *goquery.Document {
	t.Helper()
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(get(t, address)))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return page
}

// shown is what a reader sees, on one line.
func shown(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
