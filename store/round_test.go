package store_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

// everything goes through a whole round with every field of every noun set, and
// returns the terms it asked for.
func everything(t testing.TB, db *store.DB) []string {
	t.Helper()
	detail, member := filled[store.Change](t), filled[store.Membership](t)
	detail.Number, member.Number = 101, 101
	member.Selector, member.Query, member.Reference = own.Project, own.Text, false
	w := filled[store.Work](t)
	w.Row.Number, w.Member, w.Detail, w.Staged, w.Quarantined = 101, member, nil, false, false
	sel := filled[store.Selector](t)
	sel.Project, sel.Query = own.Project, own.Text
	must(t, db.Save(goal, []store.Work{w}, []store.Selector{sel}))
	w.Detail = &detail
	must(t, db.Save(goal, []store.Work{w}, nil))

	gone := filled[store.Membership](t)
	gone.Number, gone.Selector, gone.Query, gone.Reference = 102, own.Project, own.Text, false
	revert := detailed(work(104, 4, own))
	revert.Member.Reference = true
	must(t, db.Save(goal, []store.Work{work(103, 3, octavia), {Row: row(102, 2), Member: gone, Quarantined: true}, revert}, nil))
	asked := filled[store.Asked](t)
	must(t, db.Ask(goal, []store.Asked{asked}))
	must(t, db.Finish(goal, store.Round{
		Selectors: []store.Selector{sel},
		Complete:  []string{own.Project},
		Members:   []store.Membership{gone},
		Poll:      filled[store.Poll](t),
	}))
	return []string{asked.Term}
}

func TestRoundTrip(t *testing.T) {
	db := open(t, newPath(t))
	terms := everything(t, db)
	before := db.Snapshot()
	want := read(before, terms...)
	wantWork, err := db.Work(goal)
	must(t, err)

	detail := filled[store.Change](t)
	detail.Number = 101
	if diff := cmp.Diff(&detail, before.Change(101)); diff != "" {
		t.Errorf("change, want and got:\n%s", diff)
	}
	if n := len(want.Members); n != 2 {
		t.Errorf("%d members, want 2", n)
	}
	if len(want.References) != 1 || len(want.Polls) != 1 || want.Pending != 1 || len(wantWork) != 1 {
		t.Errorf("references, polls, pending, work: %d %d %d %d, want one each",
			len(want.References), len(want.Polls), want.Pending, len(wantWork))
	}
	if want.Asked[0].IsZero() {
		t.Error("the question is lost")
	}

	db = reopen(t, db)
	if diff := cmp.Diff(want, read(db.Snapshot(), terms...)); diff != "" {
		t.Errorf("before closing and after:\n%s", diff)
	}
	if was, is := before.Revision(), db.Snapshot().Revision(); is != was {
		t.Errorf("revision %d became %d", was, is)
	}
	gotWork, err := db.Work(goal)
	must(t, err)
	if diff := cmp.Diff(wantWork, gotWork); diff != "" {
		t.Errorf("work before closing and after:\n%s", diff)
	}
}

// TestPublishedIsWritten hands the store times of another zone and invalid UTF-8,
// and changes its own copies later: readers must see what a reopened file shows.
func TestPublishedIsWritten(t *testing.T) {
	db := open(t, newPath(t))
	w := detailed(work(1, 1, own))
	departed := &store.Departure{At: time.Now(), Seen: time.Now().In(time.FixedZone("", 3600)), Topic: "a\xffb"}
	members := []store.Membership{{Number: 2, Selector: own.Project, Query: own.Text, Departed: departed}}
	selectors := []store.Selector{{Query: own.Text, Failed: time.Now(), Error: "\xff"}}
	asked := []store.Asked{{Term: "revertof:1", At: time.Now()}}
	must(t, db.Save(goal, []store.Work{w, detailed(work(2, 1, own))}, selectors))
	must(t, db.Finish(goal, store.Round{Complete: []string{""}, Poll: store.Poll{Error: "\xff"}}))
	must(t, db.Ask(goal, asked))
	must(t, db.Finish(goal, store.Round{Members: members, Selectors: selectors}))

	w.Detail.Subject, departed.Topic, members[0].Query, selectors[0].Error = "later", "later", "later", "later"
	got := read(db.Snapshot(), "revertof:1")
	want := read(reopen(t, db).Snapshot(), "revertof:1")
	exact := cmp.Comparer(func(a, b time.Time) bool { return a == b })
	if diff := cmp.Diff(want, got, exact); diff != "" {
		t.Errorf("reopened and published:\n%s", diff)
	}
	if s := got.Changes[0].Subject; s != "subject at 1" {
		t.Errorf("subject %q", s)
	}
}

