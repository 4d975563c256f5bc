package dashboard

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

var badgeParameters = []string{"metric", "theme", onParameter}

// badgeMetrics are what a badge can show; the first is the default.
var badgeMetrics = []string{"percent", "merged", "open", "status", "cycle", "sparkline"}

func (s *Server) goalBadge(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return q.badge(q.scope(result, progress.Scope{}))
}

// projectBadge answers with SVG unless the address ends in .json. A project whose
// name has such an ending itself wins.
func (s *Server) projectBadge(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	name := q.PathValue("project")
	p := result.Project(name)
	for _, suffix := range []string{".svg", ".json"} {
		if stem, ok := strings.CutSuffix(name, suffix); ok && p == nil {
			p = result.Project(stem)
			break
		}
	}
	if p == nil {
		return nil, notFound("There is no project for the badge %q in %s.", name, result.Goal.Title)
	}
	return q.badge(q.scope(result, progress.Scope{Project: p.Name}))
}

func (q *request) badge(of scope) (*response, error) {
	metric, err := choice(q, "metric", badgeMetrics)
	if err != nil {
		return nil, err
	}
	theme, err := choice(q, "theme", themes())
	if err != nil {
		return nil, err
	}
	b := of.badge(metric)
	b.Theme = badge.Theme(theme)
	resp := &response{contentType: svgType}
	if strings.HasSuffix(q.URL.Path, ".json") {
		resp.contentType = jsonType
		resp.body = badge.Endpoint(b, of.n.Loading == nil)
	} else {
		resp.body = badge.SVG(b)
	}
	if of.n.Loading != nil {
		resp.cache = noStore
	}
	return resp, nil
}

// choice reads a parameter that has a few values, of which the first is the default.
func choice(q *request, name string, values []string) (string, error) {
	value, err := one(q.values, name)
	if err != nil {
		return "", err
	}
	if value == "" {
		return values[0], nil
	}
	for _, v := range values {
		if v == value {
			return value, nil
		}
	}
	return "", badParameter(name, "there is no %q; there are %s", value, strings.Join(values, ", "))
}

// badge says one thing of a scope. A stale number says so itself: whoever embeds
// it can't.
func (of scope) badge(metric string) badge.Badge {
	n := of.n
	b := of.say(metric)
	if metric == "sparkline" {
		for _, d := range of.result.History(of.Scope) {
			b.Trend = append(b.Trend, d.Counts.Merged)
		}
	}
	if n.Loading != nil {
		b.Value, b.Color, b.Trend = "loading", badge.Grey, nil
	}
	name := of.result.Goal.Title
	if of.Project != "" {
		name += ", " + of.Project
	}
	b.Title = fmt.Sprintf("%s: %s %s", name, b.Label, b.Value)
	if n.Loading != nil && n.Loading.Failure != nil {
		b.Title += "; " + api.NewLoading(n.Loading).Failure()
	}
	if n.Loading == nil {
		b.Title = fmt.Sprintf("%s: %s, %s in review, as of %s", name, mergedWords(n), changesWord(n.Counts.InFlight()), of.asOf())
	}
	if of.result.MatchesNothing() {
		b.Title += "; " + progress.MatchesNothing
	}
	if n.Stale {
		b.Value, b.Color = b.Value+" (stale)", badge.Grey
		b.Title += "; not up to date"
		if progress.Ahead(n.AsOf, of.result.Now) {
			b.Title += ", the clock was set back"
		}
	}
	return b
}

// asOf is what the numbers are as of, in words.
func (of scope) asOf() string {
	result := of.result
	if !result.Past() {
		return ago(result, of.n.AsOf).Exact
	}
	text := "the end of " + date(result.Day()) + " (UTC)"
	if note := api.BeforeBeginning(result, of.Scope); note != "" {
		text += ", " + note
	}
	return text
}

// say is label, value and colour of a metric.
func (of scope) say(metric string) badge.Badge {
	n := of.n
	switch metric {
	case "merged", "sparkline":
		return badge.Badge{Label: "merged", Value: strconv.Itoa(n.Counts.Merged), Color: badge.Green}
	case "open":
		return badge.Badge{Label: "in review", Value: strconv.Itoa(n.Counts.InFlight()), Color: badge.Cyan}
	case "status":
		status := of.result.StatusOf(of.Scope)
		p := statusPill(status.Declared, status.Measured)
		if of.Project == "" {
			p = pill{Word: "no status"}
		}
		return badge.Badge{Label: of.result.Goal.Title, Value: p.Word, Color: statusColors[status.Code()]}
	case "cycle":
		cycle, landed := of.result.Cycle(), api.LandedNow(of.result, n)
		if cycle == nil || landed == nil {
			return badge.Badge{Label: "merged", Value: "no cycle now"}
		}
		return badge.Badge{Label: "merged in " + cycle.Name, Value: strconv.Itoa(*landed), Color: badge.Cyan}
	}
	b := badge.Badge{Label: of.result.Goal.Title, Value: "no changes yet"}
	if percent, ok := n.Percent(); ok {
		b.Value = fmt.Sprintf("%d%% of %d merged", percent, n.Denominator)
		b.Color = badge.Purple
		if n.Counts.Merged == n.Denominator {
			b.Color = badge.Green
		}
	}
	return b
}

func mergedWords(n *progress.Numbers) string {
	if n.Denominator == 0 {
		return "no changes merged or in review"
	}
	return fmt.Sprintf("%d of %s merged", n.Counts.Merged, changesWord(n.Denominator))
}

// statusColors are those of the community's own table; all else is grey.
var statusColors = map[string]badge.Color{
	string(progress.DeclaredCompleted):  badge.Green,
	string(progress.DeclaredInProgress): badge.Purple,
	string(progress.DeclaredPlanning):   badge.Amber,
	string(progress.MeasuredStalled):    badge.Red,
}
