package dashboard_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"

	"github.com/eventlet-removal/headway/dashboard/feed"
	"github.com/eventlet-removal/headway/store"
)

// feedWorld is populated, and readers find it.
func feedWorld(t *testing.T) *world {
	w := populated()
	w.cfg.ExternalURL, _ = url.Parse("https://headway.example.org/")
	return w.start(t)
}

func TestFeeds(t *testing.T) {
	w := feedWorld(t)
	entries := func(query string) (titles []string) {
		t.Helper()
		atom, asJSON := w.atom(t, query), w.jsonFeed(t, query)
		if len(atom.Items) != len(asJSON.Items) {
			t.Fatalf("%d entries in Atom, %d in JSON", len(atom.Items), len(asJSON.Items))
		}
		for i, a := range atom.Items {
			j := asJSON.Items[i]
			author := ""
			if len(a.Authors) > 0 {
				author = a.Authors[0].Name
			}
			theirs := ""
			if len(j.Authors) > 0 {
				theirs = j.Authors[0].Name
			}
			if diff := cmp.Diff([]string{a.GUID, a.Title, a.Link, a.Content, a.Updated, author, a.Categories[0]}, []string{j.ID, j.Title, j.URL, j.ContentText, j.DateModified, theirs, j.Tags[0]}); diff != "" {
				t.Errorf("entry %d (-Atom +JSON):\n%s", i, diff)
			}
			titles = append(titles, a.Title)
		}
		return titles
	}
	nova := []string{
		"No longer in Eventlet removal: Subject of 117",
		"Gone from openstack/nova: Subject of 118",
		"Reverted in openstack/nova: Taken back",
		"Merged in openstack/nova: Subject of 101",
		"Waiting for 28 days in openstack/nova: Subject of 110",
		"Merged in openstack/nova: Subject of 102",
		"Merged in openstack/nova: Subject of 103",
	}
	slices.Sort(nova)
	got := entries("?project=openstack/nova")
	slices.Sort(got)
	if diff := cmp.Diff(nova, got); diff != "" {
		t.Errorf("nova (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Nothing left in review in openstack/mistral", "Merged in openstack/mistral: Subject of 201"}, entries("?project=openstack/mistral")); diff != "" {
		t.Errorf("mistral (-want +got):\n%s", diff)
	}
	if team := entries("?team=compute"); len(team) != len(nova) { // cinder has no events
		t.Errorf("team: %q", team)
	}
	if whole := entries(""); len(whole) != len(nova)+4 {
		t.Errorf("goal: %q", whole)
	}
	f := w.atom(t, "?project=openstack/mistral")
	want := []string{"openstack/mistral · Eventlet removal", "https://headway.example.org/eventlet-removal/projects/openstack/mistral", "https://headway.example.org/eventlet-removal/feed.atom?project=openstack%2Fmistral", "As of 23 Nov 2026, 11:57 UTC."}
	if diff := cmp.Diff(want, []string{f.Title, f.Link, f.FeedLink, f.Description}); diff != "" {
		t.Errorf("feed (-want +got):\n%s", diff)
	}
}

// TestEntriesOfFeedsAreStable polls again, days later: what was true still has its id
// and time, and what no longer is true vanishes.
func TestEntriesOfFeedsAreStable(t *testing.T) {
	w := feedWorld(t)
	before := map[string]string{}
	for _, e := range w.atom(t, "").Items {
		if before[e.GUID] != "" {
			t.Errorf("two entries are %s", e.GUID)
		}
		before[e.GUID] = e.Updated + " " + e.Title
	}
	w.now = now.AddDate(0, 0, 3)
	w.selectors[0].AsOf = w.now.Add(-time.Minute)
	w.add(store.Change{Row: store.Row{Number: 202, Project: "openstack/mistral", Status: store.StatusNew, Created: ago(-24)}})
	w.add(store.Change{Row: store.Row{Number: 110, Status: store.StatusMerged, Created: ago(24 * 40), Submitted: ago(-30)}})
	w.poll(t)
	var added, same []string
	for _, e := range w.atom(t, "").Items {
		switch was, ok := before[e.GUID]; {
		case !ok:
			added = append(added, e.Title)
		case was != e.Updated+" "+e.Title:
			t.Errorf("%s was %q, is %q", e.GUID, was, e.Updated+" "+e.Title)
		default:
			same = append(same, e.Title)
			delete(before, e.GUID)
		}
	}
	if diff := cmp.Diff([]string{"Merged in openstack/nova: Subject of 110"}, added); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
	var vanished []string
	for _, v := range before {
		vanished = append(vanished, strings.SplitN(v, " ", 2)[1])
	}
	slices.Sort(vanished)
	if diff := cmp.Diff([]string{"Nothing left in review in openstack/mistral", "Waiting for 28 days in openstack/nova: Subject of 110"}, vanished); diff != "" {
		t.Errorf("vanished (-want +got):\n%s", diff)
	}
	if len(same) == 0 {
		t.Error("no entry stayed")
	}
}

