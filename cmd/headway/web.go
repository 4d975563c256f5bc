package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/prometheus/exporter-toolkit/web"
)

// goodbye is how long requests that are being answered may take when we stop. All
// answers are made from memory; what is slower is a slow reader.
const goodbye = 5 * time.Second

// webServer is the HTTP server as a task. It listens from the start, so that a
// port in use is found before anything else runs, and its addresses are known.
type webServer struct {
	server    *http.Server
	listeners []net.Listener
	flags     *web.FlagConfig
	log       *slog.Logger
}

// newWebServer listens as the toolkit's flags say.
func newWebServer(flags *web.FlagConfig, handler http.Handler, log *slog.Logger) (*webServer, error) {
	// Otherwise the toolkit finds out when it serves.
	if err := web.Validate(*flags.WebConfigFile); err != nil {
		return nil, fmt.Errorf("web configuration %s: %w", *flags.WebConfigFile, err)
	}
	listeners, err := listen(flags)
	if err != nil {
		return nil, err
	}
	return &webServer{
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       time.Minute,
			WriteTimeout:      time.Minute,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // clients that break off
		},
		listeners: listeners,
		flags:     flags,
		log:       log,
	}, nil
}

func listen(flags *web.FlagConfig) ([]net.Listener, error) {
	if *flags.WebSystemdSocket {
		listeners, err := activation.Listeners()
		if err != nil {
			return nil, fmt.Errorf("take systemd's sockets: %w", err)
		}
		if len(listeners) == 0 {
			return nil, errors.New("systemd passed no socket")
		}
		return listeners, nil
	}
	var listeners []net.Listener
	for _, address := range *flags.WebListenAddresses {
		l, err := net.Listen("tcp", address)
		if err != nil {
			for _, l := range listeners {
				l.Close()
			}
			return nil, err // it reads "listen tcp ADDRESS: …"
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func (s *webServer) String() string { return "web server" }

// Run serves until ctx is cancelled, then closes the listeners at once and lets
// running answers end.
func (s *webServer) Run(ctx context.Context) error {
	stopped := make(chan error, 1)
	release := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		err := s.server.Shutdown(ctx)
		if err != nil {
			err = errors.Join(err, s.server.Close())
		}
		stopped <- err
	})
	err := web.ServeMultiple(s.listeners, s.server, s.flags, s.log)
	if release() { // it ended by itself
		s.server.Close()
		return err
	}
	if err := <-stopped; err != nil {
		s.log.Warn("requests cut off", "err", err)
	}
	return nil
}

// address is where a browser on this machine finds the server.
func (s *webServer) address() string {
	scheme := "http"
	if *s.flags.WebConfigFile != "" {
		scheme = "https" // or http, if it has users only; the log says which
	}
	host, port, err := net.SplitHostPort(s.listeners[0].Addr().String())
	if err != nil {
		return s.listeners[0].Addr().String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/"
}
