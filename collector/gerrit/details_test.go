package gerrit_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/google/go-cmp/cmp"
)

const at = "2026-01-05 10:00:00.000000000"

func TestDetailsAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, list(change(7, at, ""), change(3, at, "")).ServeHTTP)
		got, err := s.client(t).Details(t.Context(), []int{7, 3, 7})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Changes) != 2 || got.Changes[0].Number != 3 || got.Changes[1].Number != 7 || got.Dropped != nil {
			t.Errorf("got %+v", got)
		}
		if n := len(s.requests()); n != 1 {
			t.Fatalf("made %d requests", n)
		}
		want := url.Values{
			"q": {"change:3 OR change:7"},
			"n": {"3"},
			"o": {"ALL_REVISIONS", "CURRENT_COMMIT", "MESSAGES", "LABELS", "DETAILED_ACCOUNTS", "SUBMIT_REQUIREMENTS", "SUBMITTABLE"},
		}
		if diff := cmp.Diff(want, s.requests()[0].URL.Query()); diff != "" {
			t.Errorf("parameters (-want +got):\n%s", diff)
		}
	})
}

func TestDetailsSortsOut(t *testing.T) {
	newer := "2026-01-05 10:00:01.000000000"
	for _, test := range []struct {
		name    string
		reply   reply
		good    []int
		bad     []string
		missing []int
	}{
		{"all", list(change(1, at, ""), change(2, at, ""), change(3, at, "")), []int{1, 2, 3}, nil, nil},
		{"none", list(), nil, nil, []int{1, 2, 3}},
		{"one left out", list(change(3, at, ""), change(1, at, "")), []int{1, 3}, nil, []int{2}},
		{"one bad", list(change(3, at, ""), `{"_number":2,"project":"p"}`, change(1, at, "")), []int{1, 3}, []string{"2 p: no status"}, nil},
		{"all bad", list(`{"_number":2,"project":"p"}`, `{"_number":1}`), nil, []string{"2 p: no status", "1 : no project"}, []int{3}},
		{"bad deep inside", list(change(1, at, `"messages":[{"date":"2026-01-05 10:00:00"},{"date":"yesterday"}]`)), nil,
			[]string{`1 openstack/nova: messages.date: not a time as Gerrit writes it: "yesterday"`}, []int{2, 3}},
		{"bad vote", list(change(1, at, `"labels":{"Verified":{"all":[{"value":"+2"}]}}`)), nil,
			[]string{"1 openstack/nova: labels.all.value: want int, got string"}, []int{2, 3}},
		{"bad without a number", list(`{"_number":"2"}`, change(1, at, "")), []int{1}, []string{"0 : _number: want int, got string"}, []int{2, 3}},
		{"one number in two projects", list(change(1, at, ""), change(2, at, `"project":"openstack/zaqar"`), change(2, newer, "")), []int{1},
			[]string{"2 openstack/zaqar: one number for changes of two projects: 2 is a change of openstack/nova and one of openstack/zaqar"}, []int{3}},
		{"not asked for", list(change(9, at, ""), change(1, at, "")), []int{1}, []string{"9 openstack/nova: not asked for"}, []int{2, 3}},
		{"twice, the newer first", list(change(1, newer, `"topic":"new"`), change(1, at, `"topic":"old"`)), []int{1}, nil, []int{2, 3}},
		{"twice, the newer last", list(change(1, at, `"topic":"old"`), change(1, newer, `"topic":"new"`)), []int{1}, nil, []int{2, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := serve(t, test.reply.ServeHTTP).client(t).Details(t.Context(), []int{1, 2, 3})
				if err != nil {
					t.Fatal(err)
				}
				var good []int
				for _, c := range got.Changes {
					good = append(good, c.Number)
					if c.Topic == "old" {
						t.Errorf("change %d is the older of two", c.Number)
					}
				}
				var bad []string
				for _, b := range got.Bad {
					bad = append(bad, strconv.Itoa(b.Number)+" "+b.Project+": "+b.Err.Error())
				}
				if diff := cmp.Diff([]any{test.good, test.bad, test.missing}, []any{good, bad, got.Missing}); diff != "" {
					t.Errorf("good, bad, missing (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestDetailsOfAnOlderGerrit(t *testing.T) {
	unknown := func(option string) http.Handler {
		return line(400, `"`+option+`" is not a valid value for "-o"`)
	}
	good := list(change(1, at, ""))
	for _, test := range []struct {
		name    string
		replies []http.Handler
		dropped []string // in this order, each with one more request
		wrong   string
	}{
		{"knows all", []http.Handler{good}, nil, ""},
		{"3.4 lacks requirements", []http.Handler{unknown("SUBMIT_REQUIREMENTS"), good}, []string{"SUBMIT_REQUIREMENTS"}, ""},
		{"lacks the answer to submit", []http.Handler{unknown("SUBMITTABLE"), good}, []string{"SUBMITTABLE"}, ""},
		{"lacks both", []http.Handler{unknown("SUBMITTABLE"), unknown("SUBMIT_REQUIREMENTS"), good}, []string{"SUBMITTABLE", "SUBMIT_REQUIREMENTS"}, ""},
		{"names it again", []http.Handler{unknown("SUBMITTABLE"), unknown("SUBMITTABLE")}, []string{"SUBMITTABLE"}, `"SUBMITTABLE" is not a valid value`},
		{"lacks what states rest on", []http.Handler{unknown("MESSAGES")}, nil, `"MESSAGES" is not a valid value`},
		{"names another's option", []http.Handler{unknown("STAR")}, nil, `"STAR" is not a valid value`},
		{"names none", []http.Handler{line(400, `is not a valid value for "-o"`)}, nil, "is not a valid value"},
		{"another complaint", []http.Handler{line(400, "Invalid change format")}, nil, "Invalid change format"},
		{"the same words of another error", []http.Handler{line(403, `"SUBMITTABLE" is not a valid value for "-o"`)}, nil, "403"},
		{"a proxy's 400", []http.Handler{reply{status: 400, kind: "text/html", body: `"SUBMITTABLE" is not a valid value for "-o"`}}, nil, "400 Bad Request (text/html)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, inTurn(test.replies...))
				client := s.client(t)
				got, err := client.Details(t.Context(), []int{1})
				switch {
				case test.wrong == "" && (err != nil || !slices.Equal(got.Dropped, test.dropped) || len(got.Changes) != 1):
					t.Errorf("got %+v, error %v", got, err)
				case test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)):
					t.Errorf("got error %v, want %q", err, test.wrong)
				}
				requests := s.requests()
				if len(requests) != 1+len(test.dropped) {
					t.Fatalf("made %d requests", len(requests))
				}
				first, last := requests[0].URL.Query()["o"], requests[len(requests)-1].URL.Query()["o"]
				want := slices.DeleteFunc(first, func(option string) bool { return slices.Contains(test.dropped, option) })
				if !slices.Equal(last, want) {
					t.Errorf("asked in the end for %v, want %v", last, want)
				}
				if test.wrong != "" {
					return
				}
				// The next batch is asked for without them at once.
				got, err = client.Details(t.Context(), []int{1})
				if again := s.requests()[len(requests):]; err != nil || len(again) != 1 || !slices.Equal(again[0].URL.Query()["o"], want) {
					t.Fatalf("the next batch took %d requests, error %v", len(again), err)
				}
				if !slices.Equal(got.Dropped, test.dropped) {
					t.Errorf("the next batch names %v as dropped, want %v", got.Dropped, test.dropped)
				}
			})
		})
	}
}

