package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// slowProxy stands between headway and Gerrit, where tests step in.
type slowProxy struct {
	url string

	mu      sync.Mutex
	down    bool
	spoiled *strings.Replacer // of answers; nil: none
	behind  time.Duration     // how far Gerrit's clock is behind ours, by its Date header
	page    int               // most changes of one page; 0 leaves it to Gerrit
	between func()            // called once before the second page of a listing is asked for
}

func newSlowProxy(t *testing.T, target string) *slowProxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &slowProxy{}
	forward := httputil.NewSingleHostReverseProxy(to)
	forward.ModifyResponse = func(r *http.Response) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.spoiled != nil {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			text := p.spoiled.Replace(string(body))
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
			r.Header.Set("Content-Length", strconv.Itoa(len(text)))
		}
		r.Header.Set("Date", time.Now().Add(-p.behind).UTC().Format(http.TimeFormat))
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		p.mu.Lock()
		var stepIn func()
		if strings.Contains(query.Get("q"), "before:") {
			stepIn, p.between = p.between, nil
		}
		if p.page > 0 && query.Has("n") && !query.Has("o") {
			query.Set("n", strconv.Itoa(p.page))
			r.URL.RawQuery = query.Encode()
		}
		if p.spoiled != nil {
			r.Header.Del("Accept-Encoding")
		}
		down := p.down
		p.mu.Unlock()
		if down {
			http.NotFound(w, r)
			return
		}
		if stepIn != nil {
			stepIn()
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL + "/"
	return p
}

// cut makes the pages of listings short until the returned function is called, and
// has something happen between two of them.
func (p *slowProxy) cut(page int, between func()) (restore func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.page, p.between = page, between
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.page = 0
	}
}

// fail makes Gerrit unreachable: a proxy answers in its place.
func (p *slowProxy) fail() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
}

// spoil replaces a text in all answers.
func (p *slowProxy) spoil(old, new string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spoiled = strings.NewReplacer(old, new)
}

// mustHaveStepped wants a second page to have been asked for.
func (p *slowProxy) mustHaveStepped(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.between != nil {
		t.Error("no second page was asked for: nothing happened between two")
	}
}
