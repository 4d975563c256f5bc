package dashboard_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzAddress asks for anything: each address has an answer, and none is our fault.
func FuzzAddress(f *testing.F) {
	for _, path := range append(pagePaths, "/eventlet-removal/embed?changes=1,2", "/eventlet-removal/badge/openstack/nova.svg?label=x&theme=auto", "/eventlet-removal/changes?page=2&sort=-number&older=3d",
		"/eventlet-removal/report?since=2026-01-01&until=2026-02-01", "/eventlet-removal/?on=2026-11-01&status=stalled&find=n", "/api/v1/goals/eventlet-removal/changes?limit=3&cursor=x&numbers=1", "/eventlet-removal/go?project=nov", "/polls?page=9&goal=g", "/embeds?project=%2F", "//", "/eventlet-removal/projects/%2f%00?utm_source=x") {
		f.Add(path)
	}
	w := newWorld().populate()
	w.start(f)
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.ParseRequestURI(address)
		if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
			return
		}
		req := &http.Request{Method: http.MethodGet, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Host: "h", RequestURI: address}
		resp := httptest.NewRecorder()
		w.server.Handler().ServeHTTP(resp, req.WithContext(t.Context()))
		if resp.Code < 200 || resp.Code >= 500 && resp.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", address, resp.Code)
		}
		if to := resp.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.Contains(to, "://") {
			t.Errorf("%s leads to %s", address, to)
		}
	})
}
