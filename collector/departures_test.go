package collector_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

func TestOpenChangeLeavesWithTheNextPoll(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	w.poll()
	moved := w.tick()
	w.must(w.gerrit.SetTopic(moved, n[0], 1, "other-work"))
	p := w.poll()
	w.wantMembers(n[1], n[2])
	if p.Full || p.Left != 1 {
		t.Errorf("full %t, left %d: want an incremental poll that saw one leave", p.Full, p.Left)
	}
	left := w.member(n[0]).Departed
	if left == nil || left.Gone || !left.At.Equal(moved) || left.Topic != "other-work" {
		t.Errorf("departure %+v: want left at %s to other-work", left, moved)
	}
}

func TestTopicClearedByPushHasNoTime(t *testing.T) {
	w := newWorld(t)
	n := w.changes(1)[0]
	w.changes(1)
	w.poll()
	none := ""
	w.must(w.gerrit.Upload(w.tick(), n, 1, replay.Patch{Topic: &none}))
	p := w.poll()
	if left := w.member(n).Departed; left == nil || !left.At.Equal(p.Start) || left.Topic != "" {
		t.Errorf("departure %+v: want the time we saw it, %s", left, p.Start)
	}
}

func TestMergedChangeLeavesWithTheFullListing(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.must(w.gerrit.Submit(w.tick(), n[0], 2))
	w.poll()
	w.must(w.gerrit.SetTopic(w.tick(), n[0], 1, ""))
	w.poll()
	w.wantMembers(n...)
	w.full()
	w.wantMembers(n[1])
	if c := w.db.Snapshot().Change(n[0]); c.Status != store.StatusMerged || c.Topic != "" {
		t.Errorf("stored as %s with topic %q: want the new facts of the change that left", c.Status, c.Topic)
	}
}

func TestWhatComesBackKeepsItsPast(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.poll()
	w.must(w.gerrit.SetTopic(w.tick(), n[0], 1, "elsewhere"))
	w.poll()
	w.must(w.gerrit.SetTopic(w.tick(), n[0], 1, "eventlet-removal-2"))
	p := w.poll()
	w.wantMembers(n...)
	m := w.member(n[0])
	if len(m.Past) != 1 || m.Past[0].Topic != "elsewhere" || !m.Past[0].Back.Equal(p.Start) {
		t.Errorf("past %+v: want one absence that ended at %s", m.Past, p.Start)
	}
}

func TestBranchMoveAndProjectRenameStay(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.poll()
	w.must(w.gerrit.Move(w.tick(), n[0], 1, "stable/2025.1"))
	w.gerrit.RenameProject("openstack/nova", "starlingx/nova")
	w.full()
	w.wantMembers(n...)
	for _, number := range n {
		if c := w.db.Snapshot().Change(number); c.Project != "starlingx/nova" {
			t.Errorf("change %d is in %s: a rename moves neither updated nor meta_rev_id, but the row tells", number, c.Project)
		}
	}
	if c := w.db.Snapshot().Change(n[0]); c.Branch != "stable/2025.1" {
		t.Errorf("branch %s: want the new one", c.Branch)
	}
}

func TestGoneTakesTwo404s(t *testing.T) {
	for name, vanish := range map[string]func(w *world, n int) error{
		"deleted": func(w *world, n int) error { return w.gerrit.Delete(n) },
		"private": func(w *world, n int) error { return w.gerrit.SetPrivate(w.tick(), n, 1, true) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			n := w.changes(3)
			w.poll()
			w.must(vanish(w, n[1]))
			w.poll()
			w.wantMembers(n...) // an incremental listing can't tell
			first := w.full()
			w.wantMembers(n...)
			if m := w.member(n[1]).Missing; m == nil || !m.Since.Equal(first.Start) {
				t.Fatalf("missing %+v: want since %s", m, first.Start)
			}
			w.full() // within gone_after: still only missing
			w.wantMembers(n...)
			w.now = w.now.Add(time.Hour)
			p := w.poll()
			w.wantMembers(n[0], n[2])
			gone := w.member(n[1]).Departed
			if p.Gone != 1 || gone == nil || !gone.Gone || !gone.At.Equal(first.Start) {
				t.Errorf("gone %d, %+v: want gone since it was first missing", p.Gone, gone)
			}
		})
	}
}

func TestPrivateChangeComesBack(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.poll()
	w.must(w.gerrit.SetPrivate(w.tick(), n[0], 1, true))
	w.full()
	w.now = w.now.Add(2 * time.Hour)
	w.poll()
	w.wantMembers(n[1])
	w.must(w.gerrit.SetPrivate(w.tick(), n[0], 1, false))
	w.poll()
	w.wantMembers(n...)
	if m := w.member(n[0]); len(m.Past) != 1 || !m.Past[0].Gone {
		t.Errorf("past %+v: want that it was gone", m.Past)
	}
}

