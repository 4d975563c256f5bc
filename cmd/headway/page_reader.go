package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// When testimonials are read again.
const (
	// Pages change a few times a year. One try a day is what their hosts see of us,
	// whatever came of the one before.
	pageInterval = 24 * time.Hour
	// Which projects there are is known by discovery, and decides which ones a page can
	// speak of. To look whether there are new ones costs no request.
	projectsInterval = 10 * time.Minute
	// Between two requests for pages, which are likely to have the same host.
	pagePause = time.Second
)

// fetchPage gets the bytes of a page. Its error is for readers of the link check: it
// names what went wrong in a few words of our own.
type fetchPage func(ctx context.Context, address string) ([]byte, error)

// pageReader is the task that reads the configured testimonials: at the start, and
// again while serving. It is where the dashboard has them from.
type pageReader struct {
	sources []config.Testimonial
	gerrit  []string
	goals   []*progress.Goal
	db      *store.DB
	fetch   fetchPage
	log     *slog.Logger

	// One goroutine touches these: Run's, or that of an export, which never runs it.
	projects  []string         // that pages can speak of
	pages     map[string]*page // by address
	dirsRead  time.Time
	portraits *portraits // nil: none are shown

	set atomic.Pointer[testimonials.Set]
}

// page is what we have of a page on the web.
type page struct {
	tried time.Time
	data  []byte // as of good; nil: it was never had
	good  time.Time
	err   error // of the last try
}

// newPageReader reads the directories, so that one that can't be read shows at the
// start. Pages on the web come while serving. It is nil if nothing is configured.
// The addresses of Gerrit are those that links may have.
func newPageReader(cfg *config.Config, gerrit []string, db *store.DB, fetch fetchPage, log *slog.Logger) (*pageReader, error) {
	if len(cfg.Testimonials) == 0 {
		return nil, nil
	}
	s := &pageReader{sources: cfg.Testimonials, gerrit: gerrit, goals: progressGoals(cfg), db: db, fetch: fetch, log: log, pages: map[string]*page{}}
	for _, t := range s.sources {
		if t.Page != "" {
			s.pages[t.Page] = &page{}
		}
	}
	s.projects = s.knownProjects()
	set, err := s.read()
	if err != nil {
		return nil, err
	}
	s.dirsRead = time.Now()
	s.set.Store(&set)
	return s, nil
}

// Set is what was read last.
func (s *pageReader) Set() testimonials.Set { return *s.set.Load() }

func (s *pageReader) String() string { return "testimonials" }

// Run reads the testimonials again when it is time, until ctx is cancelled. What
// can't be read is logged and shown to readers; it never stops the serving.
func (s *pageReader) Run(ctx context.Context) error {
	for {
		fetched := s.fetchDue(ctx)
		if ctx.Err() != nil {
			return nil
		}
		s.refresh(fetched)
		if s.portraits.fetchDue(ctx, s.Set().Pages) && ctx.Err() == nil {
			s.refresh(true)
		}
		if !sleep(ctx, projectsInterval) {
			return nil
		}
	}
}

// fetchDue tries each page that has not been tried for a day, one after the other.
func (s *pageReader) fetchDue(ctx context.Context) (fetched bool) {
	for _, t := range s.sources {
		p := s.pages[t.Page]
		if p == nil || time.Since(p.tried) < pageInterval {
			continue
		}
		if fetched && !sleep(ctx, pagePause) {
			return true
		}
		fetched = true
		data, err := s.fetch(ctx, t.Page)
		if ctx.Err() != nil {
			return true
		}
		p.tried, p.err = time.Now(), err
		if err != nil {
			s.log.Warn("testimonial not fetched", "page", t.Page, "err", err)
			continue
		}
		p.data, p.good = data, p.tried
	}
	return fetched
}

// refresh reads everything anew if anything may have changed.
func (s *pageReader) refresh(fetched bool) {
	projects := s.knownProjects()
	if !fetched && slices.Equal(projects, s.projects) && time.Since(s.dirsRead) < pageInterval {
		return
	}
	s.projects = projects
	set, err := s.read()
	if err != nil {
		s.dirsRead = time.Time{} // again at the next look
		s.log.Error("testimonials not read; the last ones stay", "err", err)
		return
	}
	s.dirsRead = time.Now()
	s.set.Store(&set)
	s.log.Info("testimonials read", "pages", len(set.Pages), "problems", len(set.Problems))
}

// read makes a set of the directories as they are and of what was fetched.
func (s *pageReader) read() (testimonials.Set, error) {
	var pages []*testimonials.Page
	var problems []testimonials.Problem
	for _, t := range s.sources {
		if t.Page != "" {
			p, found := s.parse(t)
			pages, problems = append(pages, p), append(problems, found...)
			continue
		}
		o := s.options()
		o.URL = t.URL
		err := bounded(t.Directory, maxEntries)
		var set testimonials.Set
		if err == nil {
			set, err = testimonials.ReadDir(os.DirFS(t.Directory), o)
		}
		if err != nil {
			return testimonials.Set{}, fmt.Errorf("directory %s: %w", t.Directory, err)
		}
		pages, problems = append(pages, set.Pages...), append(problems, set.Problems...)
	}
	return testimonials.Collect(pages, append(problems, s.portraits.attach(pages)...)), nil
}

// maxEntries is how many names a directory of testimonials may have. All of them are read
// at once, and it may be the wrong directory.
const maxEntries = 20_000

// bounded refuses a directory with too many names to be one of testimonials.
func bounded(dir string, most int) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	names, err := f.Readdirnames(most + 1)
	if len(names) > most {
		return fmt.Errorf("it has more than %d entries: is it the right one?", most)
	}
	if errors.Is(err, io.EOF) { // it is empty
		return nil
	}
	return err
}

// parse reads a page on the web. One that was never had is still a link.
func (s *pageReader) parse(t config.Testimonial) (*testimonials.Page, []testimonials.Problem) {
	have := s.pages[t.Page]
	var problems []testimonials.Problem
	if have.err != nil {
		text := fmt.Sprintf("not fetched on %s: %v", have.tried.UTC().Format("2 Jan 2006, 15:04 UTC"), have.err)
		if have.data != nil {
			text += "; shown as it was on " + have.good.UTC().Format("2 Jan 2006, 15:04 UTC")
		}
		problems = append(problems, testimonials.Problem{File: t.Page, Text: text})
	}
	o := s.options()
	o.Overrides = map[string][]string{t.Page: t.Projects}
	p, found := testimonials.Parse(t.Page, have.data, o)
	if have.data == nil {
		found = nil // nothing was read, so nothing is wrong with it
	}
	if p == nil {
		p, _ = testimonials.Parse(t.Page, []byte("<html>"), o) // its address and projects
	}
	return p, append(problems, found...)
}

func (s *pageReader) options() testimonials.Options {
	snap := s.db.Snapshot()
	return testimonials.Options{Gerrit: s.gerrit, Projects: s.projects, ProjectOf: func(number int) string {
		if c := snap.Change(number); c != nil {
			return c.Project
		}
		return ""
	}}
}

// knownProjects are the projects of all goals, listed or discovered, by name.
func (s *pageReader) knownProjects() []string {
	known := map[string]bool{}
	snap := s.db.Snapshot()
	for _, g := range s.goals {
		for _, p := range g.Projects {
			known[p.Name] = true
		}
		for _, t := range g.Teams {
			for _, p := range t.Projects {
				known[p] = true
			}
		}
		for m := range snap.Members(g.Name, g.Queries) {
			known[m.Change.Project] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// sleep waits; it is false if ctx was cancelled before the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
