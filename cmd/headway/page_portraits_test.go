package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/cmd/headway/fetch"
	"github.com/eventlet-removal/headway/dashboard/portrait"
)

const janesPortrait = "https://s/i/jane.jpg"

// withPortrait is Jane's page with a picture of her.
var withPortrait = strings.Replace(janesPage, "<h2>", `<img src="/i/jane.jpg" alt="Jane Doe"><h2>`, 1)

// A portrait is fetched as often as its page; the last good one stays, and what went
// wrong is told.
func TestPortraitsAreRefreshedWithTheirPages(t *testing.T) {
	cfg := load(t, minimal+`testimonials: [{page: "https://s/jane/", projects: [p]}, {page: "https://s/again/", projects: [p]}]`)
	synctest.Test(t, func(t *testing.T) {
		s := openPageReader(t, cfg, func(context.Context, string) ([]byte, error) { return []byte(withPortrait), nil })
		answers := []func() ([]byte, error){
			func() ([]byte, error) { return nil, fetch.Refusal("its host answers 404") },
			func() ([]byte, error) { return portrait.Drawn(), nil },
			func() ([]byte, error) { return []byte("<svg/>"), nil },
			func() ([]byte, error) { return nil, errors.New("never asked") },
		}
		var asked atomic.Int32
		s.portraits = newPortraits(cfg, func(_ context.Context, address string) ([]byte, error) {
			if address != janesPortrait {
				t.Errorf("fetched %s", address)
			}
			return answers[asked.Add(1)-1]()
		}, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		for i, want := range []struct {
			shown   bool
			problem string
		}{
			{false, "its portrait could not be read on 1 Jan 2000, 00:00 UTC: its host answers 404"},
			{true, ""},
			{true, "its portrait could not be read on 3 Jan 2000, 00:00 UTC: neither JPEG nor PNG nor WebP"},
		} {
			time.Sleep(time.Duration(min(i, 1))*pageInterval + time.Minute) // in the bubble's time
			synctest.Wait()
			var problems []string
			for _, p := range s.Set().Problems {
				problems = append(problems, p.Text)
			}
			for _, p := range s.Set().Pages {
				if (len(p.Picture) > 0) != want.shown {
					t.Errorf("day %d: %s has a picture of %d bytes", i, p.Slug, len(p.Picture))
				}
			}
			if got := strings.Join(problems, "\n"); want.problem == "" && got != "" || !strings.Contains(got, strings.Split(want.problem, " on ")[0]) || !strings.HasSuffix(got, strings.TrimPrefix(want.problem, strings.Split(want.problem, ": ")[0])) {
				t.Errorf("day %d: %q, want %q", i, got, want.problem)
			}
			if asked := int(asked.Load()); asked != i+1 { // two pages have it
				t.Errorf("day %d: asked %d times", i, asked)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Where nobody is shown, nobody's picture is asked for.
func TestHiddenPortraitsAreNotFetched(t *testing.T) {
	for _, hide := range []string{"people: hidden", "portraits: false"} {
		cfg := load(t, minimal+`testimonials: [{page: "https://s/jane/", projects: [p]}]`+"\n"+hide)
		synctest.Test(t, func(t *testing.T) {
			s := openPageReader(t, cfg, func(context.Context, string) ([]byte, error) { return []byte(withPortrait), nil })
			s.portraits = newPortraits(cfg, func(_ context.Context, address string) ([]byte, error) {
				t.Errorf("%s: fetched %s", hide, address)
				return nil, errors.New("refused")
			}, slog.New(slog.DiscardHandler))
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if err := s.Run(ctx); err != nil {
				t.Error(err)
			}
			if set := s.Set(); len(set.Pages) != 1 || set.Pages[0].Portrait != janesPortrait || len(set.Problems) != 0 {
				t.Errorf("%s: %+v", hide, set)
			}
		})
	}
}
