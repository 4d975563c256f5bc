package search_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay/search"
)

// at is a time of the library, in minutes after eight o'clock.
func at(minutes int) time.Time {
	return time.Date(2026, 1, 10, 8, minutes, 0, 0, time.UTC)
}

// library holds changes that every operator divides, newest first.
var library = []search.Change{
	{Number: 107, Project: "openstack/nova", Branch: "master", Topic: "eventlet-removal", ChangeID: "Ibbbb000000000000000000000000000000000007", Status: "NEW",
		Updated: at(10), Message: "Revert \"Remove eventlet\"\n\nThis reverts commit 0123.\n", RevertOf: 101, Started: true},
	{Number: 101, Project: "openstack/nova", Branch: "master", Topic: "eventlet-removal", ChangeID: "Iaaaa000000000000000000000000000000000001", Status: "MERGED",
		Updated: at(9), Message: "Remove eventlet\n", Commits: slices.Values([]string{"aaaa01", "aaaa02"}), Started: true, Mergeable: true},
	{Number: 106, Project: "openstack/nova", Branch: "stable/2025.1", Topic: "eventlet-removal-stable/2025.1", ChangeID: "Iaaaa000000000000000000000000000000000001", Status: "NEW",
		Updated: at(7), Message: "Remove eventlet\n\n(cherry picked from commit 0123)\n", CherryPick: true, Started: true},
	{Number: 105, Project: "openstack/nova", Branch: "unmaintained/zed", Topic: "x", ChangeID: "Ibbbb000000000000000000000000000000000005", Status: "ABANDONED",
		Updated: at(5), Message: "Fix\n", Private: true, Started: true},
	{Number: 104, Project: "openstack/octavia", Branch: "master", ChangeID: "Ibbbb000000000000000000000000000000000004", Status: "NEW",
		Updated: at(3), Message: "Threads, 1,000 of them\n\nDrop monkey_patch (eventlet-based) at last.\n", Started: true},
	{Number: 103, Project: "openstack/oslo.service", Branch: "stable/2024.2", Topic: "Eventlet-removal", ChangeID: "Ibbbb000000000000000000000000000000000003", Status: "NEW",
		Updated: at(2), Message: "Eventlets and Greenlets: a memory\n", Started: true},
	{Number: 102, Project: "openstack/nova", Branch: "master", Topic: "eventlet-removal-more", ChangeID: "Ibbbb000000000000000000000000000000000002", Status: "NEW",
		Updated: at(1), Message: "Don't patch os.fork()\n", WIP: true},
}

// find returns the numbers of what a search finds in the library. All of them are
// among those that the search says it names.
func find(text string) ([]int, error) {
	query, err := search.Parse(text, true)
	if err != nil {
		return nil, err
	}
	var found []int
	named, bounded := query.Numbers()
	for _, c := range library {
		if query.Matches(&c) {
			found = append(found, c.Number)
			if bounded && !slices.Contains(named, c.Number) {
				return nil, fmt.Errorf("%s finds %d and names only %v", text, c.Number, named)
			}
		}
	}
	return found, nil
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string][]int{
		"change:101 OR change:102":                             {101, 102},
		"(change:101 OR change:102) -topic:x":                  {101, 102},
		"project:p (topic:x OR change:103) AND (change:1)":     {1},
		"change:101 OR topic:x":                                nil,
		"-change:101":                                          nil,
		"change:Iaaaa000000000000000000000000000000000001":     nil,
		"-(change:101 OR change:102) -change:3":                nil,
		"change:101 OR (change:102 OR (topic:x change:103))":   {101, 102, 103},
		"change:101 OR change:99999999999999999999 OR topic:x": nil,
	} {
		query, err := search.Parse(text, true)
		if err != nil {
			if want != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if got, ok := query.Numbers(); !slices.Equal(got, want) || ok != (want != nil) {
			t.Errorf("%s names %v, %v; want %v", text, got, ok, want)
		}
	}
}