// What was gone and answers again, under another topic, is in no listing.
func TestGoneChangeComesBackElsewhere(t *testing.T) {
	w := newWorld(t)
	n := w.changes(2)
	w.poll()
	w.must(w.gerrit.SetPrivate(w.tick(), n[0], 1, true))
	w.full()
	w.now = w.now.Add(2 * time.Hour)
	w.poll()
	w.must(w.gerrit.SetTopic(w.tick(), n[0], 1, "published"))
	w.must(w.gerrit.SetPrivate(w.tick(), n[0], 1, false))
	p := w.full()
	w.wantMembers(n[1])
	m := w.member(n[0])
	if m.Departed == nil || m.Departed.Gone || m.Departed.Topic != "published" || len(m.Past) != 1 || !m.Past[0].Gone || !m.Past[0].Back.Equal(p.Start) {
		t.Errorf("departed %+v, past %+v: want that it left, after it was gone until %s", m.Departed, m.Past, p.Start)
	}
	again := w.full()
	if m := w.member(n[0]); len(m.Past) != 1 || again.Left != 0 {
		t.Errorf("past %+v, left %d: want that nothing happened", m.Past, again.Left)
	}
}

func TestOneMissProvesNothing(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	w.poll()
	// At the instant of a merge neither of Gerrit's two indexes may hold a change.
	w.gerrit.Flicker(n[2], 0)
	w.full()
	w.wantMembers(n...)
	if m := w.member(n[2]); m.Missing != nil {
		t.Errorf("missing %+v: the change itself still answers", m.Missing)
	}
}

func TestBreaker(t *testing.T) {
	for _, test := range []struct {
		name            string
		tracked, vanish int
		blocked         bool
	}{
		{"five of ten are believed", 10, 5, false},
		{"six of ten are not", 10, 6, true},
		{"two percent of four hundred", 400, 8, false},
		{"more than two percent", 400, 9, true},
		{"an empty listing", 1, 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			n := w.changes(test.tracked)
			w.create(replay.NewChange{Topic: "other-work"}) // Gerrit shows us something
			before := w.poll()
			for _, number := range n[:test.vanish] {
				w.must(w.gerrit.Delete(number))
			}
			p := w.try(collector.PollOptions{Full: true})
			w.wantMembers(n...)
			if p.OK == test.blocked {
				t.Fatalf("ok %t, error %q", p.OK, p.Error)
			}
			sel := w.db.Snapshot().Selector("g", w.goal.Queries[0])
			missing := 0
			for _, number := range n {
				if w.member(number).Missing != nil {
					missing++
				}
			}
			if !test.blocked {
				if missing != test.vanish {
					t.Errorf("%d are missing, want %d", missing, test.vanish)
				}
				return
			}
			if sel.Blocked != test.vanish || missing != 0 || !sel.AsOf.Equal(before.Start) || !strings.Contains(p.Error, "--accept-missing") {
				t.Errorf("blocked %d, missing %d, as of %s, error %q: want nothing changed and the way out named", sel.Blocked, missing, sel.AsOf, p.Error)
			}
			w.pollWith(collector.PollOptions{Full: true, AcceptMissing: true})
			w.now = w.now.Add(time.Hour)
			w.full()
			w.wantMembers(slices.Clone(n[test.vanish:])...)
		})
	}
}

func TestEvidenceIsNoAbsence(t *testing.T) {
	w := newWorld(t)
	n := w.changes(20)
	for _, number := range n {
		w.must(w.gerrit.Submit(w.tick(), number, 2))
	}
	w.poll()
	for _, number := range n[:15] {
		w.must(w.gerrit.SetTopic(w.tick(), number, 1, "renamed"))
	}
	p := w.full()
	w.wantMembers(n[15:]...)
	if p.Left != 15 {
		t.Errorf("left %d, want 15: all of them came back under another topic", p.Left)
	}
}

// What a clock ran ahead for a year noted is noted anew once it is right again, and
// only once.
func TestTimesOfTheFuture(t *testing.T) {
	w := newWorld(t)
	n := w.changes(3)
	right := w.now
	w.now = right.AddDate(1, 0, 0)
	w.poll()
	w.must(w.gerrit.Delete(n[2]))
	w.full()
	if w.member(n[2]).Missing == nil {
		t.Fatal("not missed")
	}

	w.now = right.Add(time.Hour)
	w.gerrit.RenameAccount(1, "Ada L.")
	p := w.poll()
	if got := w.db.Snapshot().Change(n[0]); got.Accounts[1].Name != "Ada L." || !got.Detailed.Equal(p.Start) {
		t.Errorf("details of %s, by %q: want them fetched anew at %s", got.Detailed, got.Accounts[1].Name, p.Start)
	}
	if m := w.member(n[2]).Missing; !p.Full || m == nil || !m.Since.Equal(p.Start) {
		t.Errorf("full: %t, missing: %+v, want it since %s", p.Full, m, p.Start)
	}
	if got := w.requests(func() { w.poll() }); got[replay.KindDetails] != 0 || got[replay.KindListing] > 2 {
		t.Errorf("a quiet poll made %v", got)
	}
	w.now = w.now.Add(2 * time.Hour)
	p = w.poll()
	if d := w.member(n[2]).Departed; d == nil || !d.Gone || d.At.After(p.Start) {
		t.Errorf("departure %+v, want it gone", d)
	}
}
