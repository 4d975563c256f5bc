package replay

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/collector/replay/search"
)

// query answers GET /changes/: one list for one q, a list of lists for several,
// the open changes of the whole server for none.
func (s *Server) query(r *http.Request) *answer {
	p, err := parseParams(r)
	if err != nil {
		return refused(KindListing, err)
	}
	a := s.answerQueries(r, p)
	a.queries, a.options = p.queries, p.optionNames()
	return a
}

func (s *Server) answerQueries(r *http.Request, p *params) *answer {
	kind := KindListing
	if len(p.options) > 0 {
		kind = KindDetails
	}
	if len(p.queries) > maxQueries {
		return refused(kind, refuse(fmt.Sprintf("limit of %d queries", maxQueries)))
	}
	queries := p.queries
	if len(queries) == 0 {
		queries = []string{"status:open"}
	}
	lists, err := s.search(queries, p)
	if err != nil {
		return refused(kind, err)
	}
	var v any = lists
	if len(lists) == 1 {
		v = lists[0]
	}
	a := jsonAnswer(r, kind, v)
	for _, l := range lists {
		a.changes += len(l)
	}
	return a
}

// search runs queries against one state; one that is refused refuses all.
func (s *Server) search(queries []string, p *params) ([][]*Change, error) {
	s.mu.Lock() // not RLock: flicker is used up
	defer s.mu.Unlock()
	lists := make([][]*Change, 0, len(queries))
	for _, q := range queries {
		found, err := s.run(q, p.inside)
		if err != nil {
			return nil, err
		}
		found = s.flicker(found)
		limit := p.perQuery(s.config.PageLimit)
		page := found[min(p.start, len(found)):min(p.end(limit), len(found))]
		list := make([]*Change, len(page))
		for i, c := range page {
			list[i] = s.view(c, p)
		}
		if len(list) > 0 && p.end(limit) < len(found) {
			list[len(list)-1].MoreChanges = true
		}
		lists = append(lists, list)
	}
	return lists, nil
}

// run finds what anybody, or who is inside, may see of q, newest first.
func (s *Server) run(q string, inside bool) (found []*Change, err error) {
	query, err := search.Parse(q, s.config.Mergeable)
	if err != nil {
		return nil, err
	}
	var sought search.Change
	take := func(c *Change) {
		if sought = c.searchable(); s.visible(c, inside) && !s.corrupt[c.Number] && query.Matches(&sought) {
			found = append(found, c)
		}
	}
	if numbers, ok := query.Numbers(); ok {
		for _, n := range slices.Compact(slices.Sorted(slices.Values(numbers))) {
			if c := s.changes[n]; c != nil {
				take(c)
			}
		}
	} else {
		for _, c := range s.changes {
			take(c)
		}
	}
	slices.SortFunc(found, func(a, b *Change) int { // as Gerrit's index sorts
		return cmp.Or(b.Updated.Compare(a.Updated.Time), b.mergedAt().Compare(a.mergedAt()), cmp.Compare(b.Number, a.Number))
	})
	return found, nil
}

// searchable is what Gerrit's index has of c.
func (c *Change) searchable() search.Change {
	return search.Change{
		Number: c.Number, Project: c.Project, Branch: c.Branch, Topic: c.Topic, ChangeID: c.ChangeID, Status: c.Status,
		Updated: c.Updated.Time, Message: c.Commit().Message, Commits: maps.Keys(c.Revisions),
		RevertOf: c.RevertOf, CherryPick: c.CherryPickOf != 0, WIP: c.WIP, Private: c.Private, Started: c.ReviewStarted,
		Mergeable: c.Mergeable != nil && *c.Mergeable,
	}
}

// mergedAt is zero for a change that is not merged, whatever its submitted time.
func (c *Change) mergedAt() time.Time {
	if c.Status != StatusMerged {
		return time.Time{}
	}
	return c.Submitted.Time
}

// flicker leaves out or doubles what Flicker said, once.
func (s *Server) flicker(found []*Change) []*Change {
	if len(s.copies) == 0 {
		return found
	}
	out := make([]*Change, 0, len(found)+len(s.copies))
	for _, c := range found {
		n, flickers := s.copies[c.Number]
		if !flickers {
			n = 1
		}
		delete(s.copies, c.Number)
		for range n {
			out = append(out, c)
		}
	}
	return out
}

// Query finds the numbers of the changes that anybody's search for q would list,
// newest first, without page limits: for tests and pages that count.
func (s *Server) Query(q string) ([]int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, err := s.run(q, false)
	numbers := make([]int, len(found))
	for i, c := range found {
		numbers[i] = c.Number
	}
	return numbers, err
}

// Change returns a copy of a change, a private one as well, and reports whether
// there is one: the truth, for tests to compare with what is shown.
func (s *Server) Change(number int) (*Change, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.changes[number]
	if !ok {
		return nil, false
	}
	return c.clone(), true
}

// Each calls f with every change, in no order. f must neither keep nor change it,
// nor call the Server: that is locked meanwhile.
func (s *Server) Each(f func(*Change)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, c := range s.changes {
		f(c)
	}
}
