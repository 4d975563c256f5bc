package collector

import (
	"iter"

	"github.com/eventlet-removal/headway/store"
)

// restore queues what the database can't read any more: nobody knows its state until
// it is fetched anew. Where even that fails it is noted as unread, and tried again
// with the next full listing.
func (r *round) restore() {
	for m := range r.snap.Unreadable(r.goal.Name, r.goal.Queries) {
		reason := store.ReasonRefresh
		if m.Reference { // found for all selectors
			reason = store.ReasonReference
			m.Selector, m.Query = r.goal.Queries[0].Project, r.goal.Queries[0].Text
		}
		s := r.selectors[m.Selector]
		if _, tried := r.noted(m.Number); s.err != nil || r.work[m.Number] != nil || m.Missing != nil || tried && !s.full {
			continue
		}
		m.Quarantined = ""
		r.queue(store.Work{Row: store.Row{Number: m.Number, Project: m.In}, Member: m, Reason: reason})
	}
}

// members walks the members that a query found, also those of which the database can't
// read more than that: they may leave or be gone like any other.
func (r *round) members(q store.Query) iter.Seq[store.Member] {
	return func(yield func(store.Member) bool) {
		queries := []store.Query{q}
		for m := range r.snap.Members(r.goal.Name, queries) {
			if !yield(m) {
				return
			}
		}
		for m := range r.snap.Unreadable(r.goal.Name, queries) {
			row := store.Row{Number: m.Number, Project: m.In}
			if !m.Reference && !yield(store.Member{Membership: m, Change: &store.Change{Row: row}}) {
				return
			}
		}
	}
}
