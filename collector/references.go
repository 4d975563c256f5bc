package collector

import (
	"context"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/store"
	"github.com/eventlet-removal/headway/store/query"
)

const (
	// maxAsked bounds the questions of one round; the rest waits for the next.
	maxAsked = 1000

	// maxDepth is how far reverts of reverts outside the selectors are followed in
	// one round.
	maxDepth = 3
)

// seek looks for references: changes outside the selectors that change our
// numbers. It asks what the facts of this round newly call for, each question
// once and again with each full listing, queues what it finds, and reports whether
// there is something to drain. The error is the store's or the context's.
//
// Reverts are found by revertof:, because the original carries Gerrit's message
// that it was reverted. Of the parents and Depends-On of open members only those
// that are not merged matter.
func (r *round) seek(ctx context.Context) (queued bool, err error) {
	reverts, dependencies := r.questions()
	for _, ask := range []struct {
		terms []string
		and   string
	}{{reverts, ""}, {dependencies, " -is:merged"}} {
		for _, chunk := range query.Fit(ask.terms, ask.and, query.MaxNamed) {
			rows, err := r.any(ctx, chunk, ask.and, time.Time{})
			if err != nil {
				r.fail(err)
				return false, interrupted(ctx)
			}
			for _, row := range rows {
				queued = r.wantReference(row) || queued
			}
			var asked []store.Asked
			for _, t := range chunk {
				asked = append(asked, store.Asked{Term: t, At: r.start})
			}
			// The references first: a question noted without its answer would not
			// be asked again for hours.
			if err := r.save(); err != nil {
				return false, err
			}
			if err := r.metrics.wrote(r.db.Ask(r.goal.Name, asked)); err != nil {
				return false, err
			}
			for _, a := range asked {
				r.asked[a.Term] = true
			}
		}
	}
	return queued, nil
}

// questions are the terms to ask, sorted, as the facts call for them now.
func (r *round) questions() (reverts, dependencies []string) {
	revertOf, dependsOn := map[string]bool{}, map[string]bool{}
	for c, reference := range r.facts() {
		switch {
		case c.Status == store.StatusMerged:
			if slices.ContainsFunc(c.Messages, func(m store.Message) bool { return m.Kind == store.MessageReverted }) {
				t := "revertof:" + strconv.Itoa(c.Number)
				revertOf[t] = r.due(t, c.Detailed) // fetched anew: perhaps reverted anew
			}
		case c.Status == store.StatusNew && !reference: // what a dependency stands on changes none of our numbers
			for _, t := range r.dependencyTerms(c) {
				dependsOn[t] = r.due(t, time.Time{})
			}
		}
	}
	return sortedDue(revertOf), sortedDue(dependsOn)
}

func sortedDue(terms map[string]bool) []string {
	maps.DeleteFunc(terms, func(_ string, due bool) bool { return !due })
	all := slices.Sorted(maps.Keys(terms))
	return all[:min(len(all), maxAsked)]
}

// due reports whether a question is to be asked: never asked, not since a given
// time, or everything is listed anew.
func (r *round) due(term string, since time.Time) bool {
	if r.asked[term] {
		return false
	}
	at := r.snap.Asked(r.goal.Name, term)
	if since.After(r.start) { // the clock was set back
		since = time.Time{}
	}
	return at.IsZero() || at.Before(since) || at.After(r.start) || r.full
}

// facts walks what is newest known of members and references: staged in this
// round, or stored.
func (r *round) facts() iter.Seq2[*store.Change, bool] {
	return func(yield func(c *store.Change, reference bool) bool) {
		for _, w := range r.work {
			if w.Detail != nil && w.Member.Departed == nil && !yield(w.Detail, w.Member.Reference) {
				return
			}
		}
		for _, members := range []iter.Seq[store.Member]{
			r.snap.Members(r.goal.Name, r.goal.Queries), r.snap.References(r.goal.Name),
		} {
			for m := range members {
				if m.Departed == nil && r.work[m.Change.Number] == nil && !yield(m.Change, m.Reference) {
					return
				}
			}
		}
	}
}

var (
	changeID = regexp.MustCompile(`^I[0-9a-f]{8,40}$`)
	commitID = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// dependencyTerms are the questions about what an open change stands on. A
// Depends-On of another server is none of ours.
func (r *round) dependencyTerms(c *store.Change) []string {
	var terms []string
	for _, sha := range c.Parents {
		if commitID.MatchString(sha) {
			terms = append(terms, "commit:"+sha)
		}
	}
	for _, ref := range c.DependsOn {
		if changeID.MatchString(ref) {
			terms = append(terms, "change:"+ref)
		} else if n, ok := query.ChangeNumber(ref, r.cfg.Gerrit.URL); ok {
			terms = append(terms, "change:"+strconv.Itoa(n))
		}
	}
	return terms
}

// wantReference queues the fetch of a change outside the selectors, unless it is a
// member or known as it is. One that was quarantined is tried again when it moves, and
// with full listings.
func (r *round) wantReference(row store.Row) bool {
	n := row.Number
	if w := r.work[n]; r.listed(n) || w != nil && (w.Reason != store.ReasonReference || !moved(carried(w).Row, row)) {
		return false
	}
	goal := r.goal.Queries[0]
	member := store.Membership{Number: n, Selector: goal.Project, Query: goal.Text, Seen: r.start, Reference: true}
	old, known := r.snap.Member(r.goal.Name, n)
	if known && (old.Reference || old.Departed != nil) {
		member = old
		member.Quarantined = ""
		if old.Departed != nil {
			left := *old.Departed // readers hold the other one
			member.Departed = &left
		}
	} else if known && slices.Contains(r.goal.Queries, store.Query{Project: old.Selector, Text: old.Query}) {
		return false
	}
	w := store.Work{Row: row, Member: member, Reason: store.ReasonReference}
	if stored := r.snap.Change(n); stored != nil && !moved(stored.Row, row) {
		switch {
		case known && old.Quarantined != "" && !r.full, known && !stored.Detailed.IsZero():
			return false
		case !stored.Detailed.IsZero():
			w.Detail = stored
		}
	}
	r.queue(w)
	return true
}

// openReferences are the numbers outside the selectors whose moves we follow:
// references that are not closed, and members that left while they were open.
func (r *round) openReferences() []int {
	var numbers []int
	for m := range r.snap.References(r.goal.Name) {
		if m.Status == store.StatusNew && !r.listed(m.Change.Number) {
			numbers = append(numbers, m.Change.Number)
		}
	}
	for m := range r.snap.Members(r.goal.Name, r.goal.Queries) {
		if m.Status == store.StatusNew && m.Departed != nil && !m.Departed.Gone && !r.listed(m.Change.Number) {
			numbers = append(numbers, m.Change.Number)
		}
	}
	return numbers
}
