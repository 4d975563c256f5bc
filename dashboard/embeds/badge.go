package embeds

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/fit"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// Metrics are what a badge can show; the first is the default.
var Metrics = []string{"percent", "merged", "open", "status", "cycle", "projects", "sparkline"}

// MetricWords are what they are called.
var MetricWords = map[string]string{
	"percent": "progress", "merged": "merged", "open": progress.NotMerged, "status": "status",
	"cycle": "merged in the current cycle", "projects": "projects completed", "sparkline": "merged over time",
}

// Themes are those of badges and widgets; the first is the default.
var Themes = func() []string {
	out := make([]string, len(badge.Themes))
	for i, t := range badge.Themes {
		out[i] = string(t)
	}
	return out
}()

// longestLabel is how much a badge has room for: it stands in a line of text.
const longestLabel = 120

// Subject is what an embed is about: a goal, or a project of it.
type Subject struct {
	Result  *progress.Result
	Project string // one that there is; "" for the goal
}

// numbers are those of the subject.
func (s Subject) numbers() *progress.Numbers {
	return s.Result.NumbersOf(progress.Scope{Project: s.Project})
}

// Name is the subject's, the goal first.
func (s Subject) Name() string {
	name := strings.Join(strings.Fields(s.Result.Goal.Title), " ")
	if s.Project != "" {
		name += ": " + s.Project
	}
	return name
}

// Badge says one metric of the subject. A stale number says so itself: whoever embeds
// it can't.
func (s Subject) Badge(metric string) badge.Badge {
	n := s.numbers()
	b := s.say(metric)
	if metric == "sparkline" {
		for _, d := range s.Result.History(progress.Scope{Project: s.Project}) {
			b.Trend = append(b.Trend, d.Counts.Merged)
		}
	}
	if n.Loading != nil {
		b.Value, b.Color, b.Trend = "loading", badge.Grey, nil
		if n.Loading.Unreadable > 0 {
			b.Value = "unknown"
		}
	}
	b.Label = fit.Text(b.Label, longestLabel)
	name := s.Result.Goal.Title
	if s.Project != "" {
		name += ", " + fit.Text(s.Project, longestLabel)
	}
	switch {
	case n.Loading == nil:
		b.Title = fmt.Sprintf("%s: %s, %s, as of %s", name, mergedWords(n), progress.NotMergedYet(n.Counts.Open, n.Counts.WIP), s.asOf())
	default:
		b.Title = fmt.Sprintf("%s: %s. %s", name, b.Value, n.Loading.Sentence())
	}
	if s.Result.MatchesNothing() {
		b.Title += "; " + progress.MatchesNothing
	}
	if n.Stale {
		b.Value, b.Color = b.Value+" (stale)", badge.Grey
		b.Title += "; not up to date"
		if progress.Ahead(n.AsOf, s.Result.Now) {
			b.Title += ", the clock was set back"
		}
	}
	return b
}

// asOf is what the numbers are as of, in words.
func (s Subject) asOf() string {
	if !s.Result.Past() {
		return s.numbers().AsOf.UTC().Format("2 Jan 2006, 15:04 UTC")
	}
	text := "the end of " + when.Date(s.Result.Day()) + " (UTC)"
	if note := api.BeforeBeginning(s.Result, progress.Scope{Project: s.Project}); note != "" {
		text += ", " + note
	}
	return text
}

// say is label, value and colour of a metric.
func (s Subject) say(metric string) badge.Badge {
	n := s.numbers()
	switch metric {
	case "merged", "sparkline":
		return badge.Badge{Label: s.of("merged"), Value: strconv.Itoa(n.Counts.Merged), Color: badge.Green}
	case "open":
		return badge.Badge{Label: s.of("not merged"), Value: strconv.Itoa(n.Counts.InFlight()), Color: badge.Cyan}
	case "status":
		word, color := s.status()
		return badge.Badge{Label: s.title(), Value: word, Color: color}
	case "projects":
		return s.projects()
	case "cycle":
		cycle, merged := s.Result.Cycle(), api.MergedNow(s.Result, n)
		if cycle == nil || merged == nil {
			return badge.Badge{Label: s.of("merged"), Value: "no cycle now"}
		}
		return badge.Badge{Label: s.of("merged in " + cycle.Name), Value: strconv.Itoa(*merged), Color: badge.Cyan}
	}
	b := badge.Badge{Label: s.title(), Value: "no changes yet"}
	if percent, ok := n.Percent(); ok {
		b.Value = fmt.Sprintf("%d%% of %d merged", percent, n.Denominator)
		b.Color = badge.Purple
		if n.Counts.Merged == n.Denominator {
			b.Color = badge.Green
		}
	}
	return b
}

// title and of name a project on its badge: in a row of badges only the label tells
// them apart.
func (s Subject) title() string {
	if s.Project == "" {
		return s.Result.Goal.Title
	}
	return s.short() + ": " + s.Result.Goal.Title
}

func (s Subject) of(what string) string {
	if s.Project == "" {
		return what
	}
	return s.short() + " " + what
}

// short is a project's name without its owner, unless another has the same.
func (s Subject) short() string {
	last := lastPart(s.Project)
	for _, p := range s.Result.Projects {
		if p.Name != s.Project && lastPart(p.Name) == last {
			return s.Project
		}
	}
	return last
}

func lastPart(name string) string {
	if last := name[strings.LastIndexByte(name, '/')+1:]; last != "" {
		return last
	}
	return name
}

// projects is how many of a goal's projects are completed.
func (s Subject) projects() badge.Badge {
	b := badge.Badge{Label: "projects", Value: "one project"}
	if s.Project != "" {
		return b
	}
	by := s.Result.ByStatus(progress.Scope{})
	if by == nil {
		b.Value = "no past"
		return b
	}
	b.Value, b.Color = by.Short(), badge.Purple
	if done, of := by.Completed(); done == of {
		b.Color = badge.Green
	}
	return b
}

// status is what is declared, else what is measured.
func (s Subject) status() (word string, color badge.Color) {
	if s.Project == "" {
		return "no status", ""
	}
	status := s.Result.StatusOf(progress.Scope{Project: s.Project})
	switch {
	case status.Declared != progress.Undeclared:
		word = status.Declared.Title()
	case status.Measured == "":
		word = "Loading"
	default:
		word = progress.Capital(progress.MeaningOf(progress.Measures, string(status.Measured)).Title)
	}
	return word, statusColors[status.Code()]
}

// statusColors are those of the community's own table; all else is grey.
var statusColors = map[string]badge.Color{
	string(progress.DeclaredCompleted):  badge.Green,
	string(progress.DeclaredInProgress): badge.Purple,
	string(progress.DeclaredPlanning):   badge.Amber,
	string(progress.MeasuredStalled):    badge.Red,
}

func mergedWords(n *progress.Numbers) string {
	if n.Denominator == 0 {
		return "no changes merged"
	}
	return fmt.Sprintf("%d of %s merged", n.Counts.Merged, when.Changes(n.Denominator))
}
