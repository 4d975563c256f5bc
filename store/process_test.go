package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// childEnv tells a test that it runs in a process of its own, and on what.
const childEnv = "HEADWAY_STORE_TEST_CHILD"

// child is the running test once more, in a process of its own.
func child(t testing.TB, argument string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), childEnv+"="+argument)
	return cmd
}

// alone runs a test that changes its whole process in a child.
func alone(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if os.Getenv(childEnv) != "" {
		test(t)
		return
	}
	if out, err := child(t, "alone").CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestLockedByProcess has another process hold the file until its input ends.
func TestLockedByProcess(t *testing.T) {
	if path := os.Getenv(childEnv); path != "" {
		open(t, path)
		fmt.Println("\nopened")
		io.Copy(io.Discard, os.Stdin)
		return
	}
	path := newPath(t)
	cmd := child(t, path)
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	must(t, waitFor(stdout, "opened"))
	for _, readOnly := range []bool{false, true} {
		_, err := store.Open(path, store.Options{Gerrit: gerrit, ReadOnly: readOnly, Timeout: time.Millisecond})
		if !errors.Is(err, store.ErrLocked) || !strings.Contains(err.Error(), path) {
			t.Errorf("read-only %v: %v", readOnly, err)
		}
	}
	must(t, stdin.Close())
	// No timeout to speak of: Open waits for the other process to end.
	db, err := store.Open(path, store.Options{Gerrit: gerrit, Timeout: time.Minute})
	must(t, err)
	must(t, db.Close())
	io.Copy(io.Discard, stdout)
	must(t, cmd.Wait())
}

// waitFor reads lines up to one.
func waitFor(out io.Reader, line string) error {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == line {
			return nil
		}
	}
	return fmt.Errorf("%q never came: %v", line, lines.Err())
}
