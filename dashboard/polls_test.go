package dashboard_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// log adds a poll to the sync log.
func (w *world) log(t *testing.T, p store.Poll) {
	t.Helper()
	if p.Goal == "" {
		p.Goal = w.goal.Name
	}
	if err := w.db.Finish(p.Goal, store.Round{Poll: p, Selectors: w.selectors, Complete: w.complete}); err != nil {
		t.Fatal(err)
	}
}

func TestPollsPage(t *testing.T) {
	w := newWorld().populate().start(t)
	w.log(t, store.Poll{Start: ago(1), Duration: 75 * time.Second, Full: true, OK: true, Version: "3.10.2", Requests: 20, Bytes: 4_400_000, New: 15})
	w.log(t, store.Poll{Start: now.Add(-3 * time.Minute), Duration: 1234 * time.Millisecond, Requests: 3, Bytes: 950, Changed: 2, Left: 1, Gone: 4, Pending: 5, Quarantined: 6, Error: "selector <x>: HTTP 503"})
	doc := w.page(t, "/polls")
	for selector, want := range map[string]string{
		"h1":                              "Sync log",
		".next-poll":                      "Next poll 23 Nov 2026, 12:07 UTC, in 7 minutes.",
		"#log":                            "Polls the last 2 polls, newest first",
		".selectors tbody th a":           "All of the goal",
		".selectors code":                 selector_,
		".selectors .pill":                "Up to date",
		".polls tbody tr:nth-child(1)":    "23 Nov 2026, 11:57:30 UTC what moved Incompleteselector <x>: HTTP 503 0214563950 B1.2 s",
		".polls tbody tr:nth-child(2)":    "23 Nov 2026, 11:00:30 UTC everythingGerrit 3.10.2 Complete 1500000204.4 MB1 min 15 s",
		".polls tbody tr:nth-child(1) th": "23 Nov 2026, 11:57:30 UTC",
	} {
		if got := text(doc.Find(selector)); got != want {
			t.Errorf("%s: %q\nwant %q", selector, got, want)
		}
	}
}

// selector_ is the selector of the goal, where a variable is called selector.
const selector_ = selector

// Every number of the sync log is the API's.
func TestPollsEqualTheAPI(t *testing.T) {
	w := newWorld().populate().start(t)
	for i := range 5 {
		w.log(t, store.Poll{Start: ago(5 - i), Duration: time.Duration(i) * 1500 * time.Millisecond, OK: i%2 == 0, Full: i == 3, Requests: 10 + i, Bytes: int64(100 * i), New: 20 + i, Changed: 30 + i, Left: 40 + i, Gone: 50 + i, Pending: 60 + i, Quarantined: 70 + i})
	}
	var log api.Polls
	w.json(t, "/api/v1/polls", &log)
	rows := w.page(t, "/polls").Find(".polls tbody tr")
	if rows.Length() != len(log.Polls) || len(log.Polls) != 5 {
		t.Fatalf("%d rows, %d polls in the API", rows.Length(), len(log.Polls))
	}
	rows.Each(func(i int, row *goquery.Selection) {
		p := log.Polls[i]
		for name, want := range map[string]int{"New": p.New, "Changed": p.Changed, "Left": p.Left, "Gone": p.Gone, "Pending": p.Pending, "Quarantined": p.Quarantined, "Requests": p.Requests} {
			if got := text(row.Find(`[data-th="` + name + `"]`)); got != strconv.Itoa(want) {
				t.Errorf("poll %d: %s is %s, in the API %d", p.ID, name, got, want)
			}
		}
		if got, want := row.Find("time").AttrOr("datetime", ""), p.Start.Format(time.RFC3339); got != want {
			t.Errorf("poll %d began %s, in the API %s", p.ID, got, want)
		}
	})
	if !slices.IsSortedFunc(log.Polls, func(a, b api.Poll) int { return b.Start.Compare(a.Start) }) {
		t.Error("the newest is not first")
	}
	if p := log.Polls[0]; p.DurationSeconds != 6 || p.Bytes != 400 || p.Goal != "eventlet-removal" || p.Error != nil || p.Version != nil {
		t.Errorf("newest poll: %+v", p)
	}
	w.json(t, "/api/v1/polls?limit=2", &log)
	if len(log.Polls) != 2 {
		t.Errorf("limit 2: %d polls", len(log.Polls))
	}
}

