package store_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/record"
)

// grown makes a file that has every kind of page: branches, small buckets inside
// leaves, values longer than a page, and free pages.
func grown(t testing.TB, changes int) []byte {
	t.Helper()
	db := open(t, newPath(t))
	everything(t, db)
	for minute := range 3 {
		var done []store.Work
		for n := range changes {
			w := detailed(work(n+1, minute, own))
			if n == 7 {
				w.Detail.Messages = make([]store.Message, 100)
			}
			done = append(done, w)
		}
		round(t, db, minute, done...)
	}
	must(t, db.Save("another", []store.Work{work(1, 1, own)}, nil))
	must(t, db.Close())
	data, err := os.ReadFile(db.Path())
	must(t, err)
	return data
}

// survive opens damaged bytes and, if they are taken, works with them. The refusal
// must be one that a caller knows; a panic or a hang fails the test by itself.
func survive(t testing.TB, path string, data []byte) (opened bool) {
	t.Helper()
	must(t, os.WriteFile(path, data, 0o600))
	db, err := store.Open(path, store.Options{Gerrit: gerrit})
	if err != nil {
		for _, known := range []error{store.ErrForeign, store.ErrDamaged, store.ErrTooNew, store.ErrOtherGerrit} {
			if errors.Is(err, known) {
				return false
			}
		}
		t.Errorf("no known error: %v", err)
		return false
	}
	defer db.Close()
	read(db.Snapshot())
	if _, err := db.Work(goal); err != nil {
		t.Errorf("work: %v", err)
	}
	if err := db.Save(goal, []store.Work{detailed(work(1, 9, own))}, nil); err != nil {
		t.Errorf("plan: %v", err)
	}
	if err := db.Finish(goal, store.Round{Poll: store.Poll{Goal: goal}}); err != nil {
		t.Errorf("finish: %v", err)
	}
	return true
}

func TestTruncated(t *testing.T) {
	data := grown(t, 40)
	path := newPath(t)
	must(t, os.WriteFile(path, data, 0o600))
	var used int // bytes that hold something
	b, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, b.View(func(tx *bbolt.Tx) error { used = int(tx.Size()); return nil }))
	must(t, b.Close())

	lengths := []int{1, 16, 80, 1023, 1024, 4095, 4096, 4097, 8191, 8192, 12288, used - 4096, used - 1}
	for n := 0; n < used; n += 4096 + 311 {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		if survive(t, path, data[:n]) {
			t.Errorf("opened with %d bytes of %d", n, used)
		}
	}
	if !survive(t, path, data[:used]) {
		t.Error("refused without the unused end")
	}
}

// TestFlippedBits damages one bit at a time, half of them where pages are held
// together: in their headers and first entries, or in a meta page. The file is refused,
// or it is known of each change that can't be read, or nothing is lost. A damaged meta
// page may take it back to the round before, with that one's as-of time.
func TestFlippedBits(t *testing.T) {
	data := grown(t, 40)
	path := newPath(t)
	must(t, os.WriteFile(path, data, 0o600))
	db := open(t, path)
	want := read(db.Snapshot())
	must(t, db.Close())
	const page, rounds = 4096, 1200
	random := rand.New(rand.NewPCG(1, 2))
	outcomes := map[string]int{}
	for i := range rounds {
		at := random.IntN(len(data))
		if i%2 == 0 {
			at = at/page*page + at%96
		}
		bit := byte(1) << random.IntN(8)
		data[at] ^= bit
		must(t, os.WriteFile(path, data, 0o600))
		db, err := store.Open(path, store.Options{ReadOnly: true})
		switch {
		case err != nil:
			outcomes["refused"]++
		case at < 2*page && db.Snapshot().Revision() < rev(t, data):
			outcomes["one step back"]++
			db.Close()
		default:
			outcomes[told(t, db, want)]++
			db.Close()
		}
		if i%3 == 0 {
			survive(t, path, data)
		}
		data[at] ^= bit
		if t.Failed() {
			t.Fatalf("bit %#x of byte %d of page %d", bit, at%page, at/page)
		}
	}
	t.Logf("%d damaged files: %v", rounds, outcomes)
	for _, outcome := range []string{"refused", "unknown", "identical"} {
		if outcomes[outcome] == 0 {
			t.Errorf("never %s", outcome)
		}
	}
}

