package dashboard_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestHistoryIsLinkedAsTable follows the links beside the charts.
func TestHistoryIsLinkedAsTable(t *testing.T) {
	w := populated().start(t)
	for path, want := range map[string]string{
		"/eventlet-removal/":                        "/eventlet-removal/history.csv",
		"/eventlet-removal/?on=2026-11-20":          "/eventlet-removal/history.csv?on=2026-11-20",
		"/eventlet-removal/projects/openstack/nova": "/eventlet-removal/history.csv?project=openstack%2Fnova",
		"/eventlet-removal/teams/compute":           "/eventlet-removal/history.csv?team=compute",
	} {
		var links []string
		for _, href := range w.page(t, path).Find("a").Map(attrOf("href")) {
			if strings.Contains(href, "/history.csv") {
				links = append(links, href)
			}
		}
		if len(links) != 1 || links[0] != want || w.get(t, want).StatusCode != 200 {
			t.Errorf("%s links %v, want %s", path, links, want)
		}
	}
}

// TestHistoryCSV wants the rows of the API.
func TestHistoryCSV(t *testing.T) {
	w := populated().start(t)
	for _, query := range []string{"", "?project=openstack/nova", "?team=compute", "?class=backport", "?on=2026-11-01"} {
		a := w.get(t, "/eventlet-removal/history.csv"+query)
		if got := a.Header.Get("Content-Disposition"); a.StatusCode != 200 || got != `attachment; filename="eventlet-removal-history.csv"` || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Fatalf("%s: %s %v", query, a.Status, a.Header)
		}
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var history struct {
			Days []struct {
				Date                                   string
				Merged, Reverted, Open, WIP, Abandoned int
				Observed                               bool
			}
		}
		w.json(t, "/api/v1/goals/eventlet-removal/history"+query, &history)
		if len(rows) != len(history.Days)+1 || len(rows) < 2 {
			t.Fatalf("%s: %d rows of %d days", query, len(rows), len(history.Days))
		}
		for i, d := range history.Days {
			if want, got := fmt.Sprint(d.Date, d.Merged, d.Reverted, d.Open, d.WIP, d.Abandoned, d.Observed), strings.Join(rows[i+1], " "); strings.ReplaceAll(want, " ", "") != strings.ReplaceAll(got, " ", "") {
				t.Errorf("%s: row %q, want %q", query, got, want)
			}
		}
	}
	if a := w.get(t, "/eventlet-removal/history.csv?bom=1"); !strings.HasPrefix(a.body, "\ufeff\"date\"") {
		t.Errorf("no mark for Excel: %.20q", a.body)
	}
	for query, want := range map[string]string{"?bom=2": "bom", "?class=all": "never added up", "?project=none": "no project"} {
		if a := w.get(t, "/eventlet-removal/history.csv"+query); a.StatusCode != 400 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %s", query, a.Status)
		}
	}
}

// TestColumnsAreDocumented compares the heads of the tables with the README.
func TestColumnsAreDocumented(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	routes, err := os.ReadFile("server.go")
	if err != nil {
		t.Fatal(err)
	}
	tables := regexp.MustCompile(`"/\{goal\}/(\w+)\.csv"`).FindAllStringSubmatch(string(routes), -1)
	if len(tables) < 3 {
		t.Fatalf("tables: %v", tables)
	}
	w := populated().start(t)
	for _, m := range tables {
		table := m[1]
		head, _, _ := strings.Cut(w.get(t, "/eventlet-removal/"+table+".csv").body, "\r\n")
		want := "`" + table + ".csv` | " + strings.ReplaceAll(strings.ReplaceAll(head, `"`, ""), ",", ", ") + " |"
		if !strings.Contains(string(readme), want) {
			t.Errorf("the README does not say %q", want)
		}
	}
}