func TestFeedIsBounded(t *testing.T) {
	w := newWorld()
	for i := range 3 * feed.Most {
		w.add(store.Change{Row: store.Row{Number: 1000 + i, Status: store.StatusMerged, Submitted: ago(i), Created: ago(i + 1)}})
	}
	w.start(t)
	items := w.atom(t, "").Items
	if len(items) != feed.Most || items[0].Updated != "2026-11-23T12:00:30Z" {
		t.Errorf("%d entries, the first of %s", len(items), items[0].Updated)
	}
	if !slices.IsSortedFunc(items, func(a, b *gofeed.Item) int { return b.UpdatedParsed.Compare(*a.UpdatedParsed) }) {
		t.Error("not newest first")
	}
}

func TestFeedsInOddTimes(t *testing.T) {
	for _, tc := range []struct {
		name    string
		world   func() *world
		note    string
		entries bool
		cache   string
	}{
		{"empty", newWorld, "As of 23 Nov 2026, 11:57 UTC.", false, "public, max-age=60"},
		{"loading", func() *world { return newWorld().loading() }, "Reading all changes: 1200 of 2500. Numbers appear when all are there.", false, "no-store"},
		{"stale", outdated, "As of 22 Nov 2026, 12:00 UTC, not up to date: the polls since then failed or did not come.", true, "public, max-age=60"},
		{"names hidden", func() *world { w := populated(); w.cfg.HidePeople = true; return w }, "As of 23 Nov 2026, 11:57 UTC.", true, "public, max-age=60"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := tc.world().start(t)
			f := w.atom(t, "") // nobody knows where readers find it
			if f.Description != tc.note || len(f.Items) > 0 != tc.entries {
				t.Errorf("%d entries, %q", len(f.Items), f.Description)
			}
			for _, path := range []string{"feed.atom", "feed.json"} {
				a := w.get(t, "/eventlet-removal/"+path)
				if a.Header.Get("Cache-Control") != tc.cache || a.Header.Get("Access-Control-Allow-Origin") != "*" {
					t.Errorf("%s: header %v", path, a.Header)
				}
				if tc.name == "names hidden" && strings.Contains(a.body, "Olga") {
					t.Errorf("%s has a name:\n%s", path, a.body)
				}
			}
		})
	}
}

// TestFeedsTakeNoMarkup gives subjects and names that try to leave their place.
func TestFeedsTakeNoMarkup(t *testing.T) {
	hostile := []string{
		`</title><script>alert(1)</script>`, `<![CDATA[x]]> ]]> &amp; &#0; &lt;b>`, "tab\tline\nfeed\x00\x0b\x1b[31m\ufffe\uffff", "\xff\xfe not UTF-8", `"quotes' \u003c \\`, "",
		strings.Repeat("long ", 400), "\u202eright to left", "emoji 🦄 漢字",
	}
	w := newWorld()
	for i, text := range hostile {
		w.add(store.Change{Row: store.Row{Number: 10 + i, Status: store.StatusMerged, Submitted: ago(i + 1), Subject: text},
			Detail: store.Detail{Accounts: map[int]store.Account{1: {ID: 1, Name: text}}}})
	}
	w.start(t)
	atom, asJSON := w.atom(t, ""), w.jsonFeed(t, "")
	if len(atom.Items) != len(hostile)+0 && len(atom.Items) != len(hostile)+1 {
		t.Errorf("%d entries", len(atom.Items))
	}
	if !slices.ContainsFunc(atom.Items, func(i *gofeed.Item) bool { return strings.HasSuffix(i.Title, hostile[0]) }) {
		t.Error("the markup of a subject is not text")
	}
	if !slices.ContainsFunc(asJSON.Items, func(i *jsonfeed.Item) bool { return strings.HasSuffix(i.Title, "emoji 🦄 漢字") }) {
		t.Error("a subject lost letters")
	}
}

