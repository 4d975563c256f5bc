package replay_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/replay"
)

// library is a Gerrit in which every operator tells some changes from others.
// The numbers speak for themselves in TestOperators.
func library(t testing.TB) *replay.Server {
	s := replay.New(&replay.Topic{Header: replay.Header{Gerrit: "https://review.example.org/"}}, replay.Config{})
	s.Account(replay.Account{ID: alice, Name: "Alice Amber", Username: "alice"})
	s.Account(replay.Account{ID: bob, Name: "Bob Birch", Username: "bb"})
	ok := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	add := func(number, minute int, n replay.NewChange) {
		n.Number = number
		if n.Owner == 0 {
			n.Owner = alice
		}
		_, err := s.Create(after(minute), n)
		ok(err)
	}
	add(101, 0, replay.NewChange{Project: "openstack/nova", Subject: "Remove eventlet", Topic: "eventlet-removal", ChangeID: "Iaaaa000000000000000000000000000000000001"})
	add(102, 1, replay.NewChange{Project: "openstack/nova", Subject: "Don't patch os.fork()", Topic: "eventlet-removal-more", Owner: bob, WIP: true})
	add(103, 2, replay.NewChange{Project: "openstack/oslo.service", Subject: "Eventlets and Greenlets: a memory", Topic: "Eventlet-removal", Branch: "stable/2024.2"})
	add(104, 3, replay.NewChange{Project: "openstack/octavia", Subject: "Threads, 1,000 of them", Body: "Drop monkey_patch (eventlet-based) at last."})
	add(105, 4, replay.NewChange{Project: "openstack/nova", Subject: "Fix", Topic: "x", Branch: "unmaintained/zed"})
	ok(s.Abandon(after(5), 105, alice, "too old"))
	_, err := s.CherryPickAs(after(6), 101, bob, 106, "stable/2025.1")
	ok(err)
	ok(s.Comment(after(7), 106, bob, "Is greendns affected?"))
	ok(s.Report(after(8), 101, replay.Build{Pipeline: "gate", Outcome: replay.Succeeded}))
	_, err = s.RevertAs(after(9), 101, bob, 107, "it hangs")
	ok(err)
	ok(s.AddHashtags(after(10), 107, bob, "Urgent", "ci"))
	add(108, 11, replay.NewChange{Project: "openstack/nova", Subject: "Nobody sees this", Topic: "eventlet-removal"})
	ok(s.SetPrivate(after(12), 108, alice, true))
	return s
}