// TestDetailsOfSummarisedLabels: where LABELS brings no votes, more is asked for, and
// from then on at once.
func TestDetailsOfSummarisedLabels(t *testing.T) {
	const (
		summary  = `"labels":{"Verified":{"rejected":{"_account_id":5}},"Workflow":{}}`
		detailed = `"labels":{"Verified":{"all":[{"_account_id":5,"value":-1}],"values":{"-1":"","0":"","+1":""}},"Workflow":{"values":{"0":""}}}`
	)
	for _, test := range []struct {
		name    string
		replies []http.Handler // to two calls
		asked   []string       // the option for labels of each request
	}{
		{"votes", []http.Handler{list(change(1, at, detailed)), list(change(1, at, detailed))}, []string{"LABELS", "LABELS"}},
		{"no labels", []http.Handler{list(change(1, at, `"labels":{}`)), list(change(1, at, detailed))}, []string{"LABELS", "LABELS"}},
		{"a summary", []http.Handler{list(change(1, at, summary)), list(change(1, at, detailed)), list(change(1, at, detailed))},
			[]string{"LABELS", "DETAILED_LABELS", "DETAILED_LABELS"}},
		{"a summary, and an unknown option", []http.Handler{line(400, `"SUBMITTABLE" is not a valid value for "-o"`), list(change(1, at, summary)),
			list(change(1, at, detailed)), list(change(1, at, detailed))}, []string{"LABELS", "LABELS", "DETAILED_LABELS", "DETAILED_LABELS"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, inTurn(test.replies...))
				client := s.client(t)
				for range 2 {
					got, err := client.Details(t.Context(), []int{1})
					if err != nil || len(got.Changes) != 1 {
						t.Fatalf("got %+v, error %v", got, err)
					}
					if labels := got.Changes[0].Labels; len(labels) > 0 && len(labels["Verified"].All) != 1 {
						t.Errorf("labels %+v", labels)
					}
				}
				var asked []string
				for _, r := range s.requests() {
					for _, o := range r.URL.Query()["o"] {
						if strings.HasSuffix(o, "LABELS") {
							asked = append(asked, o)
						}
					}
				}
				if diff := cmp.Diff(test.asked, asked); diff != "" {
					t.Errorf("asked for (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestDetailsRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, list().ServeHTTP)
		client := s.client(t)
		many := make([]int, 301)
		for i := range many {
			many[i] = 900_000 + i
		}
		for _, test := range []struct {
			name    string
			numbers []int
			want    string
		}{
			{"none", nil, "the query is empty"},
			{"zero", []int{1, 0}, "not a change number: 0"},
			{"negative", []int{-4}, "not a change number: -4"},
			{"too many", many, "301 changes in a batch, more than 300"},
		} {
			if _, err := client.Details(t.Context(), test.numbers); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got error %v, want %q", test.name, err, test.want)
			}
		}
		if n := len(s.requests()); n != 0 {
			t.Errorf("made %d requests", n)
		}
		if _, err := client.Details(t.Context(), many[:300]); err != nil {
			t.Error(err)
		}
		if n := len(s.requests()[0].RequestURI); n > 8190-len("GET  HTTP/1.1\r\n") {
			t.Errorf("the largest batch has a URI of %d bytes", n)
		}
	})
}

func TestDetailsOfNoList(t *testing.T) {
	for _, body := range []string{"null", "{}", `"x"`, "7", "true"} {
		t.Run(body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, err := serve(t, document(body).ServeHTTP).client(t).Details(t.Context(), []int{1})
				if err == nil || !strings.Contains(err.Error(), "want a list of changes, got ") {
					t.Errorf("got error %v", err)
				}
			})
		})
	}
}

