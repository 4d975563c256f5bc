package answers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// unread is a reader that takes an answer and forgets it.
type unread struct{ header http.Header }

func (w unread) Header() http.Header         { return w.header }
func (w unread) WriteHeader(int)             {}
func (w unread) Write(b []byte) (int, error) { return len(b), nil }

// A kept answer costs no more than the address of the request.
func TestAllocationsOfAKeptAnswer(t *testing.T) {
	m := &maker{}
	c := m.cache()
	for _, test := range []struct {
		name, address string
		header        []string
		want          float64
	}{
		{"a page", "/a/", []string{"Accept-Encoding", "gzip"}, 0},
		{"a page that the reader has", "/a/", []string{"If-None-Match", `W/"1"`}, 0},
		{"a search", "/a/?x=1&y=2", []string{"Accept-Encoding", "gzip"}, 4},
	} {
		r := httptest.NewRequest(http.MethodGet, test.address, nil)
		for i := 0; i+1 < len(test.header); i += 2 {
			r.Header.Set(test.header[i], test.header[i+1])
		}
		w := unread{http.Header{}}
		if got := testing.AllocsPerRun(100, func() { c.ServeHTTP(w, r) }); got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}
