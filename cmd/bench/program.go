package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// goodbye is how long a program may take to stop.
const goodbye = 20 * time.Second

// program is another process that is measured: headway itself, or one of the
// references.
type program struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string // of both outputs; closed at the end of the process
	said  []string    // so far
}

// start runs a program. What it prints comes as lines.
func start(ctx context.Context, name string, args ...string) (*program, error) {
	p := &program{cmd: exec.CommandContext(ctx, name, args...), lines: make(chan string, 1000)}
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = goodbye
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.cmd.Stderr = write, write
	if p.stdin, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	write.Close()
	if err != nil {
		read.Close()
		return nil, fmt.Errorf("start %s: %w", filepath.Base(name), err)
	}
	go func() {
		defer close(p.lines)
		defer read.Close()
		in := bufio.NewScanner(read)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			p.lines <- in.Text()
		}
	}()
	return p, nil
}

// self runs this program as one of its helpers, see helpers.
func self(ctx context.Context, args ...string) (*program, error) {
	name, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, name, args...)
}

// wanted waits for a line that holds a text.
func (p *program) wanted(ctx context.Context, text string) (string, error) {
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case line, ok := <-p.lines:
			if !ok {
				return "", fmt.Errorf("%s ended: %s", p, strings.Join(p.said[max(0, len(p.said)-5):], "\n"))
			}
			p.said = append(p.said, line)
			if strings.Contains(line, text) {
				return line, nil
			}
		}
	}
}

// quiet drops the lines that came so far.
func (p *program) quiet() {
	for {
		select {
		case _, ok := <-p.lines:
			if !ok {
				return
			}
		default:
			return
		}
	}
}

// wait lets the program come to its end, and returns what it said.
func (p *program) wait() (string, error) {
	p.stdin.Close()
	for line := range p.lines {
		p.said = append(p.said, line)
	}
	if err := p.cmd.Wait(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", p, err, strings.Join(p.said, "\n"))
	}
	return strings.Join(p.said, "\n"), nil
}

// stop asks the program to end and waits until it has.
func (p *program) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	end := time.AfterFunc(goodbye, func() { p.cmd.Process.Kill() })
	defer end.Stop()
	p.wait() // that a signal ended it is no news
}

func (p *program) String() string {
	return strings.Join(append([]string{filepath.Base(p.cmd.Path)}, p.cmd.Args[1:]...), " ")
}

// memory is what a process takes of the machine, in bytes.
type memory struct {
	anon int64 // RssAnon: its own
	all  int64 // VmRSS: with the pages of files that it looks at
	most int64 // VmHWM: the most that all ever was
}

func (p *program) memory() (m memory, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "RssAnon":
			m.anon = n << 10
		case "VmRSS":
			m.all = n << 10
		case "VmHWM":
			m.most = n << 10
		}
	}
	if m.all == 0 {
		return m, errors.New("the process has ended")
	}
	return m, nil
}

// peak is the most that the process takes until it ends.
func (p *program) peak() (most memory) {
	for {
		m, err := p.memory()
		if err != nil {
			return most
		}
		most.anon, most.all, most.most = max(most.anon, m.anon), max(most.all, m.all), max(most.most, m.most)
		time.Sleep(5 * time.Millisecond)
	}
}

// cpu is the time that a process and its children have computed so far.
func (p *program) cpu() (time.Duration, error) {
	const tick = 10 * time.Millisecond
	pids := []string{strconv.Itoa(p.cmd.Process.Pid)}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%s/task/%[1]s/children", pids[0]))
	if err == nil {
		pids = append(pids, strings.Fields(string(children))...)
	}
	var sum time.Duration
	for _, pid := range pids {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			return 0, err
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		for _, f := range fields[11:13] { // utime and stime
			n, err := strconv.Atoi(f)
			if err != nil {
				return 0, err
			}
			sum += time.Duration(n) * tick
		}
	}
	return sum, nil
}
