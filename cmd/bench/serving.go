package main

import (
	"context"
	"html/template"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// moved is how many changes a poll finds.
const moved = 20

// settled is how long after a poll what it changed is made again for readers.
const settled = time.Second

// serveHeadway starts headway serve and waits until it is ready.
func (b *bench) serveHeadway(ctx context.Context, config string) (*contestant, error) {
	p, err := start(ctx, b.headway, "serve", "--config.file="+config, "--storage.path="+b.db, "--web.listen-address=127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	line, err := p.wanted(ctx, "msg=serving")
	if err != nil {
		p.stop()
		return nil, err
	}
	_, addr, _ := strings.Cut(line, "url=http://")
	addr, _, _ = strings.Cut(addr, "/")
	if _, _, err := get(ctx, "http://"+addr+"/-/ready", "identity"); err != nil {
		p.stop()
		return nil, err
	}
	return &contestant{name: "headway", program: p, addr: addr, path: func(s surface) string { return s.path }}, nil
}

// reading measures headway while nothing is polled.
func (b *bench) reading(ctx context.Context) error {
	headway, err := b.serveHeadway(ctx, b.still)
	if err != nil {
		return err
	}
	defer headway.program.stop()
	time.Sleep(b.settle)
	m, err := headway.program.memory()
	if err != nil {
		return err
	}
	b.remember("after start", m)
	if err := b.requests(ctx, headway); err != nil {
		return err
	}
	if m, err = headway.program.memory(); err != nil {
		return err
	}
	b.remember("after load", m)
	return nil
}

func (b *bench) remember(when string, m memory) {
	b.table.bytes("RssAnon "+when, "the file, compacted", m.anon, b.compacted)
	b.table.bytes("RSS "+when, "the file, compacted", m.all, b.compacted)
}

// pollingWhileRead measures readers of a headway that polls every ten seconds, each
// time 20 changes.
func (b *bench) pollingWhileRead(ctx context.Context) error {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // see collect
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(8 << 30))
	if err := b.gerrit.touch(moved, time.Now()); err != nil {
		return err
	}
	headway, err := b.serveHeadway(ctx, b.busy) // it polls at once
	if err != nil {
		return err
	}
	defer headway.program.stop()
	if _, err := headway.program.wanted(ctx, `msg="poll done"`); err != nil {
		return err
	}
	if err := b.firstPage(ctx, headway); err != nil {
		return err
	}
	var pages []surface
	for _, s := range b.surfaces {
		if s.name != "metrics" {
			pages = append(pages, s)
		}
	}
	if err := b.whilePolling(ctx, headway, pages); err != nil || b.quick {
		return err
	}
	return b.whilePolling(ctx, headway, b.surfaces[len(pages):])
}

// collect lets this process look for garbage now, so that it does not while it measures:
// it holds the replay's topic, and to walk through that takes both cores from headway.
func collect() { runtime.GC() }

// firstPage asks for the page when a poll has ended, before anybody else does.
func (b *bench) firstPage(ctx context.Context, headway *contestant) error {
	var took []time.Duration
	var page []byte
	for range b.cycles {
		collect()
		if err := b.gerrit.touch(moved, time.Now()); err != nil {
			return err
		}
		headway.program.quiet()
		if _, err := headway.program.wanted(ctx, `msg="poll done"`); err != nil {
			return err
		}
		start := time.Now()
		body, _, err := get(ctx, "http://"+headway.addr+b.surfaces[0].path, "identity")
		if err != nil {
			return err
		}
		took, page = append(took, time.Since(start)), body
	}
	written, err := templateTime(string(page), b.repeats)
	if err != nil {
		return err
	}
	b.table.time("first page after a poll", "html/template, same bytes", median(took), written)
	return nil
}

// templateTime is how long html/template takes to write a page from a prepared
// struct: its markup, and its texts escaped.
func templateTime(page string, repeats int) (time.Duration, error) {
	type part struct {
		Markup template.HTML
		Text   string
	}
	var parts []part
	for page != "" {
		end := strings.IndexByte(page, '>') + 1
		if end == 0 {
			end = len(page)
		}
		markup := page[:end]
		text, _, _ := strings.Cut(page[end:], "<")
		parts, page = append(parts, part{template.HTML(markup), text}), page[end+len(text):]
	}
	t, err := template.New("page").Parse(`{{range .}}{{.Markup}}{{.Text}}{{end}}`)
	if err != nil {
		return 0, err
	}
	var took []time.Duration
	for range repeats {
		start := time.Now()
		if err := t.Execute(io.Discard, parts); err != nil {
			return 0, err
		}
		took = append(took, time.Since(start))
	}
	return median(took), nil
}

// whilePolling compares how long answers take from the beginning of a poll until a
// second after its end with how long they take just as long before it, at half of the
// most that is answered. Of the polls, the median counts.
func (b *bench) whilePolling(ctx context.Context, headway *contestant, surfaces []surface) error {
	var paths []string
	for _, s := range surfaces {
		paths = append(paths, s.path)
	}
	time.Sleep(settled) // a poll has just ended
	l, err := newLoad(headway.addr, true, paths...)
	if err != nil {
		return err
	}
	defer l.close()
	start := time.Now()
	most, err := l.hammer(b.turn * 2)
	if err != nil {
		return err
	}
	rate := float64(len(most)) / time.Since(start).Seconds() / 2
	type result struct {
		answers []answer
		err     error
	}
	done := make(chan result, 1)
	go func() {
		answers, err := l.pace(rate, time.Duration(b.cycles)*busyEvery)
		done <- result{answers, err}
	}()
	var windows [][2]time.Time
	for range b.cycles {
		time.Sleep(settled)
		collect()
		if err := b.gerrit.touch(moved, time.Now()); err != nil {
			return err
		}
		b.gerrit.begin()
		headway.program.quiet()
		if _, err := headway.program.wanted(ctx, `msg="poll done"`); err != nil {
			return err
		}
		windows = append(windows, [2]time.Time{b.gerrit.began(), time.Now().Add(settled)})
	}
	r := <-done
	if r.err != nil {
		return r.err
	}
	for path, s := range surfaces {
		var with, without []time.Duration
		for _, w := range windows {
			with = append(with, p99Between(r.answers, path, w[0], w[1]))
			without = append(without, p99Between(r.answers, path, w[0].Add(w[0].Sub(w[1])), w[0]))
		}
		b.table.time(s.name+", gzip, p99 while a poll writes", "just before the poll", median(with), median(without))
	}
	return nil
}

// p99Between is the p99 of one path's answers within some time.
func p99Between(answers []answer, path int, from, to time.Time) time.Duration {
	answers = slices.DeleteFunc(slices.Clone(answers), func(a answer) bool {
		return a.path != path || a.at.Before(from) || a.at.After(to)
	})
	return percentile(answers, 0.99)
}

// firstPoll lets headway poll all for the first time and writes down what Gerrit sent.
func (b *bench) firstPoll(ctx context.Context) error {
	tape, err := os.Create(b.sent)
	if err != nil {
		return err
	}
	defer tape.Close()
	b.gerrit.record(tape)
	defer b.gerrit.record(nil)
	p, err := start(ctx, b.headway, "poll", "--config.file="+b.still, "--storage.path="+b.db)
	if err != nil {
		return err
	}
	watched := make(chan memory)
	go func() { watched <- p.peak() }()
	if _, err := p.wait(); err != nil {
		return err
	}
	most := <-watched
	info, err := tape.Stat()
	if err != nil {
		return err
	}
	b.sentBytes = info.Size()
	if err := b.compact(ctx); err != nil {
		return err
	}
	b.table.bytes("RssAnon, peak of a first poll", "the file, compacted", most.anon, b.compacted)
	b.table.bytes("RSS, peak of a first poll", "the file, compacted", most.most, b.compacted)
	b.table.time("first poll, CPU", "gunzip what Gerrit sent", p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime(), b.gunzipTime)
	b.table.bytes("bytes a change of JSON", "gzip -1 of it", b.inflated/int64(b.changes), b.packed/int64(b.changes))
	b.table.bytes("bytes a change, compacted", "gzip -1 of what Gerrit sent", b.compacted/int64(b.changes), b.packed/int64(b.changes))
	return nil
}

// compact brings the file into its smallest form and packs what Gerrit sent.
func (b *bench) compact(ctx context.Context) error {
	p, err := start(ctx, b.headway, "compact", "--storage.path="+b.db)
	if err != nil {
		return err
	}
	if _, err := p.wait(); err != nil {
		return err
	}
	info, err := os.Stat(b.db)
	if err != nil {
		return err
	}
	b.compacted = info.Size()
	if b.packed, b.inflated, err = repack(b.sent); err != nil {
		return err
	}
	b.gunzipTime, err = helperTime(ctx, "gunzip", b.sent)
	return err
}
