package replay_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/replay"
)

// library is a Gerrit whose changes differ in every field that can be searched.
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

// TestSearch: each field of a change can be searched, and nobody finds a private
// change.
func TestSearch(t *testing.T) {
	s := library(t)
	for _, tt := range []struct {
		query string
		want  []int // newest first
	}{
		{"topic:Eventlet-removal", []int{103}},
		{"project:openstack/octavia", []int{104}},
		{"branch:stable/2024.2", []int{103}},
		{"change:104", []int{104}},
		{"change:Iaaaa0000", []int{101, 106}},
		{"status:abandoned", []int{105}},
		{"is:wip", []int{102}},
		{"-is:started", []int{102}},
		{"is:cherrypick", []int{106}},
		{"revertof:101", []int{107}},
		{`message:"monkey patch"`, []int{104}},
		{`after:"2026-01-10 08:09:00"`, []int{107, 101}},
		{"is:private", nil}, // there is one, but nobody may see it
		{"change:108", nil},
	} {
		got, err := s.Query(tt.query)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.query, got, err, tt.want)
		}
	}
	first, _ := s.Change(101)
	if got, err := s.Query("commit:" + first.CurrentRevision[:12]); err != nil || !slices.Equal(got, []int{101}) {
		t.Errorf("by its commit: %v, %v", got, err)
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