func TestPollsTellWhatIsWrong(t *testing.T) {
	w := newWorld()
	w.goal.Queries = append(w.goal.Queries, store.Query{Project: "openstack/octavia", Text: "project:octavia"}, store.Query{Project: "openstack/heat", Text: "project:heat"})
	w.selectors = []store.Selector{
		{Query: selector, AsOf: ago(2), Failed: ago(1), Error: "7 of 20 changes are missing", Blocked: 7},
		{Project: "openstack/octavia", Query: "project:octavia", AsOf: ago(3), Failed: ago(1), Error: "GET /changes/: 503 <b>", Unread: []store.Unread{
			{Number: 8, Project: "openstack/nova", Since: ago(2), Error: "no status"}, {Number: 9, Project: "openstack/none", Since: ago(2), Error: "no status"}, {Number: 10, Error: "no project"},
		}},
		{Project: "openstack/heat", Query: "project:heat", Done: 40, Of: 90},
	}
	w.add(store.Change{Row: store.Row{Number: 1, Status: store.StatusNew, Subject: "Poison"}})
	w.work[0].Member.Quarantined = "500 for its details"
	w.add(store.Change{Row: store.Row{Number: 2, Status: store.StatusNew, Subject: "Nowhere"}})
	w.work[1].Member.Missing = &store.Missing{Since: ago(3)}
	w.add(store.Change{Row: store.Row{Number: 3, Status: store.StatusMerged}}).Extraction = 0
	w.start(t)
	doc := w.page(t, "/polls")
	for selector, want := range map[string]string{
		".next-poll": "Next poll not yet known: none has run. An older headway kept less of 1 change: each poll fetches some of them again, until then they count as before.",
		".selectors tr:nth-child(1) [data-th=State]": "Blockedlast failed 1 hour ago: 7 of 20 changes are missing7 changes missing at onceIf they are really gone, stop the server, run “headway poll --accept-missing” once, and start it again. If not, find out what hides them: a permission, an index, the query.",
		".selectors tr:nth-child(2) [data-th=State]": "Failedlast failed 1 hour ago: GET /changes/: 503 <b>",
		".selectors tr:nth-child(3) [data-th=State]": "First reading40 of 90 read",
		".selectors tr:nth-child(3) th a":            "openstack/heat",
		"h3:contains('Details')":                     "Details that can't be had what the listing says of these changes still holds",
		"h3:contains('Details') + ul": "2 hours 8 openstack/nova · not counted, because nothing of it can be read: no status" +
			"2 hours 9 openstack/none · not counted, because nothing of it can be read: no status" +
			"10 not counted, because nothing of it can be read: no project1 Poisonopenstack/nova · 500 for its details",
		"h3:contains('Details') + ul small a": "openstack/novaopenstack/nova",
		"h3:contains('Missing') + ul":         "3 hours 2 Nowhereopenstack/nova · Gerrit answered 404 once; a second one makes it gone.",
	} {
		if got := text(doc.Find(selector)); got != want {
			t.Errorf("%s: %q\nwant %q", selector, got, want)
		}
	}
	var log api.Polls
	w.json(t, "/api/v1/polls", &log)
	g := log.Goals[0]
	if g.Outdated != 1 {
		t.Errorf("%d outdated, want 1", g.Outdated)
	}
	if s := g.Selectors[0]; s.Blocked != 7 || s.BlockedFix == nil || s.Error == nil || !s.Stale || s.FailedAt == nil || !s.FailedAt.Equal(ago(1).Truncate(time.Second)) {
		t.Errorf("blocked selector: %+v", s)
	}
	if s := g.Selectors[2]; s.Loading == nil || s.Loading.Done != 40 || s.Loading.Of != 90 || !strings.HasPrefix(s.Loading.Text, "Reading all changes: 40 of 90.") || s.AsOf != nil || s.Stale {
		t.Errorf("loading selector: %+v", s)
	}
	if len(g.Quarantined) != 4 || g.Quarantined[3].Number != 1 || g.Quarantined[3].Reason != "500 for its details" || g.Quarantined[2].URL != gerrit+"q/change:10" || len(g.Missing) != 1 || g.Missing[0].URL != gerrit+"c/openstack/nova/+/2" {
		t.Errorf("quarantined %+v, missing %+v", g.Quarantined, g.Missing)
	}
}

func TestPollsWhenNothingHasBeenPolled(t *testing.T) {
	w := newWorld()
	w.complete = nil
	w.selectors = nil
	w.start(t)
	doc := w.page(t, "/polls")
	if got := text(doc.Find("section:has(#log) .calm")); got != "Nothing has been polled yet. Each poll appears here when it has ended." {
		t.Errorf("log: %q", got)
	}
	if got := text(doc.Find(".next-poll")); got != "Next poll not yet known: none has run." {
		t.Errorf("next: %q", got)
	}
	var log map[string]any
	w.json(t, "/api/v1/polls", &log)
	if polls, ok := log["polls"].([]any); !ok || len(polls) != 0 {
		t.Errorf("polls are %v, not an empty list", log["polls"])
	}
}

