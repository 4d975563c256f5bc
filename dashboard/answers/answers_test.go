package answers_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/answers"
)

// maker counts what it makes.
type maker struct {
	handler http.HandlerFunc // what it answers; nil: page

	mu      sync.Mutex
	version answers.Version
	made    map[string]int // by path and query
}

// page is a page with a header of each kind, and a body that is worth compressing.
func page(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", "attachment")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", `W/"1"`)
	h.Add("Vary", "Form")
	fmt.Fprintf(w, "<p>%s %s", r.URL, strings.Repeat("text ", 400))
}

func (m *maker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	if m.made == nil {
		m.made = map[string]int{}
	}
	m.made[r.URL.RequestURI()]++
	m.mu.Unlock()
	if m.handler == nil {
		page(w, r)
	} else {
		m.handler(w, r)
	}
}

func (m *maker) now() answers.Version {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.version
}

// move moves the version on.
func (m *maker) move(by answers.Version) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version.Revision += by.Revision
	m.version.Testimonials += by.Testimonials
	m.version.Minute += by.Minute
}

// count is how often an address was made.
func (m *maker) count(address string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.made[address]
}

// cache stands before the maker and keeps up to 1 MiB.
func (m *maker) cache() *answers.Cache {
	return answers.New(answers.Config{Maker: m, Version: m.now, Headers: []string{"Form"}, Bytes: 1 << 20})
}

// get asks a handler. Header is pairs of name and value.
func get(h http.Handler, address string, header ...string) *http.Response {
	return do(context.Background(), h, http.MethodGet, address, header...)
}

func do(ctx context.Context, h http.Handler, method, address string, header ...string) *http.Response {
	r := httptest.NewRequestWithContext(ctx, method, address, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnswersAreMadeOnceForAVersion(t *testing.T) {
	m := &maker{}
	c := m.cache()
	for i, by := range []answers.Version{{}, {Revision: 1}, {Minute: 1}, {Testimonials: 1}} {
		m.move(by)
		for range 1000 {
			get(c, "/a/")
		}
		if got := m.count("/a/"); got != i+1 {
			t.Errorf("made %d times after %+v, want %d", got, by, i+1)
		}
	}
	m.move(answers.Version{Revision: 1})
	get(c, "/b/")
	if n, _, _ := c.Kept(); n != 1 {
		t.Errorf("%d answers are kept after a poll, want only the new one", n)
	}
}

func TestAddressesAreCanonical(t *testing.T) {
	m := &maker{}
	c := m.cache()
	for _, address := range []string{"/a?x=1&y=2", "/a?y=2&x=1", "/a?y=2&x=%31", "http://other.example.org/a?y=2&x=1"} {
		get(c, address)
	}
	if got := m.count("/a?x=1&y=2"); got != 1 || len(m.made) != 1 {
		t.Errorf("made %v, want one", m.made)
	}
	for _, address := range []string{"/b/c", "/b%2Fc", "/b/c?x=1", "/b/c?x=1&x=2", "/b/c?x=2&x=1", "/b/c?x=%zz"} {
		if got := body(t, get(c, address)); !strings.HasPrefix(got, "<p>"+address+" ") {
			t.Errorf("%s is answered with %.30s", address, got)
		}
	}
}

// An answer can't depend on what it is not kept by.
func TestTheMakerSeesOnlyTheAddress(t *testing.T) {
	m := &maker{handler: func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %q %v %q", r.Method, r.Host, r.Header, r.RemoteAddr)
	}}
	c := m.cache()
	if got, want := body(t, get(c, "/", "Cookie", "a=b", "Range", "bytes=1-2", "If-None-Match", "*")), `GET "" map[] ""`; got != want {
		t.Errorf("the maker saw %s, want %s", got, want)
	}
	if got, want := body(t, get(c, "/", "Form", "static")), `GET "" map[Form:[static]] ""`; got != want {
		t.Errorf("the maker saw %s, want %s", got, want)
	}
	if got, want := body(t, get(c, "/")), `GET "" map[] ""`; got != want {
		t.Errorf("without the header again: %s, want %s", got, want)
	}
}

func TestSomeAnswersAreNotKept(t *testing.T) {
	for _, tc := range []struct {
		name    string
		handler http.HandlerFunc
		status  int
		made    int
	}{
		{"not found", http.NotFound, 404, 2},
		{"our own fault", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, 500, 2},
		{"fleeting", func(w http.ResponseWriter, _ *http.Request) { answers.Fleeting(w) }, 200, 2},
		{"panic", func(http.ResponseWriter, *http.Request) { panic("broken") }, 500, 2},
		{"abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 500, 2},
		{"too large", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 300<<10)) }, 200, 2},
		{"no-store is for others", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Cache-Control", "no-store") }, 200, 1},
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/b", http.StatusFound) }, 302, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &maker{handler: tc.handler}
			c := m.cache()
			for range 2 {
				if resp := get(c, "/a"); resp.StatusCode != tc.status || tc.status >= 500 && tc.name != "our own fault" && resp.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s, %v; want %d", resp.Status, resp.Header, tc.status)
				}
			}
			if got := m.count("/a"); got != tc.made {
				t.Errorf("made %d times, want %d", got, tc.made)
			}
			if n, bytes, same := c.Kept(); n != 2-tc.made || !same || n == 0 && bytes != 0 {
				t.Errorf("%d answers of %d bytes are kept, counted right: %t", n, bytes, same)
			}
		})
	}
}

