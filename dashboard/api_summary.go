package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Goals is a list of goals.
type Goals struct {
	Goals []Summary `json:"goals"`
}

// Summary is a goal in numbers.
type Summary struct {
	Goal  string `json:"goal"`
	Title string `json:"title"`
	Numbers
	Projects []ProjectSummary `json:"projects,omitzero"` // by name; absent in a list of goals
	Teams    []TeamSummary    `json:"teams,omitzero"`    // in the order of the configuration; absent in a list of goals
}

// ProjectSummary is a project of a goal in numbers.
type ProjectSummary struct {
	Goal    string `json:"goal"`
	Project string `json:"project"`
	Status
	Numbers
}

// TeamSummary is a team of a goal in numbers: the sum of its projects.
type TeamSummary struct {
	Goal     string   `json:"goal"`
	Team     string   `json:"team"`
	Title    string   `json:"title"`
	Projects []string `json:"projects"`
	Status
	Numbers
}

// Status is what a project or team says of itself, and what the counts say.
type Status struct {
	Declared       *string         `json:"declared"`
	Measured       *string         `json:"measured"`
	Contradictions []Contradiction `json:"contradictions"`
	Since          *string         `json:"since"`    // free text of the configuration
	Approach       *string         `json:"approach"` // free text of the configuration
}

// Contradiction is a declared status that the counts do not bear out.
type Contradiction struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Numbers are the fields that goals, projects and teams share. All numbers are
// null while the first backfill is under way. Attention, query_url and declared
// have no past: they are null on a past day.
type Numbers struct {
	AsOf            *time.Time `json:"as_of"`
	Stale           bool       `json:"stale"`
	QueryURL        *string    `json:"query_url"` // finds counts.total + backports.total changes
	Counts          Counts     `json:"counts"`    // development changes
	Backports       Counts     `json:"backports"`
	Left            *int       `json:"left"`
	Gone            *int       `json:"gone"`
	Progress        *float64   `json:"progress"`  // 0 to 1, of the changes uploaded so far
	InFlight        *int       `json:"in_flight"` // open + wip
	Expected        *int       `json:"expected"`
	Remaining       *int       `json:"remaining"`
	Loading         *Loading   `json:"loading"`
	LoadingProjects []string   `json:"loading_projects"`
	Cycles          []Cycle    `json:"cycles"`
	Pace            *Pace      `json:"pace"`
	ETA             *ETA       `json:"eta"`
	Deadlines       []Deadline `json:"deadlines"`
	PatchSets       *int       `json:"patch_sets"`
	Attention       Attention  `json:"attention"`
	LastMerged      *time.Time `json:"last_merged"`
	OldestWaiting   *time.Time `json:"oldest_waiting"`
	On              *string    `json:"on"`   // the past day the numbers are of, at its end in UTC; null: now
	Note            *string    `json:"note"` // what else there is to say of a past day
}

// Counts are changes by state; total is the sum of the others.
type Counts struct {
	Total     *int `json:"total"`
	Merged    *int `json:"merged"`
	Reverted  *int `json:"reverted"`
	Open      *int `json:"open"`
	WIP       *int `json:"wip"`
	Abandoned *int `json:"abandoned"`
}

// Loading is how far the first backfill is, in changes.
type Loading struct {
	Done int `json:"done"`
	Of   int `json:"of"`
}

