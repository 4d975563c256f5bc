package dashboard_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

func TestChangesPage(t *testing.T) {
	w := newWorld()
	for i := range 230 {
		w.add(store.Change{Row: store.Row{Number: 1000 + i, Status: store.StatusMerged, Submitted: ago(i)}})
	}
	w.start(t)
	doc := w.page(t, "/eventlet-removal/changes?state=merged&sort=number&page=5")
	if got := text(doc.Find("h2")); got != "230 found 201 to 230" {
		t.Errorf("heading %q", got)
	}
	if got := text(doc.Find("tbody tr:first-child .nr")); got != "1200" {
		t.Errorf("the fifth page begins with %q", got)
	}
	if got := doc.Find("a[rel=prev]").AttrOr("href", ""); got != "/eventlet-removal/changes?page=4&sort=number&state=merged" {
		t.Errorf("previous page %q", got)
	}
	if doc.Find("a[rel=next]").Length() != 0 {
		t.Error("there is a page after the last")
	}
	if got := doc.Find(`input[name=state][checked]`).AttrOr("value", ""); got != "merged" {
		t.Errorf("checked: %q", got)
	}
	if got := doc.Find(`a[href^="https://review.example.org/q/change:1"]`).Length(); got != 1 {
		t.Errorf("%d links to the same in Gerrit", got)
	}
}

func TestHiddenPeopleAppearNowhere(t *testing.T) {
	w := newWorld().populate()
	w.cfg.HidePeople = true
	w.start(t)
	paths := append([]string{"/api/v1/goals/eventlet-removal/changes", "/eventlet-removal/changes.csv", "/eventlet-removal/feed.atom", "/eventlet-removal/feed.json"}, pagePaths...)
	for _, path := range paths {
		body := w.get(t, path).body
		for _, name := range []string{"Olga", "olga", "Rita", "Arnaud"} {
			if strings.Contains(body, name) {
				t.Errorf("%s names %s", path, name)
			}
		}
	}
	if a := w.get(t, "/eventlet-removal/changes?owner=olga"); a.StatusCode != 400 {
		t.Errorf("filter by owner: %s", a.Status)
	}
}

func TestPagesStaySmall(t *testing.T) {
	w := newWorld()
	for p := range 54 { // 60 with those of the fixture
		name := fmt.Sprintf("openstack/some-long-project-name-%d", p)
		w.goal.Projects = append(w.goal.Projects, progress.Project{Name: name, Declared: progress.DeclaredInProgress, Approach: "one service at a time, then the rest"})
		for i := range 8 {
			status := []string{store.StatusMerged, store.StatusNew}[i%2]
			c := store.Change{Row: store.Row{Number: 1000 + p*10 + i, Project: name, Status: status, Subject: "Replace the green threads of the conductor by native ones and test it"}}
			if status == store.StatusMerged {
				c.Submitted = ago(p)
			}
			w.add(c)
		}
	}
	for i := range 300 {
		w.add(store.Change{Row: store.Row{Number: 5000 + i, Status: []string{store.StatusNew, store.StatusAbandoned}[i%2], Subject: "Replace the green threads of the conductor by native ones and test it"}})
	}
	w.start(t)
	for _, path := range pagePaths[:9] {
		if strings.Contains(path, "mistral") || strings.Contains(path, "found.svg") {
			continue
		}
		if size := len(w.get(t, path).body); size > 100_000 {
			t.Errorf("%s: %d bytes", path, size)
		}
	}
}

// formulas are texts that some spreadsheet would work out, at the beginning of a cell or
// where one that takes other separators would begin a cell.
var formulas = []string{
	`=HYPERLINK("https://evil.example")`, `=cmd|' /C calc'!A0`, "+1", "-1+1", "@SUM(A1)", "|x", "%x", "＝1", "＋1", "－1", "＠x",
	" =1", "\t=1", "\r\n=1", "\u00a0=1", "\u3000=1", "\ufeff=1", `";=1;"`, `",=1,"`, "x\n=1", "x\t=1", "\x00=1",
}

