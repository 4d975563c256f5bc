package api

import (
	"math"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// SummaryOf is a goal with its projects and teams.
func SummaryOf(l link.Links, result *progress.Result) Summary {
	s := Summary{
		Goal: result.Goal.Name, Title: result.Goal.Title,
		Numbers:          numbersOf(l, result, progress.Scope{}, &result.Numbers, result.LoadingProjects, l.Changes(result.Goal.Name, "class", "all")),
		ProjectsByStatus: result.ByStatus(progress.Scope{}),
		Projects:         make([]ProjectSummary, 0, len(result.Projects)),
		Teams:            make([]TeamSummary, 0, len(result.Teams)),
	}
	for i := range result.Projects {
		s.Projects = append(s.Projects, ProjectOf(l, result, &result.Projects[i]))
	}
	for i := range result.Teams {
		s.Teams = append(s.Teams, teamOf(l, result, &result.Teams[i]))
	}
	return s
}

// ProjectOf is a project of a goal.
func ProjectOf(l link.Links, result *progress.Result, p *progress.ProjectNumbers) ProjectSummary {
	return ProjectSummary{
		Goal: result.Goal.Name, Project: p.Name,
		Status:  statusOf(p.Status()),
		Numbers: numbersOf(l, result, progress.Scope{Project: p.Name}, &p.Numbers, result.LoadingIn(progress.Scope{Project: p.Name}), l.Changes(result.Goal.Name, "project", p.Name, "class", "all")),
	}
}

func teamOf(l link.Links, result *progress.Result, t *progress.TeamNumbers) TeamSummary {
	return TeamSummary{
		Goal: result.Goal.Name, Team: t.Name, Title: t.Title, Projects: list(t.Projects),
		Status:           statusOf(t.Status()),
		Numbers:          numbersOf(l, result, progress.Scope{Team: t.Name}, &t.Numbers, result.LoadingIn(progress.Scope{Team: t.Name}), l.Changes(result.Goal.Name, "team", t.Name, "class", "all")),
		ProjectsByStatus: result.ByStatus(progress.Scope{Team: t.Name}),
	}
}

func statusOf(of progress.Status) Status {
	s := Status{
		Declared: optional(string(of.Declared)), Measured: optional(string(of.Measured)),
		Contradictions: make([]Contradiction, 0, len(of.Contradictions)),
		Since:          optional(of.Since), Approach: optional(of.Approach),
	}
	for _, c := range of.Contradictions {
		s.Contradictions = append(s.Contradictions, Contradiction{Code: c.Code, Text: c.Text})
	}
	return s
}

// numbersOf makes the shared fields; own is our own list of what the query finds.
func numbersOf(l link.Links, result *progress.Result, s progress.Scope, n *progress.Numbers, loading []string, own string) Numbers {
	known := func(count int) *int { return known(n, count) }
	out := Numbers{
		AsOf: optionalTime(n.AsOf), Stale: n.Stale, QueryURL: optional(l.SearchOr(n.Query, own)),
		Counts: countsOf(n, n.Counts), Backports: countsOf(n, n.Backports),
		Left: known(n.Left), Gone: known(n.Gone),
		InFlight: known(n.Counts.InFlight()), PatchSets: known(n.PatchSets),
		LoadingProjects: list(loading),
		Cycles:          make([]Cycle, 0, len(n.Cycles)),
		Deadlines:       make([]Deadline, 0, len(result.Goal.Deadlines)),
		Attention: Attention{
			Author: known(n.Attention.Author), Reviewers: known(n.Attention.Reviewers), CI: known(n.Attention.CI),
			Gate: known(n.Attention.Gate), Dependency: known(n.Attention.Dependency),
		},
	}
	for _, c := range n.Cycles {
		out.Cycles = append(out.Cycles, Cycle{Name: c.Cycle.Name, Start: c.Cycle.Start.UTC(), End: c.Cycle.End.UTC(), Merged: known(c.Merged)})
	}
	for _, d := range result.Deadlines(s) {
		out.Deadlines = append(out.Deadlines, deadlineOf(d))
	}
	if result.Past() {
		out.Attention = Attention{}
		out.On = new(DayOf(result))
	}
	if n.Loading != nil {
		out.Loading = NewLoading(n.Loading)
		out.AsOf = nil
		return out
	}
	out.Note = optional(BeforeBeginning(result, s))
	if result.MatchesNothing() && s == (progress.Scope{}) {
		out.Note = new(progress.MatchesNothing)
	}
	out.Progress, out.Expected, out.Remaining = n.Progress, n.Expected, n.Remaining
	out.Pace = PaceOf(n)
	out.LastMerged, out.OldestWaiting = optionalTime(n.LastMerged), optionalTime(n.OldestWaiting)
	if n.ETA != nil {
		out.ETA = &ETA{From: n.ETA.From.UTC().Truncate(time.Second), To: optionalTime(n.ETA.To)}
	}
	return out
}

func deadlineOf(d progress.Judged) Deadline {
	out := Deadline{Name: d.Name, Due: optionalTime(d.Due)}
	if d.Judgement != nil {
		out.Judgement = &Judgement{string(d.Judgement.Code), d.Judgement.Text}
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

// PaceOf is nil where nothing merged. Tenths of a day are as exact as it is true.
func PaceOf(n *progress.Numbers) *Pace {
	if n.Pace == nil || n.Loading != nil {
		return nil
	}
	return &Pace{
		Merged: n.Pace.Merged, MedianDaysToMerge: math.Round(n.Pace.ToMerge.Hours()/24*10) / 10, MedianPatchSets: n.Pace.PatchSets,
	}
}