// Cycle is a development cycle, [Start, End), and what landed in it.
type Cycle struct {
	Name   string    `json:"name"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Landed *int      `json:"landed"`
}

// ETA is when what is in review may be cleared; without To it is open-ended.
type ETA struct {
	From time.Time  `json:"from"`
	To   *time.Time `json:"to"`
}

// Deadline is a date the goal set itself; Due is null if it has none yet.
type Deadline struct {
	Name string     `json:"name"`
	Due  *time.Time `json:"due"`
}

// Attention is who must act on the development changes in flight.
type Attention struct {
	Author     *int `json:"author"`
	Reviewers  *int `json:"reviewers"`
	CI         *int `json:"ci"`
	Gate       *int `json:"gate"`
	Dependency *int `json:"dependency"`
}

// Summaries are the goals of cfg in numbers, with their projects and teams: what
// the API answers, without a server.
func Summaries(cfg Config, snap *store.Snapshot, now time.Time) []Summary {
	return SummariesOn(cfg, snap, now, time.Time{})
}

// SummariesOn are the Summaries of the end of a past day, which ParseDay reads; the zero
// time stands for now.
func SummariesOn(cfg Config, snap *store.Snapshot, now, day time.Time) []Summary {
	l := newLinks(cfg.ExternalURL, cfg.Gerrit)
	out := make([]Summary, 0, len(cfg.Goals))
	for _, g := range cfg.Goals {
		out = append(out, l.summaryOf(newView(g, snap, now).on(day)))
	}
	return out
}

func (l links) summaryOf(v *view) Summary {
	s := Summary{
		Goal: v.goal.Name, Title: v.goal.Title,
		Numbers:  l.numbers(v, progress.Scope{}, &v.result.Numbers, v.result.LoadingProjects, l.changes(v.goal.Name, "class", "all")),
		Projects: make([]ProjectSummary, 0, len(v.result.Projects)),
		Teams:    make([]TeamSummary, 0, len(v.result.Teams)),
	}
	for i := range v.result.Projects {
		s.Projects = append(s.Projects, l.projectSummary(v, &v.result.Projects[i]))
	}
	for i := range v.result.Teams {
		s.Teams = append(s.Teams, l.teamSummary(v, &v.result.Teams[i]))
	}
	return s
}

// withoutParts leaves out projects and teams.
func (s Summary) withoutParts() Summary {
	s.Projects, s.Teams = nil, nil
	return s
}

func (l links) projectSummary(v *view, p *progress.ProjectNumbers) ProjectSummary {
	return ProjectSummary{
		Goal: v.goal.Name, Project: p.Name,
		Status:  statusOf(p.Status()),
		Numbers: l.numbers(v, progress.Scope{Project: p.Name}, &p.Numbers, v.result.LoadingIn(progress.Scope{Project: p.Name}), l.changes(v.goal.Name, "project", p.Name, "class", "all")),
	}
}

func (l links) teamSummary(v *view, t *progress.TeamNumbers) TeamSummary {
	return TeamSummary{
		Goal: v.goal.Name, Team: t.Name, Title: t.Title, Projects: list(t.Projects),
		Status:  statusOf(t.Status()),
		Numbers: l.numbers(v, progress.Scope{Team: t.Name}, &t.Numbers, v.result.LoadingIn(progress.Scope{Team: t.Name}), l.changes(v.goal.Name, "team", t.Name, "class", "all")),
	}
}

func statusOf(of progress.Status) Status {
	s := Status{
		Declared: optional(string(of.Declared)), Measured: optional(string(of.Measured)),
		Contradictions: make([]Contradiction, 0, len(of.Contradictions)),
		Since:          optional(of.Since), Approach: optional(of.Approach),
	}
	for _, c := range of.Contradictions {
		s.Contradictions = append(s.Contradictions, Contradiction{c.Code, c.Text})
	}
	return s
}

// numbers makes the shared fields; own is our own list of what the query finds.
func (l links) numbers(v *view, s progress.Scope, n *progress.Numbers, loading []string, own string) Numbers {
	known := func(count int) *int { return known(n, count) }
	out := Numbers{
		AsOf: optionalTime(n.AsOf), Stale: n.Stale, QueryURL: optional(l.searchOr(n.Query, own)),
		Counts: countsOf(n, n.Counts), Backports: countsOf(n, n.Backports),
		Left: known(n.Left), Gone: known(n.Gone),
		InFlight: known(n.Counts.InFlight()), PatchSets: known(n.PatchSets),
		LoadingProjects: list(loading),
		Cycles:          make([]Cycle, 0, len(n.Cycles)),
		Deadlines:       make([]Deadline, 0, len(v.goal.Deadlines)),
		Attention: Attention{
			Author: known(n.Attention.Author), Reviewers: known(n.Attention.Reviewers), CI: known(n.Attention.CI),
			Gate: known(n.Attention.Gate), Dependency: known(n.Attention.Dependency),
		},
	}
	for _, c := range n.Cycles {
		out.Cycles = append(out.Cycles, Cycle{c.Cycle.Name, c.Cycle.Start.UTC(), c.Cycle.End.UTC(), known(c.Landed)})
	}
	for _, d := range v.goal.Deadlines {
		out.Deadlines = append(out.Deadlines, Deadline{d.Name, optionalTime(d.Due)})
	}
	if v.result.Past() {
		out.Attention = Attention{}
		out.On = new(v.onDay())
	}
	if n.Loading != nil {
		out.Loading = &Loading{n.Loading.Done, n.Loading.Of}
		out.AsOf = nil
		return out
	}
	out.Note = optional(v.beforeBeginning(s))
	out.Progress, out.Expected, out.Remaining = n.Progress, n.Expected, n.Remaining
	out.Pace = paceOf(n)
	out.LastMerged, out.OldestWaiting = optionalTime(n.LastMerged), optionalTime(n.OldestWaiting)
	if n.ETA != nil {
		out.ETA = &ETA{n.ETA.From.UTC().Truncate(time.Second), optionalTime(n.ETA.To)}
	}
	return out
}

// known is a count, or nil while it is not known yet.
func known(n *progress.Numbers, count int) *int {
	if n.Loading != nil {
		return nil
	}
	return &count
}

func countsOf(n *progress.Numbers, c progress.Counts) Counts {
	return Counts{
		Total: known(n, c.Total), Merged: known(n, c.Merged), Reverted: known(n, c.Reverted),
		Open: known(n, c.Open), WIP: known(n, c.WIP), Abandoned: known(n, c.Abandoned),
	}
}
