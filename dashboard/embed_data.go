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
	for _, g := range cfg.Goals {
		v := newView(g, snap, now)
		goal := SiteGoal{Title: g.Title, Count: goalCount(v), Projects: make(map[string]Count, len(v.result.Projects))}
		for i := range v.result.Projects {
			p := &v.result.Projects[i]
			goal.Projects[p.Name] = projectCount(v, p)
		}
		data.Goals[g.Name] = goal
	}
	data.AsOf = data.oldest()
	return data
}

// oldest is as_of for all goals together; nil while one is loading.
func (d *SiteData) oldest() (at *time.Time) {
	for _, g := range d.Goals {
		switch asOf := g.Count.AsOf; {
		case asOf == nil:
			return nil
		case at == nil || asOf.Before(*at):
			at = asOf
		}
	}
	return at
}
