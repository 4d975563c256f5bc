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
// meanwhile, as Compact does: the file that has the name now is the one to open.
func TestReplacedWhileWaiting(t *testing.T) {
	for _, readOnly := range []bool{false, true} {
		path := newPath(t)
		old := open(t, path)
		must(t, old.Backup(path+".new"))
		newer := open(t, path+".new")
		round(t, newer, 1, detailed(work(1, 1, own)))
		must(t, newer.Close())

		type result struct {
			db  *store.DB
			err error
		}
		waiting := make(chan result, 1)
		go func() {
			db, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: readOnly, Timeout: time.Minute})
			waiting <- result{db, err}
		}()
		for handles(t, path) < 2 {
			runtime.Gosched()
		}
		must(t, os.Rename(path+".new", path))
		must(t, old.Close())
		r := <-waiting
		must(t, r.err)
		if r.db.Snapshot().Change(1) == nil {
			t.Errorf("read-only %v: the file that was replaced is open", readOnly)
		}
		must(t, r.db.Close())
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
