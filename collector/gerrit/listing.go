package gerrit

import (
	"cmp"
	"context"
	"errors"
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

	// maxPages bounds a listing whose end never comes. It allows 200,000 rows, more
	// than any migration has, in a few minutes at one request a second.
	maxPages = 400
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
// makes its neighbours come twice or never; only within one second that holds more
// than a page there is no other way. What moved to the top meanwhile is fetched by a
// closing query from the first row's time on. A number that comes
// twice, as it may also while Gerrit moves a change from its index of open changes
// to that of closed ones, counts with its newest row. Absence from a listing
// proves nothing: Gerrit leaves out without a word a change that it can't format.
func (c *Client) List(ctx context.Context, query string, since time.Time) (*Listing, error) {
	return c.list(ctx, query, since, false)
}

// ListAll is List for a selector as a whole. Where much is hidden from the asker, a
// server may cut a page short without saying that it has more, so that the end is only
// believed when nothing new comes from below the last row.
func (c *Client) ListAll(ctx context.Context, query string) (*Listing, error) {
	return c.list(ctx, query, time.Time{}, true)
}

func (c *Client) list(ctx context.Context, query string, since time.Time, all bool) (*Listing, error) {
	if err := checkQuery(query); err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	l := &lister{client: c, query: query, good: make(map[int]Change), bad: make(map[string]Bad)}
	for after, n := since, 1; ; n++ {
		l.moved = false
		closing, first, err := l.walk(ctx, after, all && n == 1)
		if err != nil {
			return nil, err
		}
		if !closing || n > 1 && !l.moved {
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
	moved  bool // the walk brought rows that are new or newer
	good   map[int]Change
	bad    map[string]Bad // by number, or by the element itself
}

// position is where a page begins: below an inclusive time, and there after some
// rows.
type position struct {
	before time.Time
	skip   int
}

// walk reads all pages updated since after, newest first; with all it asks once more
// below the last row. It returns the time of the
// first row, and whether rows can have moved to the top since, which a closing query
// finds.
func (l *lister) walk(ctx context.Context, after time.Time, all bool) (closing bool, first time.Time, err error) {
	var at position
	var previous page // of the same second
	for n := 1; ; n++ {
		r := listRequest(l.client.public(window(l.query, after, at.before)), at.skip)
		rows, err := l.read(ctx, r)
		if err != nil {
			return false, first, err
		}
		overlaps := at.skip == 0 || previous.size == 1 || len(rows.changes) == 0 || l.knows(rows.changes[0].Number)
		fresh := l.add(rows)
		if n == 1 {
			first = rows.first()
		}
		last, more := rows.last(), rows.mayHaveMore()
		closing = closing || more || n > 1 && fresh
		stays := last.Equal(at.before)
		within := stays && (rows.more || rows.size >= pageSize) // this second holds more than a page
		switch {
		case within && at.skip > 0 && rows.equal(previous):
			return false, first, l.client.newAnswerError(r, fmt.Errorf(
				"%d changes and more share the second %s: can't page past it", rows.size, last.Format(stampLayout)))
		case !overlaps:
			at.skip, previous = 0, page{} // one of them moved on, and its neighbours moved up
		case within:
			// From the page's last row on: that it comes again shows that none moved on.
			at.skip, previous = at.skip+max(1, rows.size-1), rows
		case !stays && (more || all && fresh):
			at, previous = position{before: last}, page{}
		default:
			return closing, first, nil
		}
	}
}

// read asks for one page.
func (l *lister) read(ctx context.Context, r request) (page, error) {
	if l.pages == maxPages {
		return page{}, l.client.newError(r, fmt.Errorf("still more changes after %d pages", maxPages))
	}
	body, err := l.client.do(ctx, r)
	if err != nil {
		return page{}, err
	}
	rows, err := decodePage(body)
	if err == nil {
		err = rows.check()
	}
	if err == nil {
		err = l.oneProject(rows)
	}
	if err != nil {
		return page{}, l.client.newAnswerError(r, err)
	}
	l.pages++
	return rows, nil
}

func listRequest(query string, skip int) request {
	q := url.Values{"q": {query}, "n": {strconv.Itoa(pageSize)}}
	if skip > 0 {
		q.Set("S", strconv.Itoa(skip))
	}
	return request{op: "list", path: "changes/", query: q}
}

// ErrTwoProjects says that one number stands for changes of two projects, as on a
// Gerrit that imported changes of another. Nothing can be counted by number there.
var ErrTwoProjects = errors.New("one number for changes of two projects")

func twoProjects(number int, a, b string) error {
	return fmt.Errorf("%w: %d is a change of %s and one of %s", ErrTwoProjects, number, min(a, b), max(a, b))
}

// oneProject refuses rows of a number that a row of another project has.
func (l *lister) oneProject(rows page) error {
	projects := map[int]string{}
	for _, change := range rows.changes {
		project := cmp.Or(projects[change.Number], l.good[change.Number].Project, change.Project)
		if project != change.Project {
			return twoProjects(change.Number, project, change.Project)
		}
		projects[change.Number] = project
	}
	return nil
}

// knows reports whether a good row of the number was read.
func (l *lister) knows(number int) bool {
	_, ok := l.good[number]
	return ok
}

// add keeps the newest row of each number, and reports whether there was a new
// number. Of two rows of one second the later fetched is the newer.
func (l *lister) add(rows page) (fresh bool) {
	for _, change := range rows.changes {
		known, ok := l.good[change.Number]
		fresh = fresh || !ok
		l.moved = l.moved || change.Updated.After(known.Updated.Time)
		if !ok || !change.Updated.Before(known.Updated.Time) {
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
	return fresh
}

func (l *lister) listing() *Listing {
	out := &Listing{Pages: l.pages}
	for _, number := range slices.Sorted(maps.Keys(l.good)) {
		if change := l.good[number]; !change.Private { // one that became so since it was found
			out.Changes = append(out.Changes, change)
		}
		delete(l.bad, strconv.Itoa(number))
	}
	for _, key := range slices.Sorted(maps.Keys(l.bad)) {
		out.Bad = append(out.Bad, l.bad[key])
	}
	slices.SortStableFunc(out.Bad, func(a, b Bad) int { return cmp.Compare(a.Number, b.Number) })
	return out
}