func TestPlainAndPackedAgree(t *testing.T) {
	m := &maker{}
	c := m.cache()
	plain, packed := get(c, "/a"), get(c, "/a", "Accept-Encoding", "br, gzip")
	text, data := body(t, plain), body(t, packed)
	z, err := gzip.NewReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(z)
	if err != nil || string(unpacked) != text || len(data)*2 > len(text) {
		t.Errorf("%d bytes are %d packed; %v", len(text), len(data), err)
	}
	for form, resp := range map[string]*http.Response{"": plain, "gzip": packed} {
		if got := resp.Header.Get("Content-Encoding"); got != form {
			t.Errorf("Content-Encoding %q, want %q", got, form)
		}
		if got := resp.Header["Vary"]; !slices.Equal(got, []string{"Accept-Encoding", "Form"}) {
			t.Errorf("%q: Vary %q", form, got)
		}
		if resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || resp.Header.Get("Cache-Control") != "no-cache" || resp.Header.Get("ETag") != `W/"1"` {
			t.Errorf("%q: %v", form, resp.Header)
		}
		head := do(t.Context(), c, http.MethodHead, "/a", "Accept-Encoding", form)
		if head.ContentLength != resp.ContentLength || head.ContentLength <= 0 || body(t, head) != "" || head.Header.Get("Content-Encoding") != form {
			t.Errorf("%q: HEAD says %d bytes, GET %d", form, head.ContentLength, resp.ContentLength)
		}
	}
	if got := m.count("/a"); got != 1 {
		t.Errorf("made %d times, want once", got)
	}
}

func TestShortAnswersAreNotPacked(t *testing.T) {
	m := &maker{handler: func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("a"), 1023)) }}
	resp := get(m.cache(), "/a", "Accept-Encoding", "gzip")
	if resp.Header.Get("Content-Encoding") != "" || resp.Header.Get("Vary") != "Accept-Encoding" || resp.ContentLength != 1023 {
		t.Errorf("%v", resp.Header)
	}
}

func TestNotModified(t *testing.T) {
	m := &maker{}
	c := m.cache()
	for _, etag := range []string{`W/"1"`, `"1"`, `"x", W/"1"`} {
		resp := get(c, "/a", "If-None-Match", etag, "Accept-Encoding", "gzip")
		if resp.StatusCode != http.StatusNotModified || body(t, resp) != "" {
			t.Errorf("%s: %s", etag, resp.Status)
		}
		for name, want := range map[string]string{
			"ETag": `W/"1"`, "Cache-Control": "no-cache", "Vary": "Accept-Encoding",
			"Content-Type": "", "Content-Length": "", "Content-Encoding": "", "Content-Disposition": "",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", etag, name, got, want)
			}
		}
	}
	if resp := get(c, "/a", "If-None-Match", `W/"2"`); resp.StatusCode != http.StatusOK {
		t.Errorf("with another ETag: %s", resp.Status)
	}
	m.handler = func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("no ETag")) }
	if resp := get(c, "/b", "If-None-Match", `""`); resp.StatusCode != http.StatusOK {
		t.Errorf("of what has no ETag: %s", resp.Status)
	}
}

func TestAcceptEncoding(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "br": false, "gzip": true, "br, GZIP": true, "gzip;q=0.5": true, "gzip; q=1, br": true,
		"gzip;q=0": false, "gzip ; q = 0.0": false, "xgzip": false, "identity": false,
	} {
		if got := answers.AcceptsGzip(header); got != want {
			t.Errorf("%q: %t, want %t", header, got, want)
		}
	}
}
