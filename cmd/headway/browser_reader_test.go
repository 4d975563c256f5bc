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
	r.emulate("", "dark") // a click while the page glides misses
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
		{"see what is done", r.testWall},
		{"go to a project", r.testGo},
		{"filter projects", r.testFind},
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
	if states := texts(doc, `.changes td.state`); len(states) == 0 || slices.ContainsFunc(states, func(s string) bool { return s != states[0] }) {
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
	want := readable(r.document().Find(`.legend [data-field="counts.wip"]`).First())
	r.click(`.legend a:has([data-field="counts.wip"])`)
	doc := r.document()
	if got := readable(doc.Find(".found")); got != want {
		t.Errorf("%s leads to %s changes", want, got)
	}
	if rows := doc.Find(".changes tbody tr").Length(); strconv.Itoa(rows) != want {
		t.Errorf("%s leads to %d rows", want, rows)
	}
}

// testSort takes every order there is by the heads of the columns, in both directions.
func (r *reader) testSort(t *testing.T) {
	list := r.site.url + mainGoal + "/changes?state=open"
	r.load(list)
	first := map[string]bool{}
	heads := r.document().Find(`.changes thead a`).Length()
	if heads < 4 {
		t.Fatalf("only %d heads sort", heads)
	}
	for i := range heads {
		r.load(list)
		for range 2 {
			href := r.document().Find(`.changes thead a`).Eq(min(i, r.document().Find(`.changes thead a`).Length()-1)).AttrOr("href", "")
			r.click(`.changes thead a[href="` + href + `"]`)
			doc := r.document()
			if sorted := doc.Find(`.changes th[aria-sort]`); sorted.Length() != 1 {
				t.Errorf("%s: %d columns are sorted", href, sorted.Length())
			}
			r.agreesWithCSV(doc)
			first[strings.Join(texts(doc, ".changes tbody .nr"), " ")] = true
		}
	}
	if len(first) < heads {
		t.Errorf("%d heads lead to %d orders", heads, len(first))
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
		rows := texts(doc, ".changes tbody .nr")
		for _, number := range rows {
			if seen[number] {
				t.Errorf("change %s stands on two pages", number)
			}
			seen[number] = true
		}
		if len(rows) == 0 || len(rows) > 50 {
			t.Fatalf("a page of %d rows", len(rows))
		}
		if doc.Find(`.pager [rel=next]`).Length() == 0 {
			break
		}
		r.click(`.pager [rel=next]`)
	}
	if len(seen) != found || found <= 50 {
		t.Errorf("%d changes on all pages, %d found", len(seen), found)
	}
	r.click(`.pager [rel=prev]`)
	if rows := texts(r.document(), ".changes tbody .nr"); len(rows) != 50 {
		t.Errorf("%d rows on the last page but one", len(rows))
	}
}

// testWall sees the projects that are done without a click, and goes to one.
func (r *reader) testWall(t *testing.T) {
	r.load(r.site.url + mainGoal + "/")
	if !eval[bool](r.tab, `[...document.querySelectorAll('.wall.done a')].every(e => e.checkVisibility())`) {
		t.Error("projects that are done are hidden")
	}
	r.click(`.wall.done a`)
}

// testGo goes to a project by the field in the head: by its name, by its last part, and
// by a name that is nearly right.
func (r *reader) testGo(t *testing.T) {
	const nova = "/projects/openstack/nova"
	for typed, want := range map[string]string{"openstack/nova": nova, "Nova": nova, "openstack/nvoa": "/go?project=openstack%2Fnvoa"} {
		r.load(r.site.url + mainGoal + "/attention")
		field := chromedp.CSS(`.go [name=project]`)
		run(r.tab, "write into the field", chromedp.SendKeys(field, typed))
		r.leads("go to "+typed, chromedp.Click(chromedp.CSS(`.go button`)))
		if at := eval[string](r.tab, `location.href`); at != r.site.url+mainGoal+want {
			t.Errorf("%q leads to %s", typed, at)
		}
	}
	r.load(r.site.url + mainGoal + "/go?project=openstack%2Fnvoa")
	r.click(`main a[href$="` + nova + `"]`)
}