func TestPlanShowsProgressOnly(t *testing.T) {
	db := open(t, newPath(t))
	round(t, db, 1, detailed(work(1, 1, own)), detailed(work(2, 1, own)))
	before := read(db.Snapshot())

	loading := store.Selector{Query: own.Text, AsOf: at(1), HighWater: at(5), Done: 1, Of: 3}
	steps := []struct {
		name    string
		work    []store.Work
		pending int
	}{
		{"one known, two new", []store.Work{work(1, 5, own), work(3, 5, own), work(4, 5, octavia)}, 3},
		{"the same again", []store.Work{work(1, 6, own)}, 3},
		{"details of one", []store.Work{detailed(work(1, 6, own))}, 2},
		{"it moved again", []store.Work{work(1, 7, own)}, 3},
		{"twice in one call", []store.Work{detailed(work(1, 7, own)), work(1, 8, own)}, 3},
		{"quarantined", []store.Work{{Row: row(3, 5), Member: work(3, 5, own).Member, Quarantined: true}}, 2},
		{"nothing", nil, 2},
	}
	for _, step := range steps {
		must(t, db.Save(goal, step.work, []store.Selector{loading}))
		want := before
		want.Pending = step.pending
		want.Selectors = slices.Clone(before.Selectors)
		want.Selectors[0] = loading
		if diff := cmp.Diff(want, read(db.Snapshot())); diff != "" {
			t.Errorf("%s: want and got:\n%s", step.name, diff)
		}
	}
	want := read(db.Snapshot())
	if diff := cmp.Diff(want, read(reopen(t, db).Snapshot())); diff != "" {
		t.Errorf("a crash now: want and got:\n%s", diff)
	}
}

