package progress_test

import (
	"testing"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

func TestSearch(t *testing.T) {
	g := newGoal()
	g.Selector = "topic:x"
	g.Backports = []string{"stable/*", "2024.1"}
	g.Teams = []progress.Team{{Name: "both", Projects: []string{nova, heat}}}
	r := computeFor(g,
		newChange(1, ago(9)).merge(ago(8)),
		newChange(2, ago(9)).merge(ago(7)).with(func(m *store.Member) { m.RevertOf = 1 }),
		newChange(3, ago(9)).merge(ago(8)),
		newChange(4, ago(9)).id("I3").on("feature/a"),
		newChange(5, ago(9)).in(heat),
		newChange(6, ago(9)).in(heat).with(func(m *store.Member) { m.Departed = &store.Departure{At: ago(1)} }),
	)
	const dev = `topic:x -branch:"^(stable/.*|2024[.]1)" -change:4`
	for _, tt := range []struct {
		name      string
		scope     progress.Scope
		backports bool
		states    []progress.State
		want      string
	}{
		{"all", progress.Scope{}, false, nil, dev},
		{"merged", progress.Scope{}, false, []progress.State{progress.Merged}, dev + " (status:merged -change:1 -change:2)"},
		{"reverted", progress.Scope{}, false, []progress.State{progress.Reverted}, dev + " (change:1 OR change:2)"},
		{"merged and reverted", progress.Scope{}, false, []progress.State{progress.Merged, progress.Reverted}, dev + " status:merged"},
		{"open", progress.Scope{}, false, []progress.State{progress.Open}, dev + " (status:open -is:wip)"},
		{"wip", progress.Scope{}, false, []progress.State{progress.WIP}, dev + " (status:open is:wip)"},
		{"in flight", progress.Scope{}, false, []progress.State{progress.Open, progress.WIP}, dev + " status:open"},
		{"what progress counts", progress.Scope{}, false, []progress.State{progress.Merged, progress.Open, progress.WIP}, dev + " ((status:merged -change:1 -change:2) OR status:open)"},
		{"abandoned", progress.Scope{}, false, []progress.State{progress.Abandoned}, dev + " status:abandoned"},
		{"left", progress.Scope{}, false, []progress.State{progress.Left}, "change:6"},
		{"gone", progress.Scope{}, false, []progress.State{progress.Gone}, ""},
		{"backports", progress.Scope{}, true, nil, `topic:x (branch:"^(stable/.*|2024[.]1)" OR change:4)`},
		{"reverted backports: none", progress.Scope{}, true, []progress.State{progress.Reverted}, ""},
		{"merged backports", progress.Scope{}, true, []progress.State{progress.Merged}, `topic:x (branch:"^(stable/.*|2024[.]1)" OR change:4) status:merged`},
		{"a project", progress.Scope{Project: heat}, false, []progress.State{progress.Merged}, `(topic:x project:"openstack/heat") -branch:"^(stable/.*|2024[.]1)" status:merged`},
		{"a team", progress.Scope{Team: "both"}, false, nil, `(topic:x (project:"openstack/nova" OR project:"openstack/heat")) -branch:"^(stable/.*|2024[.]1)" -change:4`},
		{"an unknown project", progress.Scope{Project: "a/b"}, false, nil, ""},
		{"an unknown team", progress.Scope{Team: "none"}, false, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := r.Search(tt.scope, tt.backports, tt.states...); got != tt.want {
				t.Errorf("search = %s\nwant     %s", got, tt.want)
			}
		})
	}
	t.Run("no patterns", func(t *testing.T) {
		g.Backports = nil
		r := computeFor(g, newChange(1, ago(9)))
		if dev, back := r.Search(progress.Scope{}, false), r.Search(progress.Scope{}, true); dev != "topic:x" || back != "" {
			t.Errorf("development = %s, backports = %s", dev, back)
		}
	})
}
