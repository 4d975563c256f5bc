package progress_test

import (
	"testing"

	"github.com/eventlet-removal/headway/store"
)

func TestStates(t *testing.T) {
	departed := func(gone bool) func(*store.Member) {
		return func(m *store.Member) { m.Departed = &store.Departure{Gone: gone, At: ago(1), Seen: ago(1)} }
	}
	for _, tt := range []struct {
		name   string
		change *history
		want   string
	}{
		{"new is open", newChange(1, ago(9)), "1:open"},
		{"new with the flag is wip", newChange(1, ago(9)).wip(ago(8)), "1:wip"},
		{"merged", newChange(1, ago(9)).merge(ago(1)), "1:merged"},
		{"abandoned", newChange(1, ago(9)).abandon(ago(1)), "1:abandoned"},
		{"restored is open", newChange(1, ago(9)).abandon(ago(2)).restore(ago(1)), "1:open"},
		{"the flag stays on abandoned changes and does not count", newChange(1, ago(9)).wip(ago(8)).abandon(ago(1)), "1:abandoned"},
		{"a failed submit leaves a submit time on an abandoned change", newChange(1, ago(9)).abandon(ago(1)).
			with(func(m *store.Member) { m.Submitted = ago(2) }), "1:abandoned"},
		{"an unknown status is open", newChange(1, ago(9)).with(func(m *store.Member) { m.Status = "DRAFT" }), "1:open"},
		{"left, though merged", newChange(1, ago(9)).merge(ago(2)).with(departed(false)), "1:left"},
		{"gone", newChange(1, ago(9)).with(departed(true)), "1:gone"},
		{"stable branch", newChange(1, ago(9)).on("stable/2026.1"), "1:openB"},
		{"the star matches a slash", newChange(1, ago(9)).on("bugfix/30.0/x"), "1:openB"},
		{"a pattern matches the whole branch", newChange(1, ago(9)).on("feature/stable/1"), "1:open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := states(compute([]*history{tt.change})); got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, branch string
		want            bool
	}{
		{"stable/*", "stable/", true},
		{"stable/*", "stable", false},
		{"*", "master", true},
		{"release", "release", true},
		{"release", "release-1", false},
		{"a*b", "ab", true},
		{"ab*b", "ab", false},
		{"*-eol", "2024.1-eol", true},
		{"a*b*c", "axxbyyc", true},
		{"a*b*c", "axxcyyb", false},
		{"a*bc*c", "abc", false},
		{"v*.*", "v1.2/x", true},
		{"stable/*", "refs/heads/stable/1", true},
	} {
		t.Run(tt.pattern+" "+tt.branch, func(t *testing.T) {
			g := newGoal()
			g.Backports = []string{tt.pattern}
			r := computeFor(g, newChange(1, ago(9)).on(tt.branch))
			if got := r.Changes[0].Backport; got != tt.want {
				t.Errorf("backport = %v, want %v", got, tt.want)
			}
		})
	}
}

// Backports that are told by their original, and the development branches they
// could be taken for.
func TestBackports(t *testing.T) {
	pick := func(n, of int, branch string) *history {
		return newChange(n, ago(5)).on(branch).with(func(m *store.Member) { m.CherryPickOf = of })
	}
	left := func(m *store.Member) { m.Departed = &store.Departure{At: ago(1)} }
	for _, tt := range []struct {
		name    string
		changes []*history
		refs    []*history
		want    string
	}{
		{"without an original", []*history{newChange(1, ago(9)).on("stable/1")}, nil, "1:openB"},
		{"cherry-pick on a development branch", []*history{newChange(1, ago(9)), pick(2, 1, "feature/a")}, nil, "1:open 2:openB"},
		{"Change-Id on many branches", []*history{
			newChange(1, ago(9)).id("I"), newChange(2, ago(8)).id("I").on("feature/a"),
			newChange(3, ago(8)).id("I").on("stable/1"), newChange(4, ago(8)).id("I").on("feature/b"),
		}, nil, "1:open 2:openB 3:openB 4:openB"},
		{"Change-Id in another project", []*history{newChange(1, ago(9)).id("I"), newChange(2, ago(8)).id("I").in("a/b")}, nil, "1:open 2:open"},
		{"abandoned original", []*history{newChange(1, ago(9)).id("I").abandon(ago(8)), newChange(2, ago(7)).id("I").on("feature/a"), newChange(3, ago(6)).id("I").on("feature/b")}, nil,
			"1:abandoned 2:open 3:openB"},
		{"abandoned original of a pick", []*history{newChange(1, ago(9)).abandon(ago(8)), pick(2, 1, "feature/a")}, nil, "1:abandoned 2:open"},
		{"abandoned pick", []*history{newChange(1, ago(9)), pick(2, 1, "feature/a").abandon(ago(1))}, nil, "1:open 2:abandonedB"},
		{"original that left", []*history{newChange(1, ago(9)).with(left), pick(2, 1, "feature/a")}, nil, "1:left 2:open"},
		{"original that is no member", []*history{pick(2, 1, "feature/a")}, []*history{newChange(1, ago(9))}, "2:open"},
		{"development work picked from a stable branch", []*history{newChange(1, ago(9)).on("stable/1"), pick(2, 1, "master")}, nil, "1:openB 2:open"},
		{"copy of a copy", []*history{newChange(1, ago(9)), pick(2, 1, "feature/a"), pick(3, 2, "feature/b")}, nil, "1:open 2:openB 3:openB"},
		{"picked onto an older change", []*history{pick(1, 2, "feature/a").id("I"), newChange(2, ago(9)).id("I")}, nil, "1:openB 2:open"},
		{"picked from each other", []*history{pick(1, 2, "feature/a"), pick(2, 1, "master")}, nil, "1:open 2:openB"},
		{"picked from a ring", []*history{pick(1, 2, "feature/a"), pick(2, 1, "master"), pick(3, 2, "feature/b")}, nil, "1:open 2:openB 3:openB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := states(compute(tt.changes, tt.refs...)); got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}
