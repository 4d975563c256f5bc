package dashboard

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

func goalCount(v *view) Count {
	return countOf(v, &v.result.Numbers, "", "")
}

func projectCount(v *view, p *progress.ProjectNumbers) Count {
	return countOf(v, &p.Numbers, p.Name, p.Status().Code())
}

func countOf(v *view, n *progress.Numbers, project, status string) Count {
	c := Count{
		Goal: v.goal.Name, Project: optional(project), Status: optional(status),
		AsOf: optionalTime(n.AsOf), Stale: n.Stale,
		Counts: countsOf(n, n.Counts), InFlight: known(n, n.Counts.InFlight()),
		Landed: landedNow(v, n),
	}
	if n.Loading == nil {
		c.Progress = n.Progress
	} else {
		c.AsOf = nil
	}
	return c
}

// landedNow is what landed in today's cycle, nil if there is none.
func landedNow(v *view, n *progress.Numbers) *int {
	now := v.result.Cycle()
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
