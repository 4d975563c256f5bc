package dashboard_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

const novaPage = "/eventlet-removal/projects/openstack/nova"

// part is the section of a page with this heading.
func part(doc *goquery.Document, id string) *goquery.Selection {
	return doc.Find("section:has(h2#" + id + ")")
}

// numbersIn are the changes of the tables in a part of a page, in order.
func numbersIn(s *goquery.Selection) string {
	return strings.Join(s.Find(".changes tbody .nr").Map(func(_ int, s *goquery.Selection) string { return text(s) }), " ")
}

func TestProjectPageSections(t *testing.T) {
	doc := newWorld().populate().start(t).page(t, "/eventlet-removal/projects/openstack%2Fnova")
	for id, want := range map[string]string{
		"open": "110 112", "wip": "111", "merged": "101 102 103", "reverted": "115 114", "abandoned": "113", "backports": "116", "left": "117", "gone": "118",
	} {
		s := part(doc, id)
		if got := numbersIn(s); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
		if got, want := text(s.Find("h2 small").First()), fmt.Sprint(len(strings.Fields(want))); got != want {
			t.Errorf("%s: counts %s, want %s", id, got, want)
		}
	}
	if got := text(part(doc, "open").Find("tbody tr:first-child td.waits")); !strings.HasPrefix(got, "40 days on reviewers") {
		t.Errorf("110 waits: %q", got)
	}
	if got := text(part(doc, "left").Find("th small")); !strings.HasSuffix(got, "topic is now elsewhere") {
		t.Errorf("left: %q", got)
	}
	if href := part(doc, "open").Find("tbody th a").First().AttrOr("href", ""); href != gerrit+"c/openstack/nova/+/110" {
		t.Errorf("change leads to %q", href)
	}
}

func TestBackportsStandBesideTheirOriginals(t *testing.T) {
	w := newWorld().populate()
	w.add(store.Change{Row: store.Row{Number: 120, Branch: "stable/2025.2", Status: store.StatusNew, CherryPickOf: 116}}) // a copy of a copy
	w.add(store.Change{Row: store.Row{Number: 121, Branch: "stable/2025.2", Status: store.StatusMerged, Submitted: ago(9)}})
	doc := w.start(t).page(t, novaPage)
	if got, want := text(doc.Find(`#merged`).Closest("section").Find(`tr:contains("Subject of 101") .copies`)), "Backports: stable/2026.1 116 Merged stable/2025.2 120 In review"; got != want {
		t.Errorf("101: %q\nwant %q", got, want)
	}
	if href := doc.Find(".copies a").First().AttrOr("href", ""); href != gerrit+"c/openstack/nova/+/116" {
		t.Errorf("116 leads to %q", href)
	}
	if got := doc.Find(".copies").Length(); got != 1 {
		t.Errorf("%d changes have backports", got)
	}
	backports := part(doc, "backports")
	if got := text(backports.Find(".branches")); got != "stable/2026.1: 1 stable/2025.2: 2" {
		t.Errorf("branches: %q", got)
	}
	if got := text(backports.Find("tbody tr:contains('116') small").First()); got != "stable/2026.1 · backport · cherry-pick of 101" {
		t.Errorf("backport: %q", got)
	}
}

