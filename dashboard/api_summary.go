package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Summaries are the goals of cfg in numbers, with their projects and teams: what
// the API answers, without a server.
func Summaries(cfg Config, snap *store.Snapshot, now time.Time) []api.Summary {
	return SummariesOn(cfg, snap, now, time.Time{})
}

// SummariesOn are the Summaries of the end of a past day, which ParseDay reads; the zero
// time stands for now.
func SummariesOn(cfg Config, snap *store.Snapshot, now, day time.Time) []api.Summary {
	l := newLinks(cfg.ExternalURL, cfg.Gerrit)
	out := make([]api.Summary, 0, len(cfg.Goals))
	for _, g := range cfg.Goals {
		out = append(out, l.summaryOf(resultOn(compute(g, snap, now), day)))
	}
	return out
}

func (l links) summaryOf(result *progress.Result) api.Summary {
	s := api.Summary{
		Goal: result.Goal.Name, Title: result.Goal.Title,
		Numbers:  l.numbers(result, progress.Scope{}, &result.Numbers, result.LoadingProjects, l.changes(result.Goal.Name, "class", "all")),
		Projects: make([]api.ProjectSummary, 0, len(result.Projects)),
		Teams:    make([]api.TeamSummary, 0, len(result.Teams)),
	}
	for i := range result.Projects {
		s.Projects = append(s.Projects, l.projectSummary(result, &result.Projects[i]))
	}
	for i := range result.Teams {
		s.Teams = append(s.Teams, l.teamSummary(result, &result.Teams[i]))
	}
	return s
}

func (l links) projectSummary(result *progress.Result, p *progress.ProjectNumbers) api.ProjectSummary {
	return api.ProjectSummary{
		Goal: result.Goal.Name, Project: p.Name,
		Status:  statusOf(p.Status()),
		Numbers: l.numbers(result, progress.Scope{Project: p.Name}, &p.Numbers, result.LoadingIn(progress.Scope{Project: p.Name}), l.changes(result.Goal.Name, "project", p.Name, "class", "all")),
	}
}

func (l links) teamSummary(result *progress.Result, t *progress.TeamNumbers) api.TeamSummary {
	return api.TeamSummary{
		Goal: result.Goal.Name, Team: t.Name, Title: t.Title, Projects: list(t.Projects),
		Status:  statusOf(t.Status()),
		Numbers: l.numbers(result, progress.Scope{Team: t.Name}, &t.Numbers, result.LoadingIn(progress.Scope{Team: t.Name}), l.changes(result.Goal.Name, "team", t.Name, "class", "all")),
	}
}

func statusOf(of progress.Status) api.Status {
	s := api.Status{
		Declared: optional(string(of.Declared)), Measured: optional(string(of.Measured)),
		Contradictions: make([]api.Contradiction, 0, len(of.Contradictions)),
		Since:          optional(of.Since), Approach: optional(of.Approach),
	}
	for _, c := range of.Contradictions {
		s.Contradictions = append(s.Contradictions, api.Contradiction{Code: c.Code, Text: c.Text})
	}
	return s
}

// numbers makes the shared fields; own is our own list of what the query finds.
func (l links) numbers(result *progress.Result, s progress.Scope, n *progress.Numbers, loading []string, own string) api.Numbers {
	known := func(count int) *int { return known(n, count) }
	out := api.Numbers{
		AsOf: optionalTime(n.AsOf), Stale: n.Stale, QueryURL: optional(l.searchOr(n.Query, own)),
		Counts: countsOf(n, n.Counts), Backports: countsOf(n, n.Backports),
		Left: known(n.Left), Gone: known(n.Gone),
		InFlight: known(n.Counts.InFlight()), PatchSets: known(n.PatchSets),
		LoadingProjects: list(loading),
		Cycles:          make([]api.Cycle, 0, len(n.Cycles)),
		Deadlines:       make([]api.Deadline, 0, len(result.Goal.Deadlines)),
		Attention: api.Attention{
			Author: known(n.Attention.Author), Reviewers: known(n.Attention.Reviewers), CI: known(n.Attention.CI),
			Gate: known(n.Attention.Gate), Dependency: known(n.Attention.Dependency),
		},
	}
	for _, c := range n.Cycles {
		out.Cycles = append(out.Cycles, api.Cycle{Name: c.Cycle.Name, Start: c.Cycle.Start.UTC(), End: c.Cycle.End.UTC(), Landed: known(c.Landed)})
	}
	for _, d := range result.Goal.Deadlines {
		out.Deadlines = append(out.Deadlines, api.Deadline{Name: d.Name, Due: optionalTime(d.Due)})
	}
	if result.Past() {
		out.Attention = api.Attention{}
		out.On = new(onDay(result))
	}
	if n.Loading != nil {
		out.Loading = api.NewLoading(n.Loading)
		out.AsOf = nil
		return out
	}
	out.Note = optional(beforeBeginning(result, s))
	if result.MatchesNothing() && s == (progress.Scope{}) {
		out.Note = new(progress.MatchesNothing)
	}
	out.Progress, out.Expected, out.Remaining = n.Progress, n.Expected, n.Remaining
	out.Pace = paceOf(n)
	out.LastMerged, out.OldestWaiting = optionalTime(n.LastMerged), optionalTime(n.OldestWaiting)
	if n.ETA != nil {
		out.ETA = &api.ETA{From: n.ETA.From.UTC().Truncate(time.Second), To: optionalTime(n.ETA.To)}
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

func countsOf(n *progress.Numbers, c progress.Counts) api.Counts {
	return api.Counts{
		Total: known(n, c.Total), Merged: known(n, c.Merged), Reverted: known(n, c.Reverted),
		Open: known(n, c.Open), WIP: known(n, c.WIP), Abandoned: known(n, c.Abandoned),
	}
}