func TestBadFeeds(t *testing.T) {
	w := populated().start(t)
	for _, tc := range []struct {
		path string
		code int
		text string
	}{
		{"/nothing/feed.atom", 404, `There is no goal "nothing".`},
		{"/eventlet-removal/feed.atom?project=none", 400, `Bad parameter "project": there is no project "none" in Eventlet removal.`},
		{"/eventlet-removal/feed.json?team=none", 400, `Bad parameter "team"`},
		{"/eventlet-removal/feed.json?team=compute&project=openstack/nova", 400, "not both"},
		{"/eventlet-removal/feed.json?on=2026-01-01", 400, `Bad parameter "on": unknown parameter; there are project, team.`},
	} {
		a := w.get(t, tc.path)
		if a.StatusCode != tc.code || !strings.Contains(a.body, tc.text) || a.Header.Get("Content-Type") != "text/plain; charset=utf-8" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s %v\n%s", tc.path, a.Status, a.Header, a.body)
		}
	}
}

// TestPagesNameTheirFeeds follows the links in the heads of pages.
func TestPagesNameTheirFeeds(t *testing.T) {
	w := populated().start(t)
	for path, query := range map[string]string{
		"/eventlet-removal/": "", "/eventlet-removal/changes": "",
		"/eventlet-removal/projects/openstack/nova": "?project=openstack%2Fnova", "/eventlet-removal/teams/compute": "?team=compute",
	} {
		found := w.page(t, path).Find(`head link[rel=alternate]`).Map(attrOf("href"))
		want := []string{"/eventlet-removal/feed.atom" + query, "/eventlet-removal/feed.json" + query}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
		for _, address := range found {
			if a := w.get(t, address); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %s", address, a.Status)
			}
		}
	}
}

