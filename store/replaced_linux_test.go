package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// TestReplacedWhileWaiting has Open wait for the lock of a file that is replaced
// meanwhile, as Compact does: what it writes must be in the file that has the name.
func TestReplacedWhileWaiting(t *testing.T) {
	path := newPath(t)
	old := open(t, path)
	round(t, old, 1, detailed(work(1, 1, own)))
	must(t, old.Backup(path+".new"))

	type result struct {
		db  *store.DB
		err error
	}
	waiting := make(chan result, 1)
	go func() {
		db, err := store.Open(path, store.Options{Gerrit: gerrit, Timeout: time.Minute})
		waiting <- result{db, err}
	}()
	for handles(t, path) < 2 {
		runtime.Gosched()
	}
	must(t, os.Rename(path+".new", path))
	must(t, old.Close())
	r := <-waiting
	must(t, r.err)
	round(t, r.db, 2, detailed(work(2, 2, own)))
	must(t, r.db.Close())
	if open(t, path).Snapshot().Change(2) == nil {
		t.Error("the round went to the file that was replaced")
	}
}

// handles counts how often this process has a file open.
func handles(t testing.TB, path string) (n int) {
	t.Helper()
	fds, err := filepath.Glob("/proc/self/fd/*")
	must(t, err)
	for _, fd := range fds {
		if name, err := os.Readlink(fd); err == nil && name == path {
			n++
		}
	}
	return n
}
