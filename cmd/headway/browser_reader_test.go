//go:build browser

package main

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// reader uses a site as somebody with a mouse does, with or without script.
type reader struct {
	*tab
	site *quietSite
}

func (b *browser) testReader(t *testing.T, site *quietSite, script bool) {
	r := &reader{b.tab(t), site}
	send(r.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
	for _, use := range []struct {
		name string
		test func(*testing.T)
	}{
		{"filter", r.testFilter},
		{"search", r.testSearch},
		{"follow a number", r.testFollow},
		{"sort", r.testSort},
		{"turn pages", r.testTurnPages},
		{"unfold", r.testUnfold},
		{"travel in time", r.testTravel},
	} {
		t.Run(use.name, func(t *testing.T) {
			r.t = t
			use.test(t)
			if _, _, console := r.heard(); len(console) > 0 {
				t.Errorf("console: %s", strings.Join(console, "\n"))
			}
		})
	}
}

// testFilter fills in the form.
func (r *reader) testFilter(t *testing.T) {
	r.load(r.site.url + mainGoal + "/changes")
	run(r.tab, "unfold the fields", chromedp.Click(chromedp.CSS(`details:has(> .filter) > summary`)))
	run(r.tab, "check a box", chromedp.Click(chromedp.CSS(`.filter [name=state][value=open]`)))
	run(r.tab, "name a project", chromedp.SendKeys(chromedp.CSS(`.filter [name=project]`), "openstack/nova"))
	r.click(`.filter button`)
	at, err := url.Parse(eval[string](r.tab, `location.href`))
	if err != nil {
		t.Fatal(err)
	}
	if q := at.Query(); q.Get("state") != "open" || q.Get("project") != "openstack/nova" {
		t.Errorf("the form led to %s", at)
	}
	want := member(r.site.numbers(t, "projects/openstack/nova", ""), "counts.open")
	doc := r.document()
	if got := readable(doc.Find(".found")); got != fmt.Sprint(want) {
		t.Errorf("%s found, want %v", got, want)
	}
	if states := texts(doc, `.changes [data-th="State"]`); len(states) == 0 || slices.ContainsFunc(states, func(s string) bool { return s != states[0] }) {
		t.Errorf("rows in the states %q", states)
	}
	r.agreesWithCSV(doc)
}

// testSearch writes a search into the box and sends it by the Enter key.
func (r *reader) testSearch(t *testing.T) {
	r.load(r.site.url + mainGoal + "/changes")
	r.leads("search", chromedp.SendKeys(chromedp.CSS(`input[type=search]`), "project:openstack/nova state:wip"+kb.Enter))
	want := member(r.site.numbers(t, "projects/openstack/nova", ""), "counts.wip")
	doc := r.document()
	if got := readable(doc.Find(".found")); got != fmt.Sprint(want) {
		t.Errorf("%s found, want %v", got, want)
	}
	r.agreesWithCSV(doc)
}

// testTravel goes to the summary and a project as they were a hundred days ago, by
// the form for the day, and back.
func (r *reader) testTravel(t *testing.T) {
	day := time.Now().UTC().AddDate(0, 0, -100).Format(time.DateOnly)
	for _, path := range []string{"", "projects/openstack/nova"} {
		live := r.site.url + mainGoal + "/" + path
		r.load(live)
		before := readable(r.document().Find(`.headline [data-field="counts.merged"]`))
		// What a date field makes of keys depends on the reader's language.
		run(r.tab, "choose the day", chromedp.SetValue(chromedp.CSS(`form [type=date][name=on]`), day))
		r.click(`form:has([type=date]) button`)
		if at := eval[string](r.tab, `location.href`); at != live+"?on="+day {
			t.Errorf("the form led to %s", at)
		}
		doc := r.document()
		then := r.site.numbers(t, path, day)
		r.checkNumbers(doc, then)
		if fmt.Sprint(member(then, "counts.merged")) == before {
			t.Errorf("%s merged then and now", before)
		}
	}
}

// testFollow clicks on a number and counts the rows it leads to.
func (r *reader) testFollow(t *testing.T) {
	r.load(r.site.url + mainGoal + "/")
	want := readable(r.document().Find(`.legend [data-field="counts.wip"]`))
	r.click(`.legend a[data-field="counts.wip"]`)
	doc := r.document()
	if got := readable(doc.Find(".found")); got != want {
		t.Errorf("%s leads to %s changes", want, got)
	}
	if rows := doc.Find(".changes tbody tr").Length(); strconv.Itoa(rows) != want {
		t.Errorf("%s leads to %d rows", want, rows)
	}
}

// testSort takes every order there is, by its link.
func (r *reader) testSort(t *testing.T) {
	list := r.site.url + mainGoal + "/changes?state=open"
	r.load(list)
	var first []string
	orders := r.document().Find(`.sorts a[href*="sort="]`).Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
	if len(orders) < 2 {
		t.Fatalf("only the orders %q", orders)
	}
	for _, href := range orders {
		r.load(list)
		r.click(`.sorts a[href="` + href + `"]`)
		doc := r.document()
		if got := readable(doc.Find(`.sorts a[aria-current]`)); got == "" {
			t.Errorf("%s: no order is the current one", href)
		}
		r.agreesWithCSV(doc)
		if numbers := texts(doc, ".changes tbody td.num"); !slices.Contains(first, strings.Join(numbers, " ")) {
			first = append(first, strings.Join(numbers, " "))
		}
	}
	if len(first) < 2 {
		t.Errorf("%d orders are all the same", len(orders))
	}
}

// testTurnPages goes to the end of a list and back by one.
func (r *reader) testTurnPages(t *testing.T) {
	r.load(r.site.url + mainGoal + "/changes?class=all")
	found, err := strconv.Atoi(readable(r.document().Find(".found")))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for {
		doc := r.document()
		rows := texts(doc, ".changes tbody td.num")
		for _, number := range rows {
			if seen[number] {
				t.Errorf("change %s stands on two pages", number)
			}
			seen[number] = true
		}
		if len(rows) == 0 || len(rows) > 100 {
			t.Fatalf("a page of %d rows", len(rows))
		}
		if doc.Find(`.pager [rel=next]`).Length() == 0 {
			break
		}
		r.click(`.pager [rel=next]`)
	}
	if len(seen) != found || found <= 100 {
		t.Errorf("%d changes on all pages, %d found", len(seen), found)
	}
	r.click(`.pager [rel=prev]`)
	if rows := texts(r.document(), ".changes tbody td.num"); len(rows) != 100 {
		t.Errorf("%d rows on the last page but one", len(rows))
	}
}

// testUnfold shows the projects that are done.
func (r *reader) testUnfold(t *testing.T) {
	r.load(r.site.url + mainGoal + "/")
	const table = `document.querySelector('details.done table')`
	if eval[bool](r.tab, table+`.checkVisibility()`) {
		t.Error("projects that are done are shown from the beginning")
	}
	run(r.tab, "unfold", chromedp.Click(chromedp.CSS(`details.done > summary`)))
	if !eval[bool](r.tab, table+`.checkVisibility()`) {
		t.Error("projects that are done stay folded")
	}
}

// agreesWithCSV compares the numbers on the page, in their order, with the CSV.
func (r *reader) agreesWithCSV(doc *goquery.Document) {
	r.t.Helper()
	href := doc.Find(`a[href*="changes.csv"]`).AttrOr("href", "")
	code, body := r.site.get(r.t, strings.TrimPrefix(href, "/"))
	records, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || code != 200 || len(records) < 2 {
		r.t.Fatalf("GET %s: %d, %v:\n%s", href, code, err, body)
	}
	column := slices.Index(records[0], "number")
	if column < 0 {
		r.t.Fatalf("%s has the columns %q", href, records[0])
	}
	var want []string
	for _, record := range records[1:] {
		want = append(want, record[column])
	}
	if got := texts(doc, ".changes tbody td.num"); !slices.Equal(got, want) {
		r.t.Errorf("the page lists %s\nand %s lists %s", got, href, want)
	}
}

// texts are the texts of all elements that match.
func texts(doc *goquery.Document, css string) []string {
	return doc.Find(css).Map(func(_ int, s *goquery.Selection) string { return readable(s) })
}

// testPrint prints the main pages on paper.
func (b *browser) testPrint(t *testing.T, site *quietSite) {
	sheet := b.tab(t)
	for _, path := range []string{"", "projects/openstack/nova"} {
		t.Run("/"+path, func(t *testing.T) {
			sheet.t = t
			sheet.load(site.url + mainGoal + "/" + path)
			sheet.emulate("print", "dark")
			const white = `getComputedStyle(document.body).backgroundColor == 'rgb(255, 255, 255)'`
			if !eval[bool](sheet, white) {
				t.Error("the paper is not white")
			}
			for _, css := range []string{"nav", ".sorts"} {
				if eval[bool](sheet, `[...document.querySelectorAll('`+css+`')].some(e => e.checkVisibility())`) {
					t.Errorf("%s is printed", css)
				}
			}
			pdf := send(sheet, cdppage.PrintToPDF, cdppage.PrintToPDFParams{}).Data
			if len(pdf) < 20_000 {
				t.Errorf("printed %d bytes", len(pdf))
			}
		})
	}
}
