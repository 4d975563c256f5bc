package event_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/event"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// ago is a number of days before now.
func ago(days int) time.Time { return now.AddDate(0, 0, -days) }

// change is a member of project p, uploaded as many days ago.
func change(number, uploaded int, more ...func(*store.Member)) store.Member {
	at := ago(uploaded)
	m := store.Member{
		Membership: store.Membership{Number: number, Query: "topic:x", Seen: at},
		Change: &store.Change{
			Row: store.Row{Number: number, Project: "p", Branch: "master", Status: store.StatusNew, Subject: fmt.Sprint("subject ", number),
				Created: at, Updated: at, Owner: 1, PatchSet: 1},
			Detail: store.Detail{Detailed: now, Extraction: store.Extraction, PatchSets: []store.PatchSet{{Number: 1, Commit: fmt.Sprintf("%040x", number), Created: store.MomentOf(at), Uploader: 1}}},
		},
	}
	for _, f := range more {
		f(&m)
	}
	return m
}

func merged(days int) func(*store.Member) {
	return func(m *store.Member) { m.Status, m.Submitted, m.Updated = store.StatusMerged, ago(days), ago(days) }
}

func message(kind store.Word, status string, days int) func(*store.Member) {
	return func(m *store.Member) {
		m.Status, m.Updated = status, ago(days)
		m.Messages = append(m.Messages, store.Message{Author: 1, Time: store.MomentOf(ago(days)), Kind: kind, PatchSet: 1})
	}
}

func abandoned(days int) func(*store.Member) {
	return message(store.MessageAbandoned, store.StatusAbandoned, days)
}

func restored(days int) func(*store.Member) {
	return message(store.MessageRestored, store.StatusNew, days)
}

func left(days int, gone bool) func(*store.Member) {
	return func(m *store.Member) { m.Departed = &store.Departure{At: ago(days), Seen: ago(days), Gone: gone} }
}

func reverts(number int) func(*store.Member) {
	return func(m *store.Member) { m.RevertOf = number }
}

func onBranch(branch string) func(*store.Member) {
	return func(m *store.Member) { m.Branch = branch }
}

func in(project string) func(*store.Member) {
	return func(m *store.Member) { m.Change.Project = project }
}

func compute(members ...store.Member) *progress.Result {
	g := &progress.Goal{
		Name: "g", Title: "Goal", Selector: "topic:x", Queries: []store.Query{{Text: "topic:x"}}, Backports: []string{"stable/*"},
		Labels: progress.Labels{Review: "Code-Review", ReviewsNeeded: 1},
		Teams:  []progress.Team{{Name: "t", Projects: []string{"q"}}},
	}
	in := progress.Input{Now: now, Members: members, Selectors: []store.Selector{{Query: "topic:x", AsOf: now}}}
	for _, m := range members {
		in.All = append(in.All, m.Change)
	}
	return progress.Compute(g, in)
}

