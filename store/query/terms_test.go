package query_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store/query"
)

func TestTerms(t *testing.T) {
	type terms = []query.Term
	for _, tt := range []struct {
		name, text string
		want       terms
	}{
		{"nothing", " ", nil},
		{"exact topic", `topic:"eventlet-removal"`, terms{{Operator: "topic", Value: "eventlet-removal"}}},
		{"prefix", `prefixtopic:eventlet-removal`, terms{{Operator: "prefixtopic", Value: "eventlet-removal"}}},
		{"short names", "p:a repo:b repos:c Project:d", terms{{Operator: "project", Value: "a"}, {Operator: "project", Value: "b"}, {Operator: "projects", Value: "c"}, {Operator: "project", Value: "d"}}},
		{"bare word", `prefixtopic:"eventlet-removal" oslo`, terms{{Operator: "prefixtopic", Value: "eventlet-removal"}, {Value: "oslo"}}},
		{"bare phrase", `"OR"`, terms{{Value: "OR"}}},
		{"braces", `topic:{a "b" c} d`, terms{{Operator: "topic", Value: `a "b" c`}, {Value: "d"}}},
		{"escapes", `message:"say \"hi\" \\ there"`, terms{{Operator: "message", Value: `say "hi" \ there`}}},
		{"space after the colon", `project: a`, terms{{Operator: "project", Value: "a"}}},
		{"colon in a value", `label:Code-Review=2 change:a:b`, terms{{Operator: "label", Value: "Code-Review=2"}, {Operator: "change", Value: "a:b"}}},
		{"pattern", `branch:"^(stable|unmaintained)/.*"`, terms{{Operator: "branch", Value: "^(stable|unmaintained)/.*"}}},
		{"joined", "topic:a AND project:b OR NOT project:c", terms{{Operator: "topic", Value: "a"}, {Operator: "project", Value: "b"}, {Operator: "project", Value: "c", Negated: true}}},
		{"minus", "-topic:a -b", terms{{Operator: "topic", Value: "a", Negated: true}, {Value: "b", Negated: true}}},
		{"minus in a word", "eventlet-removal", terms{{Value: "eventlet-removal"}}},
		{"negated group", "-(topic:a (topic:b)) topic:c", terms{{Operator: "topic", Value: "a", Negated: true}, {Operator: "topic", Value: "b", Negated: true}, {Operator: "topic", Value: "c"}}},
		{"negated twice", "NOT (-topic:a topic:b)", terms{{Operator: "topic", Value: "a"}, {Operator: "topic", Value: "b", Negated: true}}},
		{"our own form", `((prefixtopic:"x") -project:"P") OR (project:"P" (message:eventlet))`, terms{
			{Operator: "prefixtopic", Value: "x"}, {Operator: "project", Value: "P", Negated: true},
			{Operator: "project", Value: "P"}, {Operator: "message", Value: "eventlet"}}},
		{"broken", `)) topic:"a`, terms{{Operator: "topic", Value: "a"}}},
		{"broken in the middle", `topic: ) "x`, terms{{Operator: "topic"}, {Value: "x"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, query.Terms(tt.text)); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTermsAreBounded(t *testing.T) {
	if n := len(query.Terms(strings.Repeat("topic:a ", 5000))); n != 1024 {
		t.Errorf("%d terms", n)
	}
}

func FuzzTerms(f *testing.F) {
	for _, q := range []string{`topic:"a" project:b`, "-(p:a OR NOT b) c", `{a "b`, `x:"\`, "a:(b)", "((((", "NOT NOT -- a", "\xff:\xff"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms := query.Terms(text)
		if len(terms) > 1024 || len(terms) > len(text) {
			t.Errorf("%d terms of %d bytes", len(terms), len(text))
		}
		// Written again in Gerrit's own quoting, they are the same terms.
		var again strings.Builder
		for _, term := range terms {
			if term.Negated {
				again.WriteString("-")
			}
			if term.Operator != "" {
				again.WriteString(term.Operator + ":")
			}
			again.WriteString(query.Quote(term.Value) + " ")
		}
		if diff := cmp.Diff(terms, query.Terms(again.String())); diff != "" {
			t.Errorf("%q written as %q (-first +second):\n%s", text, again.String(), diff)
		}
	})
}