// rev is the larger transaction number of the two meta pages.
func rev(t *testing.T, data []byte) uint64 {
	t.Helper()
	const at = 16 + 4*3 + 4 + 16 + 8 + 8 // header; magic, version, page size, flags; root, free list, high water
	return max(binary.NativeEndian.Uint64(data[at:]), binary.NativeEndian.Uint64(data[4096+at:]))
}

// told compares what a damaged file shows: all as it was, but for changes that it says
// it can't read.
func told(t *testing.T, db *store.DB, want contents) string {
	t.Helper()
	got := read(db.Snapshot())
	lost := map[int]bool{}
	for m := range db.Snapshot().Unreadable(goal, []store.Query{own, octavia}) {
		lost[m.Number] = true
	}
	outcome := "identical"
	for _, m := range want.Members { // what is gone stays gone, without its past
		if m.Departed != nil && m.Departed.Gone && db.Snapshot().Change(m.Number) == nil {
			want.Changes = slices.DeleteFunc(slices.Clone(want.Changes), func(c *store.Change) bool { return c.Number == m.Number })
			outcome = "gone for good"
		}
	}
	if len(lost) > 0 {
		outcome = "unknown"
		want.Changes = slices.DeleteFunc(slices.Clone(want.Changes), func(c *store.Change) bool { return lost[c.Number] })
		without := func(m store.Membership) bool { return lost[m.Number] }
		want.Members = slices.DeleteFunc(slices.Clone(want.Members), without)
		want.References = slices.DeleteFunc(slices.Clone(want.References), without)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%d unreadable; want and got:\n%s", len(lost), diff)
	}
	return outcome
}

// A change that can't be read is known to be a member, fetched again, and then all is
// as before; what could not be read is kept.
func TestUnreadable(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(b *bbolt.Bucket, key []byte) error
		kept   bool
	}{
		{"damaged", func(b *bbolt.Bucket, key []byte) error {
			data := slices.Clone(b.Get(key))
			data[len(data)/2] ^= 4
			return b.Put(key, data)
		}, true},
		{"lost", func(b *bbolt.Bucket, key []byte) error { return b.Delete(key) }, false},
		{"not a record", func(b *bbolt.Bucket, key []byte) error { return b.Put(key, []byte("{}")) }, true},
		{"another's", func(b *bbolt.Bucket, key []byte) error { return b.Put(key, slices.Clone(b.Get(record.Key(2)))) }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, newPath(t))
			gone := work(3, 1, own)
			gone.Member.Departed = &store.Departure{Gone: true, At: at(1)}
			round(t, db, 1, detailed(work(1, 1, own)), detailed(work(2, 1, own)), detailed(gone))
			must(t, db.Close())
			edit(t, db.Path(), func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte("changes"))
				return errors.Join(tt.damage(b, record.Key(1)), tt.damage(b, record.Key(3)))
			})
			db = open(t, db.Path())
			s := db.Snapshot()
			lost := slices.Collect(s.Unreadable(goal, []store.Query{own}))
			if len(lost) != 1 || lost[0].Number != 1 || lost[0].In != "openstack/nova" {
				t.Fatalf("unreadable: %+v", lost)
			}
			if others := slices.Collect(s.Unreadable(goal, []store.Query{octavia})); len(others) != 0 {
				t.Errorf("of another query: %+v", others)
			}
			numbers := []int{}
			for m := range s.Members(goal, []store.Query{own}) {
				numbers = append(numbers, m.Change.Number)
			}
			if !slices.Equal(numbers, []int{2, 3}) { // what is gone can't be fetched again
				t.Errorf("members %v", numbers)
			}

			round(t, db, 2, detailed(work(1, 2, own)))
			for range 2 {
				if lost := slices.Collect(db.Snapshot().Unreadable(goal, []store.Query{own})); len(lost) != 0 {
					t.Errorf("still unreadable: %+v", lost)
				}
				if c := db.Snapshot().Change(1); c == nil || !c.Updated.Equal(at(2)) {
					t.Errorf("change %+v", c)
				}
				db = reopen(t, db)
			}
			must(t, db.Close())
			edit(t, db.Path(), func(tx *bbolt.Tx) error {
				if kept := tx.Bucket([]byte("damaged")).Get(record.Key(1)) != nil; kept != tt.kept {
					t.Errorf("its bytes are kept: %t", kept)
				}
				return nil
			})
		})
	}
}

