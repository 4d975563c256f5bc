package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// newTerminal makes a terminal: what a program writes to tty comes out of screen.
func newTerminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}

// TestPollOnATerminal draws a bar during the first backfill only, and for eyes only.
func TestPollOnATerminal(t *testing.T) {
	dir := t.TempDir()
	_, url := topicGerrit(t, 100) // four batches
	write(t, dir, "c.yml", strings.Replace(fastConfig(url), "requests_per_second: 1000", "requests_per_second: 5", 1))
	const bar = "g: fetching changes"
	for _, tc := range []struct {
		name     string
		storage  string
		terminal bool
		bar      bool
	}{
		{"backfill on a terminal", "a.db", true, true},
		{"the next poll on a terminal", "a.db", true, false},
		{"backfill without a terminal", "b.db", false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cmd := program(t, dir, "poll", "--config.file=c.yml", "--storage.path="+tc.storage)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if tc.terminal {
				screen, tty := newTerminal(t)
				cmd.Stderr = tty
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				tty.Close()
				io.Copy(&stderr, screen) // ends with an error when the program does
			} else if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
			seen := stderr.String()
			if got := strings.Contains(seen, bar); got != tc.bar {
				t.Errorf("a bar: %t, want %t in\n%q", got, tc.bar, seen)
			}
			if tc.bar && !regexp.MustCompile(`fetching changes .*\((25|50|75)/100`).MatchString(seen) {
				t.Errorf("no count in\n%q", seen)
			}
			if end := strings.LastIndex(seen, bar); tc.bar && !strings.Contains(seen[end:], clearLine) {
				t.Errorf("the bar stays:\n%q", seen)
			}
			for i, before := range strings.Split(seen, "time=")[:strings.Count(seen, "time=")] {
				if before != "" && !strings.HasSuffix(before, "\n") && !strings.HasSuffix(before, clearLine) {
					t.Errorf("log line %d does not begin a line:\n%q", i+1, seen)
				}
			}
			if !tc.terminal {
				if out := stdout.String() + seen; out != "" {
					t.Errorf("without a terminal a good poll says %q", out)
				}
				return
			}
			if out := stdout.String(); !strings.HasPrefix(out, "g: listed ") || strings.Count(out, "\n") != 1 {
				t.Errorf("stdout is %q, want one line", out)
			}
		})
	}
}

// TestStatusOnATerminal draws for the terminal that it stands on, and for nothing else.
func TestStatusOnATerminal(t *testing.T) {
	base := recordedServer(t)
	for _, tc := range []struct {
		name    string
		env     string
		columns uint16
		colours bool
		room    bool // for all columns
	}{
		{"wide", "TERM=xterm", 160, true, true},
		{"narrow", "TERM=xterm", 60, true, false},
		{"NO_COLOR", "NO_COLOR=1", 160, false, true},
		{"empty NO_COLOR", "NO_COLOR=", 160, true, true},
		{"dumb", "TERM=dumb", 60, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cmd := program(t, t.TempDir(), "status", "--url="+base+"/progress")
			screen, tty := newTerminal(t)
			if err := unix.IoctlSetWinsize(int(screen.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: tc.columns}); err != nil {
				t.Fatal(err)
			}
			cmd.Env = append(cmd.Environ(), "TERM=xterm", tc.env)
			cmd.Stdout = tty
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			tty.Close()
			var seen bytes.Buffer
			io.Copy(&seen, screen) // ends with an error when the program does
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			got := seen.String()
			if strings.Contains(got, "\x1b[") != tc.colours || strings.Contains(got, "ABANDONED") != tc.room || strings.Contains(got, "has no room") == tc.room {
				t.Errorf("want colours: %t, all columns: %t; got\n%q", tc.colours, tc.room, got)
			}
		})
	}
}
