package order_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"": order.Attention, "attention": order.Attention, "name": "name", "-name": "-name", "-progress": "-progress", "progress": "progress",
		"-attention": "", "--name": "", "-": "", "colour": "",
	} {
		got, err := order.Parse(url.Values{"sort": {text}}, order.Projects)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Parse(%q) = %q, %v", text, got, err)
		}
	}
}

// TestEveryOrder: each turns round, but what has no time or no progress stays last, and
// those that are equal stand by number or name.
func TestEveryOrder(t *testing.T) {
	half := 0.5
	projects := func() []*progress.ProjectNumbers {
		a := &progress.ProjectNumbers{Project: progress.Project{Name: "a"}}
		b := &progress.ProjectNumbers{Project: progress.Project{Name: "b"}, Numbers: progress.Numbers{
			Counts: progress.Counts{Merged: 1, Open: 1}, Progress: &half, OldestWaiting: now.Add(-time.Hour), LastMerged: now,
		}}
		c := &progress.ProjectNumbers{Project: progress.Project{Name: "c"}, Measured: progress.MeasuredStalled}
		d := &progress.ProjectNumbers{Project: progress.Project{Name: "d"}, Numbers: progress.Numbers{
			Counts: progress.Counts{Open: 3}, Progress: new(float64), OldestWaiting: now.Add(-48 * time.Hour), LastMerged: now.Add(-time.Hour),
		}, Contradictions: []progress.Contradiction{{}}}
		return []*progress.ProjectNumbers{d, b, c, a}
	}
	for key, want := range map[string]string{
		order.Attention: "cdba", "name": "abcd", "-name": "dcba", "-progress": "bdac", "progress": "dbac",
		"-in-review": "dbac", "in-review": "acbd", "-wait": "dbac", "wait": "bdac", "-last-merge": "bdac", "last-merge": "dbac",
	} {
		list, got := projects(), ""
		order.SortProjects(list, key)
		for _, p := range list {
			got += p.Name
		}
		if got != want {
			t.Errorf("projects by %s: %s, want %s", key, got, want)
		}
	}
	change := func(number int, project string, state progress.State, merged time.Time) *progress.Change {
		return &progress.Change{Member: store.Member{Change: &store.Change{Row: store.Row{Number: number, Project: project, Updated: now.Add(time.Duration(number) * time.Hour)}}}, State: state, MergedAt: merged}
	}
	for key, want := range map[string][]int{
		"-number": {3, 2, 1}, "number": {1, 2, 3}, "project": {2, 1, 3}, "-project": {1, 3, 2}, "state": {2, 3, 1},
		"-updated": {3, 2, 1}, "updated": {1, 2, 3}, "-merged": {3, 2, 1}, "merged": {2, 3, 1}, "owner": {1, 2, 3}, "-owner": {1, 2, 3},
	} {
		list := []*progress.Change{
			change(3, "b", progress.Merged, now), change(1, "b", progress.Open, time.Time{}), change(2, "a", progress.Merged, now.Add(-time.Hour)),
		}
		order.SortChanges(list, key, func(*progress.Change) string { return "Olga" })
		var got []int
		for _, c := range list {
			got = append(got, c.Change.Number)
		}
		if !slices.Equal(got, want) {
			t.Errorf("changes by %s: %v, want %v", key, got, want)
		}
	}
}
