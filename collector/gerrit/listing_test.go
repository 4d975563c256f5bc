package gerrit_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/google/go-cmp/cmp"
)

const day = "2026-01-05 "

// conversation is a file of testdata/listing:
//
//	list QUERY [since TIME]         what is asked of the client
//	> QUERY [skip N]                the requests it must make, in this order,
//	NUMBER TIME [status=S] [more]   and the rows each is answered with
//	{…}                             (or an element as it stands)
//	= NUMBER TIME [STATUS]          the changes it must return; NEW if not said
//	bad NUMBER PROJECT ERROR        the bad elements; - for no project
//	! TEXT                          or what its error must contain
//
// before which stands, in prose, what it is about.
type conversation struct {
	query   string
	since   time.Time
	wantQ   []string
	pages   [][]string
	want    []string
	wantErr string
}

func readConversation(t *testing.T, path string) conversation {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var c conversation
	lines := bufio.NewScanner(file)
	for started := false; lines.Scan(); {
		verb, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case verb == "list":
			started = true
			query, since, found := strings.Cut(rest, " since ")
			c.query = query
			if found {
				c.since = moment(t, since)
			}
		case !started || lines.Text() == "":
		case verb == ">":
			c.wantQ = append(c.wantQ, rest)
			c.pages = append(c.pages, nil)
		case verb == "=" || verb == "bad":
			c.want = append(c.want, lines.Text())
		case verb == "!":
			c.wantErr = rest
		default:
			last := len(c.pages) - 1
			c.pages[last] = append(c.pages[last], element(t, lines.Text()))
		}
	}
	if lines.Err() != nil || c.query == "" {
		t.Fatalf("%s: not a conversation: %v", path, lines.Err())
	}
	return c
}

func moment(t *testing.T, clock string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateTime, day+clock)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func element(t *testing.T, text string) string {
	t.Helper()
	var number int
	fields := strings.Fields(text)
	if _, err := fmt.Sscan(text, &number); err != nil || len(fields) == 1 {
		return text
	}
	moment(t, fields[1])
	extra := ""
	for _, field := range fields[2:] {
		if status, ok := strings.CutPrefix(field, "status="); ok {
			extra += fmt.Sprintf(`,"status":%q`, status) // the last one of two counts
		} else if field == "more" {
			extra += `,"_more_changes":true`
		} else {
			t.Fatalf("%s: %q means nothing", text, field)
		}
	}
	return change(number, day+fields[1]+".000000000", extra)
}

func rendered(l *gerrit.Listing) []string {
	var out []string
	for _, c := range l.Changes {
		text := fmt.Sprintf("= %d %s", c.Number, c.Updated.Format(time.TimeOnly))
		if c.Status != "NEW" {
			text += " " + c.Status
		}
		out = append(out, text)
	}
	for _, b := range l.Bad {
		project := b.Project
		if project == "" {
			project = "-"
		}
		out = append(out, fmt.Sprintf("bad %d %s %v", b.Number, project, b.Err))
	}
	return out
}

func TestListConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/listing/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, path := range files {
		c := readConversation(t, path)
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { hold(t, c) })
		})
	}
}

func hold(t *testing.T, c conversation) {
	var asked []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.FormValue("q")
		if skip := r.FormValue("S"); skip != "" {
			q += " skip " + skip
		}
		asked = append(asked, q)
		if len(asked) > len(c.pages) {
			line(500, "the conversation is over").ServeHTTP(w, r)
			return
		}
		list(c.pages[len(asked)-1]...).ServeHTTP(w, r)
	})
	ask := s.client(t).List
	if c.since.IsZero() {
		ask = func(ctx context.Context, query string, _ time.Time) (*gerrit.Listing, error) {
			return s.client(t).ListAll(ctx, query)
		}
	}
	got, err := ask(t.Context(), c.query, c.since)
	if diff := cmp.Diff(c.wantQ, asked); diff != "" {
		t.Errorf("queries (-want +got):\n%s", diff)
	}
	if c.wantErr != "" {
		if err == nil || !strings.Contains(err.Error(), c.wantErr) {
			t.Errorf("got error %v, want one with %q", err, c.wantErr)
		}
		if got != nil {
			t.Errorf("a failed listing returned %v", got)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.want, rendered(got)); diff != "" {
		t.Errorf("listing (-want +got):\n%s", diff)
	}
	if got.Pages != len(c.pages) {
		t.Errorf("got %d pages, want %d", got.Pages, len(c.pages))
	}
}

// descending gives count rows, numbered down from first, a second apart.
func descending(first, count int, lastExtra string) []string {
	rows := make([]string, count)
	for i := range rows {
		extra := ""
		if i == count-1 {
			extra = lastExtra
		}
		at := time.Date(2026, 1, 5, 0, 0, first-i, 0, time.UTC)
		rows[i] = change(first-i, at.Format("2006-01-02 15:04:05.000000000"), extra)
	}
	return rows
}

func TestListAsksForFullPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, list().ServeHTTP)
		if _, err := s.client(t).List(t.Context(), "topic:x", time.Time{}); err != nil {
			t.Fatal(err)
		}
		got := s.requests()[0]
		if want := "/changes/?n=500&q=topic%3Ax"; got.RequestURI != want {
			t.Errorf("asked for %s, want %s", got.RequestURI, want)
		}
		if got.UserAgent() != "headway/test (+https://example.org/)" {
			t.Errorf("user agent %q", got.UserAgent())
		}
		if deadline := got.Header.Get("X-Gerrit-Deadline"); deadline != "54000ms" {
			t.Errorf("deadline %q, want a little less than the minute we wait", deadline)
		}
	})
}

