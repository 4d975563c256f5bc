package synclog

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
	"github.com/eventlet-removal/headway/store"
)

// longest is how many quarantined or missing changes are named; the API has them all.
const longest = 50

// Section is how far one goal is.
type Section struct {
	ID          string
	Title       string
	URL         string
	Next        when.Time
	Due         string // when the next poll is due, in words
	Pending     string // "" if nothing is
	Outdated    string // changes to fetch again, "" if none
	Loading     *progress.Loading
	Selectors   []Selector
	Quarantined []Suspect
	Missing     []Suspect
	Unmatched   []string // configured names that nothing matches, a sentence each
	More        string   // quarantined and missing ones that are not shown
}

// Selector is one query of a goal and how far it is.
type Selector struct {
	Name    string
	URL     string
	Query   string
	AsOf    when.Time
	State   State
	Failed  when.Time
	Error   string
	Blocked string // "" if nothing is
	Fix     string
	Loading *api.Loading
	Started bool
}

// State is a word and the class that colours it.
type State struct{ Word, Class string }

// Suspect is a change that is not as it should be.
type Suspect struct {
	Number  int
	URL     string
	Subject string
	Project string
	Page    string // of its project, "" if it has none
	Reason  string
	Since   when.Time
}

// NewSection returns how far a result's goal is. Names of people are left out if they are
// hidden.
func NewSection(result *progress.Result, snap *store.Snapshot, now time.Time, l link.Links, hidePeople bool) Section {
	g := result.Goal
	sync := api.SyncOf(result, snap, now, l, hidePeople)
	out := Section{ID: "goal-" + g.Name, Title: g.Title, URL: l.Summary(g.Name), Due: "not yet known: none has run", Unmatched: sync.Unmatched}
	if n := result.Loading; n != nil {
		out.Loading = n
	}
	if sync.NextPoll != nil {
		out.Next, out.Due = when.At(*sync.NextPoll, now), due(*sync.NextPoll, now)
	}
	if sync.Pending > 0 {
		out.Pending = when.Changes(sync.Pending)
	}
	if sync.Outdated > 0 {
		out.Outdated = when.Changes(sync.Outdated)
	}
	for _, s := range sync.Selectors {
		out.Selectors = append(out.Selectors, newSelector(g, s, now, l))
	}
	out.Quarantined, out.Missing = suspects(result, sync.Quarantined, now, l), suspects(result, sync.Missing, now, l)
	if hidden := len(sync.Quarantined) + len(sync.Missing) - len(out.Quarantined) - len(out.Missing); hidden > 0 {
		out.More = when.Plural(hidden, "more change", "more changes")
	}
	return out
}

// due is how far away a poll is. A moment of delay is nothing to speak of.
func due(next, now time.Time) string {
	switch away := next.Sub(now); {
	case away >= time.Minute:
		return "in " + when.Span(away)
	case away > 0:
		return "in less than a minute"
	case away > -time.Minute:
		return "now"
	default:
		return "overdue for " + when.Span(-away)
	}
}

func newSelector(g *progress.Goal, s api.Selector, now time.Time, l link.Links) Selector {
	out := Selector{Name: "All of the goal", URL: l.Summary(g.Name), Query: s.Query, Loading: s.Loading}
	if s.Project != nil {
		out.Name, out.URL = *s.Project, l.Project(g.Name, *s.Project)
	}
	if s.AsOf != nil {
		out.AsOf = when.At(*s.AsOf, now)
	}
	if s.FailedAt != nil {
		out.Failed, out.Error = when.At(*s.FailedAt, now), text(s.Error)
	}
	switch {
	case s.Blocked > 0:
		out.State = State{"Blocked", "state-reverted"}
		out.Blocked, out.Fix = when.Changes(s.Blocked)+" missing at once", text(s.BlockedFix)
	case s.FailedAt != nil:
		out.State = State{"Failed", "state-reverted"}
	case s.Loading != nil:
		out.State = State{"First reading", "planning"}
		out.Started = s.Loading.Of > 0
	case s.Stale && progress.Ahead(*s.AsOf, now):
		out.State = State{"The clock was set back", "planning"}
	case s.Stale:
		out.State = State{"Not up to date", "planning"}
	default:
		out.State = State{"Up to date", "completed"}
	}
	return out
}

func suspects(result *progress.Result, list []api.Suspect, now time.Time, l link.Links) []Suspect {
	var out []Suspect
	for _, c := range list[:min(len(list), longest)] {
		s := Suspect{Number: c.Number, URL: c.URL, Subject: c.Subject, Project: c.Project, Reason: c.Reason}
		if result.Project(c.Project) != nil {
			s.Page = l.Project(result.Goal.Name, c.Project)
		}
		if c.Since != nil {
			s.Since = when.At(*c.Since, now)
		}
		out = append(out, s)
	}
	return out
}

// text is an optional text, "" if it is absent.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
