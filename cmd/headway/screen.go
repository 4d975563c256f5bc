package main

import (
	"io"
	"os"
	"sync"

	"github.com/eventlet-removal/headway/cmd/headway/terminal"
)

// clearLine erases the line that a terminal's cursor is in.
const clearLine = "\r\x1b[K"

// screen is standard error. Log lines go to it through Write; if it is a terminal, a
// bar may stand below them, which a log line wipes out and the next tick draws again.
type screen struct {
	out      io.Writer
	terminal bool

	mu  sync.Mutex
	bar bool // a bar stands in the last line
}

func newScreen(f *os.File) *screen {
	return &screen{out: f, terminal: terminal.Is(f)}
}

// Write writes whole lines.
func (s *screen) Write(lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wipe()
	return s.out.Write(lines)
}

// wipe takes the bar away. The caller holds the lock.
func (s *screen) wipe() {
	if s.bar {
		io.WriteString(s.out, clearLine)
		s.bar = false
	}
}

// lastLine is where a bar is drawn.
type lastLine struct{ *screen }

func (l lastLine) Write(part []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bar = true
	return l.out.Write(part)
}

func (l lastLine) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipe()
}