func TestFinish(t *testing.T) {
	given := func(w store.Work, why string) store.Work {
		w.Quarantined, w.Member.Quarantined = true, why
		return w
	}
	tests := []struct {
		name     string
		work     []store.Work
		complete []string
		members  []store.Membership
		dropped  []int
		subjects map[int]string // of the visible members
		pending  int
		left     []int // numbers still in the work list
	}{
		{
			name: "details are published", work: []store.Work{detailed(work(1, 5, own)), detailed(work(2, 5, own))},
			complete: []string{""}, subjects: map[int]string{1: "subject at 5", 2: "subject at 5"},
		}, {
			name: "only the complete selector's", work: []store.Work{detailed(work(2, 5, own)), detailed(work(3, 5, octavia)), work(4, 5, octavia)},
			complete: []string{""}, subjects: map[int]string{1: "subject at 1", 2: "subject at 5"}, pending: 1, left: []int{3, 4},
		}, {
			name: "no selector complete", work: []store.Work{detailed(work(2, 5, own)), work(3, 5, own)},
			subjects: map[int]string{1: "subject at 1"}, pending: 1, left: []int{2, 3},
		}, {
			name: "quarantined: the row's facts", work: []store.Work{given(work(2, 5, own), "no JSON")},
			complete: []string{""}, subjects: map[int]string{1: "subject at 1", 2: "subject at 5"},
		}, {
			name: "dropped work", work: []store.Work{work(2, 5, own), work(3, 5, octavia)}, dropped: []int{2, 3},
			complete: []string{""}, subjects: map[int]string{1: "subject at 1"},
		}, {
			name: "a reference is not a member", work: []store.Work{referred(detailed(work(9, 5, own)))},
			complete: []string{""}, subjects: map[int]string{1: "subject at 1"},
		}, {
			name: "members of a former query are hidden", members: []store.Membership{{Number: 1, Query: "topic:other"}},
			complete: []string{""}, subjects: map[int]string{},
		}, {
			name: "departed members are shown", members: []store.Membership{{Number: 1, Query: own.Text, Departed: &store.Departure{Gone: true, At: at(5)}}},
			complete: []string{""}, subjects: map[int]string{1: "subject at 1"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, newPath(t))
			round(t, db, 1, detailed(work(1, 1, own)))
			must(t, db.Save(goal, tt.work, nil))
			must(t, db.Finish(goal, store.Round{Complete: tt.complete, Members: tt.members, Dropped: tt.dropped}))
			subjects := map[int]string{}
			for m := range db.Snapshot().Members(goal, []store.Query{own, octavia}) {
				if m.Membership.Number != m.Change.Number || m.Change != db.Snapshot().Change(m.Change.Number) {
					t.Errorf("membership of %d with change %d", m.Membership.Number, m.Change.Number)
				}
				subjects[m.Change.Number] = m.Subject
			}
			if diff := cmp.Diff(tt.subjects, subjects); diff != "" {
				t.Errorf("want and got:\n%s", diff)
			}
			if got := db.Snapshot().Pending(goal); got != tt.pending {
				t.Errorf("pending %d, want %d", got, tt.pending)
			}
			var left []int
			list, err := db.Work(goal)
			must(t, err)
			for _, w := range list {
				left = append(left, w.Row.Number)
			}
			if !slices.Equal(left, tt.left) {
				t.Errorf("work left %v, want %v", left, tt.left)
			}
			want := read(db.Snapshot())
			if diff := cmp.Diff(want, read(reopen(t, db).Snapshot())); diff != "" {
				t.Errorf("before closing and after:\n%s", diff)
			}
		})
	}
}

func referred(w store.Work) store.Work {
	w.Member.Reference = true
	return w
}

func TestQuarantineKeepsDetails(t *testing.T) {
	db := open(t, newPath(t))
	round(t, db, 1, detailed(work(1, 1, own)))
	w := work(1, 5, own)
	w.Row.Status, w.Row.Owner = store.StatusAbandoned, 8
	w.Quarantined, w.Member.Quarantined = true, "no JSON"
	round(t, db, 5, w)

	got := db.Snapshot().Change(1)
	want := store.Change{Row: w.Row, Detail: detailed(work(1, 1, own)).Detail.Detail}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("want and got:\n%s", diff)
	}
	if m, _ := db.Snapshot().Member(goal, 1); m.Quarantined != "no JSON" {
		t.Errorf("membership %+v", m)
	}
}

// TestRowAndDetail gives every field of a change a value: each is in exactly one of
// the two parts, and a row without details replaces its own part and no other.
func TestRowAndDetail(t *testing.T) {
	names := map[string]string{}
	for _, part := range []reflect.Type{reflect.TypeFor[store.Row](), reflect.TypeFor[store.Detail]()} {
		for f := range part.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			for _, name := range []string{f.Name, key} {
				if other, twice := names[name]; twice && name != f.Name || twice && other != part.Name() {
					t.Errorf("%s is in %s and in %s", name, other, part.Name())
				}
				names[name] = part.Name()
			}
		}
	}
	for f := range reflect.TypeFor[store.Change]().Fields() {
		if !f.Anonymous {
			t.Errorf("%s is in neither part", f.Name)
		}
	}

	db := open(t, newPath(t))
	old, next := filled[store.Change](t), filled[store.Change](t)
	old.Number, next.Number = 1, 1
	next.Updated = old.Updated.Add(time.Minute)
	next.Branch, next.Detail = "other", store.Detail{}
	w := work(1, 1, own)
	w.Row, w.Detail = old.Row, &old
	round(t, db, 1, w)
	w.Row, w.Detail, w.Quarantined = next.Row, nil, true
	round(t, db, 2, w)
	want := store.Change{Row: next.Row, Detail: old.Detail}
	if diff := cmp.Diff(&want, db.Snapshot().Change(1)); diff != "" {
		t.Errorf("want and got:\n%s", diff)
	}
}