func TestOperators(t *testing.T) {
	all := []int{107, 101, 106, 105, 104, 103, 102}
	for _, tt := range []struct {
		query string
		want  []int // in any order
	}{
		{"topic:eventlet-removal", []int{101, 107}},
		{"topic:Eventlet-removal", []int{103}},
		{`topic:"eventlet-removal-stable/2025.1"`, []int{106}},
		{`topic:""`, []int{104}},
		{`prefixtopic:"eventlet-removal"`, []int{101, 102, 106, 107}},
		{"prefixtopic:{eventlet-removal}", []int{101, 102, 106, 107}},
		{`prefixtopic:""`, []int{104}},
		{"project:openstack/octavia", []int{104}},
		{"p:openstack/octavia", []int{104}},
		{"repo:openstack/octavia", []int{104}},
		{"project:openstack", nil},
		{`project:"^openstack/o.*"`, []int{103, 104}},
		{`project:"^openstack/oslo\.service$"`, []int{103}},
		{`project:"^openstack/o"`, nil},
		{"branch:master", []int{101, 102, 104, 107}},
		{"branch:stable/2024.2", []int{103}},
		{"branch:refs/heads/master", []int{101, 102, 104, 107}},
		{`branch:"^(stable|unmaintained)/.*"`, []int{103, 105, 106}},
		{`branch:"^stable/.*|master"`, []int{103, 106}}, // the regular expression is refs/heads/stable/.*|master
		{"ref:refs/heads/master", []int{101, 102, 104, 107}},
		{"change:104", []int{104}},
		{"change:Iaaaa0000", []int{101, 106}},
		{"change:iaaaa000000000000000000000000000000000001", []int{101, 106}},
		{"change:openstack/nova~master~Iaaaa000000000000000000000000000000000001", []int{101}},
		{"status:open", []int{102, 103, 104, 106, 107}},
		{"is:open", []int{102, 103, 104, 106, 107}},
		{"status:new", []int{102, 103, 104, 106, 107}},
		{"status:OPEN", []int{102, 103, 104, 106, 107}},
		{"status:m", []int{101}},
		{"is:merged", []int{101}},
		{"status:abandoned", []int{105}},
		{"status:closed", []int{101, 105}},
		{"is:wip", []int{102}},
		{"is:cherrypick", []int{106}},
		{"is:private", []int{105}},
		{"is:started", []int{107, 101, 106, 105, 104, 103}},
		{"is:mergeable", []int{101}},
		{"commit:AAAA02", []int{101}},
		{"message:eventlet", []int{101, 104, 106, 107}},
		{"message:eventlets", []int{103}},
		{"message:EVENTLET", []int{101, 104, 106, 107}},
		{`message:"remove eventlet"`, []int{101, 106, 107}},
		{`message:"eventlet remove"`, nil},
		{`message:"monkey patch"`, []int{104}},
		{`message:"don't"`, []int{102}},
		{"message:1,000", []int{104}},
		{`message:"^Fix.*"`, []int{105}},
		{"revertof:101", []int{107}},
		{"revertof:101 OR revertof:103", []int{107}},
		{`after:"2026-01-10 08:09:00"`, []int{101, 107}},
		{`after:"2026-01-10 08:09:00.000000000"`, []int{101, 107}},
		{`since:{2026-01-10 08:09:00.000}`, []int{101, 107}},
		{`after:"2026-01-10 09:09:00 +0100"`, []int{101, 107}},
		{`after:"2026-01-10 08:09:01"`, []int{107}},
		{`before:"2026-01-10 08:02:00"`, []int{102, 103}},
		{`until:"2026-01-10 08:01:59"`, []int{102}},
		{"before:2026-01-10", nil},
		{"after:2026-01-10", all},
		{"commit:0", nil},
		{"-is:open", []int{101, 105}},
		{"NOT is:open", []int{101, 105}},
		{"not is:open", []int{101, 105}},
		{"is:open -is:wip", []int{103, 104, 106, 107}},
		{"is:open AND is:wip", []int{102}},
		{"is:wip OR is:merged", []int{101, 102}},
		{"is:wip OR is:merged topic:eventlet-removal OR is:abandoned", []int{101, 102, 105}},
		{"(is:wip OR is:merged) topic:eventlet-removal", []int{101}},
		{`((prefixtopic:"eventlet-removal") -project:"openstack/octavia") OR (project:"openstack/octavia" (message:eventlet))`, []int{101, 102, 104, 106, 107}},
		{`-prefixtopic:"eventlet-removal" (change:101 OR change:103 OR change:105)`, []int{103, 105}},
		{"is:merged)", []int{101}}, // what follows a whole query is ignored
		{`topic:"a\"b"`, nil},
	} {
		t.Run(tt.query, func(t *testing.T) {
			got, err := find(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestRefused: what Gerrit would refuse in its words, what it knows and we don't in
// our own.
func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		query  string
		status int
		want   string
	}{
		{"foo:bar", 400, "Unsupported operator foo:bar"},
		{"is:starred", 403, "Must be signed-in to use this operator"},
		{"is:submittable", 400, "replay: is:submittable is Gerrit's, but not known here"},
		{"owner:self", 400, "replay: operator owner: is Gerrit's, but not known here"},
		{"is:open limit:3", 400, "replay: operator limit: is Gerrit's, but not known here"},
		{"eventlet", 400, `replay: "eventlet" without an operator is not known here`},
		{"after:2026-01-10 08:09:00", 400, `replay: "08:09:00" without an operator is not known here`}, // not quoted
		{"is:merged OR", 400, `replay: "OR" without an operator is not known here`},                    // the very last word is a plain one
		{`after:"2026-13-10"`, 400, `replay: date 2026-13-10 or zone "" is not known here`},
	} {
		_, err := search.Parse(tt.query, true)
		var refusal *search.Error
		if !errors.As(err, &refusal) || refusal.Status != tt.status || refusal.Text != tt.want {
			t.Errorf("%s: %+v, want %d %s", tt.query, err, tt.status, tt.want)
		}
	}
}

func TestRegularExpressions(t *testing.T) {
	c := &search.Change{Project: "a-b/c.d$e"}
	for _, tt := range []struct {
		pattern string
		want    bool
		refused string
	}{
		{pattern: `^a-b/c.d.e`, want: true},
		{pattern: `^a-b/c.d`},
		{pattern: `^a-b/c\\.d$e`, want: true}, // $ in the middle is a character
		{pattern: `^a-b/c\\.d\\$e$`, want: true},
		{pattern: `^a-b/c\\.d^e`}, // and so is ^
		{pattern: `^[a\\-z]+b/.*`, want: true},
		{pattern: `^[^/]*/.*`, want: true},
		{pattern: `^a{1}-b.*`, want: true},
		{pattern: `^a-b/\\d.*`, refused: "replay:"},
		{pattern: `^~a`, refused: "replay:"},
		{pattern: `^a.*?`, refused: "replay:"},
		{pattern: `^(?i)A.*`, refused: "replay:"},
		{pattern: `^a\\`, refused: "replay:"},
		{pattern: `^(a`, refused: "Error in operator project:^(a"},
	} {
		query, err := search.Parse(`project:"`+tt.pattern+`"`, false)
		switch {
		case tt.refused != "":
			if err == nil || !strings.HasPrefix(err.Error(), tt.refused) {
				t.Errorf("%s: %v, want %s", tt.pattern, err, tt.refused)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.pattern, err)
		case query.Matches(c) != tt.want:
			t.Errorf("%s: found %t", tt.pattern, !tt.want)
		}
	}
}

var lastKeyword = regexp.MustCompile(`(?i)(and|or|not)$`)

// FuzzQuery: whatever one asks, the answer is a list or one line
// of text, and asking for not that finds exactly the rest.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{`prefixtopic:"eventlet-removal" -project:openstack/nova (status:open OR is:wip)`, `branch:"^(a|b)/.*"`, `a:b:c`,
		`{x\}y}`, `change:1 OR`, `((()))`, `--x`, "after:\"2026-01-10 08:00:00.5 +0100\"", "revertof:3", "\xff", "message:^[", "AND OR NOT", `topic:"":`} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		got, err := find(q)
		if err != nil {
			if text := err.Error(); text == "" || text == "Internal server error" {
				t.Errorf("%q: refused with %q", q, text)
			}
			return
		}
		// What follows a whole query is ignored, and its last word is not a keyword:
		// in parentheses either would be read in another way.
		if strings.Contains(q, ")") || lastKeyword.MatchString(q) {
			return
		}
		rest, err := find("-(" + q + ")")
		if err != nil && strings.Contains(err.Error(), "mismatched input") {
			return // more was ignored, such as the last colon of topic:"":
		}
		if err != nil {
			t.Fatalf("-(%s): %v", q, err)
		}
		if len(got)+len(rest) != len(library) {
			t.Errorf("%q finds %v, its opposite %v", q, got, rest)
		}
	})
}