func TestListDistrustsFullPage(t *testing.T) {
	var oneSecond []string
	for number := 500; number > 0; number-- {
		oneSecond = append(oneSecond, change(number, "2026-01-05 10:00:00", ""))
	}
	for _, test := range []struct {
		name  string
		pages []http.Handler
		want  int
		asked int
	}{
		{"500 rows of one second", []http.Handler{list(oneSecond...), list(oneSecond...), list(oneSecond[499:]...), list(oneSecond...), list(oneSecond...), list(oneSecond[499:]...)}, 500, 6},
		{"499 rows are the end", []http.Handler{list(descending(499, 499, "")...), list(descending(1, 1, "")...)}, 499, 2},
		{"500 rows were all", []http.Handler{list(descending(500, 500, "")...), list(descending(1, 1, "")...), list(descending(500, 1, "")...)}, 500, 3},
		{"500 rows were not all", []http.Handler{list(descending(510, 500, "")...), list(descending(11, 11, "")...), list(descending(1, 1, "")...), list(descending(510, 1, "")...)}, 510, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, inTurn(test.pages...))
				got, err := s.client(t).ListAll(t.Context(), "topic:x")
				if err != nil {
					t.Fatal(err)
				}
				if asked := len(s.requests()); len(got.Changes) != test.want || asked != test.asked {
					t.Errorf("got %d changes with %d requests, want %d with %d", len(got.Changes), asked, test.want, test.asked)
				}
			})
		})
	}
}

func TestListEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		served := 0
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			served++
			list(descending(100_000-served, 1, `"_more_changes":true`)...).ServeHTTP(w, r)
		})
		_, err := s.client(t).List(t.Context(), "topic:x", time.Time{})
		if err == nil || !strings.Contains(err.Error(), "still more changes after 400 pages") {
			t.Errorf("got error %v", err)
		}
		if served != 400 {
			t.Errorf("made %d requests", served)
		}
	})
}

func TestListRefusesQuery(t *testing.T) {
	for _, test := range []struct{ name, query, want string }{
		{"empty", "", "the query is empty"},
		{"blank", " \t", "the query is empty"},
		{"only parentheses", "( )", "the query is empty"},
		{"closes what it did not open", `topic:a) OR (topic:b`, "closes a parenthesis that is not open"},
		{"open parenthesis", `(topic:a`, "has a parenthesis that is not closed"},
		{"open quotation", `topic:"a`, `has a quote (") that is not closed`},
		{"escaped end", `topic:"a\"`, `has a quote (") that is not closed`},
		{"open brace", `topic:{a`, "has a brace ({) that is not closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, list().ServeHTTP)
				_, err := s.client(t).List(t.Context(), test.query, time.Time{})
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want %q", err, test.want)
				}
				if n := len(s.requests()); n != 0 {
					t.Errorf("made %d requests", n)
				}
			})
		})
	}
}

func TestListKeepsQuery(t *testing.T) {
	for _, query := range []string{
		`prefixtopic:"eventlet-removal"`,
		`topic:"a) OR (b"`,
		`topic:{a)}`,
		`topic:"say \"hi\" \\"`,
		`branch:"^(stable|unmaintained)/.*" -project:"openstack/nova"`,
		`message:"50% + 1 & ümläut"`,
	} {
		t.Run(query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, list().ServeHTTP)
				if _, err := s.client(t).List(t.Context(), query, time.Time{}); err != nil {
					t.Fatal(err)
				}
				if got := s.requests()[0].FormValue("q"); got != query {
					t.Errorf("the server read %q", got)
				}
			})
		})
	}
}

// canned answers every request with the same bytes, without a network.
type canned string

func (c canned) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(string(c))),
		Request:    req,
	}, nil
}

// answered is a client of a Gerrit that answers every request alike.
func answered(t *testing.T, body string) *gerrit.Client {
	t.Helper()
	client, err := gerrit.New(gerrit.Config{
		URL: "http://fuzz.example/", RequestsPerSecond: 1e9, Timeout: time.Minute, RetryPause: 1,
		Transport: canned(")]}'\n" + body),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func FuzzPage(f *testing.F) {
	f.Add(`[` + change(1, "2026-01-05 10:00:00", "") + `]`)
	f.Add(`[` + change(1, "2026-01-05 10:00:00", `"_more_changes":true`) + `]`)
	f.Add(`[null,{},{"_number":1},` + change(2, "2026-01-05 10:00:00", `"labels":{"V":{"all":[{"value":1}],"values":{" 0":""}}}`) + `]`)
	f.Add(`null`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, body string) {
		client := answered(t, body)
		l, err := client.List(context.Background(), "topic:x", time.Time{})
		if failed := new(gerrit.Error); err != nil && !errors.As(err, &failed) {
			t.Fatalf("an error of another type: %v", err)
		}
		if err != nil {
			return
		}
		seen := make(map[int]bool)
		for _, c := range l.Changes {
			if c.Number <= 0 || seen[c.Number] || c.Project == "" || c.Status == "" || c.Created.IsZero() || c.Updated.IsZero() {
				t.Fatalf("returned %+v", c)
			}
			seen[c.Number] = true
		}
		for _, b := range l.Bad {
			if b.Err == nil || b.Number < 0 || seen[b.Number] {
				t.Fatalf("returned bad %+v", b)
			}
		}
		if len(l.Changes) == 0 && len(l.Bad) > 0 && !slices.ContainsFunc(l.Bad, func(b gerrit.Bad) bool { return b.Number > 0 }) {
			t.Fatal("a page of nothing that looks like a change brought no error")
		}
	})
}
