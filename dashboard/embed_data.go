package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/store"
)

// SiteData is _data/headway.json of a Jekyll site: the numbers that
// deploy/jekyll/_includes/headway.html builds into its pages. Changes are additive
// only, like those of the API.
type SiteData struct {
	AsOf  *time.Time          `json:"as_of"` // of the oldest goal; null while one is loading
	URL   *string             `json:"url"`   // where readers find headway, with a slash at the end; null if that is not configured
	Goals map[string]SiteGoal `json:"goals"` // by name
}

// SiteGoal is a goal and its projects in numbers.
type SiteGoal struct {
	Title    string           `json:"title"`
	Count    Count            `json:"count"`
	Projects map[string]Count `json:"projects"` // by name
}

// Site are the numbers of all goals of cfg for a Jekyll site.
func Site(cfg Config, snap *store.Snapshot, now time.Time) SiteData {
	data := SiteData{Goals: make(map[string]SiteGoal, len(cfg.Goals))}
	if l := newLinks(cfg.ExternalURL, cfg.Gerrit); l.external != "" {
		data.URL = new(l.external + "/")
	}
	loading := false
	for _, g := range cfg.Goals {
		v := newView(g, snap, now)
		goal := SiteGoal{Title: g.Title, Count: goalCount(v), Projects: make(map[string]Count, len(v.result.Projects))}
		for i := range v.result.Projects {
			p := &v.result.Projects[i]
			goal.Projects[p.Name] = projectCount(v, p)
		}
		data.Goals[g.Name] = goal
		at := goal.Count.AsOf
		loading = loading || at == nil
		if at != nil && (data.AsOf == nil || at.Before(*data.AsOf)) {
			data.AsOf = at
		}
	}
	if loading {
		data.AsOf = nil
	}
	return data
}
