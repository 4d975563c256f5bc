package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store"
)

// used is the CPU time of this process so far, its garbage collector's too.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // there is no such error
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// timed prints how much CPU time some work took.
func timed(work func() error) error {
	before := used()
	if err := work(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(used() - before)
}

// openStore opens a database, with as much room for garbage as headway gives it. It is
// the helper "open".
func openStore(path, gerrit string) error {
	debug.SetGCPercent(400)
	return timed(func() error {
		_, err := store.Open(path, store.Options{Gerrit: gerrit}) // the end of the process closes it
		return err
	})
}

// scan reads every key and value. It is the helper "scan".
func scan(path string) error {
	return timed(func() error {
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
		if err != nil {
			return err
		}
		sum := byte(0)
		var walk func(b *bbolt.Bucket) error
		walk = func(b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if v == nil {
					return walk(b.Bucket(k))
				}
				for _, c := range v {
					sum += c
				}
				return nil
			})
		}
		err = db.View(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error { return walk(b) })
		})
		if sum == 0 { // so that the reading is not left out
			fmt.Fprintln(os.Stderr, "the sum is zero")
		}
		return err
	})
}

// gunzip reads a file with compress/gzip. It is the helper "gunzip".
func gunzip(path string) error {
	return timed(func() error {
		_, err := inflate(path, io.Discard)
		return err
	})
}

// inflate copies what a compressed file holds.
func inflate(path string, to io.Writer) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return 0, err
	}
	return io.Copy(to, z)
}

// opening compares how much CPU time it takes to open the database.
func (b *bench) opening(ctx context.Context) error {
	var opened, inflated, scanned []time.Duration
	for range b.repeats {
		for _, work := range []struct {
			times *[]time.Duration
			args  []string
		}{
			{&opened, []string{"open", b.db, b.gerrit.url}},
			{&inflated, []string{"gunzip", b.sent}},
			{&scanned, []string{"scan", b.db}},
		} {
			took, err := helperTime(ctx, work.args...)
			if err != nil {
				return err
			}
			*work.times = append(*work.times, took)
		}
	}
	b.table.time("open, CPU", "gunzip what Gerrit sent", median(opened), median(inflated))
	b.table.time("open, CPU", "plain bbolt scan", median(opened), median(scanned))
	return nil
}

func helperTime(ctx context.Context, args ...string) (took time.Duration, err error) {
	p, err := self(ctx, args...)
	if err != nil {
		return 0, err
	}
	said, err := p.wait()
	if err != nil {
		return 0, err
	}
	return took, json.Unmarshal([]byte(said), &took)
}

func median[T ~int64](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
