package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// TestCrash kills the real binary, with a signal that can't be caught, at random
// moments of backfills, polls and scheduled backups, while a community goes on
// acting. After each kill the file opens, holds every poll that was reported and
// nothing of a poll but all of it, and what is at the backup's place is a whole
// database. Again and again the next poll is let through, and must find what plain
// queries find.
func TestCrash(t *testing.T) {
	const lanes, kills = 4, 26 // each lane has a Gerrit and databases of its own
	binary := filepath.Join(t.TempDir(), "headway")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var sum tally
	t.Run("lanes", func(t *testing.T) {
		for lane := range lanes {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				newLane(t, binary, &sum).run(kills)
			})
		}
	})
	t.Logf("%d kills: %d in a backfill, %d in a later poll, %d in a backup; %d polls were written and not yet reported; the next poll converged %d times",
		sum.kills.Load(), sum.backfill.Load(), sum.later.Load(), sum.backup.Load(), sum.unreported.Load(), sum.converged.Load())
	for what, n := range map[string]*atomic.Int64{"backfill": &sum.backfill, "later poll": &sum.later, "backup": &sum.backup} {
		if n.Load() == 0 {
			t.Errorf("no kill in a %s", what)
		}
	}
}

// tally counts what the kills hit.
type tally struct{ kills, backfill, later, backup, unreported, converged atomic.Int64 }

// lane is one Gerrit, its community, and the databases made of it, one after the
// other.
type lane struct {
	*testing.T
	binary, dir string
	random      *rand.Rand
	crowd       *crowd
	sum         *tally

	file   string          // the database
	backup string          // of it
	before *store.Snapshot // what it held when it was looked at last; nil: it is not there yet
}

func newLane(t *testing.T, binary string, sum *tally) *lane {
	l := &lane{T: t, binary: binary, dir: t.TempDir(), sum: sum}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	l.random = rand.New(rand.NewPCG(seed, 0))
	l.crowd = newCrowd(t, seed)
	write(t, l.dir, "c.yml", strings.Replace(fastConfig(l.crowd.url), "topic:x", "'"+crowdSelector+"'", 1))
	return l
}

func (l *lane) run(kills int) {
	for killed, round := 0, 0; killed < kills && !l.Failed(); round++ {
		if round > 20*kills {
			l.Fatal("the program mostly ends before it is killed")
		}
		if killed%6 == 0 {
			l.file = filepath.Join(l.dir, fmt.Sprintf("%d.db", round))
			l.backup, l.before = l.file+".copy", nil
		}
		kill := l.killPoll
		if l.random.IntN(3) == 0 {
			kill = l.killServer
		}
		died, reported := kill()
		l.check(reported)
		if !died {
			continue
		}
		killed++
		l.sum.kills.Add(1)
		if l.random.IntN(3) == 0 {
			l.converge()
		}
	}
}

// flags are those of every run of the program.
func (l *lane) flags(args ...string) []string {
	return append(args, "--config.file="+filepath.Join(l.dir, "c.yml"), "--storage.path="+l.file)
}

// killPoll kills a poll some time after its start, or when it asks no more for a
// moment, after some requests: between two of them, or in what follows the last.
func (l *lane) killPoll() (killed bool, reported int) {
	cmd := exec.Command(l.binary, l.flags("poll")...)
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	killed = l.killedAfter(cmd, func(kill func()) {
		if l.random.IntN(8) == 0 {
			time.AfterFunc(time.Duration(l.random.IntN(80))*time.Millisecond, kill)
			return
		}
		pause := time.Duration(l.random.IntN(12_000)) * time.Microsecond
		fuse := time.AfterFunc(time.Hour, kill)
		l.crowd.fromRequest(1+l.random.IntN(12), func() { fuse.Reset(pause) })
	})
	return killed, strings.Count(stdout.String(), "\n")
}

// killServer kills a server while it backs up, or some time after it began to serve or, now
// and then, after its start. It does both at once: the copy is overdue, and mostly the poll.
func (l *lane) killServer() (killed bool, reported int) {
	cmd := exec.Command(l.binary, l.flags("serve", "--web.listen-address=127.0.0.1:0", "--backup.path="+l.backup, "--backup.schedule=@daily")...)
	log, err := cmd.StderrPipe()
	if err != nil {
		l.Fatal(err)
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(l.backup, yesterday, yesterday); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.Fatal(err)
	}
	gone := make(chan struct{})
	killed = l.killedAfter(cmd, func(kill func()) {
		later := time.Duration(l.random.IntN(400)) * time.Millisecond
		early := l.random.IntN(8) == 0
		if early {
			time.AfterFunc(later, kill)
		}
		go func() {
			defer close(gone)
			for lines := bufio.NewScanner(log); lines.Scan(); {
				if strings.Contains(lines.Text(), `msg="poll done"`) {
					reported++
				}
				if strings.Contains(lines.Text(), "msg=serving ") && !early {
					time.AfterFunc(later, kill)
				}
			}
		}()
		if l.random.IntN(8) > 0 {
			fuse := later / 60
			if l.random.IntN(2) == 0 {
				fuse = later / 800 // a quiet machine has made its copy soon
			}
			go l.whenThere(l.backup+".partial", gone, func() { time.AfterFunc(fuse, kill) })
		}
	})
	<-gone
	if _, err := os.Stat(l.backup + ".partial"); err == nil {
		l.sum.backup.Add(1)
	}
	return killed, reported
}

// killedAfter runs a program and reports whether it was killed, by what arm set up.
func (l *lane) killedAfter(cmd *exec.Cmd, arm func(kill func())) bool {
	if err := cmd.Start(); err != nil {
		l.Fatal(err)
	}
	l.crowd.fromRequest(0, nil)
	arm(func() { cmd.Process.Kill() })
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() != -1 {
		l.Errorf("%v: %v", cmd.Args, err)
	}
	return err != nil
}

// whenThere calls f as soon as there is a file, unless what could make it is gone.
func (l *lane) whenThere(file string, gone <-chan struct{}, f func()) {
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case <-gone:
			return
		case <-tick.C:
			if _, err := os.Stat(file); err == nil {
				f()
				return
			}
		}
	}
}
