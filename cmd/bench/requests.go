package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// surface is an address that is asked.
type surface struct{ name, path string }

// surfaces are what readers ask, for the project with the most changes.
func surfaces(project string) []surface {
	return []surface{
		{"page", "/bench/"},
		{"project", "/bench/projects/" + project},
		{"changes", "/bench/changes"},
		{"badge", "/bench/badge.svg"},
		{"count", "/api/v1/goals/bench/count"},
		{"API", "/api/v1/goals/bench"},
		{"widget", "/bench/embed/" + project},
		{"metrics", "/metrics"},
	}
}

// contestant is one server under the same load as the others.
type contestant struct {
	name    string
	program *program
	addr    string
	path    func(surface) string

	load    *load
	answers []answer
	refused int
	busy    time.Duration // under load
	cpu     time.Duration
}

// requests compares headway's answers with the same bytes from net/http's memory and
// from nginx's files.
func (b *bench) requests(ctx context.Context, headway *contestant) error {
	dir := filepath.Join(b.dir, "bytes")
	if err := b.keep(ctx, dir, headway); err != nil {
		return err
	}
	all := []*contestant{headway}
	byName := func(s surface) string { return "/" + s.name }
	plain, addr, err := startHelper(ctx, "bytes", dir)
	if err != nil {
		return err
	}
	defer plain.stop()
	all = append(all, &contestant{name: "net/http from memory", program: plain, addr: addr, path: byName})
	files, addr, err := startNginx(ctx, dir, b.dir)
	if err != nil {
		return err
	}
	if files != nil {
		defer files.stop()
		all = append(all, &contestant{name: "nginx from files", program: files, addr: addr, path: byName})
	}
	for _, s := range b.surfaces {
		for _, gzip := range []bool{false, true} {
			if err := b.compare(all, s, gzip); err != nil {
				return err
			}
			name := s.name + map[bool]string{false: ", identity", true: ", gzip"}[gzip]
			for _, other := range all[1:] {
				b.table.rate(name+", requests a second", other.name, headway.rate(), other.rate())
				b.table.time(name+", p99", other.name, headway.p99(), other.p99())
			}
			if files == nil {
				b.table.missing(name+", requests a second", "nginx from files", "nginx is not installed")
			}
			b.table.time(name+", CPU a request", "net/http from memory", headway.cpuEach(), all[1].cpuEach())
			if headway.refused > 0 {
				b.table.count(name+", refused with 503", "answered", float64(headway.refused), float64(len(headway.answers)))
			}
		}
	}
	return b.scrapes(ctx, headway)
}

// keep writes what headway answers to files, as it is and compressed.
func (b *bench) keep(ctx context.Context, dir string, headway *contestant) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, s := range b.surfaces {
		for _, encoding := range []string{"identity", "gzip"} {
			body, sent, err := get(ctx, "http://"+headway.addr+s.path, encoding)
			if err != nil {
				return err
			}
			name := filepath.Join(dir, s.name)
			if encoding == "gzip" {
				name += ".gz"
			}
			if err := os.WriteFile(name, body, 0o644); err != nil {
				return err
			}
			if s.name == "metrics" && encoding == "identity" {
				for line := range strings.Lines(string(body)) {
					if !strings.HasPrefix(line, "#") {
						b.series++
					}
				}
			}
			if want := map[string]string{"gzip": "gzip"}[encoding]; sent != want && len(body) > 2000 {
				return fmt.Errorf("%s was sent as %q, want %q", s.path, sent, want)
			}
		}
	}
	return nil
}

// compare has all answer the same requests in short turns, so that what else happens
// on the machine meets all of them.
func (b *bench) compare(all []*contestant, s surface, gzip bool) error {
	for _, c := range all {
		var err error
		if c.load, err = newLoad(c.addr, gzip, c.path(s)); err != nil {
			return err
		}
		defer c.load.close()
		c.answers, c.refused, c.busy, c.cpu = nil, 0, 0, 0
		if _, err := c.load.hammer(b.turn / 4); err != nil { // to be warm
			return err
		}
	}
	for range b.turns {
		for _, c := range all {
			before, err := c.program.cpu()
			if err != nil {
				return err
			}
			start := time.Now()
			answers, err := c.load.hammer(b.turn)
			if err != nil {
				return err
			}
			c.busy += time.Since(start)
			after, err := c.program.cpu()
			if err != nil {
				return err
			}
			c.cpu += after - before
			for _, a := range answers {
				if a.refused {
					c.refused++
				} else {
					c.answers = append(c.answers, a)
				}
			}
		}
	}
	return nil
}

func (c *contestant) rate() float64      { return float64(len(c.answers)) / c.busy.Seconds() }
func (c *contestant) p99() time.Duration { return percentile(c.answers, 0.99) }
func (c *contestant) cpuEach() time.Duration {
	return c.cpu / time.Duration(max(1, len(c.answers)))
}

// scrapes compares /metrics with a program that has as many gauges.
func (b *bench) scrapes(ctx context.Context, headway *contestant) error {
	p, addr, err := startHelper(ctx, "gauges", strconv.Itoa(b.series))
	if err != nil {
		return err
	}
	defer p.stop()
	gauges := &contestant{name: "as many plain gauges", program: p, addr: addr, path: func(s surface) string { return s.path }}
	if err := b.compare([]*contestant{headway, gauges}, surface{"metrics", "/metrics"}, true); err != nil {
		return err
	}
	b.table.time("scrape, CPU", gauges.name, headway.cpuEach(), gauges.cpuEach())
	b.table.rate("scrapes a second", gauges.name, headway.rate(), gauges.rate())
	return nil
}

// get returns a body as it was sent.
func get(ctx context.Context, address, encoding string) (body []byte, sent string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("Accept-Encoding", encoding)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, resp.Status)
	}
	return body, resp.Header.Get("Content-Encoding"), err
}

// reachable waits until somebody listens.
func reachable(ctx context.Context, addr string) error {
	for range 500 {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return errors.New("nobody listens on " + addr)
}
