package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/exporter-toolkit/web"
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
	s, err := newWebServer(toolkitFlags("", "127.0.0.1:0"), handler, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	resp, err := http.Get(s.address())
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
	if _, err := http.Get(s.address()); err == nil {
		t.Error("still listening after Run returned")
	}
}

func TestWebServerFindsMistakesAtOnce(t *testing.T) {
	used, err := newWebServer(toolkitFlags("", "127.0.0.1:0"), http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer used.listeners[0].Close()
	for _, tc := range []struct {
		name  string
		flags *web.FlagConfig
		want  string
	}{
		{"port in use", toolkitFlags("", "127.0.0.1:0", used.listeners[0].Addr().String()), "address already in use"},
		{"no such port", toolkitFlags("", "127.0.0.1:http8"), "unknown port"},
		{"not an address", toolkitFlags("", "vsock://:9100"), "too many colons in address"},
		{"no web configuration", toolkitFlags("none.yml", "127.0.0.1:0"), "web configuration none.yml: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := newWebServer(tc.flags, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error is %v, want one that contains %q", err, tc.want)
			}
		})
	}
}

// failing is a task that fails, waiting one that ends when its context does.
type failing struct{}

func (failing) Run(context.Context) error { return errors.New("broken") }
func (failing) String() string            { return "failing" }

type waiting struct{ ended *bool }

func (w waiting) Run(ctx context.Context) error { <-ctx.Done(); *w.ended = true; return nil }
func (waiting) String() string                  { return "waiting" }

func TestOneFailedTaskStopsAll(t *testing.T) {
	var ended bool
	err := runTasks(t.Context(), slog.New(slog.DiscardHandler), waiting{&ended}, failing{})
	if err == nil || err.Error() != "failing: broken" {
		t.Errorf("error is %v, want failing: broken", err)
	}
	if !ended {
		t.Error("returned before every task had ended")
	}
}