// testFind filters the projects by their name and by a status.
func (r *reader) testFind(t *testing.T) {
	r.load(r.site.url + mainGoal + "/")
	run(r.tab, "write a part of a name", chromedp.SendKeys(chromedp.CSS(`.find [name=find]`), "oslo"))
	r.leads("filter", chromedp.Click(chromedp.CSS(`.find button`)))
	names := texts(r.document(), `.projects tbody th > a`)
	if len(names) < 2 || slices.ContainsFunc(names, func(n string) bool { return !strings.Contains(n, "oslo") }) {
		t.Errorf("projects called oslo: %q", names)
	}
	r.load(r.site.url + mainGoal + "/")
	r.click(`.statuses a[href*="status=stalled"]`)
	if doc := r.document(); doc.Find(".projects tbody tr").Length() == 0 || doc.Find(".projects .warn").Length() != doc.Find(".projects tbody tr").Length() {
		t.Errorf("stalled projects: %q", texts(doc, ".projects tbody tr"))
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
	if got := texts(doc, ".changes tbody .nr"); !slices.Equal(got, want) {
		r.t.Errorf("the page lists %s\nand %s lists %s", got, href, want)
	}
}

// texts are the texts of all elements that match.
func texts(doc *goquery.Document, css string) []string {
	return doc.Find(css).Map(func(_ int, s *goquery.Selection) string { return readable(s) })
}

// testPrint prints the main pages on A4.
func (b *browser) testPrint(t *testing.T, site *quietSite) {
	const between = 718 // CSS pixels between the margins of A4
	sheet := b.tab(t)
	for path, most := range map[string]int{"": 4, "projects/openstack/nova": 6} {
		t.Run("/"+path, func(t *testing.T) {
			sheet.t = t
			sheet.resize(between, 900)
			sheet.emulate("print", "dark")
			sheet.load(site.url + mainGoal + "/" + path)
			const white = `getComputedStyle(document.body).backgroundColor == 'rgb(255, 255, 255)'`
			if !eval[bool](sheet, white) {
				t.Error("the paper is not white")
			}
			for _, css := range []string{"nav", ".sorts", ".go", ".find"} {
				if eval[bool](sheet, `[...document.querySelectorAll('`+css+`')].some(e => e.checkVisibility())`) {
					t.Errorf("%s is printed", css)
				}
			}
			for _, fault := range sheet.misfits(between) {
				t.Error(fault)
			}
			pdf := send(sheet, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69}).Data
			if pages := strings.Count(string(pdf), "/Type /Page\n"); pages == 0 || pages > most {
				t.Errorf("%d pages in %d bytes, want at most %d", pages, len(pdf), most)
			}
		})
	}
}

// testForcedColours looks at the summary in the colours of a reader who chose them: what
// is told by colour must be there still.
func (b *browser) testForcedColours(t *testing.T, site *quietSite) {
	page := b.tab(t)
	send(page, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
	page.load(site.url + mainGoal + "/")
	for _, css := range []string{".legend .dot", ".projects progress", ".bar rect", ".plot path", ".spark"} {
		const ours = `(css => [...document.querySelectorAll(css)].filter(e => getComputedStyle(e).forcedColorAdjust != 'none').length)`
		if n := eval[int](page, ours+`('`+css+`')`); n > 0 {
			t.Errorf("%d of %s vanish", n, css)
		}
	}
	const framed = `[...document.querySelectorAll('.pill')].filter(e => getComputedStyle(e).borderTopWidth == '0px').length`
	if n := eval[int](page, framed); n > 0 {
		t.Errorf("%d chips have no frame", n)
	}
}
