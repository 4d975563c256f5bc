package dashboard_test

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/store"
)

// found are the numbers that the list shows.
func found(doc *goquery.Document) string {
	return strings.Join(doc.Find(".changes tbody .nr").Map(func(_ int, s *goquery.Selection) string { return text(s) }), " ")
}

func TestSearchBox(t *testing.T) {
	w := newWorld().populate()
	w.add(store.Change{Row: store.Row{Number: 501, Project: "openstack/cinder", Status: store.StatusNew, Subject: `Say "hello: world" twice`, Created: ago(24 * 9)}})
	w.start(t)
	const list = "/eventlet-removal/changes?sort=number&"
	for _, test := range []struct {
		name, q string
		other   string // parameters beside it
		want    string
		shows   string // the box; "": as it was written
	}{
		{"states", "state:open,wip", "", "110 111 112 301 501", ""},
		{"a state twice", "state:wip state:open", "", "110 111 112 301 501", "state:wip,open"},
		{"terms and words", "project:openstack/nova state:merged subject", "", "101 102 103", ""},
		{"waits_on", "waits_on:dependency", "", "112", ""},
		{"branch and class", "class:all branch:stable/2026.1", "", "116", ""},
		{"owner with a space", `state:wip owner:"Olga Owner"`, "", "111", ""},
		{"owner's username", "state:wip owner:olga", "", "111", ""},
		{"team", "team:compute state:open", "", "110 112 301 501", ""},
		{"cycle", `cycle:"2026.2 Hibiscus"`, "", "103 201 401", ""},
		{"older", "state:open older:8d", "", "110 501", ""},
		{"older in weeks", "state:open older:4w", "", "110", ""},
		{"older in hours", "state:open older:25h", "", "110 112 501", ""},
		{"numbers", "numbers:101,110", "", "101 110", ""},
		{"an address", gerrit + "c/openstack/nova/+/110/2", "", "110", "numbers:110"},
		{"the address of a file", gerrit + "c/openstack/nova/+/110/2/x.py#7", "", "110", "numbers:110"},
		{"a short address", gerrit + "110", "", "110", "numbers:110"},
		{"an address elsewhere", "https://review.example.com/c/openstack/nova/+/110", "", "", `"https://review.example.com/c/openstack/nova/+/110"`},
		{"a phrase", `"Subject of 110"`, "", "110", ""},
		{"a phrase with a colon", `"hello: world"`, "", "501", ""},
		{"a quote in a phrase", `"Say \"hello"`, "", "501", ""},
		{"a quote that is never closed", `"Subject of 110`, "", "110", `"Subject of 110"`},
		{"what looks like a term in quotes", `"state:open"`, "", "", ""},
		{"a word with a colon at its end", "hello: world", "", "501", `"hello:" world`},
		{"capitals are text", "Bug:1", "", "", `"Bug:1"`},
		{"spaces only", "  ", "", "101 102 103 110 111 112 113 114 115 201 301 401 501", " "},
		{"fields join the box", "subject", "state=open&project=openstack/nova", "110 112", "project:openstack/nova state:open subject"},
		{"empty fields are none", "branch:master state:wip", "branch=&owner=&older=&cycle=&class=", "111", "state:wip branch:master"},
		{"fields and box of the same list", "state:open", "state=wip", "110 111 112 301 501", "state:wip,open"},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := list + "q=" + url.QueryEscape(test.q) + "&" + test.other
			doc := w.page(t, address)
			if got := found(doc); got != test.want {
				t.Errorf("found %s, want %s", got, test.want)
			}
			shows := strings.TrimSpace(test.shows)
			if test.shows == "" {
				shows = test.q
			}
			box := doc.Find("#q").AttrOr("value", "")
			sameTerms(t, box, shows)
			// Both forms, sent as they stand, find the same.
			for _, form := range []string{"form.search", "form.filter"} {
				again := w.page(t, "/eventlet-removal/changes?"+sent(doc.Find(form)).Encode())
				if got := found(again); got != test.want {
					t.Errorf("%s finds %s, want %s", form, got, test.want)
				}
				sameTerms(t, again.Find("#q").AttrOr("value", ""), box)
			}
			var api api.Changes
			w.json(t, "/api/v1/goals"+strings.Replace(address, "sort=number&", "", 1), &api)
			var numbers []string
			for _, c := range slices.Backward(api.Changes) {
				numbers = append(numbers, strconv.Itoa(c.Number))
			}
			if got := strings.Join(numbers, " "); got != test.want {
				t.Errorf("API finds %s, want %s", got, test.want)
			}
		})
	}
}

