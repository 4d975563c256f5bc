package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/dashboard/portrait"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// portraits are the pictures of those who wrote testimonials, drawn anew and kept in
// memory. They are fetched as often as pages are.
type portraits struct {
	fetch fetchPage
	log   *slog.Logger
	kept  map[string]*keptPortrait // by address
}

type keptPortrait struct {
	tried   time.Time
	picture []byte // the last good one
	err     error  // of the last try
}

// newPortraits is nil where nobody shall be shown: then nobody is asked either.
func newPortraits(cfg *config.Config, fetch fetchPage, log *slog.Logger) *portraits {
	if cfg.HidePeople || cfg.HidePortraits {
		return nil
	}
	return &portraits{fetch, log, map[string]*keptPortrait{}}
}

// fetchDue tries each portrait that has not been tried for a day, one after the other,
// and forgets those that no page has any more. It reports whether any was tried.
func (p *portraits) fetchDue(ctx context.Context, pages []*testimonials.Page) (fetched bool) {
	if p == nil {
		return false
	}
	kept := map[string]*keptPortrait{}
	for _, page := range pages {
		if page.Portrait == "" || kept[page.Portrait] != nil {
			continue
		}
		have := p.kept[page.Portrait]
		if have == nil {
			have = &keptPortrait{}
		}
		kept[page.Portrait] = have
		if ctx.Err() != nil || time.Since(have.tried) < pageInterval || fetched && !sleep(ctx, pagePause) {
			continue
		}
		fetched = true
		picture, err := p.get(ctx, page.Portrait)
		if ctx.Err() != nil {
			continue
		}
		if have.tried, have.err = time.Now(), err; err != nil {
			p.log.Warn("portrait not fetched", "picture", page.Portrait, "err", err)
			continue
		}
		have.picture = picture
	}
	p.kept = kept
	return fetched
}

func (p *portraits) get(ctx context.Context, address string) ([]byte, error) {
	data, err := p.fetch(ctx, address)
	if err != nil {
		return nil, err
	}
	return portrait.Make(data)
}

// attach puts the pictures on their pages, and says of which there is none.
func (p *portraits) attach(pages []*testimonials.Page) (problems []testimonials.Problem) {
	if p == nil {
		return nil
	}
	for _, page := range pages {
		if page == nil || p.kept[page.Portrait] == nil {
			continue
		}
		have := p.kept[page.Portrait]
		if page.Picture = have.picture; have.err != nil {
			problems = append(problems, testimonials.Problem{File: page.Name, Text: fmt.Sprintf("its portrait could not be read on %s: %v", have.tried.UTC().Format("2 Jan 2006, 15:04 UTC"), have.err)})
		}
	}
	return problems
}