func TestOperators(t *testing.T) {
	s := library(t)
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
		{"intopic:removal", []int{101, 102, 103, 106, 107}},
		{`intopic:"removal more"`, []int{102}},
		{`intopic:"^.*more"`, []int{102}},
		{"project:openstack/octavia", []int{104}},
		{"p:openstack/octavia", []int{104}},
		{"repo:openstack/octavia", []int{104}},
		{"project:openstack", nil},
		{`project:"^openstack/o.*"`, []int{103, 104}},
		{`project:"^openstack/oslo\.service$"`, []int{103}},
		{`project:"^openstack/o"`, nil},
		{"projects:openstack/o", []int{103, 104}},
		{"repos:openstack/n", []int{101, 102, 105, 106, 107}},
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
		{"104", []int{104}},
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
		{"is:private", nil}, // there is one, but nobody may see it
		{"change:108", nil},
		{"owner:bob", []int{102, 106, 107}},
		{"owner:bb", []int{102, 106, 107}},
		{fmt.Sprintf("owner:%d", bob), []int{102, 106, 107}},
		{`owner:"bob birch"`, []int{102, 106, 107}},
		{"message:eventlet", []int{101, 104, 106, 107}},
		{"message:eventlets", []int{103}},
		{"message:EVENTLET", []int{101, 104, 106, 107}},
		{`message:"remove eventlet"`, []int{101, 106, 107}},
		{`message:"eventlet remove"`, nil},
		{`message:"monkey patch"`, []int{104}},
		{`message:"don't"`, []int{102}},
		{"message:1,000", []int{104}},
		{`message:"^Fix.*"`, []int{105}},
		{"comment:greendns", []int{106}},
		{"greendns", []int{106}},      // a bare word searches what reviewers wrote
		{"eventlet", []int{101, 106}}, // but 104 has (eventlet-based), 107 Revert "Remove eventlet"
		{"oslo", nil},                 // no beginning of a project
		{"openstack/oslo", []int{103}},
		{"oslo", nil}, // projects: is a prefix
		{"revertof:101", []int{107}},
		{"revertof:101 OR revertof:103", []int{107}},
		{"cherrypickof:101", []int{106}},
		{"cherrypickof:101,1", []int{106}},
		{"cherrypickof:101,2", nil},
		{"hashtag:urgent", []int{107}},
		{"hashtag:urg", nil},
		{"prefixhashtag:URG", []int{107}},
		{`after:"2026-01-10 08:09:00"`, []int{101, 107}},
		{`after:"2026-01-10 08:09:00.000000000"`, []int{101, 107}},
		{`since:{2026-01-10 08:09:00.000}`, []int{101, 107}},
		{`after:"2026-01-10 09:09:00 +0100"`, []int{101, 107}},
		{`after:"2026-01-10 08:09:01"`, []int{107}},
		{`before:"2026-01-10 08:02:00"`, []int{102, 103}},
		{`until:"2026-01-10 08:01:59"`, []int{102}},
		{"before:2026-01-10", nil},
		{"after:2026-01-10", all},
		{"after:2026-01-10 08:09:00", nil}, // unquoted: the time becomes a word, silently wrong
		{`mergedafter:"2026-01-10 08:08:00"`, []int{101}},
		{`mergedafter:"2026-01-10 08:08:01"`, nil},
		{`mergedbefore:"2026-01-10 08:08:00"`, []int{101}},
		{`mergedbefore:"2026-01-10 08:07:59"`, nil},
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
		{"is:merged OR", nil},      // the last word is a word
		{`topic:"a\"b"`, nil},
	} {
		t.Run(tt.query, func(t *testing.T) {
			got, err := s.Query(tt.query)
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

// TestOrder: newest first, of one second the merged one and then the greater
// number.
func TestOrder(t *testing.T) {
	s := newServer(t, replay.Config{})
	c := serve(t, s)
	for n := range 4 {
		create(t, s, after(n), replay.NewChange{Number: 10 + n})
	}
	must(t, s.Comment(after(9), 11, bob, "x"))
	must(t, s.Submit(after(9), 10, alice))
	must(t, s.Comment(after(9), 12, bob, "x"))
	if diff := cmp.Diff([]int{10, 12, 11, 13}, numbers(c.query("project:openstack/nova"))); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestRegularExpressions(t *testing.T) {
	s := newServer(t, replay.Config{})
	create(t, s, after(0), replay.NewChange{Project: "a-b/c.d$e"})
	for _, tt := range []struct {
		pattern string
		want    int
		refused string
	}{
		{pattern: `^a-b/c.d.e`, want: 1},
		{pattern: `^a-b/c.d`, want: 0},
		{pattern: `^a-b/c\\.d$e`, want: 1}, // $ in the middle is a character
		{pattern: `^a-b/c\\.d\\$e$`, want: 1},
		{pattern: `^a-b/c\\.d^e`, want: 0}, // and so is ^
		{pattern: `^[a\\-z]+b/.*`, want: 1},
		{pattern: `^[^/]*/.*`, want: 1},
		{pattern: `^a{1}-b.*`, want: 1},
		{pattern: `^a-b/\\d.*`, refused: "replay:"},
		{pattern: `^~a`, refused: "replay:"},
		{pattern: `^a.*?`, refused: "replay:"},
		{pattern: `^(?i)A.*`, refused: "replay:"},
		{pattern: `^a\\`, refused: "replay:"},
		{pattern: `^(a`, refused: "Error in operator project:^(a"},
	} {
		got, err := s.Query(`project:"` + tt.pattern + `"`)
		switch {
		case tt.refused != "":
			if err == nil || !strings.HasPrefix(err.Error(), tt.refused) {
				t.Errorf("%s: %v, %v, want %s", tt.pattern, got, err, tt.refused)
			}
		case err != nil || len(got) != tt.want:
			t.Errorf("%s: %v, %v, want %d", tt.pattern, got, err, tt.want)
		}
	}
}

// TestKeysetWalk: before: the last one's second, without duplicates, finds all,
// also when changes move to the front between two pages; offsets lose some then.
func TestKeysetWalk(t *testing.T) {
	build := func() (*replay.Server, *client) {
		s := newServer(t, replay.Config{PageLimit: 7})
		for n := range 60 {
			create(t, s, after(n/3), replay.NewChange{Number: 100 + n, Topic: "walk"}) // three share a second
		}
		return s, serve(t, s)
	}
	keyset := func(c *client, between func(page int)) map[int]bool {
		seen := map[int]bool{}
		q := "topic:walk"
		for page := 0; ; page++ {
			found := c.query(q)
			for i, ch := range found {
				seen[ch.Number] = true
				if ch.MoreChanges != (ch.MoreChanges && i == len(found)-1) {
					t.Errorf("_more_changes on element %d of %d", i, len(found))
				}
			}
			last := found[len(found)-1]
			if !last.MoreChanges {
				return seen
			}
			q = fmt.Sprintf("topic:walk before:%q", last.Updated.Format("2006-01-02 15:04:05.000000000"))
			between(page)
		}
	}
	t.Run("still", func(t *testing.T) {
		_, c := build()
		if got := keyset(c, func(int) {}); len(got) != 60 {
			t.Errorf("found %d of 60", len(got))
		}
	})
	t.Run("moving", func(t *testing.T) {
		s, c := build()
		moved := map[int]bool{}
		got := keyset(c, func(page int) {
			n := 100 + page // the oldest come to the front
			must(t, s.Comment(after(100+page), n, bob, "x"))
			moved[n] = true
		})
		for n := 100; n < 160; n++ {
			if !got[n] && !moved[n] {
				t.Errorf("%d was not moved and not found", n)
			}
		}
	})
	t.Run("offset", func(t *testing.T) {
		_, c := build()
		var got []int
		for at := 0; ; at += 7 {
			found := c.query("topic:walk", fmt.Sprintf("S=%d", at), "n=7")
			got = append(got, numbers(found)...)
			if !found[len(found)-1].MoreChanges {
				break
			}
		}
		if len(got) != 60 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 60 {
			t.Errorf("found %d of 60", len(got))
		}
	})
}

func TestPageSizes(t *testing.T) {
	s := newServer(t, replay.Config{PageLimit: 5})
	for n := range 6 {
		create(t, s, after(n), replay.NewChange{})
	}
	c := serve(t, s)
	for _, tt := range []struct {
		query, params string
		rows          int
		more          bool
	}{
		{"is:open", "", 5, true},
		{"is:open", "n=100000", 5, true},
		{"is:open", "n=0", 5, true},
		{"is:open", "n=-1", 5, true},
		{"is:open", "n=2", 2, true},
		{"is:open", "limit=2", 2, true},
		{"is:open", "n=1&n=3", 3, true},
		{"is:open", "no-limit", 5, true},
		{"is:open limit:2", "n=4", 2, true},
		{"is:open limit:2000", "", 5, true},
		{"is:open", "S=1", 5, false},
		{"is:open", "start=4", 2, false},
		{"is:open", "S=2147483647", 0, false},
		{"project:openstack/nova", "S=5&n=1", 1, false},
	} {
		got := c.query(tt.query, tt.params)
		more := len(got) > 0 && got[len(got)-1].MoreChanges
		if len(got) != tt.rows || more != tt.more {
			t.Errorf("%s %s: %d rows, more %t; want %d, %t", tt.query, tt.params, len(got), more, tt.rows, tt.more)
		}
	}
}

func TestFlicker(t *testing.T) {
	s := newServer(t, replay.Config{})
	a, b := create(t, s, after(0), replay.NewChange{}), create(t, s, after(1), replay.NewChange{})
	c := serve(t, s)
	s.Flicker(a, 0)
	s.Flicker(b, 2)
	if diff := cmp.Diff([]int{b, b}, numbers(c.query("is:open"))); diff != "" {
		t.Errorf("at the instant (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{b, a}, numbers(c.query("is:open"))); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
}

var lastKeyword = regexp.MustCompile(`(?i)(and|or|not)$`)

// FuzzQuery: whatever one asks, the answer is a list without doubles or one line
// of text, and asking for not that finds exactly the rest.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{`prefixtopic:"eventlet-removal" -project:openstack/nova (status:open OR is:wip)`, `branch:"^(a|b)/.*"`, `a:b:c`,
		`{x\}y}`, `change:1 OR`, `((()))`, `--x`, "after:\"2026-01-10 08:00:00.5 +0100\"", "limit:3", "\xff", "message:^[", "AND OR NOT"} {
		f.Add(q)
	}
	s := library(f)
	everything, err := s.Query("-is:private")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, q string) {
		got, err := s.Query(q)
		if err != nil {
			if text := err.Error(); text == "" || text == "Internal server error" {
				t.Errorf("%q: refused with %q", q, text)
			}
			return
		}
		if len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
			t.Errorf("%q: %v has doubles", q, got)
		}
		// What follows a whole query is ignored, and its last word is no keyword:
		// in parentheses either would be read in another way.
		if strings.Contains(q, ")") || lastKeyword.MatchString(q) {
			return
		}
		rest, err := s.Query("-(" + q + ")")
		if err != nil {
			t.Fatalf("-(%s): %v", q, err)
		}
		if len(got)+len(rest) != len(everything) {
			t.Errorf("%q finds %v, its opposite %v", q, got, rest)
		}
	})
}