// sameTerms compares two searches, whatever the order of their terms and values.
func sameTerms(t *testing.T, got, want string) {
	t.Helper()
	split := func(r rune) bool { return r == ' ' || r == ',' || r == ':' }
	a, b := strings.FieldsFunc(got, split), strings.FieldsFunc(want, split)
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		t.Errorf("the box says %q, want %q", got, want)
	}
}

// sent is what a browser sends of a form.
func sent(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name]").Each(func(_ int, s *goquery.Selection) {
		if _, checked := s.Attr("checked"); checked || s.AttrOr("type", "") != "checkbox" {
			values.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
		}
	})
	form.Find("select").Each(func(_ int, s *goquery.Selection) {
		chosen := s.Find("option[selected]").First()
		if chosen.Length() == 0 {
			chosen = s.Find("option").First()
		}
		values.Add(s.AttrOr("name", ""), chosen.AttrOr("value", text(chosen)))
	})
	return values
}

func TestSearchBoxNamesTheBadTerm(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, test := range []struct{ name, q, says string }{
		{"unknown term", "status:open", `Bad term "status:open" in the search: there is no "status:"; there are project, team, state, class, waits_on, reason, branch, owner, older, cycle, numbers. To look for it as text, put it in quotes.`},
		{"unknown state", "state:open,closed", `Bad term "state:open,closed" in the search: there is no state "closed"; there are merged,`},
		{"no value", "state:", `Bad term "state:" in the search: it has no value.`},
		{"empty quotes", `owner:""`, `Bad term "owner:" in the search: it has no value.`},
		{"unknown project", "project:nova", `Bad term "project:nova" in the search: there is no project "nova" in Eventlet removal.`},
		{"no age", "older:soon", `Bad term "older:soon" in the search: not an age: "soon"; write it as 12h, 30d or 6w.`},
		{"an age beyond all", "older:99999w", `not an age`},
		{"branch twice", "branch:a branch:b", `Bad term "branch:a,b" in the search: given 2 times.`},
		{"no number", "numbers:x", `Bad term "numbers:x" in the search: not a change number: "x".`},
		{"waits_on", "waits_on:me", `nobody is called "me"`},
		{"cycle", "cycle:x", `there is no cycle "x"`},
		{"class", "class:x", `there is no class "x"`},
		{"team", "team:x", `there is no team "x"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			query := "?q=" + url.QueryEscape(test.q)
			a := w.get(t, "/eventlet-removal/changes"+query)
			if got := text(a.document(t).Find(".sentence")); a.StatusCode != 400 || !strings.Contains(got, test.says) {
				t.Errorf("%s: %s\nwant %s", a.Status, got, test.says)
			}
			var e struct{ Error, Parameter string }
			if err := json.Unmarshal([]byte(w.get(t, "/api/v1/goals/eventlet-removal/changes"+query).body), &e); err != nil || e.Parameter != "q" || !strings.Contains(e.Error, test.says) {
				t.Errorf("API: %+v, %v", e, err)
			}
		})
	}
}

func TestCSVIsWhatThePageFinds(t *testing.T) {
	w := newWorld()
	for i := range 130 {
		w.add(store.Change{Row: store.Row{Number: 1000 + i, Status: store.StatusMerged, Submitted: ago(i)}})
	}
	w.populate().start(t)
	for _, query := range []string{"q=state:merged&sort=-number", "state=open&sort=owner", "q=class:all+older:2d&sort=project&page=1", "state=gone"} {
		doc := w.page(t, "/eventlet-removal/changes?"+query)
		a := w.get(t, doc.Find(`a[href*="changes.csv"]`).AttrOr("href", ""))
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := strconv.Itoa(len(rows) - 1); got != text(doc.Find(".found")) {
			t.Errorf("%s: %s rows in the CSV, %s found", query, got, text(doc.Find(".found")))
		}
		var numbers []string
		for _, row := range rows[1:min(len(rows), 51)] {
			numbers = append(numbers, row[0])
		}
		if got := strings.Join(numbers, " "); got != found(doc) {
			t.Errorf("%s: CSV has %s\npage %s", query, got, found(doc))
		}
	}
}

func TestCSVIsSafe(t *testing.T) {
	w := newWorld()
	cells := map[int]struct{ subject, want string }{
		1: {`=HYPERLINK("https://evil.example")`, `"'=HYPERLINK(""https://evil.example"")"`},
		2: {"+1", `"'+1"`}, 3: {"-1", `"'-1"`}, 4: {"@SUM(A1)", `"'@SUM(A1)"`},
		5: {"\t=1", `"' =1"`}, 6: {"\r=1", `"' =1"`}, 7: {"  =1", `"'  =1"`}, 8: {"＝1", `"'＝1"`}, 9: {"|calc", `"'|calc"`},
		10: {"harmless; =1+1", `"harmless; =1+1"`}, // one cell, whatever the separator
		11: {"two\nlines", `"two lines"`}, 12: {"nul \x00", `"nul  "`},
		13: {"naïve 日本 👩‍💻", `"naïve 日本 👩‍💻"`}, 14: {`"quoted"`, `"""quoted"""`},
	}
	for n, c := range cells {
		w.add(store.Change{Row: store.Row{Number: n, Status: store.StatusNew, Subject: c.subject}})
	}
	w.start(t)
	a := w.get(t, "/eventlet-removal/changes.csv?sort=number")
	if got := a.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	lines := strings.Split(a.body, "\r\n")
	if len(lines) != len(cells)+2 {
		t.Fatalf("%d lines", len(lines))
	}
	for n, c := range cells {
		if !strings.Contains(lines[n], ","+c.want+",") {
			t.Errorf("%q: no %s in %s", c.subject, c.want, lines[n])
		}
	}
}

// What the box shows is read as the same search again, whatever was written.
func FuzzSearch(f *testing.F) {
	for _, text := range slices.Concat(hostile, []string{
		`state:open,wip owner:"Olga Owner" older:30d "a phrase" conductor`, `owner:"a\"b\\c"`, `a"b c"d`, `"a:\b"`, `:`, `"":x`, `state:`, `q:"`,
		"https://review.example.org/c/x/+/12", `project:" , a,,b "`, "\xff:\xfe",
	}) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const gerrit = "https://review.example.org"
		first, err := link.ParseSearch(text, gerrit)
		if err != nil {
			return
		}
		once, words, terms := first.String(), first.Words, first.Terms
		again, err := link.ParseSearch(once, gerrit)
		twice, wordsAgain, termsAgain := again.String(), again.Words, again.Terms
		if err != nil || once != twice {
			t.Fatalf("%q reads as %q, that as %q (%v)", text, once, twice, err)
		}
		if !slices.Equal(words, wordsAgain) {
			t.Errorf("%q: words %q, read again %q", text, words, wordsAgain)
		}
		for _, key := range []string{"owner", "branch", "cycle"} {
			if !slices.Equal(terms[key], termsAgain[key]) {
				t.Errorf("%q: %s %q, read again %q", text, key, terms[key], termsAgain[key])
			}
		}
	})
}
