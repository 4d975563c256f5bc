package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

const (
	// What opening a database and the first answers needed is given back soon, then ever
	// less often what polls and readers needed: on a slow machine the first answers are
	// not made within the first of these times.
	firstGiveBack = 2 * time.Second
	giveBackEvery = time.Minute

	// spare is what is not worth a collection, in bytes.
	spare = 4 << 20
)

// growth is how much more than before there may be while a database is read, in
// percent: nearly all of that stays, and to look for garbage in it costs more than the
// reading.
const growth = 400

// growing lets memory grow until done is called.
func growing() (done func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(growth)
	return func() { debug.SetGCPercent(before) }
}

// lean is the task that gives memory back to the system.
type lean struct {
	held uint64 // bytes of the heap after memory was given back last
}

func (*lean) String() string { return "memory" }

func (l *lean) Run(ctx context.Context) error {
	wait := firstGiveBack
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			l.giveBack()
			wait = min(2*wait, giveBackEvery)
			timer.Reset(wait)
		}
	}
}

// giveBack returns what is not in use, if that can be much.
func (l *lean) giveBack() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapSys-m.HeapReleased < l.held+l.held/8+spare {
		return
	}
	debug.FreeOSMemory()
	runtime.ReadMemStats(&m)
	l.held = m.HeapSys - m.HeapReleased
}