func TestEvents(t *testing.T) {
	for _, tc := range []struct {
		name    string
		members []store.Member
		scope   progress.Scope
		want    []string
	}{
		{"nothing", nil, progress.Scope{}, nil},
		{"in review", []store.Member{change(1, 3)}, progress.Scope{}, nil},
		{"waiting for a day less than four weeks", []store.Member{change(1, 27)}, progress.Scope{}, nil},
		{"waiting for four weeks", []store.Member{change(1, 28)}, progress.Scope{}, []string{"stuck 1 0"}},
		{"waiting for long", []store.Member{change(1, 40)}, progress.Scope{}, []string{"stuck 1 12"}},
		{"the only one merges", []store.Member{change(1, 9, merged(5))}, progress.Scope{}, []string{"nothing-left 1 5", "merged 1 5"}},
		{"one of two merges", []store.Member{change(1, 9, merged(5)), change(2, 8)}, progress.Scope{}, []string{"merged 1 5"}},
		{"the last one is abandoned", []store.Member{change(1, 9, merged(5)), change(2, 8, abandoned(2))}, progress.Scope{}, []string{"nothing-left 2 2", "merged 1 5"}},
		{"both at one time", []store.Member{change(1, 9, merged(5)), change(2, 9, merged(5))}, progress.Scope{},
			[]string{"nothing-left 2 5", "merged 2 5", "merged 1 5"}},
		{"emptied, then another is uploaded", []store.Member{change(1, 9, merged(5)), change(2, 3)}, progress.Scope{}, []string{"merged 1 5"}},
		{"emptied twice", []store.Member{change(1, 9, merged(5)), change(2, 3, merged(1))}, progress.Scope{},
			[]string{"nothing-left 2 1", "merged 2 1", "merged 1 5"}},
		{"emptied, then one is restored", []store.Member{change(1, 9, merged(5)), change(2, 9, abandoned(4), restored(2))}, progress.Scope{}, []string{"merged 1 5"}},
		{"nothing merged, all abandoned", []store.Member{change(1, 9, abandoned(5))}, progress.Scope{}, nil},
		{"the last one left", []store.Member{change(1, 9, merged(5)), change(2, 8, left(2, false))}, progress.Scope{}, []string{"left 2 2", "merged 1 5"}},
		{"gone", []store.Member{change(2, 8, left(2, true)), change(3, 1)}, progress.Scope{}, []string{"left 2 2"}},
		{"reverted: neither is merged, and nothing is left to be told finished", []store.Member{change(1, 9, merged(5)), change(2, 4, merged(3), reverts(1))},
			progress.Scope{}, []string{"reverted 1 3"}},
		{"the revert is reverted", []store.Member{change(1, 9, merged(5)), change(2, 4, merged(3), reverts(1)), change(3, 2, merged(1), reverts(2))},
			progress.Scope{}, []string{"nothing-left 3 1", "merged 1 5"}},
		{"backports are beside", []store.Member{change(1, 9, merged(5), onBranch("stable/1")), change(2, 60, onBranch("stable/1"))}, progress.Scope{}, nil},
		{"another project", []store.Member{change(1, 9, merged(5)), change(2, 9, merged(4), in("q"))}, progress.Scope{Project: "p"}, []string{"nothing-left 1 5", "merged 1 5"}},
		{"a team", []store.Member{change(1, 9, merged(5)), change(2, 9, merged(4), in("q"))}, progress.Scope{Team: "t"}, []string{"nothing-left 2 4", "merged 2 4"}},
		{"no such project", []store.Member{change(1, 9, merged(5))}, progress.Scope{Project: "z"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, e := range event.Of(compute(tc.members...), tc.scope) {
				got = append(got, fmt.Sprintf("%s %d %d", e.Kind, e.Change.Change.Number, int(now.Sub(e.At)/(24*time.Hour))))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoEventsWhileUnknown: what the database can't read of one project takes those of the
// goal away, and of no other project.
func TestNoEventsWhileUnknown(t *testing.T) {
	one, other := change(1, 40), change(2, 40, in("q"))
	g := compute().Goal
	r := progress.Compute(g, progress.Input{
		Now: now, Members: []store.Member{one, other}, All: []*store.Change{one.Change, other.Change},
		Selectors: []store.Selector{{Query: "topic:x", AsOf: now}}, Unreadable: []store.Membership{{Number: 9, In: "p"}},
	})
	for s, want := range map[progress.Scope]int{{}: 0, {Project: "p"}: 0, {Project: "q"}: 1, {Team: "t"}: 1} {
		if got := event.Of(r, s); len(got) != want {
			t.Errorf("%+v: %d events, want %d", s, len(got), want)
		}
	}
}

// TestEventsOfAPastDay knows nothing that came later.
func TestEventsOfAPastDay(t *testing.T) {
	r := compute(change(1, 90, merged(50)), change(2, 45, merged(3)), change(3, 80)).On(ago(20))
	var got []string
	for _, e := range event.Of(r, progress.Scope{}) {
		got = append(got, fmt.Sprintf("%s %d", e.Kind, e.Change.Change.Number))
	}
	if diff := cmp.Diff([]string{"merged 1"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
