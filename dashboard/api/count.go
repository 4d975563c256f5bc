package api

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Count is the little that an embedded number needs; it stays below 300 bytes.
type Count struct {
	Goal     string     `json:"goal"`
	Project  *string    `json:"project"` // null: the whole goal
	AsOf     *time.Time `json:"as_of"`
	Stale    bool       `json:"stale"`
	Counts   Counts     `json:"counts"`
	InFlight *int       `json:"in_flight"`
	Progress *float64   `json:"progress"`
	Status   *string    `json:"status"` // declared, else measured; null for a goal
	Landed   *int       `json:"landed"` // in today's cycle
}

// GoalCount is the little of a goal.
func GoalCount(result *progress.Result) Count {
	return countOf(result, &result.Numbers, "", "")
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
		Landed: LandedNow(result, n),
	}
	if n.Loading == nil {
		c.Progress = n.Progress
	} else {
		c.AsOf = nil
	}
	return c
}

// LandedNow is what was merged in today's cycle, nil if there is none.
func LandedNow(result *progress.Result, n *progress.Numbers) *int {
	now := result.Cycle()
	if now == nil {
		return nil
	}
	for _, c := range n.Cycles {
		if c.Cycle == *now {
			return known(n, c.Landed)
		}
	}
	return nil
}
