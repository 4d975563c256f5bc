package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

// overlap is how far an incremental listing reaches back behind the high-water
// mark. Gerrit stamps an operation when it starts and shows it when it ends, and
// its index may lag: what was stamped before the mark can appear after it.
const overlap = 15 * time.Minute

// list asks for what a selector matches: everything, or what moved since the last
// complete listing.
func (r *round) list(ctx context.Context, q store.Query) {
	s := &selector{state: r.snap.Selector(r.goal.Name, q), query: q}
	r.selectors[q.Project] = s
	s.full = r.opts.Full || s.state.Listed.IsZero() || s.state.HighWater.IsZero() ||
		s.state.Listed.After(r.start) || !r.goal.Full.Next(s.state.Listed).After(r.start)
	if !s.state.HighWater.IsZero() {
		s.since = s.state.HighWater.Add(-overlap)
	}
	if !s.full {
		if s.err = r.fill(ctx, s, s.since); s.err != nil {
			return
		}
		s.full = r.vanished(s)
	}
	if s.full {
		r.poll.Full = true
		if s.err = r.fill(ctx, s, time.Time{}); s.err != nil {
			return
		}
	}
	if s.full && !r.full {
		r.full = true
		r.version(ctx)
	}
}

// vanished reports whether an incremental listing lacks all that the last one must
// have ended with: as when an index is lost or a permission is taken away.
func (r *round) vanished(s *selector) bool {
	if len(s.rows) > 0 {
		return false
	}
	for m := range r.snap.Members(r.goal.Name, []store.Query{s.query}) {
		if m.Departed == nil && m.Missing == nil && !m.Updated.Before(s.since) {
			return true
		}
	}
	return false
}

// fill lists a selector; with after only what was updated since.
func (r *round) fill(ctx context.Context, s *selector, after time.Time) error {
	var listing *gerrit.Listing
	var err error
	if after.IsZero() {
		listing, err = r.client.ListAll(ctx, s.query.Text)
	} else {
		listing, err = r.client.List(ctx, s.query.Text, after)
	}
	if err != nil {
		return err
	}
	rows, err := r.read(listing)
	if err != nil {
		return err
	}
	s.rows = map[int]store.Row{}
	for _, row := range rows {
		s.rows[row.Number] = row
	}
	s.advance(rows, r.start)
	return nil
}

// any asks for what any of some terms finds beside another query; with after only
// what was updated since. It asks in parts where the server takes fewer terms, or a
// shorter query, than we name in one.
func (r *round) any(ctx context.Context, terms []string, beside string, after time.Time) ([]store.Row, error) {
	var rows []store.Row
	for _, chunk := range query.Fit(terms, beside, query.MaxNamed) {
		for len(chunk) > 0 {
			n := min(len(chunk), r.mostTerms)
			found, err := r.rows(ctx, query.Any(chunk[:n]...)+beside, after)
			var failed *gerrit.Error
			if errors.As(err, &failed) && (failed.TooManyTerms() || failed.TooLong()) && n > 1 {
				r.mostTerms = n / 2
				continue
			}
			if err != nil {
				return nil, err
			}
			rows, chunk = append(rows, found...), chunk[n:]
		}
	}
	return rows, nil
}

// rows asks for what a query finds; with after only what was updated since.
func (r *round) rows(ctx context.Context, query string, after time.Time) ([]store.Row, error) {
	listing, err := r.client.List(ctx, query, after)
	if err != nil {
		return nil, err
	}
	return r.read(listing)
}

// read converts a listing. A row that can't be read stands for what is known of its
// change, see unread; one that has not even a number could be any of ours, and the
// answer is refused.
func (r *round) read(listing *gerrit.Listing) ([]store.Row, error) {
	var rows []store.Row
	for _, c := range listing.Changes {
		rows = append(rows, toRow(c))
	}
	for _, b := range listing.Bad {
		if b.Number == 0 {
			return nil, fmt.Errorf("a row of the listing can't be read and has no number: %w", b.Err)
		}
		r.log.Warn("row of a listing can't be read", "goal", r.goal.Name, "change", b.Number, "err", b.Err)
		rows = append(rows, r.unread(b))
	}
	return rows, nil
}

// unread is the row of a change whose row could not be read: what was known of it,
// without updated and meta_rev_id, so that it counts as moved and its details are
// asked for. The status is empty if nothing was known.
func (r *round) unread(b gerrit.Bad) store.Row {
	n := b.Number
	row := store.Row{Number: n, Project: b.Project}
	if stored := r.snap.Change(n); stored != nil {
		row = stored.Row
	}
	if w := r.work[n]; w != nil && w.Row.Status != "" {
		row = w.Row
	}
	row.Updated, row.MetaRevID = time.Time{}, ""
	return row
}

// advance moves the high-water mark to the newest row. It stays behind our clock,
// because a row from the future would hide all that moves from now on. A row that
// can't be read has no time: its change is quarantined.
func (s *selector) advance(rows []store.Row, now time.Time) {
	mark := s.state.HighWater
	for _, row := range rows {
		if row.Updated.After(mark) {
			mark = row.Updated
		}
	}
	if mark.After(now) {
		mark = now
	}
	s.state.HighWater = mark
}

// version asks which Gerrit answers, for the log only: it works with any.
func (r *round) version(ctx context.Context) {
	version, err := r.client.Version(ctx)
	if err != nil {
		r.log.Warn("version of Gerrit not known", "err", err)
	}
	r.poll.Version = version
}
