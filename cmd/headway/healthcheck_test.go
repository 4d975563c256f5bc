package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

func TestHealthcheck(t *testing.T) {
	var status atomic.Int32 // to be answered
	status.Store(http.StatusOK)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/-/ready" {
			t.Errorf("asked for %s", r.URL)
		}
		w.WriteHeader(int(status.Load()))
		w.Write([]byte("headway answers.\n"))
	}))
	defer server.Close()
	if got := headway(t, t.TempDir(), "healthcheck", "--url="+server.URL); got.code != 0 || got.stdout != "headway answers.\n" {
		t.Errorf("ready: %+v", got)
	}
	status.Store(http.StatusServiceUnavailable)
	if got := headway(t, t.TempDir(), "healthcheck", "--url="+server.URL+"/"); got.code != 1 || !strings.Contains(got.stderr, "not ready: ") || !strings.Contains(got.stderr, "503 Service Unavailable: --url leads to a proxy") {
		t.Errorf("not ready: %+v", got)
	}
	server.Close()
	if got := headway(t, t.TempDir(), "healthcheck", "--url="+server.URL+"/"); got.code != 1 || !strings.Contains(got.stderr, "connection refused") {
		t.Errorf("away: %+v", got)
	}
}

// What a headway lacks itself is no proxy's fault.
func TestHealthcheckBeforeTheFirstReading(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig("http://127.0.0.1:1"))
	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
	defer r.stop(t, os.Interrupt)
	got := headway(t, dir, "healthcheck", "--url="+r.url)
	if want := "headway: not ready: goal g has had no complete round yet.\n"; got.code != 1 || got.stderr != want {
		t.Errorf("got %+v, want %q", got, want)
	}
}
