package query_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store/query"
)

func TestWriting(t *testing.T) {
	for _, tt := range []struct{ name, got, want string }{
		{"quote", query.Quote(`a "b" \ c`), `"a \"b\" \\ c"`},
		{"any of none", query.Any(), ""},
		{"any of one", query.Any("a"), "a"},
		{"any of two", query.Any("a", "b"), "(a OR b)"},
		{"or", query.Or(query.Numbered("change", []int{1, 2})...), "change:1 OR change:2"},
		{"either of one", query.Either("a b"), "a b"},
		{"either of two", query.Either("a b", "c"), "(a b) OR (c)"},
		{"group of a term", query.Group("topic:a"), "topic:a"},
		{"group of two", query.Group("topic:a b"), "(topic:a b)"},
		{"group of lines", query.Group("topic:a\nb"), "(topic:a\nb)"},
		{"group of a phrase", query.Group(`topic:"a b"`), `topic:"a b"`},
		{"group of a phrase with a quote", query.Group(`topic:"\"" OR b`), `(topic:"\"" OR b)`},
		{"group of what is broken", query.Group(`topic:"a`), `(topic:"a)`},
		{"group of nothing", query.Group(""), ""},
		{"not", strings.Join(query.Not("a", "b"), " "), "-a -b"},
		{"branches of none", query.Branches(nil), ""},
		{"branches", query.Branches([]string{"stable/*", "v1.0"}), `branch:"^(stable/.*|v1[.]0)"`},
		{"branches with signs", query.Branches([]string{`a"+|(){}#@&<>$b`}), `branch:"^(a[\"][+][|][(][)][{][}][#][@][&][<][>][$]b)"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %s, want %s", tt.got, tt.want)
			}
		})
	}
}

func TestBare(t *testing.T) {
	for _, tt := range []struct{ name, text, bare, problem string }{
		{"words", "a (b OR c)", "a (b OR c)", ""},
		{"quote", `topic:"a (b" c`, `topic:" c`, ""},
		{"escaped quote", `topic:"a \" (b" c`, `topic:" c`, ""},
		{"braces", `topic:{a (b" } c`, `topic:} c`, ""},
		{"open quote", `topic:"a\"`, "", `has a quote (") that is not closed`},
		{"open brace", `topic:{a`, "", "has a brace ({) that is not closed"},
		{"open parenthesis", `((a)`, "", "has a parenthesis that is not closed"},
		{"parenthesis too many", `a) OR (b`, "", "closes a parenthesis that is not open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bare, problem := query.Bare(tt.text)
			if bare != tt.bare || problem != tt.problem {
				t.Errorf("got %q, %q; want %q, %q", bare, problem, tt.bare, tt.problem)
			}
		})
	}
}

func TestFit(t *testing.T) {
	terms := func(n int, text string) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = text
		}
		return all
	}
	half := strings.Repeat("x", query.MaxBytes/2)
	for _, tt := range []struct {
		name   string
		terms  []string
		beside string
		size   int
		want   []int // terms a list
	}{
		{"none", nil, "a", 5, nil},
		{"all in one", terms(5, "a"), "b", 5, []int{5}},
		{"by size", terms(5, "a"), "b", 2, []int{2, 2, 1}},
		{"a thousand changes", terms(1000, "change:12345678"), "", query.MaxNamed, []int{300, 300, 300, 100}},
		{"commits, by bytes", terms(150, "commit:"+strings.Repeat("a", 40)), "", query.MaxNamed, []int{141, 9}},
		{"escaped bytes count", terms(4, strings.Repeat(`"`, query.MaxBytes/6)), "", 9, []int{1, 1, 1, 1}},
		{"beside leaves room for half", terms(3, half[:len(half)/2]), half, 9, []int{1, 1, 1}},
		{"too long alone", terms(2, half+half), "a", 9, []int{1, 1}},
		{"no room at all", terms(2, "a"), half + half + half, 9, []int{1, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []int
			for _, list := range query.Fit(tt.terms, tt.beside, tt.size) {
				got = append(got, len(list))
				if text := query.Or(list...); len(list) > 1 && !query.Fits(tt.beside+text) {
					t.Errorf("a list of %d terms does not fit", len(list))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("terms a list (-want +got):\n%s", diff)
			}
		})
	}
}
