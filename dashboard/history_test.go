package dashboard_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// computed is what package progress says of the world.
func (w *world) computed() *progress.Result {
	return progress.Compute(w.goal, progress.Look(w.db.Snapshot(), w.goal, w.now))
}

// dated makes merged changes older than their merge, so that there is a past.
func (w *world) dated() *world {
	for i := range w.work {
		item := &w.work[i]
		if created := item.Row.Submitted.AddDate(0, 0, -3); item.Row.Status == store.StatusMerged && item.Row.Created.After(created) {
			item.Row.Created, item.Detail.Created = created, created
			for n := range item.Detail.PatchSets {
				item.Detail.PatchSets[n].Created = store.MomentOf(created.AddDate(0, 0, n))
			}
		}
	}
	return w
}

const historyPath = apiGoal + "/history"

// Every number of every day is the one that progress gives.
func TestHistoryIsThatOfProgress(t *testing.T) {
	w := newWorld().populate().dated()
	w.selectors[0].Gaps = []store.Gap{{From: ago(30 * 24), To: ago(27 * 24)}}
	for i := range w.work {
		w.work[i].Member.Seen = ago(60 * 24)
	}
	w.start(t)
	r := w.computed()
	for query, scope := range map[string]progress.Scope{
		"":                            {},
		"?project=openstack/nova":     {Project: "openstack/nova"},
		"?project=openstack%2Fcinder": {Project: "openstack/cinder"},
		"?project=openstack/swift":    {Project: "openstack/swift"},
		"?team=compute":               {Team: "compute"},
		"?class=backport":             {},
		"?class=development&team=":    {},
	} {
		var got api.History
		w.json(t, historyPath+query, &got)
		want := api.History{Days: []api.Day{}}
		for _, d := range r.History(scope) {
			c := d.Counts
			if strings.Contains(query, "backport") {
				c = d.Backports
			}
			want.Days = append(want.Days, api.Day{
				Date: d.Date.Format("2006-01-02"), Merged: c.Merged, Reverted: c.Reverted, Open: c.Open, WIP: c.WIP, Abandoned: c.Abandoned, Observed: d.Observed,
			})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	var got api.History
	w.json(t, historyPath, &got)
	var live api.Summary
	w.json(t, apiGoal, &live)
	last := got.Days[len(got.Days)-1]
	c := live.Counts
	if want := (api.Day{Date: "2026-11-23", Merged: *c.Merged, Reverted: *c.Reverted, Open: *c.Open, WIP: *c.WIP, Abandoned: *c.Abandoned, Observed: true}); last != want {
		t.Errorf("the last day is %+v, live is %+v", last, want)
	}
	seen := ""
	for _, d := range got.Days[len(got.Days)-62:] {
		if d.Observed {
			seen += "o"
		} else {
			seen += "-"
		}
	}
	if want := "-" + strings.Repeat("o", 31) + "--" + strings.Repeat("o", 28); seen != want {
		t.Errorf("observed days %s\nwant          %s", seen, want)
	}
}

func TestHistoryKeys(t *testing.T) {
	a := newWorld().populate().dated().start(t).get(t, historyPath+"?on=2026-05-07&project=openstack/mistral")
	const last = `{"date":"2026-05-07","merged":1,"reverted":0,"open":0,"wip":0,"abandoned":0,"observed":false}]}` + "\n"
	if !strings.HasPrefix(a.body, `{"days":[{"date":"2026-05-04","merged":0,`) || !strings.HasSuffix(a.body, last) {
		t.Errorf("got %s", a.body)
	}
}

func TestHistoryAtItsEdges(t *testing.T) {
	w := newWorld().loading().start(t)
	a := w.get(t, historyPath)
	if a.body != `{"days":null}`+"\n" || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("ETag") != "" {
		t.Errorf("while loading: %s, %v", a.body, a.Header)
	}
	w = newWorld().start(t)
	a = w.get(t, historyPath)
	if a.body != `{"days":[]}`+"\n" || a.Header.Get("Cache-Control") != "public, max-age=5, stale-if-error=86400" {
		t.Errorf("of an empty goal: %s, %v", a.body, a.Header)
	}
	if again := w.get(t, historyPath, "If-None-Match", a.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %s", again.Status)
	}
	for query, want := range map[string][2]string{
		"?project=openstack/nope":              {"project", `there is no project \"openstack/nope\" in Eventlet removal`},
		"?team=nope":                           {"team", `there is no team \"nope\" in Eventlet removal`},
		"?team=compute&project=openstack/nova": {"team", "not both"},
		"?class=all":                           {"class", "never added up"},
		"?class=x":                             {"class", `there is no history of \"x\"`},
		"?on=2026-11-24":                       {"on", "2026-11-24 is in the future"},
		"?on=2026-02-30":                       {"on", "is not a date"},
		"?on=yesterday":                        {"on", `\"yesterday\" is not a date: write 2026-08-21`},
		"?on=2026-01-01&on=2026-01-02":         {"on", "given 2 times"},
		"?from=2026-01-01":                     {"from", "unknown parameter; there are project, team, class, on"},
		"?project=a&project=b":                 {"project", "given 2 times"},
	} {
		a := w.get(t, historyPath+query)
		if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, want[1]) || !strings.Contains(a.body, `"parameter":"`+want[0]+`"`) || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s %s", query, a.Status, a.body)
		}
	}
	if a := w.get(t, "/api/v1/goals/nope/history"); a.StatusCode != http.StatusNotFound {
		t.Errorf("unknown goal: %s", a.Status)
	}
}

