package store_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

const (
	gerrit = "https://review.example.org/"
	goal   = "eventlet-removal"
)

var (
	own     = store.Query{Text: `prefixtopic:"eventlet-removal" -project:"openstack/octavia"`}
	octavia = store.Query{Project: "openstack/octavia", Text: `project:"openstack/octavia" (message:eventlet)`}
)

// at is a moment of the tests' calendar.
func at(minute int) time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// newPath names a database that is not there yet.
func newPath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "headway.db")
}

func open(t testing.TB, path string) *store.DB {
	t.Helper()
	db, err := store.Open(path, store.Options{Gerrit: gerrit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func reopen(t testing.TB, db *store.DB) *store.DB {
	t.Helper()
	must(t, db.Close())
	return open(t, db.Path())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// row is a listing's row of a change.
func row(number, minute int) store.Row {
	return store.Row{
		Number: number, Project: "openstack/nova", Branch: "master", ChangeID: fmt.Sprintf("I%040x", number),
		Subject: fmt.Sprintf("subject at %d", minute), Status: store.StatusNew,
		Created: at(0), Updated: at(minute), Owner: 7, MetaRevID: fmt.Sprintf("%040x", minute),
	}
}

// work asks for a change that a query found.
func work(number, minute int, q store.Query) store.Work {
	return store.Work{
		Row: row(number, minute), Queued: at(minute), Reason: store.ReasonNew,
		Member: store.Membership{Number: number, Selector: q.Project, Query: q.Text, Seen: at(minute)},
	}
}

// detailed is work whose details came.
func detailed(w store.Work) store.Work {
	c := store.Change{Row: w.Row}
	c.Detailed = w.Queued
	c.Messages = []store.Message{{Author: 7, Time: store.MomentOf(c.Updated), PatchSet: 1}}
	c.Accounts = map[int]store.Account{7: {ID: 7, Name: "Ada"}}
	w.Detail = &c
	return w
}

func selector(q store.Query, minute int) store.Selector {
	return store.Selector{Project: q.Project, Query: q.Text, AsOf: at(minute), HighWater: at(minute)}
}

// round polls once: it publishes finished work of the goal's own query.
func round(t testing.TB, db *store.DB, minute int, done ...store.Work) {
	t.Helper()
	must(t, db.Save(goal, done, nil))
	must(t, db.Finish(goal, store.Round{
		Selectors: []store.Selector{selector(own, minute)},
		Complete:  []string{own.Project},
		Poll:      store.Poll{Goal: goal, Start: at(minute), OK: true},
	}))
}

// contents is all that a snapshot tells.
type contents struct {
	Gerrit     string
	Changes    []*store.Change
	Members    []store.Membership
	Selectors  []store.Selector
	References []store.Membership
	Asked      []time.Time
	Pending    int
	Polls      []store.Poll
}

func read(s *store.Snapshot, terms ...string) contents {
	c := contents{Gerrit: s.Gerrit(), Pending: s.Pending(goal), Polls: slices.Clone(s.Polls())}
	c.Changes = slices.Collect(s.Changes())
	for m := range s.Members(goal, []store.Query{own, octavia}) {
		c.Members = append(c.Members, m.Membership)
	}
	for m := range s.References(goal) {
		c.References = append(c.References, m.Membership)
	}
	for _, q := range []store.Query{own, octavia} {
		c.Selectors = append(c.Selectors, s.Selector(goal, q))
	}
	for _, term := range terms {
		c.Asked = append(c.Asked, s.Asked(goal, term))
	}
	return c
}

// filled returns a T with every field set, in depth, and no two values alike.
func filled[T any](t testing.TB) T {
	t.Helper()
	var v T
	n := 0
	fill(t, reflect.ValueOf(&v).Elem(), &n)
	return v
}

func fill(t testing.TB, v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(at(*n)))
		return
	}
	if v.Type() == reflect.TypeFor[store.Moment]() {
		v.Set(reflect.ValueOf(store.MomentOf(at(*n))))
		return
	}
	if v.Type() == reflect.TypeFor[store.Word]() {
		v.Set(reflect.ValueOf(store.WordOf(fmt.Sprintf("<\"é\u202e🐍 %d", *n))))
		return
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("<\"é\u202e🐍 %d", *n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key, n)
			fill(t, value, n)
			if a, ok := value.Interface().(store.Account); ok {
				key = reflect.ValueOf(a.ID)
			}
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		t.Fatalf("a %v can't be filled", v.Type())
	}
}
