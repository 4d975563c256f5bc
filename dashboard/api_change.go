package dashboard

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

func (s *Server) apiChanges(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	f, err := filter.Parse(result, q.values, s.links.Gerrit(), s.cfg.HidePeople)
	if err != nil {
		return nil, err
	}
	below, err := parameter.Whole(q.values, "cursor", 0, 0)
	if err != nil {
		return nil, err
	}
	found := f.Find(result)
	slices.SortFunc(found, func(a, b *progress.Change) int { return cmp.Compare(b.Change.Number, a.Change.Number) })
	if below > 0 {
		found = slices.DeleteFunc(found, func(c *progress.Change) bool { return c.Change.Number >= below })
	}
	found, next, err := parameter.Cut(q.values, found, func(c *progress.Change) string { return strconv.Itoa(c.Change.Number) })
	if err != nil {
		return nil, err
	}
	if result.Loading != nil {
		return jsonResponse(api.Changes{Loading: api.NewLoading(result.Loading)}, true), nil
	}
	page := api.Changes{Changes: make([]api.Change, 0, len(found)), NextCursor: next}
	for _, c := range found {
		page.Changes = append(page.Changes, api.ChangeOf(result, c, q.snap, q.links, s.person))
	}
	return jsonResponse(page, false), nil
}

// person is the display name of an account of a change: never an address, and
// nothing where people are hidden.
func (s *Server) person(c *store.Change, account int) string {
	return persons(s.cfg.HidePeople)(c, account)
}

func persons(hidden bool) func(*store.Change, int) string {
	return func(c *store.Change, account int) string {
		if hidden || account == 0 {
			return ""
		}
		return cmp.Or(c.Accounts[account].Name, c.Accounts[account].Username)
	}
}
