package gerrit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	// pageSize is Gerrit's default limit for a query, also for anonymous users. It
	// is always sent: without n a server may have a smaller default.
	pageSize = 500

	// maxPages bounds a listing whose end never comes. It allows 100,000 rows, more
	// than any migration has, in a few minutes at one request a second.
	maxPages = 200
)

// Listing is what a query finds.
type Listing struct {
	Changes []Change // rows without details, by number, each number once
	Bad     []Bad    // by number
	Pages   int      // requests it took, retries aside
}

// List asks for all changes that a query finds; with since only those updated at
// or after it. It returns a whole listing or an error.
//
// Pages are cut by time, not by offset: the next one holds what was updated up to
// the second of the last row. Under an offset a change that moves while we read
// makes its neighbours come twice or never. What moved to the top meanwhile is
// fetched by a closing query from the first row's time on. A number that comes
// twice, as it may also while Gerrit moves a change from its index of open changes
// to that of closed ones, counts with its newest row. Absence from a listing
// proves nothing: Gerrit leaves out without a word a change that it can't format.
func (c *Client) List(ctx context.Context, query string, since time.Time) (*Listing, error) {
	if err := checkQuery(query); err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	l := &lister{client: c, query: query, good: make(map[int]Change), bad: make(map[string]Bad)}
	for after := since; ; {
		pages, first, err := l.walk(ctx, after)
		if err != nil {
			return nil, err
		}
		if pages == 1 {
			return l.listing(), nil
		}
		after = first
	}
}

// lister collects one listing.
type lister struct {
	client *Client
	query  string
	pages  int
	good   map[int]Change
	bad    map[string]Bad // by number, or by the element itself
}

// walk reads all pages updated since after, newest first, and returns how many
// they were and the time of the first row.
func (l *lister) walk(ctx context.Context, after time.Time) (pages int, first time.Time, err error) {
	var before time.Time
	for {
		r := listRequest(window(l.query, after, before))
		if l.pages == maxPages {
			return 0, first, l.client.newError(r, fmt.Errorf("still more changes after %d pages", maxPages))
		}
		body, err := l.client.do(ctx, r)
		if err != nil {
			return 0, first, err
		}
		rows, err := decodePage(body)
		if err == nil {
			err = rows.check()
		}
		if err != nil {
			return 0, first, l.client.newAnswerError(r, err)
		}
		l.pages++
		pages++
		l.add(rows)
		if pages == 1 {
			first = rows.first()
		}
		last := rows.last()
		if !rows.mayHaveMore() {
			return pages, first, nil
		}
		if last.Equal(before) {
			// The next request would be this one again.
			if !rows.more {
				return pages, first, nil
			}
			return 0, first, l.client.newAnswerError(r, fmt.Errorf(
				"%d changes and more share the second %s: can't page past it", rows.size, last.Format(stampLayout)))
		}
		before = last
	}
}

func listRequest(query string) request {
	return request{op: "list", path: "changes/", query: url.Values{"q": {query}, "n": {strconv.Itoa(pageSize)}}}
}

// add keeps the newest row of each number. Of two rows of one second the later
// fetched is the newer.
func (l *lister) add(rows page) {
	for _, change := range rows.changes {
		if known, ok := l.good[change.Number]; !ok || !change.Updated.Before(known.Updated.Time) {
			l.good[change.Number] = change
		}
	}
	for _, bad := range rows.bad {
		key := bad.raw
		if bad.Number != 0 {
			key = strconv.Itoa(bad.Number)
		}
		l.bad[key] = bad.Bad
	}
}

func (l *lister) listing() *Listing {
	out := &Listing{Pages: l.pages}
	for _, number := range slices.Sorted(maps.Keys(l.good)) {
		out.Changes = append(out.Changes, l.good[number])
		delete(l.bad, strconv.Itoa(number))
	}
	for _, key := range slices.Sorted(maps.Keys(l.bad)) {
		out.Bad = append(out.Bad, l.bad[key])
	}
	slices.SortStableFunc(out.Bad, func(a, b Bad) int { return cmp.Compare(a.Number, b.Number) })
	return out
}