// TestTwoGoals has another goal's round publish a change while this goal's older
// facts about it wait.
func TestTwoGoals(t *testing.T) {
	fetched := func(updated, fetched int) store.Work {
		w := detailed(work(1, updated, own))
		w.Detail.Detailed = at(fetched)
		return w
	}
	given := work(1, 3, own)
	given.Quarantined = true
	tests := []struct {
		name          string
		theirs, later store.Work
		subject       string
	}{
		{"newer details win", fetched(3, 3), fetched(5, 6), "subject at 5"},
		{"older ones don't", fetched(5, 6), fetched(3, 3), "subject at 5"},
		{"a clock that was set back", fetched(3, 9), fetched(5, 6), "subject at 5"},
		{"a clock that was set back, and nothing new", fetched(3, 900), fetched(3, 6), "subject at 3"},
		{"an older row over newer details", fetched(5, 6), given, "subject at 5"},
		{"a newer row", fetched(2, 6), given, "subject at 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, newPath(t))
			must(t, db.Save("other", []store.Work{tt.theirs}, nil))
			must(t, db.Save(goal, []store.Work{tt.later}, nil))
			must(t, db.Finish("other", store.Round{Complete: []string{""}, Poll: store.Poll{Start: at(10)}}))
			must(t, db.Finish(goal, store.Round{Complete: []string{""}, Poll: store.Poll{Start: at(10)}}))
			if got := db.Snapshot().Change(1); got.Subject != tt.subject || !got.Detailed.Equal(at(6)) {
				t.Errorf("got %q detailed %s, want %q of %s", got.Subject, got.Detailed, tt.subject, at(6))
			}
			if diff := cmp.Diff(read(db.Snapshot()), read(reopen(t, db).Snapshot())); diff != "" {
				t.Errorf("before closing and after:\n%s", diff)
			}
		})
	}
}

func TestRefusedWrites(t *testing.T) {
	tests := []struct {
		name  string
		write func(db *store.DB) error
		text  string
	}{
		{"finish with undrained work", func(db *store.DB) error {
			return db.Finish(goal, store.Round{Complete: []string{""}, Selectors: []store.Selector{selector(own, 9)}})
		}, "change 2 is not drained"},
		{"work without a number", func(db *store.DB) error {
			return db.Save(goal, []store.Work{work(3, 9, own), {}}, []store.Selector{selector(own, 9)})
		}, "change 0"},
		{"work with another change's details", func(db *store.DB) error {
			w := detailed(work(3, 9, own))
			w.Detail.Number = 4
			return db.Save(goal, []store.Work{w}, nil)
		}, "change 3"},
		{"membership without a number", func(db *store.DB) error {
			return db.Finish(goal, store.Round{Members: []store.Membership{{Query: own.Text}}})
		}, "membership of change 0"},
		{"a time that JSON can't hold", func(db *store.DB) error {
			return db.Finish(goal, store.Round{Poll: store.Poll{Start: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}})
		}, "year"},
		{"goal without a name", func(db *store.DB) error { return db.Save("", nil, nil) }, `goal ""`},
		{"question without a term", func(db *store.DB) error {
			return db.Ask(goal, []store.Asked{{Term: "change:5", At: at(9)}, {}})
		}, `questions of goal "eventlet-removal"`},
	}
	db := open(t, newPath(t))
	round(t, db, 1, detailed(work(1, 1, own)))
	must(t, db.Save(goal, []store.Work{detailed(work(1, 2, own)), work(2, 2, own)}, nil))
	before, wantWork := db.Snapshot(), workOf(t, db)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.write(db)
			if err == nil || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %v, want one with %q", err, tt.text)
			}
			if db.Snapshot() != before {
				t.Error("a snapshot was published")
			}
			if diff := cmp.Diff(wantWork, workOf(t, db)); diff != "" {
				t.Errorf("work before and after:\n%s", diff)
			}
		})
	}
	want := read(before, "change:5")
	if diff := cmp.Diff(want, read(reopen(t, db).Snapshot(), "change:5")); diff != "" {
		t.Errorf("before closing and after:\n%s", diff)
	}
}

