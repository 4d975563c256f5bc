package api

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Count is the little that an embedded number needs: below 400 bytes for a
// project's name of up to 60 plain letters.
type Count struct {
	Goal        string     `json:"goal"`
	Project     *string    `json:"project"` // null: the whole goal
	AsOf        *time.Time `json:"as_of"`
	Stale       bool       `json:"stale"`
	Counts      Counts     `json:"counts"`
	InFlight    *int       `json:"in_flight"` // not merged yet: open + wip
	Progress    *float64   `json:"progress"`
	Percent     *int       `json:"percent"`      // progress in whole percent, rounded down
	Status      *string    `json:"status"`       // declared, else measured; null for a goal
	CycleMerged *int       `json:"cycle_merged"` // in today's cycle
	Projects    *Completed `json:"projects"`     // null for a project
}

// Completed is how many of a goal's projects are completed, of those that are affected.
type Completed struct {
	Completed int `json:"completed"`
	Of        int `json:"of"`
}

// GoalCount is the little of a goal.
func GoalCount(result *progress.Result) Count {
	c := countOf(result, &result.Numbers, "", "")
	if by := result.ByStatus(progress.Scope{}); by != nil {
		done, of := by.Completed()
		c.Projects = &Completed{done, of}
	}
	return c
}

// ProjectCount is the little of a project.
func ProjectCount(result *progress.Result, p *progress.ProjectNumbers) Count {
	return countOf(result, &p.Numbers, p.Name, p.Status().Code())
}

func countOf(result *progress.Result, n *progress.Numbers, project, status string) Count {
	c := Count{
		Goal: result.Goal.Name, Project: optional(project), Status: optional(status),
		AsOf: optionalTime(n.AsOf), Stale: n.Stale,
		Counts: countsOf(n, n.Counts), InFlight: known(n, n.Counts.InFlight()),
		CycleMerged: MergedNow(result, n),
	}
	if n.Loading != nil {
		c.AsOf = nil
		return c
	}
	c.Progress = n.Progress
	if percent, ok := n.Percent(); ok {
		c.Percent = &percent
	}
	return c
}

// MergedNow is what was merged in today's cycle, nil if there is none.
func MergedNow(result *progress.Result, n *progress.Numbers) *int {
	now := result.Cycle()
	if now == nil {
		return nil
	}
	for _, c := range n.Cycles {
		if c.Cycle == *now {
			return known(n, c.Merged)
		}
	}
	return nil
}
