package answers

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// patience is how long a request waits for its turn. A reader may come back
	// after as long again.
	patience = 5 * time.Second
	// maxWaiting is how many answers wait for their turn in a lane. Readers who wait
	// for the same answer are one.
	maxWaiting = 64
	// maxLent is how many bytes of answers are being sent at most.
	maxLent = 32 << 20
	// small answers fit into what the system buffers for a connection.
	small = 16 << 10
)

// errBusy is the error of an answer that there is no room to make.
var errBusy = errors.New("too much work in flight")

// atOnce is how many answers are made at once. Making one is all computing, so more
// of them than processors would only take more memory.
func atOnce() int { return max(2, runtime.GOMAXPROCS(0)) }

// lane lets a few pass at once and a few more wait.
type lane struct {
	slots   chan struct{}
	waiting atomic.Int32
}

func newLane(slots int) *lane { return &lane{slots: make(chan struct{}, slots)} }

// enter waits for a slot; it returns false if there is none to be had.
func (l *lane) enter() bool {
	select {
	case l.slots <- struct{}{}:
		return true
	default:
	}
	defer l.waiting.Add(-1)
	if l.waiting.Add(1) > maxWaiting {
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		return true
	case <-timer.C:
		return false
	}
}

func (l *lane) leave() { <-l.slots }

// loans counts the bytes of answers that readers have not taken yet: each answer
// once, whether it is still kept or not. Otherwise slow readers of many large answers
// would hold more than what is kept.
type loans struct {
	mu    sync.Mutex // guards bytes, and readers of each answer
	bytes int64
}

// take lends an answer; it returns false if too much is lent already. One answer
// alone may be larger than the bound.
func (l *loans) take(a *answer) bool {
	if a.size <= small {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.readers == 0 {
		if l.bytes > 0 && l.bytes+a.size > maxLent {
			return false
		}
		l.bytes += a.size
	}
	a.readers++
	return true
}

func (l *loans) giveBack(a *answer) {
	if a.size <= small {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.readers--; a.readers == 0 {
		l.bytes -= a.size
	}
}
