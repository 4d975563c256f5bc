package store_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
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
// together: in their headers and first entries, or in a meta page.
func TestFlippedBits(t *testing.T) {
	data := grown(t, 40)
	path := newPath(t)
	const page, rounds = 4096, 400
	random := rand.New(rand.NewPCG(1, 2))
	opened := 0
	for i := range rounds {
		at := random.IntN(len(data))
		if i%2 == 0 {
			at = at/page*page + at%96
		}
		bit := byte(1) << random.IntN(8)
		data[at] ^= bit
		if survive(t, path, data) {
			opened++
		}
		data[at] ^= bit
		if t.Failed() {
			t.Fatalf("bit %#x of byte %d of page %d", bit, at%page, at/page)
		}
	}
	t.Logf("%d of %d damaged files were opened", opened, rounds)
	if opened == 0 || opened == rounds {
		t.Error("the damage was not varied")
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
	sound := grown(t, 40)
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