func workOf(t testing.TB, db *store.DB) []store.Work {
	t.Helper()
	list, err := db.Work(goal)
	must(t, err)
	return list
}

// TestUnsureCommit writes behind the store's back, as a commit does whose last sync
// failed: it reports an error and the file holds it all the same.
func TestUnsureCommit(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	round(t, db, 1, detailed(work(1, 1, own)))
	old := db.Snapshot()
	changed := *old.Change(1)
	changed.Subject = "subject at 2"
	must(t, db.Put(goal, []*store.Change{&changed}, nil))
	if err := db.Save(goal, []store.Work{{}}, nil); err == nil {
		t.Fatal("no error")
	}
	if got := db.Snapshot().Change(1).Subject; got != "subject at 2" {
		t.Errorf("published %q, the file holds \"subject at 2\"", got)
	}
	if db.Snapshot().Revision() <= old.Revision() {
		t.Errorf("revision %d after %d", db.Snapshot().Revision(), old.Revision())
	}
	if old.Change(1).Subject != "subject at 1" {
		t.Error("the old snapshot changed")
	}
}

func TestClosed(t *testing.T) {
	db := open(t, newPath(t))
	round(t, db, 1, detailed(work(1, 1, own)))
	must(t, db.Close())
	must(t, db.Close())
	_, workErr := db.Work(goal)
	for name, err := range map[string]error{
		"Save": db.Save(goal, nil, nil), "Finish": db.Finish(goal, store.Round{}),
		"Work": workErr, "Backup": db.Backup(newPath(t)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if db.Snapshot().Change(1) == nil {
		t.Error("the last snapshot is gone")
	}
}

func TestReadOnlyRefusesWrites(t *testing.T) {
	db := open(t, newPath(t))
	must(t, db.Close())
	ro, err := store.Open(db.Path(), store.Options{ReadOnly: true})
	must(t, err)
	defer ro.Close()
	for name, err := range map[string]error{"Save": ro.Save(goal, nil, nil), "Finish": ro.Finish(goal, store.Round{})} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestPolls fills the log more than twice over: the newest come first, and what a
// snapshot handed out stays, whatever comes later or is appended to it.
func TestPolls(t *testing.T) {
	db := open(t, newPath(t))
	db.Bolt().NoSync = true
	const total = 2*store.KeepPolls + 77
	check := func(polls []store.Poll, newest int) {
		t.Helper()
		if want := min(newest, store.KeepPolls); len(polls) != want {
			t.Fatalf("%d polls, want %d", len(polls), want)
		}
		for i, p := range polls {
			if want := newest - i; p.Requests != want || p.ID != uint64(want) {
				t.Fatalf("poll %d is %d with id %d, want %d", i, p.Requests, p.ID, want)
			}
		}
	}
	var snapshots []*store.Snapshot
	for i := range total {
		name := goal
		if i%2 == 1 {
			name = "other"
		}
		must(t, db.Finish(name, store.Round{Poll: store.Poll{Goal: name, Requests: i + 1}}))
		snapshots = append(snapshots, db.Snapshot())
		_ = append(db.Snapshot().Polls(), store.Poll{Requests: -1})
	}
	for i, s := range snapshots {
		check(s.Polls(), i+1)
	}
	check(reopen(t, db).Snapshot().Polls(), total)
}