func TestHistoryUpToADay(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	var all, some api.History
	w.json(t, historyPath, &all)
	w.json(t, historyPath+"?on=2026-11-01", &some)
	if diff := cmp.Diff(all.Days[:len(all.Days)-22], some.Days); diff != "" {
		t.Errorf("up to 1 November (-want +got):\n%s", diff)
	}
	w.json(t, historyPath+"?on=1999-01-01", &some)
	if len(some.Days) != 0 {
		t.Errorf("in 1999: %v", some.Days)
	}
}

func TestChartOnPages(t *testing.T) {
	w := newWorld().populate().dated()
	w.selectors[0].Gaps = []store.Gap{{From: ago(30 * 24), To: ago(27 * 24)}}
	w.start(t)
	for _, path := range []string{"/", "/eventlet-removal/projects/openstack/nova", "/eventlet-removal/teams/compute"} {
		doc := w.page(t, path)
		chart := doc.Find("svg.chart")
		if chart.Length() != 1 || chart.AttrOr("role", "") != "img" {
			t.Fatalf("%s: %d charts", path, chart.Length())
		}
		for attr, element := range map[string]string{"aria-labelledby": "title", "aria-describedby": "desc"} {
			if named := chart.Find(element + "#" + chart.AttrOr(attr, "?")); len(text(named)) < 20 {
				t.Errorf("%s: %s leads to %q", path, attr, text(named))
			}
		}
		if rows := doc.Find("figure.burnup details table.data tbody tr"); rows.Length() < 2 || !strings.HasPrefix(text(rows.First()), "23 Nov 2026") {
			t.Errorf("%s: the chart's table: %q", path, text(rows))
		}
		if key := text(doc.Find("figure.burnup .legend.dim")); !strings.Contains(key, "reconstructed, before 23 Nov 2026: what left the goal until then is unknown") {
			t.Errorf("%s: key %q", path, key)
		}
		if api := doc.Find("figure.burnup details a").AttrOr("href", ""); w.get(t, api).StatusCode != http.StatusOK {
			t.Errorf("%s: the days are not at %s", path, api)
		}
	}
	doc := w.page(t, "/")
	const sentence = "Since 30 Sep 2026: 2 merged, 11 uploaded, 1 abandoned, 2 reverted, 2 left the goal, so what is not merged grew from 0 to 4."
	if got := text(doc.Find("figure.burnup .says")); got != sentence {
		t.Errorf("sentence %q", got)
	}
	if body := w.get(t, "/eventlet-removal/summary.txt").body; !strings.Contains(strings.Join(strings.Fields(body), " "), sentence) {
		t.Errorf("not in what is copied: %s", body)
	}
	if got := text(doc.Find("figure.burnup figcaption .legend")); got != "5 merged (41%) 4 not merged yet 12 uploaded or expected" {
		t.Errorf("key %q", got)
	}
	if got := text(w.page(t, "/eventlet-removal/projects/openstack/nova").Find("figure.burnup figcaption .legend")); got != "3 merged (50%) 3 not merged yet 6 uploaded, merged or not" {
		t.Errorf("key of nova %q", got)
	}
	if gap := doc.Find("svg.chart path.gap"); gap.Length() != 1 || strings.Count(gap.AttrOr("d", ""), "M") != 2 {
		t.Errorf("gap %q", gap.AttrOr("d", ""))
	}
	if got := newWorld().start(t).page(t, "/").Find("svg.chart").Length(); got != 0 {
		t.Error("an empty goal has a chart")
	}
}

