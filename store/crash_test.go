package store_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// crashed is how many changes each round of the crash test moves.
const crashed = 5

// TestCrash kills a process that writes rounds, and backups in between, at random
// moments, with a signal that can't be caught. After each kill the file opens,
// holds every step that was reported as done, and nothing of a step but all of it.
// Then the next process goes on.
func TestCrash(t *testing.T) {
	if path := os.Getenv(childEnv); path != "" {
		writeRounds(t, path)
		return
	}
	const kills = 120
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	path := newPath(t)
	total, inside := 0, 0
	for i := range kills {
		if i%10 == 0 {
			path = newPath(t) // killed while it is made, too
		}
		reported := killed(t, path, random.IntN(40), time.Duration(random.IntN(3000))*time.Microsecond)
		if _, err := os.Stat(path); os.IsNotExist(err) && reported == 0 {
			continue
		}
		step := stepOf(t, open(t, path))
		if step < reported || step > reported+1 && reported > 0 {
			t.Fatalf("kill %d: step %d was reported, the file holds step %d", i, reported, step)
		}
		if step > reported && reported > 0 {
			inside++
		}
		total += reported
		if _, err := os.Stat(path + ".copy"); err == nil {
			stepOf(t, open(t, path+".copy"))
			must(t, os.Remove(path+".copy"))
		}
	}
	t.Logf("%d kills; in %d the last step was written and not yet reported", kills, inside)
	if total == 0 {
		t.Error("no step was ever reported")
	}
}

// killed runs a writer, kills it some time after it reported so many steps, and
// returns the last step that it reported; 0 if none.
func killed(t *testing.T, path string, steps int, later time.Duration) (reported int) {
	t.Helper()
	cmd := child(t, path)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var fuse *time.Timer
	lines := bufio.NewScanner(stdout)
	for n := 0; lines.Scan(); {
		var step int
		if strings.Contains(lines.Text(), "FAIL") {
			t.Fatal(lines.Text())
		}
		if _, err := fmt.Sscanf(lines.Text(), "step %d", &step); err == nil {
			reported = step
			n++
		}
		if n >= steps && fuse == nil {
			fuse = time.AfterFunc(later, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	if fuse == nil {
		t.Fatal("the writer ended by itself")
	}
	return reported
}

// writeRounds goes on from where the file is, until it is killed. Round r has the
// steps 3r+1 planned, 3r+2 staged and 3r+3 finished.
func writeRounds(t *testing.T, path string) {
	db := open(t, path)
	for r := stepOf(t, db) / 3; ; r++ {
		planned, staged := make([]store.Work, crashed), make([]store.Work, crashed)
		for i := range crashed {
			planned[i] = work(i+1, r+1, own)
			staged[i] = detailed(planned[i])
			staged[i].Detail.Subject += strings.Repeat("x", 100*(r%50))
		}
		must(t, db.Save(goal, planned, nil))
		fmt.Printf("\nstep %d\n", 3*r+1)
		must(t, db.Save(goal, staged, nil))
		fmt.Printf("\nstep %d\n", 3*r+2)
		must(t, db.Finish(goal, store.Round{
			Complete: []string{""}, Selectors: []store.Selector{selector(own, r+1)},
			Poll: store.Poll{Goal: goal, Requests: r + 1},
		}))
		fmt.Printf("\nstep %d\n", 3*r+3)
		if r%5 == 0 {
			must(t, db.Backup(path+".copy"))
		}
	}
}

// stepOf tells which step a database is at, and closes nothing. All that one step
// writes must be there, or none.
func stepOf(t *testing.T, db *store.DB) int {
	t.Helper()
	if os.Getenv(childEnv) == "" {
		defer db.Close()
	}
	s := db.Snapshot()
	r := 0
	if polls := s.Polls(); len(polls) > 0 {
		r = polls[0].Requests
		if r != int(polls[0].ID) {
			t.Errorf("poll %d of round %d", polls[0].ID, r)
		}
		if got := s.Selector(goal, own).AsOf; !got.Equal(at(r)) {
			t.Errorf("round %d, as of %v", r, got)
		}
	}
	members := 0
	for m := range s.Members(goal, []store.Query{own}) {
		members++
		if !m.Updated.Equal(at(r)) || !m.Seen.Equal(at(r)) || m.Detailed.IsZero() {
			t.Errorf("round %d, change %d of %v", r, m.Change.Number, m.Updated)
		}
	}
	if want := crashed * min(r, 1); members != want {
		t.Errorf("round %d, %d members", r, members)
	}
	list := workOf(t, db)
	if len(list) != 0 && len(list) != crashed {
		t.Errorf("round %d, work %d", r, len(list))
	}
	drained := 0
	for _, w := range list {
		if !w.Row.Updated.Equal(at(r + 1)) {
			t.Errorf("round %d, work of %v", r, w.Row.Updated)
		}
		if w.Drained() {
			drained++
		}
	}
	switch {
	case len(list) == 0:
		return 3 * r
	case drained == 0:
		return 3*r + 1
	case drained != crashed:
		t.Errorf("round %d, %d of %d staged", r, drained, crashed)
	}
	return 3*r + 2
}