func TestChainsOfOpenChanges(t *testing.T) {
	on := func(n int) string { return fmt.Sprintf("%sc/openstack/nova/+/%d", gerrit, n) }
	w := newWorld()
	for n, depends := range map[int][]string{
		1: {on(9)}, 2: {on(1)}, 3: {on(2), on(4)}, 4: nil, // 9 is merged
		5: {on(6)}, 6: {on(5)}, // each waits for the other
		7: {on(20)}, // of another project
		8: nil,      // waits for nobody
	} {
		w.add(store.Change{Row: store.Row{Number: n, Status: store.StatusNew}, Detail: store.Detail{DependsOn: depends}})
	}
	w.add(store.Change{Row: store.Row{Number: 9, Status: store.StatusMerged, Submitted: ago(3)}})
	w.add(store.Change{Row: store.Row{Number: 20, Project: "openstack/cinder", Status: store.StatusAbandoned}})
	w.start(t)
	for path, want := range map[string]string{
		novaPage:                          "1(2(3)) 4 20(7) 5(6)",
		"/eventlet-removal/teams/compute": "1(2(3)) 4 20(7) 5(6)",
		"/eventlet-removal/projects/openstack/cinder":  "",
		"/eventlet-removal/projects/openstack/mistral": "",
	} {
		doc := w.page(t, path)
		if got := tree(doc.Find("section > .chain")); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	doc := w.page(t, novaPage)
	if got := text(chained(doc, "3")); got != "on another change for 4 days · also waits for 4" {
		t.Errorf("3: %q", got)
	}
	if got := text(chained(doc, "20")); got != "openstack/cinder" {
		t.Errorf("20: %q", got)
	}
	if newWorld().populate().start(t).page(t, novaPage+"?on=2026-11-20").Find(".chain").Length() != 0 {
		t.Error("a past day has chains, although nobody knows who waited for whom")
	}
}

// chained is what stands below a change in a chain.
func chained(doc *goquery.Document, number string) *goquery.Selection {
	return doc.Find(".chain a").FilterFunction(func(_ int, a *goquery.Selection) bool { return text(a) == number }).SiblingsFiltered("small")
}

// tree writes a chain as 1(2 3(4)).
func tree(list *goquery.Selection) string {
	var parts []string
	list.ChildrenFiltered("li").Each(func(_ int, li *goquery.Selection) {
		s := text(li.ChildrenFiltered("a"))
		if below := tree(li.ChildrenFiltered(".chain")); below != "" {
			s += "(" + below + ")"
		}
		parts = append(parts, s)
	})
	return strings.Join(parts, " ")
}

// Each arrow beside a number is Gerrit's own search for it.
func TestNumbersLeadToGerrit(t *testing.T) {
	w := newWorld().populate().start(t)
	const dev = `-branch:"^(stable/.*)"`
	for _, test := range []struct{ page, word, want string }{
		{"/", "merged", `topic:"eventlet-removal" ` + dev + ` (status:merged -change:114 -change:115)`},
		{"/", "reverted", `topic:"eventlet-removal" ` + dev + ` (change:114 OR change:115)`},
		{novaPage, "in review", `(topic:"eventlet-removal" project:"openstack/nova") ` + dev + ` (status:open -is:wip)`},
		{"/eventlet-removal/teams/compute", "work in progress", `(topic:"eventlet-removal" (project:"openstack/nova" OR project:"openstack/cinder")) ` + dev + ` (status:open is:wip)`},
	} {
		link := w.page(t, test.page).Find(`.legend a.gerrit[aria-label$="` + test.word + ` in Gerrit"]`)
		if got := search(t, link); got != test.want {
			t.Errorf("%s, %s: %s\nwant %s", test.page, test.word, got, test.want)
		}
	}
	doc := w.page(t, novaPage)
	if got := search(t, part(doc, "backports").Find(`.more a:contains("in Gerrit")`)); got != `(topic:"eventlet-removal" project:"openstack/nova") branch:"^(stable/.*)"` {
		t.Errorf("backports: %s", got)
	}
	if got := search(t, part(doc, "left").Find(`.more a:contains("in Gerrit")`)); got != "change:117" {
		t.Errorf("left: %s", got)
	}
	if got := part(doc, "gone").Find(`.more a`).Length(); got != 1 {
		t.Errorf("gone: %d links, although Gerrit shows none of them", got)
	}
	if got := w.page(t, "/?on=2026-11-20").Find("a.gerrit").Length(); got != 0 {
		t.Errorf("%d links to Gerrit, which can't be asked about the past", got)
	}
}

// Over 8,000 bytes a link would be refused on its way: then our own list is left.
func TestLongSearchesAreLeftOut(t *testing.T) {
	w := newWorld()
	for i := range 700 {
		w.add(store.Change{Row: store.Row{Number: 900000 + 2*i, Status: store.StatusMerged, Submitted: ago(300)}})
		w.add(store.Change{Row: store.Row{Number: 900001 + 2*i, Status: store.StatusMerged, Submitted: ago(200), RevertOf: 900000 + 2*i}})
	}
	doc := w.start(t).page(t, "/")
	legend := doc.Find(".legend li:contains('reverted')")
	if legend.Find(".gerrit").Length() != 0 || legend.Find("a.named").AttrOr("href", "") != "/eventlet-removal/changes?state=reverted" {
		t.Errorf("1400 reverted changes lead to %v", legend.Find("a").Map(attrOf("href")))
	}
	list := w.page(t, "/eventlet-removal/changes?state=reverted,merged")
	if got := search(t, list.Find(`a:contains("the same in Gerrit")`)); got != `topic:"eventlet-removal" -branch:"^(stable/.*)" status:merged` {
		t.Errorf("list in Gerrit: %s", got)
	}
	if got := w.page(t, "/eventlet-removal/changes?state=reverted,merged&q=subject").Find(`a:contains("the same in Gerrit")`).Length(); got != 0 {
		t.Error("Gerrit can't look for our words, yet there is a link")
	}
}

// search is the query of a link to Gerrit's search.
func search(t *testing.T, link *goquery.Selection) string {
	t.Helper()
	if link.Length() != 1 {
		t.Errorf("%d links, want one", link.Length())
		return ""
	}
	query, err := url.QueryUnescape(strings.TrimPrefix(link.AttrOr("href", ""), gerrit+"q/"))
	if err != nil {
		t.Error(err)
	}
	return query
}

func TestPaceOfReviews(t *testing.T) {
	w := newWorld()
	for i, days := range []int{2, 5, 60} {
		w.add(store.Change{Row: store.Row{Number: 1 + i, Status: store.StatusMerged, Created: ago(24 * 90), Submitted: ago(24*90 - 24*days - 3)}})
	}
	doc := w.start(t).page(t, novaPage)
	if got, want := text(part(doc, "pace").Find("li")), "5.1 days from upload to merge2 patch sets until then"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if newWorld().start(t).page(t, novaPage).Find("#pace").Length() != 0 {
		t.Error("a pace, although nothing merged")
	}
}

func TestProjectPageLeadsToItsBadges(t *testing.T) {
	w := newWorld().populate().start(t)
	href := w.page(t, novaPage).Find(`a[href^="/embeds"]`).AttrOr("href", "")
	if got := w.page(t, href).Find("option[selected]").First().AttrOr("value", ""); got != "openstack/nova" {
		t.Errorf("%s builds badges of %q", href, got)
	}
}

func TestPagesOfEmptyGoalSayWhatWillAppear(t *testing.T) {
	w := newWorld().start(t)
	for path, want := range map[string]string{
		novaPage:                      `No change is tracked here. They appear once Gerrit finds any for topic:"eventlet-removal" project:"openstack/nova".`,
		"/eventlet-removal/changes":   `There are no changes yet. They appear here once Gerrit finds any for ` + selector + `.`,
		"/eventlet-removal/attention": "Nothing is in review, so nothing waits on anybody.",
	} {
		if got := text(w.page(t, path).Find(".calm")); got != want {
			t.Errorf("%s: %q\nwant %q", path, got, want)
		}
	}
}

func TestTeamPage(t *testing.T) {
	w := newWorld().populate().start(t)
	doc := w.page(t, "/eventlet-removal/teams/compute")
	if got := text(doc.Find("h1")); got != "Compute & friends is not done: 4 changes not merged yet, 3 more expected" {
		t.Errorf("heading %q", got)
	}
	if got := text(part(doc, "act").Find(".longest .nr")); got != "110111112301" {
		t.Errorf("waiting longest: %s", got)
	}
	if got := doc.Find(`a.actor`).First().AttrOr("href", ""); got != "/eventlet-removal/attention?team=compute#reviewers" {
		t.Errorf("reviewers: %q", got)
	}
}

func TestAttentionPage(t *testing.T) {
	w := newWorld().populate().start(t)
	doc := w.page(t, "/eventlet-removal/attention")
	if got := doc.Find(".waits li").Length(); got != 4 {
		t.Errorf("%d changes wait, want the 4 in review", got)
	}
	if got := doc.Find(".waits .age.old").Length(); got == 0 {
		t.Error("nothing is old, although 110 has waited for 40 days")
	}
	if got := text(doc.Find("#dependency")); got != "Waiting on another change 1" {
		t.Errorf("dependency: %q", got)
	}
	if got := text(doc.Find("section:has(#dependency) .clears")); got != "Depends on 110, not merged yet: review that first." {
		t.Errorf("what clears it: %q", got)
	}
	for query, want := range map[string]string{"project=openstack/cinder": "301", "team=compute": "301110111112", "project=openstack/mistral": ""} {
		doc := w.page(t, "/eventlet-removal/attention?"+query)
		if got := strings.Join(doc.Find(".waits .nr").Map(func(_ int, s *goquery.Selection) string { return text(s) }), ""); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
		doc.Find("p.more a").Each(func(_ int, a *goquery.Selection) {
			if got := text(w.page(t, a.AttrOr("href", "")).Find(".found")); !strings.HasPrefix(text(a), "All "+got+" ") {
				t.Errorf("%s: %s leads to %s rows", query, text(a), got)
			}
		})
	}
	empty := newWorld().start(t).page(t, "/eventlet-removal/attention")
	if got := text(empty.Find(".calm")); got != "Nothing is in review, so nothing waits on anybody." {
		t.Errorf("empty: %q", got)
	}
}

func TestSeveralGoals(t *testing.T) {
	w := newWorld().populate()
	other := newGoal()
	other.Name, other.Title, other.Projects = "other", "Another goal", []progress.Project{{Name: "x/y"}}
	w.cfg.Goals = append(w.cfg.Goals, other)
	w.start(t)
	doc := w.page(t, "/")
	if got := text(doc.Find("h1")); got != "All goals 2" {
		t.Errorf("heading %q", got)
	}
	if got := text(doc.Find("h2")); got != "Eventlet removalAnother goal" {
		t.Errorf("goals %q", got)
	}
	if got := text(doc.Find("section:first-of-type .tally")); got != "2 wait on reviewers 40 days1 waits on the author 2 days1 waits on another change 30 hours" {
		t.Errorf("who must act: %q", got)
	}
	var goals struct{ Goals []map[string]any }
	w.json(t, "/api/v1/goals", &goals)
	seen := 0
	doc.Find("section:first-of-type [data-field]").Each(func(_ int, s *goquery.Selection) {
		field := s.AttrOr("data-field", "")
		if got, want := text(s), shown(field, lookup(goals.Goals[0], field)); got != want {
			t.Errorf("%s: page says %s, API %s", field, got, want)
		}
		seen++
	})
	if seen < 10 {
		t.Errorf("only %d numbers looked at", seen)
	}
	if got := text(doc.Find("section").Last()); !strings.Contains(got, "Reading all changes") {
		t.Errorf("the goal that was never polled: %q", got)
	}
	if got := text(w.page(t, "/eventlet-removal/").Find("nav a").First()); got != "All goals" {
		t.Errorf("first in navigation: %q", got)
	}
}

// From five goals on each is a row, with the numbers of the API.
func TestManyGoals(t *testing.T) {
	for _, tt := range []struct{ goals, cards int }{{4, 4}, {5, 0}} {
		w := newWorld().populate()
		for i := 1; i < tt.goals; i++ {
			other := newGoal()
			other.Name, other.Title, other.Projects = fmt.Sprintf("other-%d", i), fmt.Sprintf("Goal %d", i), []progress.Project{{Name: "x/y"}}
			w.cfg.Goals = append(w.cfg.Goals, other)
		}
		w.start(t)
		doc := w.page(t, "/")
		if got, want := text(doc.Find("h1")), fmt.Sprintf("All goals %d", tt.goals); got != want {
			t.Errorf("heading %q, want %q", got, want)
		}
		if got := doc.Find("section.goal").Length(); got != tt.cards {
			t.Errorf("%d goals: %d cards, want %d", tt.goals, got, tt.cards)
		}
		rows := doc.Find("main table tbody tr")
		if got := rows.Length(); got != tt.goals-tt.cards {
			t.Fatalf("%d goals: %d rows, want %d", tt.goals, got, tt.goals-tt.cards)
		}
		if tt.cards > 0 {
			continue
		}
		if got := text(doc.Find("main table thead")); got != "GoalMerged12 monthsNot mergedLongest waitLast merge" {
			t.Errorf("heads %q", got)
		}
		first := rows.First()
		for css, want := range map[string]string{
			"th a[href='/eventlet-removal/']": "Eventlet removal", "th .asof": "As of 23 Nov 2026, 11:57 UTC (3 minutes ago).",
			".share": "41% 5 of 12", ".num": "4", ".wait": "40 days on reviewers", ".last": "10 days ago",
		} {
			if got := text(first.Find(css)); got != want {
				t.Errorf("%s: %q, want %q", css, got, want)
			}
		}
		if got := first.Find(".num a").AttrOr("href", ""); got != "/eventlet-removal/changes?state=open,wip" {
			t.Errorf("not merged leads to %s", got)
		}
		last := rows.Last()
		if got := text(last.Find("th")); !strings.Contains(got, "First reading of all changes") && !strings.Contains(got, "Reading all changes") {
			t.Errorf("a goal that was never polled: %q", got)
		}
		if got := text(last.Find(".share")) + text(last.Find(".num")); got != "not known yet–" {
			t.Errorf("numbers of a goal that was never polled: %q", got)
		}
	}
}

// A project with more of everything than a page can hold says how much there is and
// stays small.
func TestLargestProjectPageStaysSmall(t *testing.T) {
	w := newWorld()
	const long = "Replace the green threads of the conductor by native ones, and test it" // 70 bytes, as git likes them
	n := 900000
	add := func(c store.Change, after func()) {
		for range 90 {
			n++
			c.Number, c.Subject, c.Created = n, long, ago(24*200)
			if n%3 == 0 && c.Branch == "" {
				c.DependsOn = []string{fmt.Sprintf("%sc/openstack/nova/+/%d", gerrit, n-1)}
			}
			w.add(c)
			after()
		}
	}
	none := func() {}
	add(store.Change{Row: store.Row{Status: store.StatusNew}}, none)
	add(store.Change{Row: store.Row{Status: store.StatusNew, WIP: true}}, none)
	add(store.Change{Row: store.Row{Status: store.StatusMerged, Submitted: ago(99)}}, none)
	first := n - 89
	for i := range 10 {
		n++
		w.add(store.Change{Row: store.Row{Number: n, Subject: long, Status: store.StatusMerged, Submitted: ago(90), RevertOf: first + i}})
	}
	add(store.Change{Row: store.Row{Status: store.StatusAbandoned}}, none)
	add(store.Change{Row: store.Row{Status: store.StatusMerged, Submitted: ago(80), Branch: "stable/2026.1", CherryPickOf: n}}, none)
	add(store.Change{Row: store.Row{Status: store.StatusNew}}, func() { w.depart(false, "another-topic") })
	add(store.Change{Row: store.Row{Status: store.StatusNew}}, func() { w.depart(true, "") })
	w.start(t)
	for _, path := range []string{novaPage, "/eventlet-removal/teams/compute", "/eventlet-removal/attention", "/eventlet-removal/changes", "/eventlet-removal/changes?class=all&state=merged,open,left"} {
		a := w.get(t, path)
		if len(a.body) > 100_000 {
			t.Errorf("%s: %d bytes", path, len(a.body))
		}
	}
	if got := text(part(w.page(t, novaPage), "chains").Find(".more")); !strings.HasSuffix(got, "more changes wait for others or are waited for.") {
		t.Errorf("chains: %q", got)
	}
	if got := text(part(w.page(t, novaPage), "abandoned").Find(".more")); got != "All 90 in the list · in Gerrit" {
		t.Errorf("abandoned: %q", got)
	}
}