// atom reads a feed as readers do, after it was found to follow the rules.
func (w *world) atom(t *testing.T, query string) *gofeed.Feed {
	t.Helper()
	a := w.get(t, "/eventlet-removal/feed.atom"+query)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != feed.AtomType {
		t.Fatalf("%s %v\n%s", a.Status, a.Header, a.body)
	}
	if err := validAtom(a.body); err != nil {
		t.Fatalf("not Atom: %v\n%s", err, a.body)
	}
	f, err := gofeed.NewParser().ParseString(a.body)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (w *world) jsonFeed(t *testing.T, query string) *jsonfeed.Feed {
	t.Helper()
	a := w.get(t, "/eventlet-removal/feed.json"+query)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != feed.JSONType {
		t.Fatalf("%s %v\n%s", a.Status, a.Header, a.body)
	}
	var strict struct {
		Version, Title, Description, Language string
		HomePageURL                           string `json:"home_page_url"`
		FeedURL                               string `json:"feed_url"`
		Items                                 []struct {
			ID, URL, Title string
			Text           string    `json:"content_text"`
			Published      time.Time `json:"date_published"`
			Modified       time.Time `json:"date_modified"`
			Authors        []struct{ Name string }
			Tags           []string
		}
	}
	dec := json.NewDecoder(strings.NewReader(a.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&strict); err != nil || strict.Version != "https://jsonfeed.org/version/1.1" || strict.Items == nil {
		t.Fatalf("not a JSON feed: %v\n%s", err, a.body)
	}
	f, err := (&jsonfeed.Parser{}).Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// atomRules are the elements of RFC 4287 that we use: how often each may stand in its
// parent.
var atomRules = map[string]map[string][2]int{
	"feed":   {"id": {1, 1}, "title": {1, 1}, "updated": {1, 1}, "subtitle": {0, 1}, "generator": {0, 1}, "author": {1, 9}, "link": {0, 9}, "entry": {0, feed.Most}},
	"entry":  {"id": {1, 1}, "title": {1, 1}, "updated": {1, 1}, "published": {0, 1}, "author": {0, 1}, "link": {1, 1}, "category": {1, 1}, "content": {1, 1}},
	"author": {"name": {1, 1}},
}

// validAtom checks a feed against the rules: elements, times, absolute ids and addresses,
// one alternate and one self, entries newest first.
func validAtom(body string) error {
	type element struct {
		name     string
		children map[string]int
		text     strings.Builder
	}
	dec := xml.NewDecoder(strings.NewReader(body))
	var stack []*element
	links, ids, last := map[string]bool{}, map[string]bool{}, ""
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Space != "http://www.w3.org/2005/Atom" {
				return fmt.Errorf("element %v is not Atom's", token.Name)
			}
			e := &element{name: token.Name.Local, children: map[string]int{}}
			if len(stack) > 0 {
				parent := stack[len(stack)-1]
				if _, ok := atomRules[parent.name][e.name]; !ok {
					return fmt.Errorf("%s in %s", e.name, parent.name)
				}
				parent.children[e.name]++
				if e.name == "link" {
					for _, a := range token.Attr {
						if u, err := url.Parse(a.Value); a.Name.Local == "href" && (err != nil || !u.IsAbs() || u.Host == "") {
							return fmt.Errorf("link %q", a.Value)
						}
						if key := a.Value; a.Name.Local == "rel" && parent.name == "feed" {
							if links[key] {
								return fmt.Errorf("two links of %s", key)
							}
							links[key] = true
						}
					}
				}
			}
			stack = append(stack, e)
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text.Write(token)
			}
		case xml.EndElement:
			e := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for child, often := range atomRules[e.name] {
				if n := e.children[child]; n < often[0] || n > often[1] {
					return fmt.Errorf("%s has %d %s", e.name, n, child)
				}
			}
			text := e.text.String()
			switch e.name {
			case "updated", "published":
				if _, err := time.Parse(time.RFC3339, text); err != nil {
					return err
				}
				if len(stack) == 2 && e.name == "updated" {
					if last != "" && text > last {
						return fmt.Errorf("%s after %s", text, last)
					}
					last = text
				}
			case "id":
				if u, err := url.Parse(text); err != nil || !u.IsAbs() || ids[text] {
					return fmt.Errorf("id %q", text)
				}
				ids[text] = true
			case "name", "title":
				if strings.TrimSpace(text) == "" {
					return fmt.Errorf("an empty %s", e.name)
				}
			}
		}
	}
}

func TestAFeedNamesWhoVoted(t *testing.T) {
	for hidden, want := range map[bool]string{
		false: "Code-Review -1 of Rita Reviewer is not answered",
		true:  "Code-Review -1 is not answered",
	} {
		w := newWorld()
		w.cfg.HidePeople = hidden
		w.add(store.Change{Row: store.Row{Number: 110, Status: store.StatusNew, Created: ago(24 * 40)}, Detail: store.Detail{
			Labels:   []store.Label{{Name: "Code-Review", Min: -2, Max: 2, Votes: []store.Vote{{Account: 2, Value: -1, Date: store.MomentOf(ago(24 * 39))}}}},
			Messages: []store.Message{{Author: 2, Time: store.MomentOf(ago(24 * 39)), PatchSet: 2, Votes: map[string]int{"Code-Review": -1}}},
		}})
		w.start(t)
		if items := w.atom(t, "").Items; len(items) != 1 || !strings.Contains(items[0].Content, want) {
			t.Errorf("hidden %v: %+v, want %q", hidden, items, want)
		}
	}
}
