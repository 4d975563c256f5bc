package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveBytes is net/http answering with what a directory holds, from memory: NAME,
// and NAME.gz for those who take gzip. It is the helper "bytes".
func serveBytes(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for _, file := range files {
		name := file.Name()
		if strings.HasSuffix(name, ".gz") {
			continue
		}
		plain, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		packed, err := os.ReadFile(filepath.Join(dir, name+".gz"))
		if err != nil {
			return err
		}
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			body, h := plain, w.Header()
			if r.Header.Get("Accept-Encoding") == "gzip" {
				h.Set("Content-Encoding", "gzip")
				body = packed
			}
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Length", strconv.Itoa(len(body)))
			w.Write(body)
		})
	}
	return serve(mux)
}

// serveGauges answers scrapes of so many gauges. It is the helper "gauges".
func serveGauges(count int) error {
	registry := prometheus.NewRegistry()
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "plain_changes", Help: "Plain gauges."}, []string{"goal", "project", "branch_class", "state"})
	registry.MustRegister(vec)
	for i := range count {
		vec.WithLabelValues("bench", fmt.Sprintf("openstack/project-%d", i/14), []string{"development", "backport"}[i%2], fmt.Sprintf("state-%d", i/2%7)).Set(float64(i))
	}
	return serve(promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
}

// serve listens on a free port of this machine and says on which.
func serve(h http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr())
	return http.Serve(listener, h)
}

// startHelper starts a helper that serves, and returns where.
func startHelper(ctx context.Context, args ...string) (p *program, addr string, err error) {
	if p, err = self(ctx, args...); err != nil {
		return nil, "", err
	}
	line, err := p.wanted(ctx, "listening on ")
	if err != nil {
		p.stop()
		return nil, "", err
	}
	return p, strings.TrimPrefix(line, "listening on "), nil
}

const nginxConf = `daemon off; pid %[1]s/nginx.pid; error_log stderr warn; user %[4]s; worker_processes 2;
events { worker_connections 512; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100; default_type text/html;
	client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	server { listen %[2]s; root %[3]s; gzip_static on; }
}
`

// startNginx serves a directory's files. There may be no nginx: then p is nil.
func startNginx(ctx context.Context, files, dir string) (p *program, addr string, err error) {
	name, err := exec.LookPath("nginx")
	if err != nil {
		return nil, "", nil
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	addr = free.Addr().String()
	free.Close()
	me, err := user.Current()
	if err != nil {
		return nil, "", err
	}
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, dir, addr, files, me.Username), 0o600); err != nil {
		return nil, "", err
	}
	if p, err = start(ctx, name, "-c", conf, "-p", dir); err != nil {
		return nil, "", err
	}
	if err := reachable(ctx, addr); err != nil {
		p.stop()
		return nil, "", fmt.Errorf("nginx: %w", err)
	}
	return p, addr, nil
}
