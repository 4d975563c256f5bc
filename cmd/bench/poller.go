package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
)

// polled is what one poll took.
type polled struct {
	CPU     time.Duration
	Wrote   int64 // bytes, to the file and the network
	Changed int
	Problem string
}

// pollOnDemand polls a Gerrit each time a line comes, which is the time that it is
// then, and prints what that took. It is the helper "poll".
func pollOnDemand(path, url, selector string) error {
	db, err := store.Open(path, store.Options{Gerrit: url})
	if err != nil {
		return err
	}
	defer db.Close()
	now := time.Now()
	c, err := collector.New(collector.Config{
		Gerrit: gerrit.Config{URL: url, RequestsPerSecond: 100_000, Timeout: 10 * time.Minute},
		Goals: []collector.Goal{{
			Name: "bench", Queries: []store.Query{{Text: selector}},
			Schedule: cron.Every(10 * time.Minute), Full: cron.Every(1000 * time.Hour), GoneAfter: time.Hour,
		}},
		Now: func() time.Time { return now },
	}, db, collector.NewMetrics(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if now, err = time.Parse(time.RFC3339, in.Text()); err != nil {
			return err
		}
		wrote, err := written()
		if err != nil {
			return err
		}
		cpu := used()
		p, err := c.Poll(context.Background(), "bench", collector.PollOptions{})
		if err != nil {
			return err
		}
		cpu = used() - cpu
		after, err := written()
		if err != nil {
			return err
		}
		if err := json.NewEncoder(os.Stdout).Encode(polled{cpu, after - wrote, p.Changed, p.Error}); err != nil {
			return err
		}
	}
	return nil
}

// written is how many bytes this process has written so far.
func written() (n int64, err error) {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "wchar: ")
	_, err = fmt.Sscan(rest, &n)
	return n, err
}

// poller is a helper that polls, and its clock.
type poller struct {
	*program
	gerrit *gerritServer
	now    time.Time
}

// poll lets ten minutes pass, in which so many changes moved, and polls.
func (p *poller) poll(ctx context.Context, changed int) (polled, error) {
	if err := p.gerrit.touch(changed, p.now.Add(9*time.Minute)); err != nil {
		return polled{}, err
	}
	line, err := p.next(ctx)
	if err != nil {
		return polled{}, err
	}
	var took polled
	if err := json.Unmarshal([]byte(line), &took); err != nil {
		return polled{}, fmt.Errorf("%w: %s", err, line)
	}
	if took.Problem != "" {
		return polled{}, errors.New(took.Problem)
	}
	if took.Changed != changed {
		return polled{}, fmt.Errorf("a poll found %d changes, %d were touched", took.Changed, changed)
	}
	return took, nil
}

// polling measures quiet polls and those that find 20 changes, on a copy of the
// database, and how the file grows by them.
func (b *bench) polling(ctx context.Context) error {
	path := b.db + ".polled"
	if err := copyFile(b.db, path); err != nil {
		return err
	}
	helper, err := self(ctx, "poll", path, b.gerrit.url, b.selector)
	if err != nil {
		return err
	}
	defer helper.stop()
	// What moved since the copy was made is polled first, without being measured.
	p := &poller{helper, b.gerrit, time.Now().Add(time.Hour)}
	if _, err := p.next(ctx); err != nil {
		return err
	}
	b.gerrit.take()
	quiet, err := p.poll(ctx, 0)
	if err != nil {
		return err
	}
	requests, sent := b.gerrit.take()
	b.table.count("quiet poll, requests", "1 and 1 for each 300 open", float64(requests), float64(1+(len(b.gerrit.open)+299)/300))
	b.table.bytes("quiet poll, bytes received", "all details, gzip", sent, b.sentBytes)
	b.table.bytes("quiet poll, bytes written", "the file, compacted", quiet.Wrote, b.compacted)
	var cpu []time.Duration
	var wrote []int64
	for range b.polls {
		took, err := p.poll(ctx, moved)
		if err != nil {
			return err
		}
		cpu, wrote = append(cpu, took.CPU), append(wrote, took.Wrote)
	}
	few := min(10, len(cpu)) // the listing reaches back 15 minutes, so later polls are alike
	b.table.first("poll of 20 changed, CPU", int64(median(cpu[:few])), func(n int64) string { return short(time.Duration(n)) })
	b.table.first("poll of 20 changed, bytes written", median(wrote[:few]), size)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	b.table.bytes(fmt.Sprintf("bytes a change after %d polls", b.polls), "gzip -1 of what Gerrit sent",
		info.Size()/int64(b.changes), b.packed/int64(b.changes))
	return nil
}

// next lets ten minutes pass and polls, however much moved. It returns what the helper said.
func (p *poller) next(ctx context.Context) (string, error) {
	p.now = p.now.Add(10 * time.Minute)
	if _, err := io.WriteString(p.stdin, p.now.UTC().Format(time.RFC3339)+"\n"); err != nil {
		return "", err
	}
	return p.wanted(ctx, "{")
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
