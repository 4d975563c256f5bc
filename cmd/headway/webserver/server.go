// Package webserver is an HTTP server as a task: it listens as the flags of the exporter
// toolkit say, or plainly at one address, bounds what a request may take, and stops in
// order. What it answers is not its business. Only cmd/headway imports it.
package webserver

import (
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/net/netutil"
)

// goodbye is how long requests that are being answered may take when we stop. All
// answers are made from memory; what is slower is a slow reader.
const goodbye = 5 * time.Second

// MostConnections may be open at once on one address: more wait in the system's queue, so
// that whoever opens them without end takes no file that polls and the database need.
const MostConnections = 1000

// Server is the HTTP server as a task. It listens from the start, so that a
// port in use is found before anything else runs, and its addresses are known.
type Server struct {
	name      string // for the log
	server    *http.Server
	listeners []net.Listener
	flags     *web.FlagConfig
	log       *slog.Logger
}

// New listens as the toolkit's flags say. The handler may be set later, by Serve.
func New(flags *web.FlagConfig, handler http.Handler, log *slog.Logger) (*Server, error) {
	// Otherwise the toolkit finds out when it serves.
	if err := web.Validate(*flags.WebConfigFile); err != nil {
		return nil, fmt.Errorf("web configuration %s: %w", *flags.WebConfigFile, err)
	}
	listeners, err := listen(flags)
	if err != nil {
		return nil, err
	}
	for i, l := range listeners {
		listeners[i] = netutil.LimitListener(l, MostConnections)
	}
	return &Server{
		name:      "web server",
		server:    Bounded(handler, log),
		listeners: listeners,
		flags:     flags,
		log:       log,
	}, nil
}

// Plain listens at one address, without encryption and without users. The name is for
// the log.
func Plain(name, address string, handler http.Handler, log *slog.Logger) (*Server, error) {
	s, err := New(&web.FlagConfig{
		WebListenAddresses: &[]string{address}, WebSystemdSocket: new(bool), WebConfigFile: new(string),
	}, handler, log)
	if err != nil {
		return nil, err
	}
	s.name = name
	return s, nil
}

// Serve sets what answers. It must be called before Run if New was given no handler.
func (s *Server) Serve(handler http.Handler) { s.server.Handler = handler }

// Bounded is an HTTP server, not yet listening, with bounds for all that a client may
// take its time for.
func Bounded(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          stdlog.New(&failures{log: log}, "", 0),
	}
}

// Close gives the addresses back, if Run has not done so.
func (s *Server) Close() {
	for _, l := range s.listeners {
		l.Close()
	}
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

func (s *Server) String() string { return s.name }

// Run serves until ctx is cancelled, then closes the listeners at once and lets
// running answers end.
func (s *Server) Run(ctx context.Context) error {
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

// Address is where a browser on this machine finds the server.
func (s *Server) Address() string {
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