func TestFirstBackfillSaysHowFarItIs(t *testing.T) {
	w := newWorld().populate().loading().start(t)
	for _, path := range []string{"/", "/polls"} {
		doc := w.page(t, path)
		bar := doc.Find("progress.loading")
		if bar.AttrOr("value", "") != "1200" || bar.AttrOr("max", "") != "2500" || bar.AttrOr("aria-label", "") == "" {
			t.Errorf("%s: bar %v", path, bar.Nodes)
		}
		if !strings.Contains(text(doc.Find("main")), "1200 of 2500") {
			t.Errorf("%s does not say how far it is", path)
		}
		if got := w.get(t, path).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
}

func TestPollsOfSeveralGoals(t *testing.T) {
	w := newWorld().populate()
	other := newGoal()
	other.Name, other.Title = "other", "Another <goal>"
	w.cfg.Goals = append(w.cfg.Goals, other)
	w.start(t)
	w.log(t, store.Poll{Start: ago(2), OK: true, Requests: 11})
	w.log(t, store.Poll{Goal: "other", Start: ago(1), OK: true, Requests: 99})
	if got := w.page(t, "/polls").Find(".polls tbody tr").Length(); got != 2 {
		t.Errorf("%d polls of both goals", got)
	}
	doc := w.page(t, "/polls?goal=other")
	if got := text(doc.Find(`.polls tbody [data-th="Requests"]`)); got != "99" {
		t.Errorf("requests of the other goal: %q", got)
	}
	if got := text(doc.Find("[aria-current=true]")); got != "Another <goal>" {
		t.Errorf("chosen: %q", got)
	}
	var log api.Polls
	w.json(t, "/api/v1/polls?goal=other", &log)
	if len(log.Polls) != 1 || len(log.Goals) != 1 || log.Goals[0].Goal != "other" {
		t.Errorf("API: %+v", log)
	}
	if got := w.page(t, "/other/").Find(".asof a").AttrOr("href", ""); got != "/polls?goal=other" {
		t.Errorf("the as-of line leads to %q", got)
	}
}

func TestPollsArePaged(t *testing.T) {
	w := newWorld().start(t)
	for i := range 230 {
		w.log(t, store.Poll{Start: ago(300 - i), OK: true, Requests: i, Error: strings.Repeat("long ", 40)})
	}
	doc := w.page(t, "/polls?page=3")
	if got := doc.Find(".polls tbody tr").Length(); got != 30 {
		t.Errorf("%d rows on the last page", got)
	}
	if got := doc.Find("a[rel=prev]").AttrOr("href", ""); got != "/polls?page=2" {
		t.Errorf("newer: %q", got)
	}
	if a := w.get(t, "/polls"); len(a.body) > 100_000 {
		t.Errorf("%d bytes", len(a.body))
	}
}

func TestBadPollsParameters(t *testing.T) {
	w := newWorld().start(t)
	for query, says := range map[string]string{
		"goal=x":  `there is no goal "x"; there are eventlet-removal`,
		"limit=0": "not a positive number",
		"sort=x":  "unknown parameter; there are goal",
	} {
		for _, path := range []string{"/polls?", "/api/v1/polls?"} {
			isAPI := strings.HasPrefix(path, "/api")
			if !isAPI && query == "limit=0" {
				says := "unknown parameter"
				if a := w.get(t, path+query); a.StatusCode != 400 || !strings.Contains(a.body, says) {
					t.Errorf("%s%s: %s", path, query, a.Status)
				}
				continue
			}
			a := w.get(t, path+query)
			body := a.body
			if !isAPI {
				body = text(a.document(t).Find(".sentence"))
			} else {
				var e struct{ Error string }
				if err := json.Unmarshal([]byte(body), &e); err != nil {
					t.Fatal(err)
				}
				body = e.Error
			}
			if a.StatusCode != 400 || !strings.Contains(body, says) {
				t.Errorf("%s%s: %s %s\nwant %s", path, query, a.Status, body, says)
			}
		}
	}
}

func TestOverduePollIsCalledSo(t *testing.T) {
	w := newWorld().start(t)
	w.log(t, store.Poll{Start: ago(2), OK: true})
	const want = "Next poll 23 Nov 2026, 10:10 UTC, overdue for 1 hour."
	if got := text(w.page(t, "/polls").Find(".next-poll")); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// Names that the configuration writes out are shown without addresses, and those of
// accounts not at all where people are hidden.
func TestUnmatchedNames(t *testing.T) {
	for _, tc := range []struct {
		name string
		hide bool
		want []string
	}{
		{"shown", false, []string{
			`no change has a label "Verfied"`, `no change names an account "jane.doe" (bot)`,
			`no change names an account "Jane Doe" (bot)`, `no change names an account "Zull" (CI account)`,
		}},
		{"hidden", true, []string{
			`no change has a label "Verfied"`, `no change names an account that is configured (bot)`, `no change names an account that is configured (CI account)`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld().populate()
			w.cfg.HidePeople = tc.hide
			w.goal.Named = []progress.Named{
				{Kind: progress.NamedLabel, Name: "Verfied"}, {Kind: progress.NamedBot, Name: "jane.doe@corp.example"},
				{Kind: progress.NamedBot, Name: "Jane Doe"}, {Kind: progress.NamedCIAccount, Name: "Zull"},
			}
			w.start(t)
			var polls api.Polls
			w.json(t, "/api/v1/polls", &polls)
			if got := polls.Goals[0].Unmatched; !slices.Equal(got, tc.want) {
				t.Errorf("API: %q", got)
			}
			doc := w.page(t, "/polls")
			if got := doc.Find(`h3:contains("match nothing") + ul li`).Map(func(_ int, s *goquery.Selection) string { return text(s) }); !slices.Equal(got, tc.want) {
				t.Errorf("page: %q", got)
			}
		})
	}
}
