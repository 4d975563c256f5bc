package dashboard

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Sizes of a page of API changes.
const (
	defaultLimit = 100
	maxLimit     = 500
)

func (s *Server) apiChanges(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	f, err := s.parseFilter(result, q.values)
	if err != nil {
		return nil, err
	}
	limit, err := wholeNumber(q.values, "limit", defaultLimit, maxLimit)
	if err != nil {
		return nil, err
	}
	// The cursor is the last number seen: the next page begins below it, whatever
	// has come or gone in between.
	below, err := wholeNumber(q.values, "cursor", 0, 0)
	if err != nil {
		return nil, err
	}
	found := f.find(result)
	slices.SortFunc(found, func(a, b *progress.Change) int { return cmp.Compare(b.Change.Number, a.Change.Number) })
	if below > 0 {
		found = slices.DeleteFunc(found, func(c *progress.Change) bool { return c.Change.Number >= below })
	}
	page := api.Changes{Changes: make([]api.Change, 0, min(limit, len(found)))}
	for i, c := range found {
		if i == limit {
			page.NextCursor = new(strconv.Itoa(found[i-1].Change.Number))
			break
		}
		page.Changes = append(page.Changes, api.ChangeOf(result, c, q.snap, q.links, s.person))
	}
	return jsonResponse(page, result.Loading != nil), nil
}

// person is the display name of an account of a change: never an address, and
// nothing where people are hidden.
func (s *Server) person(c *store.Change, account int) string {
	if s.cfg.HidePeople || account == 0 {
		return ""
	}
	a := c.Accounts[account]
	if a.Name != "" {
		return a.Name
	}
	return a.Username
}
