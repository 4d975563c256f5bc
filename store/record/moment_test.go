package record_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"
	"unsafe"

	"github.com/eventlet-removal/headway/store/record"
)

// times are odd ones, and many of the years 1 to 9999 in several zones.
func times() []time.Time {
	all := []time.Time{
		{}, time.Unix(0, 0), time.Unix(-1, 999_999_999), noon,
		time.Date(1, 1, 1, 0, 0, 0, 999, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(0, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
	}
	r := rand.New(rand.NewPCG(1, 2))
	first, last := time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix()
	for range 10_000 {
		part := []int64{0, r.Int64N(1000) * 1e6, r.Int64N(1e6) * 1e3, r.Int64N(1e9)}[r.IntN(4)]
		zone := time.FixedZone("", (r.IntN(27)-13)*3600+r.IntN(2)*1800)
		all = append(all, time.Unix(first+r.Int64N(last-first), part).In(zone))
	}
	return all
}

func TestMoment(t *testing.T) {
	for _, at := range times() {
		want := at.UTC().Add(-time.Duration(at.Nanosecond() % 1000))
		m := record.MomentOf(at)
		if got := m.Time(); got != want {
			t.Fatalf("%v became %v, want %v", at, got, want)
		}
		if m.IsZero() != want.IsZero() {
			t.Fatalf("%v: zero is %t", at, m.IsZero())
		}
		text, err := json.Marshal(m)
		if wanted, _ := json.Marshal(want); err != nil || string(text) != string(wanted) {
			t.Fatalf("%v is %s, want %s: %v", at, text, wanted, err)
		}
		text, err = json.Marshal(at) // with its zone, and to the nanosecond
		if err != nil {
			t.Fatal(err)
		}
		var read record.Moment
		if err := json.Unmarshal(text, &read); err != nil || read != m {
			t.Fatalf("%s became %v: %v", text, read.Time(), err)
		}
	}
}

// What time.Time does not read or write in JSON, a Moment does not either.
func TestMomentThatCanNotBe(t *testing.T) {
	for _, text := range []string{`""`, `7`, `{}`, `"2026-03-01"`, `"2026-03-01T12:00:00"`, `"2026-02-30T12:00:00Z"`, `"10000-01-01T00:00:00Z"`} {
		want, at := record.MomentOf(noon), record.MomentOf(noon)
		if err := json.Unmarshal([]byte(text), &at); err == nil || at != want {
			t.Errorf("%s became %v: %v", text, at.Time(), err)
		}
	}
	at := record.MomentOf(noon)
	if err := json.Unmarshal([]byte("null"), &at); err != nil || at != record.MomentOf(noon) {
		t.Errorf("null became %v: %v", at.Time(), err)
	}
	beyond := []time.Time{
		time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(600_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-600_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(math.MaxInt64/2, 0), time.Unix(math.MinInt64/2, 0),
	}
	for _, at := range beyond {
		m := record.MomentOf(at)
		if text, err := json.Marshal(m); err == nil && at.Year() != 0 {
			t.Errorf("%v is %s", at, text)
		}
		for name, d := range map[string]record.Detail{
			"patch set": {PatchSets: []record.PatchSet{{Created: m}}},
			"vote":      {Labels: []record.Label{{Votes: []record.Vote{{Date: m}}}}},
			"message":   {Messages: []record.Message{{Time: m}}},
		} {
			if _, err := record.NewTables().EncodeChange(&record.Change{Row: record.Row{Number: 1}, Detail: d}); err == nil {
				t.Errorf("%s: %v was written as %v", name, at, m.Time())
			}
		}
	}
}

// Moments stand in a record as the same times of a row do, and the nouns that are many
// are no larger than they are.
func TestMomentsAreSmall(t *testing.T) {
	for _, at := range times() {
		if at.Year() < 1 {
			continue
		}
		at = record.MomentOf(at).Time()
		m := record.MomentOf(at)
		words := record.NewTables()
		a, b := record.NewWriter(&words.Words), record.NewWriter(&words.Words)
		a.Time(&at)
		b.Moment(&m)
		want, err := a.Finish()
		got, err2 := b.Finish()
		if err != nil || err2 != nil || string(got) != string(want) {
			t.Fatalf("%v was written as %x, want %x: %v, %v", at, got, want, err, err2)
		}
		var read record.Moment
		r := record.NewReader(&words.Words, got)
		if r.Moment(&read); read != m {
			t.Fatalf("%v was read as %v", at, read.Time())
		}
	}
	sizes := map[string][2]uintptr{
		"Message":  {unsafe.Sizeof(record.Message{}), 72},
		"PatchSet": {unsafe.Sizeof(record.PatchSet{}), 48},
		"Vote":     {unsafe.Sizeof(record.Vote{}), 32},
	}
	for name, size := range sizes {
		if size[0] != size[1] {
			t.Errorf("a %s has %d bytes, want %d", name, size[0], size[1])
		}
	}
}
