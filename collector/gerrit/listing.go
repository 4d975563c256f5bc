package gerrit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
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
// proves nothing: Gerrit silently leaves out a change that it can't format.
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
			return 0, first, l.client.fault(r, fmt.Errorf("still more changes after %d pages", maxPages))
		}
		body, err := l.client.fetch(ctx, r)
		if err != nil {
			return 0, first, err
		}
		rows, err := decodePage(body)
		if err == nil {
			err = rows.check()
		}
		if err != nil {
			return 0, first, l.client.misread(r, err)
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
			return 0, first, l.client.misread(r, fmt.Errorf(
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

// page is one answer to a query, each element decoded on its own.
type page struct {
	changes []Change // in the server's order
	bad     []badElement
	size    int  // elements of the answer
	more    bool // the server says that it has more
	mute    bool // the last element can't even be read for that
}

type badElement struct {
	Bad
	raw string
}

// decodePage reads the answer to a query. null and {} are errors, never "no
// changes".
func decodePage(document []byte) (page, error) {
	var elements []json.RawMessage
	if err := json.Unmarshal(document, &elements); err != nil || elements == nil {
		return page{}, fmt.Errorf("the answer is not a list of changes but %s", kind(document))
	}
	p := page{size: len(elements)}
	for i, raw := range elements {
		change, err := decodeChange(raw)
		if err == nil {
			p.changes = append(p.changes, change)
		}
		// _more_changes stands on the last element, whatever else is wrong with it.
		seen, readable := salvage(raw)
		if i == len(elements)-1 {
			p.more, p.mute = seen.more, !readable
		}
		if err != nil {
			p.bad = append(p.bad, badElement{Bad{Number: seen.number, Project: seen.project, Err: err}, string(raw)})
		}
	}
	return p, nil
}

// check says what is wrong with a page as a whole.
func (p page) check() error {
	if p.size > 0 && len(p.changes) == 0 {
		return fmt.Errorf("none of %d changes can be read, the first: %w", p.size, p.bad[0].Err)
	}
	for i := 1; i < len(p.changes); i++ {
		newer, older := p.changes[i-1], p.changes[i]
		if older.Updated.After(newer.Updated.Time) {
			return fmt.Errorf("change %d, updated %s, comes before change %d, updated %s: not ordered by time",
				newer.Number, newer.Updated.Format(stampLayout), older.Number, older.Updated.Format(stampLayout))
		}
	}
	return nil
}

// mayHaveMore also distrusts a full page that says it is the last.
func (p page) mayHaveMore() bool {
	return len(p.changes) > 0 && (p.more || p.mute || p.size >= pageSize)
}

func (p page) first() time.Time {
	if len(p.changes) == 0 {
		return time.Time{}
	}
	return p.changes[0].Updated.Time
}

func (p page) last() time.Time {
	if len(p.changes) == 0 {
		return time.Time{}
	}
	return p.changes[len(p.changes)-1].Updated.Time
}

// decodeChange reads one element and refuses one without the facts that every
// number rests on.
func decodeChange(raw []byte) (Change, error) {
	if what := kind(raw); what != "an object" {
		return Change{}, fmt.Errorf("%s instead of a change", what)
	}
	var change Change
	if err := json.Unmarshal(raw, &change); err != nil {
		var mistyped *json.UnmarshalTypeError
		switch {
		case !errors.As(err, &mistyped) || mistyped.Field == "":
		case mistyped.Type == reflect.TypeFor[Timestamp]():
			return Change{}, fmt.Errorf("%s: %s is no time as Gerrit writes it", mistyped.Field, mistyped.Value)
		default:
			return Change{}, fmt.Errorf("%s: %s is no %s", mistyped.Field, mistyped.Value, mistyped.Type)
		}
		return Change{}, err
	}
	switch {
	case change.Number <= 0:
		return Change{}, errors.New("no _number")
	case change.Project == "":
		return Change{}, errors.New("no project")
	case change.Status == "":
		return Change{}, errors.New("no status")
	case change.Created.IsZero():
		return Change{}, errors.New("no time of creation")
	case change.Updated.IsZero():
		return Change{}, errors.New("no time of update")
	}
	return change, nil
}

// salvaged is what can still be read of an element that is no usable change.
type salvaged struct {
	number  int
	project string
	more    bool
}

// salvage reads each field on its own; readable is false if raw is no object.
func salvage(raw []byte) (out salvaged, readable bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return out, false
	}
	// What is missing or of another type stays zero.
	_ = json.Unmarshal(fields["_number"], &out.number)
	_ = json.Unmarshal(fields["project"], &out.project)
	_ = json.Unmarshal(fields["_more_changes"], &out.more)
	out.number = max(out.number, 0)
	return out, true
}