// Two goals share a change that can't be read: whoever fetches it does so for both.
func TestUnreadableIsFetchedByAnotherGoal(t *testing.T) {
	const other = "other"
	db := open(t, newPath(t))
	round(t, db, 1, detailed(work(1, 1, own)))
	must(t, db.Save(other, []store.Work{detailed(work(1, 1, own))}, nil))
	must(t, db.Finish(other, store.Round{Complete: []string{""}, Poll: store.Poll{Goal: other}}))
	must(t, db.Close())
	edit(t, db.Path(), func(tx *bbolt.Tx) error { return tx.Bucket([]byte("changes")).Delete(record.Key(1)) })
	db = open(t, db.Path())
	for _, want := range []int{1, 0} {
		for _, name := range []string{goal, other} {
			if lost := slices.Collect(db.Snapshot().Unreadable(name, []store.Query{own})); len(lost) != want {
				t.Errorf("goal %s: unreadable %+v, want %d", name, lost, want)
			}
		}
		round(t, db, 2, detailed(work(1, 2, own)))
	}
}

// FuzzDamage writes any bytes anywhere into a sound file.
func FuzzDamage(f *testing.F) {
	data := grown(f, 12)
	f.Add(uint(0), []byte("\x00"))
	f.Add(uint(4096), make([]byte, 4096))
	f.Add(uint(2*4096+10), []byte("\xff\xff"))
	f.Fuzz(func(t *testing.T, at uint, patch []byte) {
		damaged := slices.Clone(data)
		copy(damaged[at%uint(len(data)):], patch)
		survive(t, newPath(t), damaged)
	})
}

// TestDamagedTree makes what a random bit seldom does: bbolt follows each of these
// without end, or writes over records later.
func TestDamagedTree(t *testing.T) {
	const page, header, element = 4096, 16, 16
	sound := grown(t, 400)
	path := newPath(t)
	must(t, os.WriteFile(path, sound, 0o600))
	b, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	find := func(kind string) (start int) {
		must(t, b.View(func(tx *bbolt.Tx) error {
			for id := 2; start == 0; id++ {
				info, err := tx.Page(id)
				if err != nil || info == nil {
					return fmt.Errorf("no %s page: %w", kind, err)
				}
				if info.Type == kind && sound[id*page+10] > 2 {
					start = id * page
				}
			}
			return nil
		}))
		return start
	}
	branch, free := find("branch"), find("freelist")
	must(t, b.Close())
	tests := []struct {
		name   string
		damage func(data []byte)
	}{
		{"a page is its own child", func(data []byte) { binary.NativeEndian.PutUint64(data[branch+header+8:], uint64(branch/page)) }},
		{"two parents of a page", func(data []byte) {
			copy(data[branch+header+8:], data[branch+header+element+8:][:8])
		}},
		{"a page in use is listed as free", func(data []byte) { binary.NativeEndian.PutUint64(data[free+header:], uint64(branch/page)) }},
		{"a page is free twice", func(data []byte) { copy(data[free+header:], data[free+header+8:][:8]) }},
		{"a free list longer than memory", func(data []byte) {
			data[free+10], data[free+11] = 0xff, 0xff
			binary.NativeEndian.PutUint64(data[free+header:], 1<<50)
		}},
		{"a child beyond the file", func(data []byte) { binary.NativeEndian.PutUint64(data[branch+header+8:], 1<<40) }},
		{"a branch without children", func(data []byte) { data[branch+10], data[branch+11] = 0, 0 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := newPath(t)
			data := slices.Clone(sound)
			tt.damage(data)
			must(t, os.WriteFile(path, data, 0o600))
			for _, readOnly := range []bool{false, true} {
				db, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: readOnly})
				if err == nil {
					db.Close()
				}
				if !errors.Is(err, store.ErrDamaged) {
					t.Errorf("read-only %v: %v", readOnly, err)
				}
			}
		})
	}
}
