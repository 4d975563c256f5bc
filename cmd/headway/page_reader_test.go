package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/fetch"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

const janesPage = `<html><head><title>Jane's story</title></head><body>
<h1>Migration Testimony: Jane Doe's Experience</h1><h2>Jane Doe</h2>
<p>Working on P. <a href="https://g/q/topic:a">all</a></p></body></html>`

// openPageReader opens a page reader of a configuration with one page of Jane's, over an
// empty database.
func openPageReader(t *testing.T, cfg *config.Config, fetch fetchPage) *pageReader {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, err := newPageReader(cfg, []string{cfg.Gerrit.URL}, db, fetch, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPageIsFetchedOnceADayAndTheLastGoodOneStays(t *testing.T) {
	cfg := load(t, minimal+`testimonials: [{page: "https://s/jane/", projects: [p, q]}]`)
	synctest.Test(t, func(t *testing.T) {
		var answers []error
		var tries []time.Duration
		start := time.Now()
		s := openPageReader(t, cfg, func(_ context.Context, address string) ([]byte, error) {
			if address != "https://s/jane/" {
				t.Errorf("fetched %s", address)
			}
			tries = append(tries, time.Since(start).Truncate(time.Hour))
			err := answers[0]
			if answers = answers[1:]; err != nil {
				return nil, err
			}
			return []byte(janesPage), nil
		})
		answers = []error{fetch.Refusal("its host answers 404"), nil, fetch.Refusal("its host answers 404"), nil}

		// Before the first try, and as long as none comes off, it is a link.
		before := s.Set()
		if diff := cmp.Diff([]*testimonials.Page{{Name: "https://s/jane/", Slug: "jane", URL: "https://s/jane/", Projects: []string{"p", "q"}}}, before.Pages, withoutEvidence); diff != "" || len(before.Problems) > 0 {
			t.Errorf("before the first try (-want +got):\n%s%v", diff, before.Problems)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()

		for i, want := range []struct {
			person  string
			problem string
		}{
			{"", "not fetched on 1 Jan 2000, 00:00 UTC: its host answers 404"},
			{"Jane Doe", ""},
			{"Jane Doe", "not fetched on 3 Jan 2000, 00:00 UTC: its host answers 404; shown as it was on 2 Jan 2000, 00:00 UTC"},
			{"Jane Doe", ""},
		} {
			time.Sleep(time.Duration(min(i, 1)) * pageInterval) // in the bubble's time
			synctest.Wait()
			set := s.Set()
			if len(set.Pages) != 1 || set.Pages[0].Person != want.person || set.Pages[0].URL != "https://s/jane/" || strings.Join(set.Pages[0].Projects, " ") != "p q" {
				t.Fatalf("day %d: %+v", i, set.Pages)
			}
			var problem string
			for _, p := range set.Problems {
				problem += p.Text
			}
			if problem != want.problem {
				t.Errorf("day %d: problem %q, want %q", i, problem, want.problem)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if want := []time.Duration{0, 24 * time.Hour, 48 * time.Hour, 72 * time.Hour}; !cmp.Equal(tries, want) {
			t.Errorf("tried after %v, want %v", tries, want)
		}
	})
}

var withoutEvidence = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Evidence" }, cmp.Ignore())

func TestPagesOfOneHostAreNotFetchedAtOnce(t *testing.T) {
	cfg := load(t, minimal+`testimonials: [{page: "https://s/a/", projects: [p]}, {page: "https://s/b/", projects: [p]}]`)
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		s := openPageReader(t, cfg, func(context.Context, string) ([]byte, error) {
			at = append(at, time.Now())
			return nil, errors.New("broken")
		})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			time.Sleep(time.Minute)
			cancel()
		}()
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
		if len(at) != 2 || at[1].Sub(at[0]) < time.Second {
			t.Errorf("fetched at %v", at)
		}
	})
}

func TestDirectoryIsReadAtTheStartAndDaily(t *testing.T) {
	dir := t.TempDir()
	cfg := load(t, minimal)
	cfg.Testimonials = []config.Testimonial{{Directory: dir, URL: "https://s/{slug}/"}}
	write(t, dir, "jane.md", "---\ntitle: A\nperson: Jane\nprojects: [p]\n---\nText.\n")
	cfg.Goals[0].Progress.Projects = append(cfg.Goals[0].Progress.Projects, load(t, twoGoals).Goals[1].Progress.Projects...)
	synctest.Test(t, func(t *testing.T) {
		s := openPageReader(t, cfg, nil)
		if pages := s.Set().About("p"); len(pages) != 1 || pages[0].URL != "https://s/jane/" || pages[0].Person != "Jane" {
			t.Fatalf("at the start: %+v", pages)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		synctest.Wait()

		write(t, dir, "john.md", "---\ntitle: B\nperson: John\nprojects: [p]\n---\nText.\n")
		time.Sleep(pageInterval + projectsInterval)
		synctest.Wait()
		if pages := s.Set().About("p"); len(pages) != 2 {
			t.Errorf("a day later: %+v", pages)
		}
		if err := os.Rename(dir, dir+".away"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(pageInterval + projectsInterval)
		synctest.Wait()
		if pages := s.Set().About("p"); len(pages) != 2 {
			t.Errorf("without the directory: %+v", pages)
		}
		write(t, dir+".away", "jim.md", "---\ntitle: C\nperson: Jim\nprojects: [p]\n---\nText.\n")
		if err := os.Rename(dir+".away", dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(projectsInterval)
		synctest.Wait()
		if pages := s.Set().About("p"); len(pages) != 3 {
			t.Errorf("back again: %+v", pages)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestDirectoryThatIsGoneIsAnErrorAtTheStart(t *testing.T) {
	cfg := load(t, minimal)
	cfg.Testimonials = []config.Testimonial{{Directory: filepath.Join(t.TempDir(), "none"), URL: "https://s/{slug}/"}}
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := newPageReader(cfg, nil, db, nil, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "none: no such file or directory") {
		t.Errorf("error %v", err)
	}
}

// What a project is called is known when its first change is found; a page that was
// read before speaks of it from then on.
// TestDirectoryIsReadWithABound: it may be the wrong one.
func TestDirectoryIsReadWithABound(t *testing.T) {
	dir := t.TempDir()
	for i := range 4 {
		write(t, dir, fmt.Sprintf("%d.log", i), "")
	}
	if err := bounded(dir, 3); err == nil || err.Error() != "it has more than 3 entries: is it the right one?" {
		t.Errorf("got error %v", err)
	}
	for name, want := range map[string]error{"empty": nil, "none": fs.ErrNotExist} {
		if name == "empty" {
			if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := bounded(filepath.Join(dir, name), 3); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDiscoveredProjectsAreLookedForInPages(t *testing.T) {
	dir := t.TempDir()
	cfg := load(t, minimal)
	cfg.Testimonials = []config.Testimonial{{Directory: dir, URL: "https://s/{slug}/"}}
	write(t, dir, "jane.md", "---\ntitle: A\nperson: Jane\n---\nWorking on OpenStack Zaqar\n")
	synctest.Test(t, func(t *testing.T) {
		s := openPageReader(t, cfg, nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		synctest.Wait()
		if pages := s.Set().About("openstack/zaqar"); len(pages) != 0 {
			t.Errorf("too early: %+v", pages)
		}
		g := cfg.Goals[0].Progress
		c := store.Change{Row: store.Row{Number: 1, Project: "openstack/zaqar", Branch: "master", Status: store.StatusNew, Created: time.Now(), Updated: time.Now()}, Detail: store.Detail{Detailed: time.Now()}}
		work := store.Work{Row: c.Row, Detail: &c, Member: store.Membership{Number: 1, Query: g.Queries[0].Text, Seen: time.Now()}}
		sel := []store.Selector{{Query: g.Queries[0].Text, AsOf: time.Now()}}
		if err := s.db.Save(g.Name, []store.Work{work}, sel); err != nil {
			t.Fatal(err)
		}
		if err := s.db.Finish(g.Name, store.Round{Selectors: sel, Complete: []string{""}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(projectsInterval)
		synctest.Wait()
		if pages := s.Set().About("openstack/zaqar"); len(pages) != 1 {
			t.Errorf("zaqar is known now, and there are %d pages about it", len(pages))
		}
		cancel()
		<-ended
	})
}

// The demonstration shows the seed page, word for word but for where it stands today,
// and asks nobody.
func TestDemoShowsARealTestimonial(t *testing.T) {
	seed, err := os.ReadFile("../../dashboard/testimonials/testdata/arnaud-morin.md")
	if err != nil {
		t.Fatal(err)
	}
	seed = bytes.Replace(seed, []byte("\npermalink: /testimonials/"), []byte("\npermalink: /guide/testimonials/"), 1)
	if !bytes.Equal(seed, demoPage) {
		t.Error("demo/arnaud-morin.md is no longer the seed page of dashboard/testimonials")
	}
	if _, err := fetchDemoPage(t.Context(), "https://removal.eventlet.org/guide/testimonials/other/"); err == nil {
		t.Error("another page was fetched")
	}
	r := start(t, t.TempDir(), "demo", "--web.listen-address=127.0.0.1:0")
	r.logged(t, `msg="testimonials read" pages=1 problems=0`)
	r.logged(t, `msg="poll done"`)
	code, body := r.get(t, "eventlet-removal/testimonials")
	for _, want := range []string{
		"Eventlet is deprecated, complex to maintain and leads to very weird behavior.", "Arnaud Morin",
		`href="https://removal.eventlet.org/guide/testimonials/arnaud-morin/"`, "that count in openstack/mistral", "The testimonial is real",
	} {
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d, without %q", code, want)
		}
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
