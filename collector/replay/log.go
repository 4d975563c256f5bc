package replay

import (
	"maps"
	"slices"
	"sync"
)

// Kinds of a request, as a Request names them.
const (
	KindListing = "listing" // a query without o=
	KindDetails = "details" // a query with o=
	KindChange  = "change"  // one change
	KindVersion = "version" // the server's version
	KindInfo    = "info"    // the server's configuration
	KindName    = "name"    // a project or an account
	KindPage    = "page"    // HTML for people
	KindOther   = "other"   // everything else, refused
)

// Request is one request as a Server answered it.
type Request struct {
	Method  string
	Target  string // path and query, as sent
	Kind    string
	Queries []string // q=, decoded
	Options []string // o=, in upper case, sorted
	Status  int
	Changes int // answered
	Bytes   int // of the body on the wire, compressed if it was
	Raw     int // of the body before compression
}

// Totals counts all requests since New or the last ResetLog.
type Totals struct {
	Requests int
	Kinds    map[string]int // requests by Kind
	Statuses map[int]int    // requests by status
	Changes  int
	Bytes    int
	Raw      int
}

// logLength bounds the requests that are remembered one by one: more than any
// test makes, and little enough for a demonstration that runs for months.
const logLength = 20_000

type requestLog struct {
	mu     sync.Mutex
	last   []Request
	totals Totals
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.totals.Kinds == nil {
		l.totals.Kinds, l.totals.Statuses = map[string]int{}, map[int]int{}
	}
	l.totals.Requests++
	l.totals.Kinds[r.Kind]++
	l.totals.Statuses[r.Status]++
	l.totals.Changes += r.Changes
	l.totals.Bytes += r.Bytes
	l.totals.Raw += r.Raw
	if len(l.last) >= logLength { // forget half at once, so that it costs nothing on average
		l.last = slices.Delete(l.last, 0, logLength/2)
	}
	l.last = append(l.last, r)
}

// Requests are the requests since New or the last ResetLog, oldest first; of very
// many only the newest.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.last)
}

// Totals counts the requests since New or the last ResetLog.
func (s *Server) Totals() Totals {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	t := s.log.totals
	t.Kinds, t.Statuses = maps.Clone(t.Kinds), maps.Clone(t.Statuses)
	return t
}

// ResetLog forgets the requests so far.
func (s *Server) ResetLog() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.last, s.log.totals = nil, Totals{}
}
