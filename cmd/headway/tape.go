package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// tape is a transport that keeps the details of changes that pass through it.
type tape struct {
	base http.RoundTripper

	mu   sync.Mutex
	kept map[int]*replay.Change // the newest of each
	bad  error                  // what can't be replayed
}

func newTape() *tape {
	return &tape{base: http.DefaultTransport, kept: map[int]*replay.Change{}}
}

// RoundTrip implements http.RoundTripper.
func (t *tape) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(req)
	// Requests without options list; their rows are not whole changes.
	if err == nil && resp.StatusCode == http.StatusOK && req.URL.Query().Has("o") {
		resp.Body = &taped{ReadCloser: resp.Body, tape: t}
	}
	return resp, err
}

// taped is a body that is kept if it is read to its end. How much that may be is the
// reader's to limit.
type taped struct {
	io.ReadCloser
	tape *tape
	text bytes.Buffer
}

func (b *taped) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.text.Write(p[:n])
	if errors.Is(err, io.EOF) {
		b.tape.keep(b.text.Bytes())
	}
	return n, err
}

// keep takes the changes out of an answer. What is wrong with it as a whole is the
// collector's to find out.
func (t *tape) keep(answer []byte) {
	_, document, _ := bytes.Cut(answer, []byte("\n")) // after Gerrit's prefix
	var elements []json.RawMessage
	if json.Unmarshal(document, &elements) != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, raw := range elements {
		c := new(replay.Change)
		if err := json.Unmarshal(raw, c); err != nil {
			t.bad = fmt.Errorf("change %d can't be replayed: %w", c.Number, err)
			continue
		}
		if old := t.kept[c.Number]; old == nil || !old.Updated.After(c.Updated.Time) {
			c.MoreChanges = false
			t.kept[c.Number] = c
		}
	}
}

// changes are all that was kept, without addresses.
func (t *tape) changes() ([]*replay.Change, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	changes := slices.Collect(maps.Values(t.kept))
	for _, c := range changes {
		c.Redact(store.WithoutAddresses)
	}
	return changes, t.bad
}