func TestLabelRange(t *testing.T) {
	for _, test := range []struct {
		name      string
		values    map[string]string
		low, high int
		ok        bool
	}{
		{"Code-Review", map[string]string{"-2": "", "-1": "", " 0": "", "+1": "", "+2": ""}, -2, 2, true},
		{"only upwards", map[string]string{" 0": "", "+1": ""}, 0, 1, true},
		{"without zero", map[string]string{"+1": "", "+3": ""}, 1, 3, true},
		{"not told", nil, 0, 0, false},
		{"nonsense beside a value", map[string]string{"x": "", "-1": ""}, -1, -1, true},
	} {
		low, high, ok := gerrit.Label{Values: test.values}.Range()
		if low != test.low || high != test.high || ok != test.ok {
			t.Errorf("%s: got %d, %d, %v", test.name, low, high, ok)
		}
	}
}

// FuzzDetails reads what a server answers when it is asked for two changes: never one that
// was not asked for, and none twice.
func FuzzDetails(f *testing.F) {
	f.Add(`[` + change(1, "2026-01-05 10:00:00", "") + `]`)
	f.Add(`[` + change(1, "2026-01-05 10:00:00", `"messages":[{"id":"a","date":"2026-01-05 10:00:00.000000000","message":"x","_revision_number":1}],"revisions":{"a":{"_number":1,"commit":{"message":"m","parents":[{"commit":"b"}]}}}`) + `,` + change(2, "x", "") + `]`)
	f.Add(`[null,{"_number":1},{"_number":9}]`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, body string) {
		client := answered(t, body)
		d, err := client.Details(t.Context(), []int{1, 2})
		if failed := new(gerrit.Error); err != nil && !errors.As(err, &failed) {
			t.Fatalf("an error of another type: %v", err)
		}
		if err != nil {
			return
		}
		seen := map[int]bool{}
		for _, c := range d.Changes {
			if c.Number != 1 && c.Number != 2 || seen[c.Number] {
				t.Fatalf("returned %+v", c)
			}
			seen[c.Number] = true
		}
		for _, n := range d.Missing {
			if n != 1 && n != 2 || seen[n] {
				t.Fatalf("%d is missing", n)
			}
		}
	})
}
