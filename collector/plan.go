package collector

import (
	"cmp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/store"
)

// refreshAfter is how old the details of an open change may get: changed labels,
// submit requirements, names and mergeability move neither updated nor
// meta_rev_id.
const refreshAfter = 24 * time.Hour

// maxReread is how many changes one round fetches again only because an older
// headway kept less of them: four requests, so that a poll stays short.
const maxReread = 4 * batchSize

// plan compares a selector's listing with what is stored and queues what moved.
func (r *round) plan(s *selector) {
	for n, w := range r.work {
		if s.full && w.Member.Selector == s.query.Project && !w.Member.Reference && !r.listed(n) {
			r.drop(n) // never published, and no longer listed
		}
	}
	if s.full {
		s.state.Unread = slices.DeleteFunc(slices.Clone(s.state.Unread), func(u store.Unread) bool { return !r.listed(u.Number) })
	}
	for _, w := range s.left {
		r.queue(w)
	}
	for n, row := range s.rows {
		m, known := r.snap.Member(r.goal.Name, n)
		member := r.member(s, n)
		stored := r.snap.Change(n)
		if row.Status != "" {
			r.forget(n)
		}
		unread, tried := r.noted(n)
		reason := store.ReasonChanged
		if !known || m.Reference {
			reason = store.ReasonNew
		}
		switch {
		case r.queued(row, member):
			// Already on the list.
		case tried && s.full:
			r.queue(store.Work{Row: row, Member: member, Reason: reason, Tries: 2, Error: unread.Error})
		case tried:
			// Tried again with the next full listing.
		case m.Quarantined != "" && !s.full && stored != nil && (row.Updated.IsZero() || !moved(stored.Row, row)):
			// Tried again with the next full listing.
		case stored == nil || moved(stored.Row, row) || stored.Detailed.IsZero() || m.Quarantined != "":
			r.queue(store.Work{Row: row, Member: member, Reason: reason})
		case reason == store.ReasonNew:
			r.queue(store.Work{Row: row, Member: member, Reason: reason, Detail: stored})
		case m.Query != member.Query || m.Selector != member.Selector || m.Missing != nil || m.Departed != nil:
			r.queue(store.Work{Row: row, Member: member, Reason: store.ReasonMember, Detail: stored})
		}
	}
	r.refresh(s)
}

// member is the membership of a change that a selector lists: what it was before
// is kept, and a departure is over.
func (r *round) member(s *selector, n int) store.Membership {
	m := store.Membership{Number: n, Selector: s.query.Project, Query: s.query.Text, Seen: r.start}
	if old, ok := r.snap.Member(r.goal.Name, n); ok && !old.Reference {
		m.Seen, m.Past = old.Seen, slices.Clip(old.Past)
		if old.Departed != nil {
			back := *old.Departed
			back.Back = r.start
			m.Past = append(m.Past, back)
		}
	}
	return m
}

// queued reports whether an earlier round already asked for the change as it stands
// in this row, as a member of the same selector.
func (r *round) queued(row store.Row, member store.Membership) bool {
	w := r.work[row.Number]
	if w == nil || w.Quarantined || moved(carried(w).Row, row) {
		return false
	}
	was := w.Member
	return !was.Reference && was.Departed == nil && was.Selector == member.Selector && was.Query == member.Query
}

// queue puts work on the list, in place of what was there under the same number.
// That it was quarantined before is remembered until it moves.
func (r *round) queue(w store.Work) {
	w.Queued = r.start
	if was := r.work[w.Row.Number]; was != nil && was.Quarantined && !moved(was.Row, w.Row) {
		w.Tries, w.Error = was.Tries, was.Error
	}
	delete(r.dropped, w.Row.Number)
	r.work[w.Row.Number] = &w
	r.dirty[w.Row.Number] = true
}

// moved reports whether Gerrit's row differs from what is stored. meta_rev_id names
// every state of a change; updated alone misses two operations in one second and
// deleted messages, so it only stands in where Gerrit sends no meta_rev_id. A
// rename of the project shows in neither. The other facts that decide what is
// counted are compared too: should a wrong one ever get in, it does not stay.
func moved(stored, row store.Row) bool {
	if row.Project != stored.Project || row.Branch != stored.Branch || row.Topic != stored.Topic ||
		row.Status != stored.Status || row.WIP != stored.WIP {
		return true
	}
	if row.MetaRevID != "" && stored.MetaRevID != "" {
		return row.MetaRevID != stored.MetaRevID
	}
	return !row.Updated.Equal(stored.Updated)
}

// refresh queues the selector's open changes whose details got old.
func (r *round) refresh(s *selector) {
	for m := range r.snap.Members(r.goal.Name, []store.Query{s.query}) {
		if m.Status != store.StatusNew || m.Departed != nil || m.Missing != nil || m.Quarantined != "" || r.work[m.Change.Number] != nil {
			continue
		}
		if age := r.start.Sub(m.Detailed); age >= refreshAfter || age < 0 { // below zero: the clock was set back
			r.queue(store.Work{Row: m.Row, Member: m.Membership, Reason: store.ReasonRefresh})
		}
	}
}

// reread queues changes of which an older headway kept less of the commit message,
// the oldest first, as far as there is not much else to fetch.
func (r *round) reread() {
	room := maxReread
	for _, w := range r.work {
		if !w.Drained() {
			room--
		}
	}
	var outdated []store.Member
	for m := range r.snap.Outdated(r.goal.Name, r.goal.Queries) {
		if m.Reference { // found for all selectors
			m.Selector, m.Query = r.goal.Queries[0].Project, r.goal.Queries[0].Text
		}
		if s := r.selectors[m.Selector]; s.err == nil && r.work[m.Change.Number] == nil {
			outdated = append(outdated, m)
		}
	}
	slices.SortFunc(outdated, func(a, b store.Member) int {
		return cmp.Or(a.Detailed.Compare(b.Detailed), cmp.Compare(a.Change.Number, b.Change.Number))
	})
	for _, m := range outdated[:min(len(outdated), max(room, 0))] {
		reason := store.ReasonRefresh
		if m.Reference {
			reason = store.ReasonReference
		}
		r.queue(store.Work{Row: m.Row, Member: m.Membership, Reason: reason})
	}
}
