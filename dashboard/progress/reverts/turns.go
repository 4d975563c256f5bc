package reverts

import (
	"cmp"
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
)

// turnsOf finds the turns of all changes. After each merge of a revert all those are
// judged anew that can have to do with it.
func turnsOf(reverts []revert) map[int][]timeline.Turn {
	turns := map[int][]timeline.Turn{}
	for _, group := range groups(reverts) {
		before := map[int]bool{}
		for i := range group {
			after := undone(group[:i+1])
			for n := range after {
				if !before[n] {
					turns[n] = append(turns[n], timeline.Turn{At: group[i].at, Is: true})
				}
			}
			for n := range before {
				if !after[n] {
					turns[n] = append(turns[n], timeline.Turn{At: group[i].at})
				}
			}
			before = after
		}
	}
	return turns
}

// groups parts reverts into those that touch one another, each oldest first.
func groups(reverts []revert) [][]revert {
	parent := map[int]int{}
	var find func(n int) int
	find = func(n int) int {
		p, ok := parent[n]
		if !ok || p == n {
			return n
		}
		parent[n] = find(p)
		return parent[n]
	}
	for _, r := range reverts {
		for _, t := range r.targets {
			parent[find(t)] = find(r.change.Number)
		}
	}
	byRoot := map[int][]revert{}
	for _, r := range reverts {
		root := find(r.change.Number)
		byRoot[root] = append(byRoot[root], r)
	}
	out := make([][]revert, 0, len(byRoot))
	for _, g := range byRoot {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b []revert) int { return cmp.Compare(a[0].change.Number, b[0].change.Number) })
	return out
}