// All pictures of a table have one scale, and it says which.
func TestYearsHaveOneScale(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	table := w.page(t, "/").Find(".projects").First()
	scale, most, drawn := table.NextFiltered(".scale"), 0, 0
	number := regexp.MustCompile(`\d+`)
	rows := table.Find("tbody tr:has(.spark)")
	of := func(tr *goquery.Selection) int {
		n, _ := strconv.Atoi(number.FindAllString(text(tr.Find(".share small")), -1)[1])
		return n
	}
	rows.Each(func(_ int, tr *goquery.Selection) { most = max(most, of(tr)) })
	if want := fmt.Sprintf("12 months: all on one scale, full height is %d changes.", most); text(scale) != want {
		t.Errorf("it says %q, want %q", text(scale), want)
	}
	rows.Each(func(_ int, tr *goquery.Selection) {
		path := tr.Find(".spark path").First().AttrOr("d", "")
		y := 0
		for _, m := range regexp.MustCompile(`([MVvh])(?:0 )?(-?\d+)`).FindAllStringSubmatch(strings.TrimSuffix(path, "V16"), -1) {
			switch n, _ := strconv.Atoi(m[2]); m[1] {
			case "M", "V":
				y = n
			case "v":
				y += n
			}
		}
		if want := max(of(tr)*16/most, 1); 16-y != want {
			t.Errorf("%s ends at a height of %d, want %d: %s", text(tr.Find("th")), 16-y, want, path)
		}
		drawn++
	})
	if drawn < 2 {
		t.Errorf("%d pictures", drawn)
	}
}

// The table of a chart holds the numbers of the API.
func TestChartTableIsTheHistory(t *testing.T) {
	w := newWorld().populate().dated().start(t)
	var h api.History
	w.json(t, historyPath, &h)
	rows := 0
	w.page(t, "/").Find("table.data tbody tr").Each(func(_ int, s *goquery.Selection) {
		d, err := time.Parse("2 Jan 2006", strings.TrimSuffix(text(s.Find("th")), "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range h.Days {
			if day.Date != d.Format(time.DateOnly) {
				continue
			}
			rows++
			for i, want := range []int{day.Merged, day.Open + day.WIP, -1, -1, day.Abandoned, day.Reverted} {
				if got := text(s.Find("td").Eq(i)); want >= 0 && got != strconv.Itoa(want) {
					t.Errorf("%s: cell %d is %s, want %d", day.Date, i, got, want)
				}
			}
			if got := strings.HasSuffix(text(s.Find("th")), "*"); got == day.Observed {
				t.Errorf("%s: observed %v, marked as reconstructed %v", day.Date, day.Observed, got)
			}
		}
	})
	if rows < 5 {
		t.Errorf("%d rows", rows)
	}
}

func TestSparklinesAreForTheEyeOnly(t *testing.T) {
	doc := newWorld().populate().dated().start(t).page(t, "/")
	sparks := doc.Find("svg.spark")
	if got := sparks.Length(); got != 3 { // of two projects that are not done and a team
		t.Errorf("%d sparklines", got)
	}
	sparks.Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-hidden", "") != "true" || s.Find("path").Length() != 2 {
			t.Error("a sparkline that is read aloud, or empty")
		}
	})
	if got := doc.Find(`tr:has(a[href$="openstack/neutron"]) svg`).Length(); got != 0 {
		t.Error("a project without changes has a sparkline")
	}
}

func TestWhatMoved(t *testing.T) {
	w := newWorld().populate().dated()
	for i := range 7 {
		w.add(store.Change{Row: store.Row{Number: 700 + i, Status: store.StatusMerged, Created: ago(300), Submitted: ago(20 + i)}})
	}
	w.start(t)
	doc := w.page(t, "/")
	if got := text(doc.Find("#moved")); got != "What moved in the last 7 days" {
		t.Errorf("heading %q", got)
	}
	got := map[string]string{}
	doc.Find("ul.moved > li").Each(func(_ int, s *goquery.Selection) {
		var numbers []string
		s.Find("li > a .nr").Each(func(_ int, nr *goquery.Selection) { numbers = append(numbers, text(nr)) })
		got[text(s.Find("h3"))] = strings.Join(numbers, " ") + " " + text(s.Find(".more"))
	})
	if diff := cmp.Diff(map[string]string{
		"7 merged": "700 701 702 703 704 2 more", "3 uploaded": "301 112 111 ", "1 abandoned": "113 ",
	}, got); diff != "" {
		t.Errorf("moved (-want +got):\n%s", diff)
	}
	if href := doc.Find("ul.moved li li a").First().AttrOr("href", ""); href != gerrit+"c/openstack/nova/+/700" {
		t.Errorf("a change leads to %s", href)
	}
	doc.Find("ul.moved h3 a").Each(func(_ int, a *goquery.Selection) {
		list := w.page(t, a.AttrOr("href", ""))
		if got := text(list.Find("#found .found")); got != text(a) {
			t.Errorf("%s leads to %s changes", text(a), got)
		}
	})
	if got := w.page(t, "/eventlet-removal/projects/openstack/mistral").Find("#moved").Length(); got != 0 {
		t.Error("a project in which nothing moved speaks of it")
	}
	if got := text(newWorld().start(t).page(t, "/").Find("section:has(#moved) p")); got != "No change was merged, uploaded or abandoned in these 7 days." {
		t.Errorf("of an empty goal: %q", got)
	}
}