func TestCSVKeepsFormulasHarmless(t *testing.T) {
	w := newWorld()
	w.goal.Projects = nil
	for i, text := range formulas {
		w.goal.Projects = append(w.goal.Projects, progress.Project{Name: text, Declared: progress.DeclaredPlanning, Since: text, Approach: text})
		w.add(store.Change{
			Row:    store.Row{Number: 7 + i, Status: store.StatusNew, Project: text, Branch: text, Subject: text},
			Detail: store.Detail{Accounts: map[int]store.Account{1: {ID: 1, Name: text}}},
		})
	}
	w.start(t)
	for _, table := range []string{"changes", "projects", "history"} {
		a := w.get(t, "/eventlet-removal/"+table+".csv")
		if got, want := a.Header.Get("Content-Disposition"), `attachment; filename="eventlet-removal-`+table+`.csv"`; got != want {
			t.Errorf("Content-Disposition %q, want %q", got, want)
		}
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll() // as many cells in each row
		if err != nil || table != "history" && len(rows) <= len(formulas) {
			t.Errorf("%s: %d rows, %v", table, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if text := strings.TrimLeft(cell, " \u00a0\u3000\ufeff"); text != "" && strings.ContainsAny(text[:1], "=+-@|%") || strings.ContainsAny(cell, "\t\r\n\x00＝＋－＠") && !strings.HasPrefix(cell, "'") {
					t.Errorf("%s: a cell is %q", table, cell)
				}
			}
		}
		for _, line := range strings.Split(strings.TrimSuffix(a.body, "\r\n"), "\r\n") {
			if !strings.HasPrefix(line, `"`) || !strings.HasSuffix(line, `"`) {
				t.Errorf("%s: cells without quotes: %s", table, line)
			}
		}
	}
	if a := w.get(t, "/eventlet-removal/changes.csv"); !strings.Contains(a.body, `"'=HYPERLINK(""https://evil.example"")"`) {
		t.Errorf("the text itself is lost: %s", a.body)
	}
}

func TestCSVForExcel(t *testing.T) {
	w := newWorld().populate().start(t)
	plain := w.get(t, "/eventlet-removal/changes.csv")
	marked := w.get(t, "/eventlet-removal/changes.csv?bom=1")
	if strings.Contains(plain.body, "\ufeff") || marked.body != "\ufeff"+plain.body {
		t.Errorf("without: %.20q, with: %.20q", plain.body, marked.body)
	}
	for _, query := range []string{"bom=0", "bom=1&bom=1", "bom=yes"} {
		if a := w.get(t, "/eventlet-removal/changes.csv?"+query); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", query, a.StatusCode)
		}
	}
}

// A project's name may hold a comma, which else separates names.
func TestProjectsByName(t *testing.T) {
	w := newWorld()
	for i, project := range []string{"a", "b", "a,b", "c, d"} {
		w.add(store.Change{Row: store.Row{Number: 701 + i, Project: project, Status: store.StatusNew}})
	}
	w.start(t)
	for query, want := range map[string]string{
		"project=a":             "701",
		"project=a,b":           "703",
		"project=b,a":           "702 701",
		"project=a,%20b":        "702 701",
		"project=c,%20d":        "704",
		"project=a,b&project=b": "703 702",
	} {
		a := w.get(t, apiGoal+"/changes?"+query)
		var got []string
		for _, m := range regexp.MustCompile(`"number":(70\d)`).FindAllStringSubmatch(a.body, -1) {
			got = append(got, m[1])
		}
		if slices.Sort(got); strings.Join(got, " ") != sorted(want) {
			t.Errorf("%s: %v, want %s (%d)", query, got, want, a.StatusCode)
		}
		doc := w.page(t, "/eventlet-removal/changes?"+query)
		for _, form := range []string{"form.search", "form.filter"} {
			again := w.page(t, "/eventlet-removal/changes?"+sent(doc.Find(form)).Encode())
			if got := sorted(found(again)); got != sorted(want) {
				t.Errorf("%s: %s finds %s, want %s", query, form, got, want)
			}
		}
	}
	for _, query := range []string{"project=a,c", "project=c,%20d,a"} {
		if a := w.get(t, apiGoal+"/changes?"+query); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", query, a.StatusCode)
		}
	}
}

// A list too long for a search by numbers is searched for by its project. Commas are
// coded twice in such an address, for Gerrit.
func TestSearchInGerritByProject(t *testing.T) {
	w := newWorld()
	for i, project := range []string{"a,b", "c, d", "a"} {
		for n := range 1000 {
			w.add(store.Change{Row: store.Row{Number: 900000 + 1000*i + n, Project: project, Status: store.StatusMerged, Submitted: ago(300)}})
		}
	}
	w.start(t)
	for query, want := range map[string]string{
		"project=a,b":              `project:"a%2Cb"`,
		"project=c,%20d":           `project:"c%2C d"`,
		"q=project:%22c,%20d%22":   `project:"c%2C d"`,
		"project=a":                `project:"a"`,
		"project=a&project=c,%20d": ``,
	} {
		link := w.page(t, "/eventlet-removal/changes?"+query).Find(`a:contains("the same in Gerrit")`)
		got := ""
		if link.Length() > 0 {
			got = search(t, link)
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}
