package api

import "time"

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
