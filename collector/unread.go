package collector

import (
	"cmp"
	"slices"

	"github.com/eventlet-removal/headway/store"
)

// note keeps in mind a change of which nothing can be read, with the selector that
// lists it: it is not tried again before the next full listing.
func (r *round) note(w *store.Work) {
	n := w.Row.Number
	unread := store.Unread{Number: n, Project: w.Row.Project, Since: r.start, Error: w.Error}
	if old, ok := r.noted(n); ok {
		unread.Since = old.Since
	}
	r.forget(n)
	s := r.selectors[w.Member.Selector]
	s.state.Unread = append(slices.Clone(s.state.Unread), unread)
	slices.SortFunc(s.state.Unread, func(a, b store.Unread) int { return cmp.Compare(a.Number, b.Number) })
}

// noted returns what is kept in mind of a change of which nothing could be read.
func (r *round) noted(n int) (store.Unread, bool) {
	for _, s := range r.selectors {
		if i := slices.IndexFunc(s.state.Unread, numbered(n)); i >= 0 {
			return s.state.Unread[i], true
		}
	}
	return store.Unread{}, false
}

// forget drops the note of a change that can be read. What is published holds the old
// notes, so they are copied.
func (r *round) forget(n int) {
	for _, s := range r.selectors {
		if slices.ContainsFunc(s.state.Unread, numbered(n)) {
			s.state.Unread = slices.DeleteFunc(slices.Clone(s.state.Unread), numbered(n))
		}
	}
}

func numbered(n int) func(store.Unread) bool {
	return func(u store.Unread) bool { return u.Number == n }
}
