package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

func goalCount(v *view) api.Count {
	return countOf(v, &v.result.Numbers, "", "")
}

func projectCount(v *view, p *progress.ProjectNumbers) api.Count {
	return countOf(v, &p.Numbers, p.Name, p.Status().Code())
}

func countOf(v *view, n *progress.Numbers, project, status string) api.Count {
	c := api.Count{
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
