package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Claims are what we show of one goal: its numbers, and the changes behind them.
type Claims struct {
	Goal    *progress.Goal
	Summary api.Summary

	Unmatched []string // configured names that nothing matches, a sentence each

	changes  map[int]claim  // members, former ones too, by number
	unsure   map[int]string // why we don't know a change yet, or not for sure
	outdated map[int]bool   // whose messages an older headway read
}

// claim is what we show of one change.
type claim struct {
	number   int
	state    progress.State
	backport bool
	facts
	commits []string // of all patch sets known
}

// facts of a change, not judgements. Gerrit's row must have the same.
type facts struct {
	project, branch, topic, subject, changeID string
	patchSet                                  int // 0: unknown
	updated                                   time.Time
}

// counted reports whether the change is in the totals.
func (c claim) counted() bool { return c.state != progress.Left && c.state != progress.Gone }

// Why a change that differs proves nothing.
const (
	unsureMissing     = "missing since the last full listing, not yet confirmed gone"
	unsureQuarantined = "quarantined: its details can't be had"
	unsureFetching    = "its details are still to be fetched"
)

// Stored are the claims of a database: a goal's summary, its members, former ones
// too, and the numbers of the changes whose details are still to be fetched.
func Stored(goal *progress.Goal, summary api.Summary, members []*progress.Change, fetching []int) *Claims {
	g := &Claims{Goal: goal, Summary: summary, changes: map[int]claim{}, unsure: map[int]string{}, outdated: map[int]bool{}}
	for _, c := range members {
		g.claim(c)
	}
	for _, n := range fetching {
		g.unsure[n] = unsureFetching
	}
	return g
}

func (g *Claims) claim(c *progress.Change) {
	number := c.Change.Number
	out := claim{number: number, state: c.State, backport: c.Backport, facts: facts{
		project: c.Change.Project, branch: c.Branch, topic: c.Topic, subject: c.Subject,
		changeID: c.ChangeID, patchSet: c.PatchSet, updated: c.Updated,
	}}
	for _, p := range c.PatchSets {
		out.commits = append(out.commits, p.Commit)
	}
	g.changes[number] = out
	switch {
	case c.Missing != nil:
		g.unsure[number] = unsureMissing
	case c.Quarantined != "":
		g.unsure[number] = unsureQuarantined
	case c.Outdated():
		g.outdated[number] = true
	}
}

// Fetch reads an address of a running server. Its error names the address.
type Fetch func(ctx context.Context, address string) ([]byte, error)

// Served are the claims of a running server, read from the address of a goal in its
// API. A list of several pages, and the summary, may come of different rounds: then
// they are read again.
func Served(ctx context.Context, goal *progress.Goal, address *url.URL, fetch Fetch) (*Claims, error) {
	for range 5 {
		before, err := servedSummary(ctx, address, fetch)
		if err != nil {
			return nil, err
		}
		g := &Claims{Goal: goal, Summary: before, changes: map[int]claim{}, unsure: map[int]string{}, outdated: map[int]bool{}}
		if before.Loading != nil {
			return g, nil
		}
		if err := g.readChanges(ctx, address.JoinPath("changes"), fetch); err != nil {
			return nil, err
		}
		after, err := servedSummary(ctx, address, fetch)
		if err != nil {
			return nil, err
		}
		if sameNumbers(before, after) {
			return g, nil
		}
	}
	return nil, fmt.Errorf("read %s: its numbers moved while they were read, five times", address)
}

func servedSummary(ctx context.Context, address *url.URL, fetch Fetch) (s api.Summary, err error) {
	data, err := fetch(ctx, address.String())
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil || s.Goal == "" {
		return s, fmt.Errorf("read %s: not headway's answer", address)
	}
	return s, nil
}

// sameNumbers reports whether two summaries are of the same round. Ages, staleness
// and estimates move with the clock alone.
func sameNumbers(a, b api.Summary) bool {
	type round struct {
		AsOf              *time.Time
		Counts, Backports api.Counts
		Left, Gone        *int
	}
	rounds := func(s api.Summary) string {
		all := []round{{s.AsOf, s.Counts, s.Backports, s.Left, s.Gone}}
		for _, p := range s.Projects {
			all = append(all, round{p.AsOf, p.Counts, p.Backports, p.Left, p.Gone})
		}
		text, err := json.Marshal(all)
		if err != nil {
			return err.Error() // plain structs can always be encoded
		}
		return string(text)
	}
	return rounds(a) == rounds(b)
}

// readChanges reads the list of all members, former ones too, page by page.
func (g *Claims) readChanges(ctx context.Context, address *url.URL, fetch Fetch) error {
	query := url.Values{"class": {"all"}, "state": {"merged,reverted,open,wip,abandoned,left,gone"}, "limit": {"500"}}
	for {
		address.RawQuery = query.Encode()
		data, err := fetch(ctx, address.String())
		if err != nil {
			return err
		}
		var page api.Changes
		if err := json.Unmarshal(data, &page); err != nil {
			return fmt.Errorf("read %s: not headway's answer: %w", address, err)
		}
		for _, c := range page.Changes {
			g.served(c)
		}
		if page.NextCursor == nil {
			return nil
		}
		next, err := strconv.Atoi(*page.NextCursor)
		last, _ := strconv.Atoi(query.Get("cursor"))
		if err != nil || last > 0 && next >= last { // a list that does not get on
			return fmt.Errorf("read %s: its next_cursor is %q", address, *page.NextCursor)
		}
		query.Set("cursor", *page.NextCursor)
	}
}

func (g *Claims) served(c api.Change) {
	out := claim{number: c.Number, state: progress.State(c.State), backport: c.Backport, facts: facts{
		project: c.Project, branch: c.Branch, topic: valueOf(c.Topic), subject: c.Subject,
		changeID: c.ChangeID, patchSet: valueOf(c.PatchSet), updated: valueOf(c.Updated),
	}}
	for _, p := range c.PatchSets {
		out.commits = append(out.commits, p.Commit)
	}
	g.changes[c.Number] = out
	switch valueOf(c.Pending) {
	case api.PendingMissing:
		g.unsure[c.Number] = unsureMissing
	case api.PendingQuarantined:
		g.unsure[c.Number] = unsureQuarantined
	case api.PendingOutdated:
		g.outdated[c.Number] = true
	}
}

// valueOf is what a field that may be null holds, or zero.
func valueOf[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
