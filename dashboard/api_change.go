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
		page.Changes = append(page.Changes, q.changeOf(result, q.snap, c))
	}
	return jsonResponse(page, result.Loading != nil), nil
}

func (q *request) changeOf(result *progress.Result, snap *store.Snapshot, c *progress.Change) api.Change {
	out := api.Change{
		Number: c.Change.Number, Project: c.Change.Project, Branch: c.Branch, Backport: c.Backport,
		ChangeID: c.ChangeID, Subject: c.Subject, Topic: optional(c.Topic), State: string(c.State),
		Created: optionalTime(c.Created), Updated: optionalTime(c.Updated), MergedAt: optionalTime(c.MergedAt),
		Owner: optional(q.server.person(c.Change, c.Owner)), PatchSet: optional(c.PatchSet),
		CI: optional(string(c.CI)), WaitsOn: optional(string(c.WaitsOn)),
		WaitingSince: optionalTime(c.WaitingSince), LastHuman: optionalTime(c.LastHuman),
		URL:      q.links.change(c.Change.Project, c.Change.Number),
		RevertOf: optional(c.RevertOf), CherryPickOf: optional(c.CherryPickOf),
		DependsOn: make([]api.DependsOn, 0, len(c.Depends)),
	}
	if c.Reason.Code != "" {
		out.Reason = &api.Reason{Code: string(c.Reason.Code), Text: c.Reason.Text}
	}
	switch {
	case c.Missing != nil:
		out.Pending = new(api.PendingMissing)
	case c.Quarantined != "":
		out.Pending = new(api.PendingQuarantined)
	case c.Outdated():
		out.Pending = new(api.PendingOutdated)
	}
	for _, d := range c.Depends {
		out.DependsOn = append(out.DependsOn, q.dependsOn(snap, d))
	}
	if result.Past() {
		out.DependsOn = nil
	}
	if c.Detailed.IsZero() {
		return out
	}
	out.PatchSets = make([]api.PatchSet, 0, len(c.Change.PatchSets))
	for _, p := range c.Change.PatchSets {
		out.PatchSets = append(out.PatchSets, api.PatchSet{
			Number: p.Number, Created: optionalTime(p.Created), Kind: optional(p.Kind), Commit: p.Commit,
			Uploader: optional(q.server.person(c.Change, p.Uploader)),
		})
	}
	if !result.Past() {
		out.Votes = votesOf(c.Labels)
	}
	return out
}

func (q *request) dependsOn(snap *store.Snapshot, d progress.DependsOn) api.DependsOn {
	out := api.DependsOn{Number: d.Number, State: optional(string(d.State))}
	if c := snap.Change(d.Number); c != nil {
		out.URL = new(q.links.change(c.Project, c.Number))
	}
	return out
}

func votesOf(labels []store.Label) map[string]map[string]int {
	votes := make(map[string]map[string]int, len(labels))
	for _, l := range labels {
		for _, vote := range l.Votes {
			if votes[l.Name] == nil {
				votes[l.Name] = map[string]int{}
			}
			votes[l.Name][strconv.Itoa(vote.Value)]++
		}
	}
	return votes
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
