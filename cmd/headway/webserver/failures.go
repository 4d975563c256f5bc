package webserver

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// failures is where net/http writes what went wrong: a panic, or a connection that could
// not be taken because the process has no descriptor left. Those are errors. What a client
// did to itself is not.
type failures struct {
	log *slog.Logger

	mu      sync.Mutex
	quiet   time.Time // before which no more is said of connections that can't be taken
	skipped int       // times it happened and was not said
}

// failedAccepts is how often it is said that connections can't be taken: net/http tries
// again at least once a second.
const failedAccepts = 30 * time.Second

// Write takes one message.
func (f *failures) Write(message []byte) (int, error) {
	text, stack, _ := strings.Cut(string(bytes.TrimSpace(message)), "\n")
	level, attrs := slog.LevelError, []any{"err", text}
	switch {
	case ofClient(text):
		level = slog.LevelDebug
	case strings.HasPrefix(text, "http: Accept error: "):
		skipped, due := f.due(time.Now())
		if !due {
			return len(message), nil
		}
		if skipped > 0 {
			attrs = append(attrs, "not_logged", skipped)
		}
	}
	if stack != "" {
		attrs = append(attrs, "stack", stack)
	}
	f.log.Log(context.Background(), level, "web server", attrs...)
	return len(message), nil
}

// due reports whether a failed accept is to be said, and how many were not.
func (f *failures) due(now time.Time) (skipped int, due bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Before(f.quiet) {
		f.skipped++
		return 0, false
	}
	skipped, f.skipped, f.quiet = f.skipped, 0, now.Add(failedAccepts)
	return skipped, true
}

// ofClient reports whether a message is about a client that breaks off or speaks another
// protocol.
func ofClient(text string) bool {
	return strings.HasPrefix(text, "http: TLS handshake error") ||
		strings.HasPrefix(text, "http2: ") && !strings.HasPrefix(text, "http2: panic")
}
