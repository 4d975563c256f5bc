package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

func goalCount(result *progress.Result) api.Count {
	return countOf(result, &result.Numbers, "", "")
}

func projectCount(result *progress.Result, p *progress.ProjectNumbers) api.Count {
	return countOf(result, &p.Numbers, p.Name, p.Status().Code())
}

func countOf(result *progress.Result, n *progress.Numbers, project, status string) api.Count {
	c := api.Count{
		Goal: result.Goal.Name, Project: optional(project), Status: optional(status),
		AsOf: optionalTime(n.AsOf), Stale: n.Stale,
		Counts: countsOf(n, n.Counts), InFlight: known(n, n.Counts.InFlight()),
		Landed: landedNow(result, n),
	}
	if n.Loading == nil {
		c.Progress = n.Progress
	} else {
		c.AsOf = nil
	}
	return c
}

// landedNow is what landed in today's cycle, nil if there is none.
func landedNow(result *progress.Result, n *progress.Numbers) *int {
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
