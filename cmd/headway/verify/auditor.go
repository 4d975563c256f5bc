// Package verify is the second judge: it asks Gerrit anew for all that we show of a
// goal, by queries of its own, counts by its own reading of reverts and
// cherry-picks, and holds the result against what we show, change by change.
//
// It shares no judgement with package progress, whose types it knows, and no code
// with the collector but the client of collector/gerrit. cmd/headway gives it what is
// shown (Stored, Served) and prints its reports. Absent asks for the names that a
// configuration writes out.
package verify

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

// Auditor asks Gerrit what it has. It shares no code with the collector but the
// client's List and Details.
type Auditor struct {
	client   *gerrit.Client
	gerrit   string // base URL, ends in a slash
	clean    func(string) string
	log      *slog.Logger
	requests int
	skew     time.Duration // Gerrit's clock less ours, at the least; zero until the first answer
}

// New is an auditor of the Gerrit that the configuration of a client names. What is
// never kept of a text, such as an e-mail address, is taken out of Gerrit's by clean.
func New(cfg gerrit.Config, clean func(string) string, log *slog.Logger) (*Auditor, error) {
	a := &Auditor{gerrit: strings.TrimSuffix(cfg.URL, "/") + "/", clean: clean, log: log}
	cfg.Observe = a.observe
	client, err := gerrit.New(cfg)
	if err != nil {
		return nil, err
	}
	a.client = client
	return a, nil
}

// observe compares clocks: as-of times are ours, updated times are Gerrit's. The
// Date header has whole seconds, so each answer gives a lower bound.
func (a *Auditor) observe(r gerrit.Request) {
	a.requests++
	if r.HasDate && (a.skew == 0 || r.ClockSkew < a.skew) {
		a.skew = r.ClockSkew
	}
}

// Verify recounts goals, one after the other. If Gerrit can't be asked the answer
// is no, because nothing is proven then; the reports are those of the goals before.
func (a *Auditor) Verify(ctx context.Context, goals []*Claims) ([]*Report, error) {
	var reports []*Report
	for _, g := range goals {
		if l := g.Summary.Loading; l != nil {
			reports = append(reports, &Report{Goal: g.Goal.Name, Loading: l.Text})
			continue
		}
		r, err := a.recount(ctx, g)
		switch {
		case ctx.Err() != nil:
			return reports, fmt.Errorf("verify %s: interrupted", g.Goal.Name)
		case err != nil:
			return reports, fmt.Errorf("verify %s: nothing is proven, Gerrit could not be asked: %w", g.Goal.Name, err)
		}
		reports = append(reports, r.compare())
	}
	return reports, nil
}
