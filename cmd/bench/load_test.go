package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestLoad reads answers of all forms over connections that stay.
func TestLoad(t *testing.T) {
	var asked, dialled atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/empty":
		case "/missing":
			http.NotFound(w, r)
		case "/chunks":
			for range 3 {
				w.Write([]byte(strings.Repeat("a", 100_000)))
				w.(http.Flusher).Flush()
			}
		default:
			w.Write([]byte(r.Header.Get("Accept-Encoding")))
		}
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			dialled.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	addr := s.Listener.Addr().String()
	l, err := newLoad(addr, true, "/whole", "/empty", "/chunks")
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	all, err := l.hammer(20 * time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	paced, err := l.pace(2000, 20*time.Millisecond)
	if err != nil || len(paced) != 40 {
		t.Errorf("%d answers, want 40: %v", len(paced), err)
	}
	if n := int64(len(all) + len(paced)); n != asked.Load() || n < connections {
		t.Errorf("%d answers, %d were asked for", n, asked.Load())
	}
	if dialled.Load() != connections {
		t.Errorf("%d connections, want %d", dialled.Load(), connections)
	}
	bad, err := newLoad(addr, false, "/missing")
	if err != nil {
		t.Fatal(err)
	}
	defer bad.close()
	if _, err := bad.hammer(200 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a page that is not there: %v", err)
	}
}

func TestPercentile(t *testing.T) {
	var all []answer
	for i := range 200 {
		all = append(all, answer{took: time.Duration(200-i) * time.Second})
	}
	if got := percentile(all, 0.99); got != 199*time.Second {
		t.Errorf("p99 is %s, want 199 s", got)
	}
	if got := percentile(nil, 0.99); got != 0 {
		t.Errorf("p99 of nothing is %s", got)
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	tb := newTable()
	for _, size := range []int{1000, 10_000} {
		tb.column(size)
		tb.bytes("RssAnon after start", "the file, compacted", int64(size)<<12, 1<<20)
		tb.first("poll", int64(size), thousands)
	}
	tb.missing("page", "nginx", "not installed")
	tb.write(&b)
	want := `| What | Against | Goal at 10,000 | 1,000: ours | reference | ratio | 10,000: ours | reference | ratio |
|---|---|---|--:|--:|--:|--:|--:|--:|
| RssAnon after start | the file, compacted | ≤ 60 MiB | 3.9 MiB | 1.0 MiB | 3.9 | 39 MiB | 1.0 MiB | 39 |
| poll | the same at 1,000 |  | 1,000 | 1,000 | 1 | 10,000 | 1,000 | 10 |
| page | nginx |  | | | |  | not installed | |
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
