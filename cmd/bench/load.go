package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// connections is how many readers come at once.
const connections = 16

// load sends requests to one server over connections that stay. The client does as
// little as it can: both cores are shared with the server.
type load struct {
	addr    string
	paths   []string
	request [][]byte
	conns   []*conn
}

// answer is one that came.
type answer struct {
	at      time.Time // when it was due
	took    time.Duration
	path    int
	refused bool // with 503
}

func newLoad(addr string, gzip bool, paths ...string) (*load, error) {
	l := &load{addr: addr, paths: paths}
	encoding := "identity"
	if gzip {
		encoding = "gzip"
	}
	for _, path := range paths {
		l.request = append(l.request, fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: %s\r\n\r\n", path, encoding))
	}
	for range connections {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			l.close()
			return nil, err
		}
		l.conns = append(l.conns, &conn{Conn: c, in: bufio.NewReaderSize(c, 64<<10)})
	}
	return l, nil
}

func (l *load) close() {
	for _, c := range l.conns {
		c.Close()
	}
}

// hammer has every connection ask as soon as it was answered.
func (l *load) hammer(d time.Duration) ([]answer, error) {
	end := time.Now().Add(d)
	return l.each(func(i int, c *conn, keep func(answer)) error {
		for n := i; ; n++ {
			start := time.Now()
			if start.After(end) {
				return nil
			}
			a, err := l.ask(c, n, start)
			if err != nil {
				return err
			}
			keep(a)
		}
	})
}

// pace asks so many times a second, in even distances. Who is late because the server
// was slow counts from when its turn was; who slept too long, from when it woke.
func (l *load) pace(rate float64, d time.Duration) ([]answer, error) {
	start := time.Now()
	every := time.Duration(float64(len(l.conns)) / rate * float64(time.Second))
	return l.each(func(i int, c *conn, keep func(answer)) error {
		due := start.Add(every * time.Duration(i) / time.Duration(len(l.conns)))
		for n := i; due.Before(start.Add(d)); n++ {
			from := due
			if wait := time.Until(due); wait > 0 {
				time.Sleep(wait)
				from = time.Now()
			}
			a, err := l.ask(c, n, from)
			if err != nil {
				return err
			}
			keep(a)
			due = due.Add(every)
		}
		return nil
	})
}

// ask makes the n-th request, which was due at some time.
func (l *load) ask(c *conn, n int, due time.Time) (answer, error) {
	path := n % len(l.request)
	refused, err := c.ask(l.request[path])
	if err != nil {
		return answer{}, fmt.Errorf("%s%s: %w", l.addr, l.paths[path], err)
	}
	return answer{due, time.Since(due), path, refused}, nil
}

// each runs all connections at once.
func (l *load) each(run func(i int, c *conn, keep func(answer)) error) ([]answer, error) {
	var wg sync.WaitGroup
	all, errs := make([][]answer, len(l.conns)), make([]error, len(l.conns))
	for i, c := range l.conns {
		wg.Go(func() {
			errs[i] = run(i, c, func(a answer) { all[i] = append(all[i], a) })
		})
	}
	wg.Wait()
	return slices.Concat(all...), errors.Join(errs...)
}

// conn is one reader's connection.
type conn struct {
	net.Conn
	in *bufio.Reader
}

// ask makes one request and reads the answer to its end. A server that has too much to
// do refuses.
func (c *conn) ask(request []byte) (refused bool, err error) {
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write(request); err != nil {
		return false, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return false, err
	}
	refused = bytes.HasPrefix(line, []byte("HTTP/1.1 503 "))
	if !refused && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return false, fmt.Errorf("answered %s", bytes.TrimSpace(line))
	}
	return refused, c.rest()
}

// rest reads an answer after its first line.
func (c *conn) rest() error {
	length, chunked := 0, false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		name, value, more := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		switch {
		case !more && chunked:
			return c.chunks()
		case !more:
			_, err = c.in.Discard(length)
			return err
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
}

func (c *conn) chunks() error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if _, err := c.in.Discard(int(size) + 2); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}

// percentile of how long answers took; zero if there are none.
func percentile(answers []answer, share float64) time.Duration {
	if len(answers) == 0 {
		return 0
	}
	took := make([]time.Duration, len(answers))
	for i, a := range answers {
		took[i] = a.took
	}
	slices.Sort(took)
	return took[min(len(took)-1, int(share*float64(len(took))))]
}
