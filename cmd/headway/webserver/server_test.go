package webserver_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/eventlet-removal/headway/cmd/headway/webserver"
)

func toolkitFlags(configFile string, addresses ...string) *web.FlagConfig {
	return &web.FlagConfig{WebListenAddresses: &addresses, WebSystemdSocket: new(bool), WebConfigFile: &configFile}
}

func TestWebServerEndsAnswersBeforeItStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel() // the stop comes while this request is being answered
		<-ctx.Done()
		io.WriteString(w, "whole")
	})
	s, err := webserver.New(toolkitFlags("", "127.0.0.1:0"), handler, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	resp, err := http.Get(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); string(body) != "whole" || err != nil {
		t.Errorf("body is %q, %v; want the whole answer", body, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run returned %v, want nil", err)
	}
	if _, err := http.Get(s.Address()); err == nil {
		t.Error("still listening after Run returned")
	}
}

func TestWebServerFindsMistakesAtOnce(t *testing.T) {
	used, err := webserver.New(toolkitFlags("", "127.0.0.1:0"), http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	for _, tc := range []struct {
		name  string
		flags *web.FlagConfig
		want  string
	}{
		{"port in use", toolkitFlags("", "127.0.0.1:0", strings.Trim(strings.TrimPrefix(used.Address(), "http:"), "/")), "address already in use"},
		{"no such port", toolkitFlags("", "127.0.0.1:http8"), "unknown port"},
		{"not an address", toolkitFlags("", "vsock://:9100"), "too many colons in address"},
		{"no web configuration", toolkitFlags("none.yml", "127.0.0.1:0"), "web configuration none.yml: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := webserver.New(tc.flags, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error is %v, want one that contains %q", err, tc.want)
			}
		})
	}
}

// What one client can ask for is bounded: how much it may send before it is heard, how
// long it may take for it, and how many may be there.
func TestWebServerIsBounded(t *testing.T) {
	s, err := webserver.New(toolkitFlags("", "127.0.0.1:0"), http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := webserver.Bounded(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for name, bound := range map[string]time.Duration{
		"header": server.ReadHeaderTimeout, "read": server.ReadTimeout, "write": server.WriteTimeout, "idle": server.IdleTimeout,
	} {
		if bound <= 0 || bound > 2*time.Minute {
			t.Errorf("%s: %v", name, bound)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	req, err := http.NewRequest(http.MethodGet, s.Address(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 100<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 100 KB: %s", resp.Status)
	}

	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	ask := func() net.Conn {
		c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.Address(), "http://"), "/"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
		return c
	}
	answered := func(c net.Conn) {
		t.Helper()
		if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 404"))); err != nil {
			t.Fatal(err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	for range webserver.MostConnections {
		answered(ask()) // and stays
	}
	waiting := ask()
	open[0].Close()
	answered(waiting)
}
